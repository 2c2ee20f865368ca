"""Two sessions at the same target."""

import frappe
import pytest
from frappe.exceptions import QueryDeadlockError, QueryTimeoutError, ValidationError

from sales_targets.crediting import drain
from sales_targets.targets import refresh, revise
from tests.bench import factories as make
from tests.bench.support.kpis import enable
from tests.bench.support.sessions import in_threads, other_session


def submit(name: str) -> str:
    try:
        frappe.get_doc("Sales Target", name).submit()
        frappe.db.commit()
    except (ValidationError, QueryDeadlockError, QueryTimeoutError) as error:
        frappe.db.rollback()
        return type(error).__name__
    return "submitted"


@pytest.mark.committed
def test_of_two_overlapping_submits_at_once_one_is_refused():
    enable("revenue")
    seller = make.sales_person()
    names = [make.target(seller, submit=False).name for _number in range(2)]
    frappe.db.commit()
    outcomes = in_threads(*(lambda name=name: submit(name) for name in names))
    assert outcomes.count("submitted") == 1
    assert frappe.db.count("Sales Target", {"sales_person": seller, "docstatus": 1}) == 1


@pytest.mark.committed
def test_a_revision_that_did_not_see_the_one_before_it_is_refused():
    enable("revenue")
    name = make.target(make.sales_person(), [("revenue", 12000)]).name
    frappe.db.commit()
    frappe.db.sql("select 1 from `tabSales Target`")  # from here on this session sees no later revision
    with other_session():
        revise.revise(name, 1, 24000, "2026-07-01", "First")
        frappe.db.commit()
    with pytest.raises(frappe.TimestampMismatchError):
        revise.revise(name, 1, 36000, "2026-04-01", "Second")
    frappe.db.rollback()
    revise.revise(name, 1, 36000, "2026-04-01", "Once more")
    rows = frappe.get_all("Sales Target Period", {"parent": name}, pluck="target", order_by="idx")
    assert rows == [1000] * 3 + [3000] * 3 + [2000] * 6


@pytest.mark.committed
def test_a_credit_posted_while_a_target_is_submitted_is_seen():
    enable("revenue")
    seller = make.sales_person()
    target = make.target(seller, submit=False)
    make.invoice([(seller, 100)], amount=1000)
    frappe.db.commit()
    target.reload()  # from here on this session sees no later credit
    with other_session():
        drain.drain(refresh=refresh.refresh)
    target.submit()
    frappe.db.commit()
    drain.drain(refresh=refresh.refresh)
    frappe.db.commit()
    assert frappe.db.get_value("Sales Target KPI", {"parent": target.name}, "achieved") == 1000
