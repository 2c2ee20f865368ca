"""The screens people begin their day with: the workspace, My Targets, the leaderboard, and documents they know."""

import pytest

from tests.browser import figures
from tests.browser.charts import differences

LANGUAGES = pytest.mark.parametrize("language", ["en", "fa"])
PHONE, DESK = {"width": 360, "height": 740}, {"width": 1300, "height": 1000}


@LANGUAGES
@pytest.mark.parametrize("role", ["manager", "seller", "accountant"])
def test_workspace(desk, role, language):
    screen = desk(role, language)
    with screen.answers("number_card.cards.") as cards, screen.answers("query_report.run") as reports:
        screen.load("sales-targets")
        widgets = screen.page.locator(".number-widget-box:visible")
        widgets.first.wait_for()
        screen.page.wait_for_timeout(1500)
        screen.rest()
    shown = [_words(text) for text in widgets.all_inner_texts()]
    assert len(shown) == len(cards) > 0
    for html in cards:
        said = screen.page.evaluate(
            "html => { const e = $('<div>').html(html).appendTo('body'); "
            "const t = e[0].innerText; e.remove(); return t; }",
            html,
        )
        assert any(_words(said) in text for text in shown), f"{said!r} is not among {shown}"
    assert sorted(differences(screen, reports)) == []


def _words(text: str) -> str:
    """A text without the spaces that its lines are laid out with."""
    return "".join(text.split())


@LANGUAGES
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desktop", "phone"])
def test_my_targets(desk, size, language):
    seller = desk("seller", language)
    seller.page.set_viewport_size(size)
    try:
        with seller.answers("desk.mine.mine") as heard:
            seller.load("my-targets")
        found = heard[-1]
        lines = [line for target in found["targets"] for line in target["lines"]]
        assert lines, "the demo's sellers have targets"
        achieved = seller.page.locator(".st-mine-sums b").all_inner_texts()
        shares = seller.page.locator(".st-mine-sums .st-mine-share").all_inner_texts()
        assert len(achieved) == len(lines)
        for line, number, share in zip(lines, achieved, shares, strict=True):
            assert figures.shows(number, line["now"]["achieved"])
            assert figures.shows(share, line["now"]["attainment"])
        total = seller.page.locator("[aria-labelledby=st-mine-pay] .st-mine-total").first.inner_text()
        assert figures.shows(total, found["commission"]["earned"])
        width = seller.page.evaluate("() => document.documentElement.scrollWidth")
        assert width <= size["width"], "nothing is wider than the screen"
    finally:
        seller.page.set_viewport_size(DESK)


@LANGUAGES
def test_what_one_more_deal_would_pay(desk, language):
    seller = desk("seller", language)
    seller.load("my-targets")
    box = seller.page.locator("#st-mine-deal")
    with seller.answers("desk.mine.one_more") as heard:
        box.fill("۲۵٬۰۰۰" if language == "fa" else "25,000")
        seller.page.wait_for_timeout(700)
        seller.rest()
    assert heard[-1]["pays"] > 0
    shown = seller.page.locator(".st-mine-answer .st-mine-total bdi").first.inner_text()
    assert figures.shows(shown.replace("+", ""), heard[-1]["pays"])


@LANGUAGES
def test_leaderboard(desk, language):
    manager = desk("manager", language)
    with manager.answers("page.sales_leaderboard.sales_leaderboard.read") as heard:
        manager.load("sales-leaderboard")
        manager.page.locator(".st-leaderboard .st-lists").wait_for()
        manager.rest()
    for kind in ("sellers", "teams"):
        rows = manager.page.locator(f"[aria-labelledby=st-{kind}] tbody tr")
        wanted = heard[-1][kind]["rows"]
        assert rows.count() == len(wanted) > 0
        for number, one in enumerate(wanted):
            row = rows.nth(number)
            assert one["label"] in row.locator(".st-name").inner_text()
            assert figures.shows(row.locator("td.st-share").inner_text(), one["attainment"])


@LANGUAGES
@pytest.mark.parametrize("doctype", ["Sales Invoice", "Opportunity"])
def test_documents_say_who_is_credited(desk, admin, doctype, language):
    # A sales manager reads no invoices in ERPNext unless they have more roles; the Administrator's is in English.
    screen = desk("manager", language) if doctype == "Opportunity" else admin
    filters = {
        "company": screen.company,
        **({"docstatus": 1} if doctype == "Sales Invoice" else {"status": "Open"}),
    }
    name = admin.all(doctype, filters, order_by="creation")[0]["name"]
    with screen.answers("desk.documents.credits") as heard:
        screen.form(doctype, name)
        # The pill in the head leads to the section, which stands with the connections.
        screen.page.locator(".page-head:visible .sales-targets-indicator").first.click()
        section = screen.page.locator(".sales-targets-body:visible")
        section.first.wait_for()
    text = section.first.inner_text()
    for seller in heard[-1]["sellers"]:
        assert seller["label"] in text
    assert heard[-1]["sellers"] or heard[-1]["sentences"]
    estimate = heard[-1].get("estimate")
    if estimate and estimate["pays"] is not None:
        assert any(figures.shows(str(number), estimate["pays"]) for number in figures.numbers(text))
