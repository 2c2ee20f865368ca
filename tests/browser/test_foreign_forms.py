"""The forms of ERPNext's documents show who is credited, and stay as they are where that cannot be told."""

import json

import pytest
from playwright.sync_api import Route, expect

CREDITS = "sales_targets.desk.documents.credits"
STANDING = "sales_targets.desk.masters.standing_of"


def name_of(screen, doctype, **filters):
    return screen.all(doctype, {"company": screen.company, **filters})[0]["name"]


def ours(screen, doctype, what=".sales-targets-section"):
    """What this app has put on the form of a DocType; forms that were open before stay on the page, unseen."""
    return screen.page.locator(f'[id="page-{doctype}"] {what}')


def shown(screen, doctype, name):
    """Open the form; the text of our section, with its spaces made one."""
    screen.open("Form", doctype, name)
    expect(ours(screen, doctype)).to_have_count(1)
    return " ".join(ours(screen, doctype).text_content().split())


def money(screen, value, currency):
    text = screen.page.evaluate("([value, currency]) => format_currency(value, currency)", [value, currency])
    return " ".join(text.split())


@pytest.mark.parametrize("language", ["en", "fa"])
def test_an_invoice_shows_the_servers_credits(desk, language):
    screen = desk("accountant", language)
    name = name_of(screen, "Sales Invoice", docstatus=1, is_return=0)
    text = shown(screen, "Sales Invoice", name)
    answer = screen.call(CREDITS, doctype="Sales Invoice", name=name)
    assert answer["sellers"]
    for row in answer["sellers"]:
        assert row["label"] in text
        assert money(screen, row["values"]["revenue"], answer["currency"]) in text
    ours(screen, "Sales Invoice", "button.sales-targets-indicator").click()
    expect(ours(screen, "Sales Invoice")).to_be_visible()


@pytest.mark.parametrize("language", ["en", "fa"])
def test_an_opportunity_shows_what_it_would_pay(desk, language):
    screen = desk("manager", language)
    names = [row["name"] for row in screen.all("Opportunity", {"company": screen.company, "status": "Open"})]
    answers = {name: screen.call(CREDITS, doctype="Opportunity", name=name) for name in names[:8]}
    paying = {name: one["estimate"] for name, one in answers.items() if (one["estimate"] or {}).get("pays")}
    assert paying
    name, estimate = next(iter(paying.items()))
    assert money(screen, estimate["pays"], estimate["currency"]) in shown(screen, "Opportunity", name)


def test_a_seller_and_a_customer_show_targets(desk, admin):
    screen = desk("manager")
    target = screen.all(
        "Sales Target",
        {"company": screen.company, "docstatus": 1, "target_for": "Sales Person", "status": "In Force"},
        fields=("title", "sales_person"),
    )[0]
    assert target["title"] in shown(screen, "Sales Person", target["sales_person"])
    assert screen.page.locator('[data-doctype="Sales Target"] .count').first.inner_text()
    # A head of sales reads no invoices in ERPNext without another role.
    invoice = admin.all(
        "Sales Invoice", {"company": screen.company, "docstatus": 1, "is_return": 0}, fields=("customer",)
    )[0]
    answer = screen.call(STANDING, doctype="Customer", name=invoice["customer"])
    text = shown(screen, "Customer", invoice["customer"])
    assert answer["sellers"] and all(row["label"] in text for row in answer["sellers"])


ANSWERS = {
    "an error of the server": {"status": 500, "body": json.dumps({"exception": "ZeroDivisionError"})},
    "a refusal": {"status": 403, "body": json.dumps({"_error_message": "Not permitted"})},
    "a message": {"status": 417, "body": json.dumps({"_server_messages": json.dumps(['{"message": "no"}'])})},
    "another page": {"status": 200, "body": "<html>", "content_type": "text/html"},
    "nonsense": {"status": 200, "body": json.dumps({"message": {"indicator": None}})},
    "nothing": {"status": 200, "body": json.dumps({"message": {}})},
}


@pytest.mark.parametrize("what", ANSWERS)
def test_whatever_the_server_says_the_form_stays_quiet(admin, what):
    answer = {"content_type": "application/json", **ANSWERS[what]}

    def reply(route: Route) -> None:
        route.fulfill(**answer)

    screen, asked = admin, []
    name = name_of(screen, "Sales Invoice", docstatus=1, is_return=0)
    screen.open("List", "Sales Invoice")
    screen.page.route(f"**/{CREDITS}*", reply)
    screen.page.on(
        "response", lambda response: asked.append(response.url) if CREDITS in response.url else None
    )
    try:
        screen.open("Form", "Sales Invoice", name)
        screen.page.wait_for_timeout(500)
    finally:
        screen.page.unroute(f"**/{CREDITS}*", reply)
    assert asked
    assert screen.field("name") == name
    assert screen.page.locator(".modal.show").count() == 0
    assert ours(screen, "Sales Invoice").count() == 0
    assert ours(screen, "Sales Invoice", ".sales-targets-indicator").count() == 0
    # The browser itself notes a status that is none of success; nobody else says anything.
    noted = [error for error in screen.take_errors() if "Failed to load resource" not in error]
    assert noted == []
