"""Two people who post the same payout at once, and a job that comes after them."""

import frappe
import pytest

from sales_targets.compensation import payouts
from tests.bench import factories as make
from tests.bench.factories import payouts as pay
from tests.bench.support.sessions import in_threads


def post(name):
    """Post and commit, as a request or a job does; the payout's document."""
    outcome = payouts.pay(name)
    frappe.db.commit()
    return outcome.name


@pytest.mark.committed
def test_one_payout_is_posted():
    pay.pays_by("Journal Entry")
    seller = make.sales_person()
    doc = pay.approved(seller, 100)
    assert doc.payout_status == "Pending"
    frappe.db.set_value("Sales Person", seller, "employee", make.make_employee().name)
    frappe.db.commit()
    first, second = in_threads(lambda: post(doc.name), lambda: post(doc.name))
    assert first and first == second == post(doc.name)
    assert frappe.db.count("Journal Entry", {"cheque_no": doc.name, "docstatus": 1}) == 1
