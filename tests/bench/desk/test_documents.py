"""Who is credited for what, as the forms of ERPNext's documents show it."""

import frappe
import pytest
from frappe.utils import add_days, today

from sales_targets.crediting import events
from sales_targets.desk import documents
from tests.bench import factories as make
from tests.bench.report.book import allow
from tests.bench.support.site import DESK
from tests.bench.targets.credits import credit


@pytest.fixture(autouse=True)
def kpis(enable) -> None:
    enable("revenue")


def invoicing_seller() -> tuple[str, str]:
    """Ann, who may read invoices: ERPNext's Sales User may not."""
    return make.seller_user("Ann", roles=("Sales User", "Accounts User"))


def shown(doc, user="Administrator") -> frappe._dict:
    """What the form of `doc` shows the user."""
    frappe.set_user(user)
    try:
        return frappe._dict(documents.credits(doc.doctype, doc.name))
    finally:
        frappe.set_user("Administrator")


def values(answer, kpi="revenue") -> dict[str, float]:
    return {row["label"]: row["values"].get(kpi) for row in answer.sellers}


def says(answer, *parts: str) -> bool:
    return all(part in " ".join(answer.sentences) for part in parts)


def labels(answer) -> list[str]:
    return [link["label"] for link in answer.links]


def test_each_seller_with_the_amount(settle):
    make.team(["Ann", "Bob"])
    invoice = make.invoice([("Ann", 60), ("Bob", 40)], amount=1000)
    settle()
    answer = shown(invoice)
    assert values(answer) == {"Ann": 600, "Bob": 400}
    assert answer.indicator == {
        "label": "Credited to Ann and Bob",
        "colour": "green",
        "short": "Credited",
    }
    assert [kpi["title"] for kpi in answer.kpis] == ["Revenue"]
    assert (answer.currency, answer.waiting, answer.estimate) == ("USD", False, None)
    assert "voucher_no=" + invoice.name in answer.links[0]["href"]


def test_several_kpis_amounts_first(enable, settle):
    enable("revenue", "units", "new_customers")
    make.sales_person("Ann")
    invoice = make.invoice([("Ann", 100)], items=[(make.item(), 4, 50)])
    settle()
    answer = shown(invoice)
    assert [kpi["code"] for kpi in answer.kpis] == ["revenue", "new_customers", "units"]
    assert answer.sellers[0]["values"] == {"revenue": 200, "units": 4, "new_customers": 1}


def test_what_is_paid_counts_though_the_payment_is_the_voucher(enable, settle):
    enable("collections")
    make.sales_person("Ann")
    invoice = make.invoice([("Ann", 100)], amount=1000)
    make.payment(invoice, 250)
    settle()
    assert values(shown(invoice), "collections") == {"Ann": 250}


def test_before_the_queue_is_drained(settle):
    make.team(["Ann", "Bob"])
    invoice = make.invoice([("Ann", 100)])
    events.flush()
    answer = shown(invoice)
    assert (answer.sellers, answer.waiting) == ([], True)
    assert answer.indicator["label"] == "Waiting to be credited"
    assert says(answer, "waits to be credited")
    settle()
    assert not shown(invoice).waiting
    make.edit_team(invoice, [("Bob", 100)])
    events.flush()
    answer = shown(invoice)
    assert values(answer) == {"Ann": 1000}
    assert answer.indicator["label"] == "Waiting to be credited"


def test_while_crediting_is_paused():
    invoice = make.invoice([(make.sales_person("Ann"), 100)])
    events.flush()
    frappe.db.set_single_value("Sales Targets Settings", "paused", 1)
    assert says(shown(invoice), "paused in Sales Targets Settings")


def test_parked_with_its_error_for_those_who_can_mend_it():
    seller, login = invoicing_seller()
    invoice = make.invoice([(seller, 100)])
    events.flush()
    frappe.db.set_value(
        "Sales Credit Queue", {"unit": invoice.name}, {"parked": 1, "attempts": 5, "error": "No such column"}
    )
    answer = shown(invoice)
    assert answer.indicator["label"] == "Could not be credited"
    assert says(answer, "after 5 attempts", "No such column")
    assert "Uncredited Documents" in labels(answer)
    assert not answer.waiting
    answer = shown(invoice, login)
    assert says(answer, "after 5 attempts") and not says(answer, "No such column")
    assert labels(answer) == []


def test_without_a_team_it_is_nobodys(settle):
    invoice = make.invoice(amount=1000)
    settle()
    answer = shown(invoice)
    assert values(answer) == {"Nobody": 1000}
    assert answer.indicator["colour"] == "red"
    assert says(answer, "no sales team", "Add the sellers")
    link = next(link for link in answer.links if link["label"] == "Uncredited Documents")
    assert f"from_date={invoice.posting_date}" in link["href"]


def test_a_team_that_lacks_to_a_hundred(settle):
    make.sales_person("Ann")
    invoice = make.invoice([("Ann", 100)], amount=1000)
    make.edit_team(invoice, [("Ann", 70)])
    settle()
    answer = shown(invoice)
    assert values(answer) == {"Ann": 700, "Nobody": 300}
    assert answer.indicator["label"] == "Credited to Ann, in part to nobody"
    assert says(answer, "lacks to 100 %")


def test_a_seller_sees_their_own_subtree_alone(settle):
    seller, login = invoicing_seller()
    make.sales_person("Bob")
    invoice = make.invoice([(seller, 60), ("Bob", 40)], amount=1000)
    others = make.invoice([("Bob", 100)], amount=1000)
    nobodys = make.invoice(amount=1000)
    settle()
    answer = shown(invoice, login)
    assert values(answer) == {"Ann": 600}
    assert answer.indicator["label"] == "Credited to Ann"
    assert says(answer, "may not see is left out")
    answer = shown(others, login)
    assert answer.sellers == [] and answer.indicator["label"] == "Credited to other sellers"
    assert "Bob" not in frappe.as_json(answer)
    answer = shown(nobodys, login)
    assert answer.sellers == [] and answer.links == []
    assert says(answer, "no sales team")


def test_a_draft_says_who_will_be_credited(settle):
    seller, login = invoicing_seller()
    make.sales_person("Bob")
    draft = make.invoice([(seller, 60), ("Bob", 40)], submit=False)
    answer = shown(draft)
    assert {row["label"]: row["share"] for row in answer.sellers} == {"Ann": 60, "Bob": 40}
    assert answer.indicator["label"] == "Credited once submitted"
    assert (answer.kpis, answer.links) == ([], [])
    assert [row["label"] for row in shown(draft, login).sellers] == ["Ann"]
    answer = shown(make.invoice(submit=False))
    assert answer.indicator["label"] == "No seller to credit"
    assert says(answer, "Nothing is credited before", "no sales team")


def test_a_return_takes_back_on_its_own_date(settle):
    make.sales_person("Ann")
    invoice = make.invoice([("Ann", 100)], items=[(make.item(), 2, 500)])
    note = make.credit_note(invoice, 0.5)
    settle()
    answer = shown(note)
    assert values(answer) == {"Ann": -500}
    assert answer.indicator["label"] == "Credit taken back from Ann"
    assert says(answer, f"A return of {invoice.name}")
    answer = shown(invoice)
    assert values(answer) == {"Ann": 1000}
    assert says(answer, f"Returned by {note.name}")


def test_cancelled(settle):
    make.sales_person("Ann")
    invoice = make.invoice([("Ann", 100)], amount=1000)
    settle()
    invoice.reload()
    invoice.cancel()
    settle()
    answer = shown(invoice)
    assert answer.sellers == []
    assert answer.indicator["label"] == "Cancelled, not credited"
    assert says(answer, "has been taken back")


def test_overlay_credit_stands_apart(settle):
    make.team(["Ann", "Spec"])
    invoice = make.invoice([("Ann", 100)], amount=1000)
    settle()
    credit("Spec", 1000, unit=invoice.name, voucher_no=invoice.name, overlay=1)
    answer = shown(invoice)
    assert [(row["label"], row["pill"]) for row in answer.sellers] == [("Ann", ""), ("Spec", "Overlay")]


def test_another_currency_than_the_companys(settle):
    make.sales_person("Ann")
    invoice = make.invoice(
        [("Ann", 100)], amount=1000, currency="EUR", debit_to=make.receivable(make.US, "EUR")
    )
    settle()
    answer = shown(invoice)
    assert values(answer) == {"Ann": 1250}
    assert says(answer, "Amounts are in USD")


@pytest.mark.parametrize(
    "fields, sentence",
    [({"is_opening": "Yes"}, "opening entry"), ({"posting_date": "2025-12-31"}, "Documents before")],
)
def test_why_a_document_earns_nothing(settle, fields, sentence):
    frappe.db.set_single_value("Sales Targets Settings", "go_live_date", "2026-01-01")
    invoice = make.invoice([(make.sales_person("Ann"), 100)])
    frappe.db.set_value("Sales Invoice", invoice.name, fields)
    settle()
    answer = shown(invoice)
    assert answer.sellers == []
    assert answer.indicator["label"] == "Not credited"
    assert says(answer, sentence)


def test_no_kpi_is_enabled(enable, settle):
    enable()
    invoice = make.invoice([(make.sales_person("Ann"), 100)])
    settle()
    assert says(shown(invoice), "Enable one under KPI Definition")


def test_orders_and_till_slips_too(enable, settle):
    enable("revenue", "orders_value")
    make.sales_person("Ann")
    order = make.order(team=[("Ann", 100)], amount=700)
    till = make.pos_profile()
    make.pos_opening(till)
    slip = make.pos_invoice(till, [("Ann", 100)], amount=50)
    settle()
    assert values(shown(order), "orders_value") == {"Ann": 700}
    assert values(shown(slip)) == {"Ann": 50}


def test_another_company_is_not_shown(settle):
    seller, login = make.seller_user("Ann", roles=("Sales Manager", "Accounts User"))
    invoice = make.invoice([(seller, 100)])
    settle()
    assert shown(invoice, login).sellers
    make.base.insert(
        "User Permission", user=login, allow="Company", for_value=make.EU.name, applicable_for="Sales Credit",
        apply_to_all_doctypes=0,
    )  # fmt: skip
    assert shown(invoice, login) == {}


def test_who_may_not_see_credits_or_the_document_sees_nothing(settle):
    invoice = make.invoice([(make.sales_person("Ann"), 100)])
    settle()
    clerk = make.user("Accounts User")
    frappe.set_user(clerk)
    assert frappe.has_permission("Sales Invoice", "read", invoice.name)
    assert shown(invoice, clerk) == {}
    manager = make.user("Sales Manager")
    allow(manager, "Company", make.EU.name)
    assert shown(invoice, manager) == {}
    assert documents.credits("Sales Invoice", "no such invoice") == {}
    assert documents.credits("User", "Administrator") == {}


def test_an_error_is_logged_and_nothing_shown(monkeypatch, settle):
    invoice = make.invoice([(make.sales_person("Ann"), 100)])
    settle()
    logged = []
    monkeypatch.setattr(events, "log_failure", logged.append)
    monkeypatch.setattr(documents, "read", lambda doc: 1 / 0)
    frappe.clear_messages()
    assert shown(invoice) == {}
    assert logged == ["form of Sales Invoice"]
    assert frappe.message_log == []


def test_as_many_queries_for_many_rows(statements, settle):
    make.team(["Ann", "Bob", "Cid"])
    small = make.invoice([("Ann", 100)])
    large = make.invoice([("Ann", 40), ("Bob", 30), ("Cid", 30)], items=[(make.item(), 1, 10)] * 12)
    settle()
    shown(small)
    with statements() as few:
        shown(small)
    with statements() as many:
        shown(large)
    assert len(many) <= len(few)


class TestOpportunity:
    """Its seller is the one behind the owner."""

    def test_open_with_its_credit_and_its_seller(self, enable, settle):
        enable("opportunities_created")
        _seller, login = make.seller_user("Ann")
        deal = make.opportunity(login)
        settle()
        answer = shown(deal)
        assert values(answer, "opportunities_created") == {"Ann": 1}
        assert says(answer, "Its seller is Ann")

    def test_without_an_owner(self):
        answer = shown(make.opportunity(None))
        assert answer.indicator["label"] == "Credited to nobody"
        assert says(answer, "Choose the Opportunity Owner")
        assert answer.estimate is None

    def test_an_owner_who_is_no_seller(self):
        login = make.user("Sales User")
        answer = shown(make.opportunity(login))
        assert says(answer, login, "Set this user on an Employee")

    def test_a_seller_of_others_is_not_named(self):
        _ann, login = make.seller_user("Ann")
        _bob, other = make.seller_user("Bob")
        answer = shown(make.opportunity(other), login)
        assert "Bob" not in frappe.as_json(answer)
        assert says(answer, "none of yours")
        assert answer.estimate is None

    def test_what_it_would_pay(self):
        seller, login = make.seller_user("Ann")
        make.rule([(0, 0.05)], members=[seller], title="Five")
        deal = make.opportunity(login, amount=2000, probability=40, date=today())
        answer = shown(deal, login)
        found = frappe._dict(answer.estimate)
        assert (found.pays, found.rate, found.expected) == (100, 5, 40)
        assert [part["title"] for part in found.parts] == ["Five"]
        assert found.parts[0]["href"].startswith(f"{DESK}/incentive-rule/")
        assert found.day == today()

    def test_on_the_day_it_is_expected(self):
        seller, login = make.seller_user("Ann")
        make.rule(members=[seller])
        deal = make.opportunity(login, expected_closing=add_days(today(), 3))
        assert shown(deal).estimate["day"] == add_days(today(), 3)
        deal.db_set("expected_closing", "2020-01-01")
        assert shown(deal).estimate["day"] == today()

    def test_in_another_currency(self):
        seller, login = make.seller_user("Ann")
        make.rule([(0, 0.1)], members=[seller])
        deal = make.opportunity(login, amount=1000, currency="EUR", conversion_rate=1.25)
        found = frappe._dict(shown(deal).estimate)
        assert (found.given, found.given_currency) == (1000, "EUR")
        assert (found.amount, found.currency, found.pays) == (1250, "USD", 125)
        deal.db_set("conversion_rate", 0)
        found = frappe._dict(shown(deal).estimate)
        assert found.pays is None and "exchange rate from EUR to USD" in found.reason

    def test_without_an_amount_or_a_rule(self):
        _seller, login = make.seller_user("Ann")
        deal = make.opportunity(login)
        found = shown(deal).estimate
        assert found["pays"] is None and found["reason"]
        deal.db_set("opportunity_amount", 0)
        assert "Enter the Opportunity Amount" in shown(deal).estimate["reason"]

    def test_won_there_is_nothing_left_to_estimate(self):
        seller, login = make.seller_user("Ann")
        make.rule(members=[seller])
        deal = make.opportunity(login)
        assert shown(deal).estimate
        deal.db_set("status", "Converted")
        assert shown(deal).estimate is None

    def test_a_broken_estimate_leaves_the_credit(self, monkeypatch):
        _seller, login = make.seller_user("Ann")
        deal = make.opportunity(login)
        monkeypatch.setattr(documents.opportunity, "estimate_of", lambda *given: 1 / 0)
        answer = shown(deal)
        assert answer.estimate is None and says(answer, "Its seller is Ann")
