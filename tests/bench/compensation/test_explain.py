"""How a line was calculated, told in words, on the form and in print."""

import frappe
import pytest

from sales_targets.compensation.explain import explain
from sales_targets.targets import revise
from tests.bench import factories as make
from tests.bench.factories import statements as pay


@pytest.fixture
def ann(enable):
    enable("revenue", "units", "collections")
    return make.sales_person("Ann")


def sell(seller, amount, day="2026-01-20", **fields):
    return make.invoice([(seller, 100)], amount=amount, date=day, **fields)


def told(doc):
    (one,) = explain(doc.name)
    return one


def test_steps_and_sums(ann, settle):
    make.rule([(0, 0.05), (1000, 0.10)], members=[ann], title="Base")
    sell(ann, 1500)
    settle()
    one = told(pay.draft(ann))
    assert one["sentences"] == [
        "1 credits of Revenue from {} to {} come to $ 1,500.00.".format(
            *(frappe.format(day, "Date") for day in pay.MONTHS[1])
        ),
        "Tier 1 (from $ 0.00 to $ 1,000.00): $ 1,000.00 at 5 % is $ 50.00.",
        "Tier 2 (from $ 1,000.00): $ 500.00 at 10 % is $ 50.00.",
        "Earned to date $ 100.00, on earlier statements $ 0.00, so $ 100.00 on this one.",
    ]
    assert one["ledger"]["kpi"] == ["revenue"] and one["ledger"]["sales_person"] == ann


@pytest.mark.parametrize(
    ("fields", "part"),
    [
        ({"pay": "Per Unit", "kpi": "units", "tiers": [(0, 25)]}, "1 at $ 25.00 each is $ 25.00"),
        ({"pay": "Fixed", "tiers": [(0, 0), (500, 300)]}, "100 % of $ 300.00 is $ 300.00"),
        ({"measure": "Attainment"}, "That is 50 % of the target of $ 2,000.00."),
        ({"cap": 20}, "$ 30.00 are cut, since a period pays at most $ 20.00."),
        ({"gates": [{"kpi": "units", "least": 100}]}, "less than the 100 % it takes: nothing is paid"),
        ({"multipliers": [{"kpi": "units", "from_attainment": 0, "factor": 1.5}]}, "Times 1.5, since"),
        ({"pay_on": "Collection"}, "Of the $ 50.00 earned, $ 0.00 are released"),
        (
            {"holdback": 20, "holdback_until": "2026-12-31"},
            "20 % of what is released, $ 10.00, are held back",
        ),
        ({"every": "Transaction"}, "Each deal is rated alone"),
    ],
)
def test_every_kind_of_rule(ann, settle, fields, part):
    make.target(ann, [("revenue", 2000), ("units", 10)], first="2026-01-01", last="2026-01-31")
    make.rule(fields.get("tiers", [(0, 0.05)]), members=[ann], title="Told", **_without_tiers(fields))
    make.rule([(0, 0.01)], members=[ann], title="So that there is a statement")
    sell(ann, 1000)
    settle()
    (one,) = (line for line in explain(pay.draft(ann).name) if line["title"] == "Told")
    assert part in " ".join(one["sentences"])


def test_a_revised_target_is_told_as_its_form_shows_it(ann, settle):
    target = make.target(ann, [("revenue", 30_000)], first="2026-06-01", last="2026-06-30")
    revise.revise(target.name, 1, 40_000, "2026-06-16", "More to sell")
    make.rule([(0, 0.05), (1, 0.10)], members=[ann], measure="Attainment")
    sell(ann, 16_000, "2026-06-20")
    settle()
    doc = pay.draft(ann, 6)
    (line,) = doc.lines
    on_its_form = frappe.db.get_value("Sales Target Period", {"parent": target.name}, "target")
    assert line.target == on_its_form == 35_000 and round(line.attainment, 2) == 45.71
    sentences = told(doc)["sentences"]
    assert (
        "That is 45.71 % of the target of $ 35,000.00, in which each value counts for its days." in sentences
    )
    own = [one for one in sentences if "these days are paid by it" in one]
    assert [amount in one for amount, one in zip(("$ 30,000.00", "$ 40,000.00"), own, strict=True)] == [
        True
    ] * 2


def _without_tiers(fields):
    return {name: value for name, value in fields.items() if name != "tiers"}


def test_deals_are_listed(ann, settle):
    make.rule([(0, 0.05)], members=[ann], every="Transaction")
    sale = sell(ann, 1000)
    settle()
    (deal,) = told(pay.draft(ann))["deals"]
    assert deal[0] == sale.name and deal[4] == "$ 50.00"


def test_what_a_return_took_and_why(ann, settle):
    make.rule([(0, 0.05)], members=[ann])
    sale = make.invoice([(ann, 100)], items=[(make.item(), 4, 250)], date="2026-01-20")
    settle()
    pay.paid(ann, 1)
    make.credit_note(sale, share=0.25, date="2026-02-10")
    settle()
    sentences = told(pay.draft(ann, 2))["sentences"]
    assert "Why it changes: Return." in sentences
    assert any("$ -12.50 of base commission" in one for one in sentences)


@pytest.mark.parametrize(
    ("language", "direction", "texts"),
    [
        ("en", "ltr", ["1,000.00", frappe.utils.formatdate]),
        (
            "fa",
            "rtl",
            ["۱٬۰۰۰٫۰۰", lambda day: {"2026-01-01": "۱۴۰۴/۱۰/۱۱", "2026-01-31": "۱۴۰۴/۱۱/۱۱"}[day]],
        ),
    ],
)
def test_print_with_the_trace(ann, settle, language, direction, texts):
    make.rule([(0, 0.05)], members=[ann], title="Base")
    sell(ann, 1000)
    settle()
    doc = pay.paid(ann)
    frappe.local.lang = language
    html = frappe.get_print(doc.doctype, doc.name, print_format="Commission Statement")
    assert f'class="commission" dir="{direction}"' in html
    amount, day = texts
    assert doc.content_hash in html
    assert amount in html
    assert f"{day('2026-01-01')} – {day('2026-01-31')}" in html  # above
    assert html.count(day("2026-01-01")) > 1  # and in the reckoning
    assert frappe.utils.formatdate("2026-01-31") in html or language == "fa"


def test_only_readers_are_told(ann, settle):
    make.rule([(0, 0.05)], members=[ann])
    sell(ann, 1000)
    settle()
    doc = pay.draft(ann)
    frappe.set_user(make.seller_user()[1])
    with pytest.raises(frappe.PermissionError):
        explain(doc.name)
