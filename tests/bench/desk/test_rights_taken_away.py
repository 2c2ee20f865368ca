"""Sites that take rights of a role away: what is not to be read is not shown elsewhere, and nothing breaks."""

from datetime import date

import frappe
import pytest
from frappe.permissions import setup_custom_perms
from frappe.utils import today

from sales_targets.desk import digest, digest_rows, documents, masters, mine
from sales_targets.desk.audience import Tree
from sales_targets.targets.standing import standings
from tests.bench import factories as make

COMPANY = "Targets Test"


@pytest.fixture
def forbid():
    """`forbid("Sales Credit")`: a Sales User may not read it any more."""
    touched = []

    def take(doctype: str) -> None:
        touched.append(doctype)
        setup_custom_perms(doctype)
        frappe.db.set_value("Custom DocPerm", {"parent": doctype, "role": "Sales User"}, "read", 0)
        frappe.clear_cache(doctype=doctype)

    yield take
    frappe.db.rollback()
    for doctype in touched:
        frappe.clear_cache(doctype=doctype)


@pytest.fixture
def ann(enable) -> tuple[str, str]:
    enable("revenue")
    make.rule([(0, 0.05)], first=f"{date.today().year}-01-01")
    return make.seller_user("Ann")


def test_without_statements_there_is_no_estimate(ann, forbid):
    deal = make.opportunity(ann[1], amount=1000)
    forbid("Commission Statement")
    frappe.set_user(ann[1])
    found = mine.mine(company=COMPANY)
    assert (found["commission"], found["statements"]) == (None, None)
    assert documents.credits("Opportunity", deal.name)["estimate"] is None
    with pytest.raises(frappe.PermissionError):
        mine.one_more(ann[0], COMPANY, 2000)


def test_without_credits_a_customer_has_none(ann, forbid, settle):
    customer = make.customer()
    make.invoice([(ann[0], 100)], amount=1000, customer=customer, date=today())
    settle()
    frappe.set_user(ann[1])
    assert masters.standing_of("Customer", customer)["sellers"]
    frappe.set_user("Administrator")
    forbid("Sales Credit")
    frappe.set_user(ann[1])
    assert masters.standing_of("Customer", customer) == {}


def test_without_statements_the_digest_goes_without_them(ann, forbid):
    year = date.today().year
    target = make.target(ann[0], first=f"{year}-01-01", last=f"{year}-12-31")
    forbid("Commission Statement")
    reader = digest.audience.readers([ann[1]])[ann[1]]
    found = {one.target.name: one for one in standings([target.name])}
    with digest.acting_as(ann[1]):
        assert digest_rows.waiting() == []
        assert digest.compose(reader, Tree(), found)["waiting"] == []
