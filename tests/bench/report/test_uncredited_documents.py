"""Uncredited Documents: what earned nobody credit, what is parked, what waits."""

import frappe
import pytest
from frappe.utils import add_to_date, now_datetime

from sales_targets.sales_targets.report.uncredited_documents import uncredited_documents as report_module
from tests.bench import factories as make
from tests.bench.report.book import allow, credit, refused, run, summary

Q1 = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-03-31"}


@pytest.fixture(autouse=True)
def figures(enable) -> None:
    enable("revenue", "units")
    make.sales_person("Ann")
    frappe.db.delete("Sales Credit Queue")


def report(user="Administrator", **filters):
    return run("Uncredited Documents", user, **{**Q1, **filters})


def queue(unit, *, source="Sales Invoice", minutes=60, attempts=0, parked=0, error=""):
    """A row of the queue that was noted so many minutes ago."""
    row = make.base.insert(
        "Sales Credit Queue", source=source, unit=unit, attempts=attempts, parked=parked, error=error
    )
    noted = add_to_date(now_datetime(), minutes=-minutes)
    frappe.db.set_value("Sales Credit Queue", row.name, "creation", noted, update_modified=False)
    return row.name


def values(result, field="value"):
    return [row.get(field) for row in result["result"]]


def test_documents_of_nobody_with_their_reason():
    credit("", 30, reason="no_team")
    credit("", 400, reason="team_short")
    credit("Ann", 5000)
    result = report()
    assert values(result) == [400, 30]
    assert values(result, "why") == ["The team lacks to 100 %", "No sales team"]
    assert values(report(reason="no_team")) == [30]
    assert summary(result)["Revenue without a Seller"] == 430
    assert summary(result)["Credits without a Seller"] == 2


def test_what_was_credited_later_is_gone():
    voucher = credit("", 30)
    credit("", -30, voucher_no=voucher, kind="correction")
    credit("Ann", 30, voucher_no=voucher)
    assert values(report()) == []
    assert "Everything" in report()["message"]


def test_one_row_for_a_document_of_several_lines():
    voucher = credit("", 30)
    credit("", 12, voucher_no=voucher, voucher_row="2")
    assert values(report()) == [42]


def test_a_kpi_of_the_whole_company_has_nobody_on_purpose():
    credit("", 30, reason="")
    assert values(report()) == []


def test_one_kpi():
    credit("", 30)
    credit("", 3, kpi="units")
    assert values(report(kpi="units")) == [3]
    assert len(values(report())) == 2


def test_parked_rows_come_first_with_their_error_and_can_be_tried_again():
    credit("", 30)
    invoice = make.invoice([("Ann", 100)])
    name = queue(invoice.name, attempts=5, parked=1, error="Unknown column")
    row = report()["result"][0]
    assert (row["state"], row["voucher_type"], row["voucher_no"]) == ("Parked", "Sales Invoice", invoice.name)
    assert (row["why"], row["attempts"], row["queue"], row["retry"]) == (
        "Unknown column",
        5,
        name,
        "Try Again",
    )
    assert (summary(report())["Parked"], summary(report())["Waiting"]) == (1, 0)


def test_a_document_waits_too_long_after_some_minutes():
    queue(make.invoice([("Ann", 100)]).name, minutes=20)
    assert values(report(), "state") == ["Waiting"]
    assert values(report(waiting_minutes=30), "state") == []


def test_the_queue_of_other_companies():
    queue(make.invoice([("Ann", 100)], company=make.EU).name)
    assert values(report()) == []
    assert values(report(company=make.EU.name), "state") == ["Waiting"]


def test_a_document_that_is_gone_is_shown_to_those_who_may_see_every_company():
    queue("No such invoice")
    queue("Anything", source="No such DocType")
    assert len(values(report())) == 2
    manager = make.user("Sales Manager")
    allow(manager, "Company", make.US.name)
    assert values(report(manager)) == []


def test_the_chart_counts_documents_by_reason():
    for value in (10, 20):
        credit("", value)
    credit("", 5, reason="user_without_seller")
    queue("No such invoice", attempts=5, parked=1)
    data = report()["chart"]["data"]
    assert dict(zip(data["labels"], data["datasets"][0]["values"], strict=True)) == {
        "No sales team": 2,
        "User without a Sales Person": 1,
        "Parked": 1,
    }


def test_beyond_the_limit_the_report_says_so(monkeypatch):
    for value in (10, 30, 20):
        credit("", value)
    monkeypatch.setattr(report_module, "MOST_ROWS", 2)
    result = report()
    assert values(result) == [30, 20]
    assert summary(result)["Revenue without a Seller"] == 60
    assert "<strong>3</strong>" in result["message"]


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"to_date": "2025-12-31"}, "before the first"),
        ({"kpi": "happiness"}, "happiness"),
        ({"reason": "bad luck"}, "bad luck"),
        ({"waiting_minutes": "soon"}, "minutes"),
    ],
)
def test_nonsense_is_refused_with_a_message(filters, words):
    with refused(words):
        report(**filters)
