"""Opportunities: created, won, lost and taken back, along every path that ERPNext has."""

from datetime import date
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_days, getdate, nowdate

from sales_targets.crediting import drain, events
from sales_targets.engine import kpi
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows, totals

COUNTS = ("won_count", "lost_count", "closed_count", "lost_to_competitor_count", "lost_no_decision_count")
RATIOS = (
    "win_rate",
    "lost_to_competitor_rate",
    "lost_no_decision_rate",
    "average_deal_value",
    "sales_cycle_days",
)


@pytest.fixture
def ann(enable) -> str:
    """The user of the seller Ann."""
    enable("opportunities_created", "won_value", *COUNTS, *RATIOS)
    login = make.user("Sales User")
    make.sales_person("Ann", user=login)
    return login


@pytest.fixture
def deals(settle):
    """`deals()`: credit what waits, check the ledger, and return {KPI: Ann's sum} without zeros."""

    def look() -> dict[str, Decimal]:
        settle()
        assert_settled()
        codes = ("opportunities_created", "won_value", "won_days", *COUNTS)
        for code in codes:
            assert totals(code) == credited(code)
        found = {code: credited(code).get("Ann", 0) for code in codes}
        return {code: value for code, value in found.items() if value}

    return look


def stamp(name: str) -> tuple[str, date, str] | None:
    """(outcome, day, origin) of an opportunity's only stamp."""
    found = frappe.get_all(
        "Sales Outcome Stamp",
        filters={"opportunity": name},
        fields=["outcome", "stamped_on", "origin"],
    )
    assert len(found) <= 1
    return (found[0].outcome, found[0].stamped_on, found[0].origin) if found else None


def forget(name: str) -> None:
    """Take away what this app knows of an opportunity, as before it was installed."""
    frappe.db.delete("Sales Outcome Stamp", {"opportunity": name})
    frappe.local.sales_targets_notes.clear()
    frappe.db.delete("Sales Credit Queue", {"unit": name})


WON = {"opportunities_created": 1, "won_value": 700, "won_count": 1, "closed_count": 1}
OPEN = {"opportunities_created": 1}


def test_created_on_its_own_day_for_its_owner(ann, deals):
    make.opportunity(ann, date="2026-02-03")
    assert deals() == OPEN
    (row,) = rows("opportunities_created")
    assert (str(row.posting_date), row.company) == ("2026-02-03", make.US.name)


def test_won_through_quotation_and_order_and_lost_again(ann, deals):
    deal = make.opportunity(ann, amount=700, date=add_days(nowdate(), -12))
    quote = make.quotation(deal)
    assert deals() == OPEN
    order = make.order(quote)
    assert deals() == WON | {"won_days": 12}
    assert stamp(deal.name) == ("Won", getdate(), "Event")
    assert {row.posting_date for row in rows("won_value")} == {getdate()}
    order.reload()
    order.cancel()
    assert frappe.db.get_value("Opportunity", deal.name, "status") == "Quotation"
    assert deals() == OPEN
    again = make.order(quote)
    assert deals() == WON | {"won_days": 12}
    again.reload()
    again.cancel()
    quote.reload()
    quote.cancel()
    assert frappe.db.get_value("Opportunity", deal.name, "status") == "Open"
    assert deals() == OPEN


def test_a_partly_ordered_quotation_wins_nothing_yet(ann, deals):
    deal = make.opportunity(ann, amount=700, items=[(make.item(), 400), (make.item(), 300)])
    quote = make.quotation(deal)
    order = make.order(quote, submit=False)
    order.items = order.items[:1]
    order.save()
    order.submit()
    assert frappe.db.get_value("Quotation", quote.name, "status") == "Partially Ordered"
    assert deals() == OPEN
    rest = make.order(quote, submit=False)
    rest.items = [row for row in rest.items if row.item_code != order.items[0].item_code]
    rest.save()
    rest.submit()
    assert deals()["won_count"] == 1


def test_won_in_euros_at_the_days_rate(ann, deals):
    deal = make.opportunity(ann, amount=800, currency="EUR")
    deal.db_set("status", "Converted")
    assert deals()["won_value"] == 1000
    for rate in (0, None):
        # Rows written past ERPNext: an amount without a rate is taken as it stands.
        frappe.db.sql(
            "update tabOpportunity set conversion_rate = ifnull(%s, 0), modified = now() where name = %s",
            (rate, deal.name),
        )
        frappe.get_doc("Opportunity", deal.name).db_set("title", str(rate))
        assert deals()["won_value"] == 800


def test_amount_changed_after_the_deal_was_won(ann, deals):
    deal = make.opportunity(ann, amount=700)
    deal.db_set("status", "Converted")
    assert deals()["won_value"] == 700
    deal.reload()
    deal.opportunity_amount = 900
    deal.save()
    assert deals()["won_value"] == 900
    assert stamp(deal.name)[0] == "Won"


def test_lost_with_reason_and_competitor(ann, deals):
    make.lose(make.opportunity(ann), "Price", "Acme")
    assert deals() == OPEN | {"lost_count": 1, "closed_count": 1, "lost_to_competitor_count": 1}


def test_lost_to_no_decision_as_the_settings_say(ann, deals):
    make.lost_reason("Opportunity", "Postponed")
    settings = frappe.get_doc("Sales Targets Settings")
    settings.set("no_decision_reasons", [{"lost_reason": "Postponed"}])
    settings.save()
    make.lose(make.opportunity(ann), "Postponed")
    make.lose(make.opportunity(ann), "Postponed", "Acme")  # somebody else did decide
    make.lose(make.opportunity(ann), "Price")
    assert deals() == {
        "opportunities_created": 3,
        "lost_count": 3,
        "closed_count": 3,
        "lost_to_competitor_count": 1,
        "lost_no_decision_count": 1,
    }


def test_lost_through_its_quotation_which_names_the_competitor(ann, deals):
    make.lost_reason("Opportunity", "Postponed")
    settings = frappe.get_doc("Sales Targets Settings")
    settings.set("no_decision_reasons", [{"lost_reason": "Postponed"}])
    settings.save()
    first, second = make.opportunity(ann), make.opportunity(ann)
    make.lose(make.quotation(first), "Price", "Acme")
    make.lose(make.quotation(second), "Postponed")
    assert {frappe.db.get_value("Opportunity", one.name, "status") for one in (first, second)} == {"Lost"}
    assert deals() == {
        "opportunities_created": 2,
        "lost_count": 2,
        "closed_count": 2,
        "lost_to_competitor_count": 1,
        "lost_no_decision_count": 1,
    }


def test_without_reasons_in_the_settings_nothing_is_no_decision(ann, deals):
    settings = frappe.get_doc("Sales Targets Settings")
    settings.set("no_decision_reasons", [])
    settings.save()
    make.lose(make.opportunity(ann), "Postponed")
    assert deals() == OPEN | {"lost_count": 1, "closed_count": 1}


def test_status_set_for_many_from_the_list(ann, deals):
    from erpnext.crm.doctype.opportunity.opportunity import set_multiple_status

    names = [make.opportunity(ann, amount=100).name for _ in range(2)]
    set_multiple_status(frappe.as_json(names), "Converted")
    assert deals()["won_value"] == 200
    set_multiple_status(frappe.as_json(names), "Lost")
    assert deals() == {"opportunities_created": 2, "lost_count": 2, "closed_count": 2}
    set_multiple_status(frappe.as_json(names), "Open")
    assert deals() == {"opportunities_created": 2}
    assert stamp(names[0])[0] == "Reopened"


def test_open_written_by_the_nightly_job_leaves_the_deal_won(ann, deals):
    deal = make.opportunity(ann, amount=700, date=nowdate())
    order = make.order(make.quotation(deal))
    assert deals() == WON
    frappe.db.set_value("Opportunity", deal.name, "status", "Open")
    drain.process("Opportunity", [deal.name], commit=False)  # as the nightly verification does
    assert deals() == WON
    deal.reload()
    deal.contact_email = "buyer@example.com"
    deal.save()
    assert deals() == WON
    # The order goes, and with it the deal, whatever the status says.
    order.reload()
    order.cancel()
    assert deals() == OPEN


def test_reopened_by_a_user_it_is_no_longer_won_for_good(ann, deals):
    deal = make.opportunity(ann, amount=700, date=nowdate())
    make.order(make.quotation(deal))
    assert deals() == WON
    deal.reload()
    deal.status = "Open"
    deal.save()
    assert deals() == OPEN
    # Its quotation is still ordered: the nightly verification must not win it again.
    drain.process("Opportunity", [deal.name], commit=False)
    assert deals() == OPEN
    deal.status = "Converted"
    deal.save()
    assert deals() == WON


def test_closing_a_won_deal_keeps_it_won(ann, deals):
    deal = make.opportunity(ann, amount=700, date=nowdate())
    deal.db_set("status", "Converted")
    assert deals() == WON
    deal.reload()
    deal.status = "Closed"
    deal.save()
    assert deals() == WON


def test_closing_an_open_deal_wins_nothing(ann, deals):
    deal = make.opportunity(ann)
    deal.status = "Closed"
    deal.save()
    assert deals() == OPEN


def test_the_day_is_that_of_the_change_and_not_of_a_later_edit(ann, settle):
    deal = make.opportunity(ann, amount=700)
    settle()
    deal.db_set("status", "Converted")
    events.flush()
    frappe.db.sql("update `tabSales Credit Queue` set creation = '2026-05-04 10:00:00'")
    deal.reload()
    deal.contact_email = "buyer@example.com"
    deal.save()
    settle()
    assert stamp(deal.name) == ("Won", date(2026, 5, 4), "Event")


def test_backfill_of_deals_won_before_the_app_was_there(ann, deals):
    by_order, by_hand, reset = (make.opportunity(ann, amount=100, date="2026-01-05") for _ in range(3))
    make.order(make.quotation(by_order), date="2026-02-20")
    by_hand.db_set("status", "Converted")
    frappe.db.set_value("Opportunity", by_hand.name, "modified", "2026-03-03 09:00:00", update_modified=False)
    make.order(make.quotation(reset), date="2026-02-25")
    frappe.db.set_value("Opportunity", reset.name, "status", "Open")
    names = [by_order.name, by_hand.name, reset.name]
    for name in names:
        forget(name)
    drain.process("Opportunity", names, commit=False)
    assert [stamp(name) for name in names] == [
        ("Won", date(2026, 2, 20), "Backfill"),
        ("Won", date(2026, 3, 3), "Backfill"),
        ("Won", date(2026, 2, 25), "Backfill"),
    ]
    # 46, 57 and 51 days.
    assert deals()["won_days"] == 154


def test_an_edit_of_an_old_won_deal_does_not_win_it_today(ann, deals):
    deal = make.opportunity(ann, amount=100, date="2026-01-05")
    make.order(make.quotation(deal), date="2026-02-20")
    forget(deal.name)
    deal.reload()
    deal.contact_email = "buyer@example.com"
    deal.save()
    assert deals()["won_count"] == 1
    assert stamp(deal.name) == ("Won", date(2026, 2, 20), "Backfill")


def test_a_quotation_without_items_of_the_opportunity(ann, deals):
    deal = make.opportunity(ann, amount=100, date="2026-01-05")
    deal.items = []
    deal.save()
    quote = make.quotation(opportunity=deal.name)
    make.order(quote, date="2026-02-20")
    forget(deal.name)
    drain.process("Opportunity", [deal.name], commit=False)
    assert stamp(deal.name) == ("Won", date(2026, 2, 20), "Backfill")
    assert deals()["won_count"] == 1


def test_deleting_an_opportunity(ann, deals):
    deal = make.opportunity(ann, amount=700)
    deal.db_set("status", "Converted")
    assert deals()["won_count"] == 1
    frappe.delete_doc("Opportunity", deal.name)
    assert deals() == {}
    assert stamp(deal.name) is None


def test_renaming_an_opportunity(ann, deals):
    deal = make.opportunity(ann, amount=700, date=nowdate())
    deal.db_set("status", "Converted")
    assert deals() == WON
    frappe.rename_doc("Opportunity", deal.name, "CRM-OPP-RENAMED", force=True)
    assert deals() == WON
    assert stamp("CRM-OPP-RENAMED") == ("Won", getdate(), "Event")
    assert {row.unit for row in rows("won_count") if row.value > 0} == {deal.name, "CRM-OPP-RENAMED"}


def test_another_owner_takes_the_deal(ann, deals):
    deal = make.opportunity(ann, amount=700)
    deal.db_set("status", "Converted")
    assert deals()["won_value"] == 700
    bob = make.user("Sales User")
    make.sales_person("Bob", user=bob)
    deal.reload()
    deal.opportunity_owner = bob
    deal.save()
    assert deals() == {}
    assert credited("won_value") == {"Bob": 700}


def test_owners_who_are_no_sellers(ann, deals):
    stranger = make.user("Sales User")
    make.opportunity(stranger)
    unowned = make.opportunity(ann)
    frappe.db.set_value("Opportunity", unowned.name, "opportunity_owner", None)
    assert deals() == {}
    assert sorted(row.reason for row in rows("opportunities_created")) == ["no_user", "user_without_seller"]
    # The employee is found later: the next change to the deal credits it.
    make.sales_person("Bob", user=stranger)
    drain.process("Opportunity", [row.unit for row in rows("opportunities_created")], commit=False)
    assert credited("opportunities_created") == {"Bob": 1, "": 1}
    assert_settled()


def test_ratios_of_sums(ann, deals):
    for amount, days in ((700, 10), (200, 20)):
        deal = make.opportunity(ann, amount=amount, date=add_days(nowdate(), -days))
        deal.db_set("status", "Converted")
    make.lose(make.opportunity(ann), "Price", "Acme")
    make.lose(make.opportunity(ann), "Price")
    sums = deals()
    formulas = {code: frappe.db.get_value("KPI Definition", code, "formula") for code in RATIOS}
    found = {
        code: kpi.resolve(code, formulas, sums | {"lost_no_decision_count": Decimal(0)}) for code in RATIOS
    }
    assert found == {
        "win_rate": Decimal("0.5"),
        "lost_to_competitor_rate": Decimal("0.25"),
        "lost_no_decision_rate": 0,
        "average_deal_value": 450,
        "sales_cycle_days": 15,
    }
    assert kpi.resolve("win_rate", formulas, {}) is None


def test_the_number_of_queries_does_not_grow_with_the_batch(ann, deals, statements):
    names = []
    for number in range(6):
        deal = make.opportunity(ann, amount=10)
        deal.db_set("status", "Converted" if number % 2 else "Open")
        names.append(deal.name)
    assert deals()["won_count"] == 3

    def count(units):
        with statements() as seen:
            drain.process("Opportunity", units, commit=False)
        return len(seen)

    assert count(names[:2]) == count(names)
