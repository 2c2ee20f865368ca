"""Any past day's version of a statement."""

import frappe
import pytest

from sales_targets.compensation import adjustments
from sales_targets.compensation.known import as_known_on
from tests.bench import factories as make
from tests.bench.factories import statements as pay


@pytest.fixture
def ann(enable):
    enable("revenue")
    return make.sales_person("Ann")


def sell(seller, amount, day="2026-01-20"):
    return make.invoice([(seller, 100)], amount=amount, date=day)


def recorded(day, unit):
    """Have the credits of a document recorded on a day in the past."""
    frappe.db.sql("update `tabSales Credit` set recorded_at = %s where unit = %s", (f"{day} 12:00:00", unit))


def approved(day):
    frappe.db.sql("update `tabIncentive Rule` set approved_on = %s", (f"{day} 12:00:00",))


def test_only_what_was_recorded_by_then_counts(ann, settle):
    make.rule([(0, 0.05), (1000, 0.10)], members=[ann], title="Base")
    early, late = sell(ann, 1000), sell(ann, 500)
    settle()
    approved("2026-01-01")
    recorded("2026-01-20", early.name)
    recorded("2026-02-03", late.name)
    doc = pay.draft(ann)
    assert doc.earned == 100
    then = as_known_on(doc.name, "2026-02-01")
    assert then["totals"]["earned"] == {"then": 50, "now": 100, "difference": 50}
    (line,) = then["lines"]
    assert (line["rule_title"], line["measured"]["difference"]) == ("Base", 500)
    assert as_known_on(doc.name, "2026-02-03")["totals"]["earned"]["difference"] == 0


def test_a_rule_approved_later_was_not_known(ann, settle):
    make.rule([(0, 0.05)], members=[ann])
    recorded("2026-01-20", sell(ann, 1000).name)
    settle()
    recorded("2026-01-20", frappe.get_all("Sales Credit", pluck="unit")[0])
    approved("2026-02-10")
    doc = pay.draft(ann)
    assert as_known_on(doc.name, "2026-02-01")["totals"]["earned"] == {"then": 0, "now": 50, "difference": 50}


def test_attainment_of_that_day(enable, settle):
    enable("revenue", "units")
    ann = make.sales_person("Ann")
    make.target(ann, [("units", 2)], first="2026-01-01", last="2026-01-31")
    make.rule([(0, 0.10)], members=[ann], gates=[{"kpi": "units", "least": 100}])
    early, late = sell(ann, 1000), sell(ann, 10)
    settle()
    approved("2026-01-01")
    recorded("2026-01-20", early.name)
    recorded("2026-02-03", late.name)
    doc = pay.draft(ann)
    assert doc.earned == 101
    # One unit of two was sold as far as anybody knew: the gate was shut.
    assert as_known_on(doc.name, "2026-02-01")["totals"]["earned"]["then"] == 0


def test_an_adjustment_granted_later_was_not_known(ann, settle):
    make.rule([(0, 0.05)], members=[ann])
    early = sell(ann, 1000)
    settle()
    approved("2026-01-01")
    recorded("2026-01-20", early.name)
    doc = pay.draft(ann)
    boss = make.user("Sales Manager")
    frappe.set_user(boss)
    name = adjustments.ask(doc.name, 30, "The exhibition")
    frappe.set_user("Administrator")
    adjustments.grant(name)
    frappe.db.set_value("Commission Adjustment", name, "granted_on", "2026-02-10 12:00:00")
    beside = as_known_on(doc.name, "2026-02-09")["totals"]
    assert beside["adjustment_total"] == {"then": 0, "now": 30, "difference": 30}
    assert beside["net"] == {"then": 50, "now": 80, "difference": 30}
    assert as_known_on(doc.name, "2026-02-10")["totals"]["net"]["difference"] == 0


def test_a_submitted_statement_is_recomputed_on_what_it_built_on(ann, settle):
    make.rule([(0, 0.05)], members=[ann])
    sell(ann, 1000)
    settle()
    approved("2026-01-01")
    first = pay.paid(ann, 1)
    sell(ann, 400, "2026-02-20")
    settle()
    second = pay.paid(ann, 2)
    today = frappe.utils.nowdate()
    assert as_known_on(first.name, today)["totals"]["earned"] == {"then": 50, "now": 50, "difference": 0}
    assert as_known_on(second.name, today)["totals"]["earned"] == {"then": 20, "now": 20, "difference": 0}


def test_nothing_is_written(ann, settle, statements):
    make.rule([(0, 0.05)], members=[ann])
    sell(ann, 1000)
    settle()
    doc = pay.draft(ann)
    with statements() as seen:
        as_known_on(doc.name, frappe.utils.nowdate())
    assert not [one for one in seen if one.lstrip().lower().startswith(("insert", "update", "delete"))]


def test_what_lies_after_the_statement_is_not_its_business(ann, settle):
    make.rule([(0, 0.05)], members=[ann])
    sell(ann, 1000)
    settle()
    doc = pay.draft(ann)
    with pytest.raises(frappe.ValidationError, match="nothing later"):
        as_known_on(doc.name, frappe.utils.add_days(frappe.utils.nowdate(), 2))


def test_who_may_not_read_the_statement_may_not_ask(ann, settle):
    make.rule([(0, 0.05)], members=[ann])
    sell(ann, 1000)
    settle()
    doc = pay.draft(ann)
    frappe.set_user(make.seller_user()[1])
    with pytest.raises(frappe.PermissionError):
        as_known_on(doc.name, frappe.utils.nowdate())
