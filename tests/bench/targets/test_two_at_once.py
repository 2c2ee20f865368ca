"""Two sessions at the same target."""

import frappe
import pytest
from frappe.exceptions import QueryDeadlockError, QueryTimeoutError, ValidationError

from tests.bench import factories as make
from tests.bench.support.kpis import enable
from tests.bench.support.sessions import in_threads


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
