"""Sales Targets Settings, and trying parked documents again."""

import frappe
import pytest

from sales_targets.crediting import queue
from sales_targets.sales_targets.doctype.sales_credit_queue.retry import try_again
from sales_targets.sales_targets.doctype.sales_targets_settings import sales_targets_settings
from tests.bench import factories as make
from tests.bench.kpi.kpis import refused


@pytest.fixture
def settings():
    doc = frappe.get_doc("Sales Targets Settings")
    doc.update({"at_risk_below": 95, "behind_below": 80, "history_days": 365, "go_live_date": None})
    return doc


@pytest.fixture
def backfills(monkeypatch):
    asked = []
    monkeypatch.setattr(sales_targets_settings.backfill, "enqueue_backfill", asked.append)
    return asked


@pytest.mark.parametrize(
    "values, part",
    [
        ({"behind_below": 96}, "must not be above"),
        ({"at_risk_below": 101}, "between 0 and 100"),
        ({"behind_below": -1}, "between 0 and 100"),
        ({"history_days": 0}, "between 1 and"),
        ({"go_live_date": "1900-01-01"}, "too long ago"),
        ({"default_holiday_list": "none such"}, "none such"),
    ],
)
def test_what_contradicts_itself(settings, values, part):
    settings.update(values)
    refused(settings, part)


def test_equal_limits_are_fine(settings):
    settings.update({"behind_below": 90, "at_risk_below": 90})
    settings.save()


def test_another_go_live_date_credits_anew(settings, enable, backfills):
    enable("revenue", "win_rate")
    settings.save()
    backfills.clear()
    settings.go_live_date = "2026-01-01"
    settings.save()
    assert sorted(backfills) == ["closed_count", "revenue", "won_count"]
    settings.save()
    assert len(backfills) == 3


def test_other_reasons_credit_their_kpi_anew(settings, enable, backfills):
    enable("revenue", "lost_no_decision_count")
    settings.save()
    backfills.clear()
    settings.append("no_decision_reasons", {"lost_reason": make.lost_reason()})
    settings.save()
    assert backfills == ["lost_no_decision_count"]


def park():
    queue.note("Sales Invoice", ["no such invoice"])
    name = frappe.db.get_value("Sales Credit Queue", {"unit": "no such invoice"})
    frappe.db.set_value(
        "Sales Credit Queue",
        name,
        {"attempts": 5, "parked": 1, "next_try": "2099-01-01 00:00:00", "error": "Gone"},
    )
    return name


def test_parked_rows_are_tried_again():
    name = park()
    assert sales_targets_settings.waiting()["parked"] == 1
    frappe.set_user(make.user("Sales Manager"))
    assert try_again([name]) == 1
    row = frappe.db.get_value("Sales Credit Queue", name, ["attempts", "parked", "next_try"])
    assert row == (0, 0, None)


def test_all_that_failed():
    name = park()
    assert try_again() == 1
    assert not frappe.db.get_value("Sales Credit Queue", name, "parked")


def test_sellers_do_not_retry():
    frappe.set_user(make.user("Sales User"))
    assert sales_targets_settings.waiting()
    with pytest.raises(frappe.PermissionError):
        try_again()
