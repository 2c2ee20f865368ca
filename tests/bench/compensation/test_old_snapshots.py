"""Of two people who do the same at once the second acts on what the first has committed, also where the database
refuses to lock a row that changed since the transaction began (error 1020)."""

import frappe
import pytest

from sales_targets.compensation import adjustments, disputes, payouts, run as runs
from sales_targets.sales_targets.doctype.incentive_rule import versions
from sales_targets.targets import revise, validation
from tests.bench import factories as make
from tests.bench.factories import payouts as pay, statements
from tests.bench.factories.commission import statement_row
from tests.bench.support.snapshots import isolate, meanwhile

pytestmark = pytest.mark.committed


@pytest.fixture(params=[True, False], ids=["refused", "allowed"], autouse=True)
def snapshot_isolation(request):
    """Both ways of the database, where it knows both."""
    isolate(request.param)
    yield
    frappe.db.rollback()
    isolate(True)


@pytest.fixture
def ann(enable, settle):
    """A seller with 5 % on 1,000 in January."""
    enable("revenue")
    name = make.sales_person()
    make.rule([(0, 0.05)], members=[name])
    make.invoice([(name, 100)], amount=1000, date="2026-01-20")
    settle()
    return name


@pytest.fixture
def unpaid():
    """The name of an approved statement whose payout can be posted by now."""
    pay.pays_by("Journal Entry")
    seller = make.sales_person()
    doc = pay.approved(seller, 100)
    frappe.db.set_value("Sales Person", seller, "employee", make.make_employee().name)
    return doc.name


@pytest.mark.parametrize("written_before", [False, True])
def test_a_payout_is_posted_once(unpaid, written_before):
    with meanwhile():
        first = payouts.pay(unpaid).name
    if written_before:  # the transaction cannot begin anew then
        make.sales_person("Written before")
    assert first and payouts.pay(unpaid).name == first
    frappe.db.commit()
    assert frappe.db.count("Journal Entry", {"cheque_no": unpaid, "docstatus": 1}) == 1


def test_a_statement_is_written_once(ann):
    with meanwhile():
        statements.draft(ann)
    assert statements.calculate(ann).made == []
    frappe.db.commit()
    assert frappe.db.count("Commission Statement", {"sales_person": ann}) == 1


def test_a_statement_does_not_build_on_one_that_is_no_longer_the_last(ann):
    doc = statements.draft(ann)
    with meanwhile():
        statement_row(ann, [{"rule": doc.lines[0].rule, "earned": 50}], first="2026-01-01")
    with pytest.raises(frappe.ValidationError, match="recomputed"):
        statements.approve(doc)


def test_a_dispute_is_answered_once():
    who, login = make.seller_user()
    doc = pay.draft(who, 100, state="Acknowledged")
    frappe.set_user(login)
    name = disputes.open_dispute(doc.name, doc.lines[0].name, 20, "A deal is missing")
    frappe.set_user("Administrator")
    with meanwhile():
        disputes.decide(name, "Denied", answer="It was another's")
    with pytest.raises(frappe.ValidationError, match="answered already"):
        disputes.decide(name, "Accepted")
    assert not frappe.db.exists("Commission Adjustment", {"dispute": name})


def test_a_line_is_disputed_once():
    doc = pay.draft(make.sales_person(), 100, state="Acknowledged")
    with meanwhile():
        first = disputes.open_dispute(doc.name, doc.lines[0].name, 20, "A deal is missing")
    with pytest.raises(frappe.ValidationError, match=first):
        disputes.open_dispute(doc.name, doc.lines[0].name, 20, "A deal is missing")


def test_an_adjustment_is_decided_once():
    boss = make.user("Sales Manager")
    doc = pay.draft(make.sales_person(), 100)
    frappe.set_user(boss)
    name = adjustments.ask(doc.name, 50, "The exhibition")
    frappe.set_user("Administrator")
    with meanwhile():
        adjustments.refuse(name, "No")
    with pytest.raises(frappe.ValidationError, match="decided already"):
        adjustments.grant(name)


def test_a_run_is_cut_into_chunks_once(ann):
    doc = statements.run()
    with meanwhile():
        runs.prepare(doc.name)
        first = runs._unfinished(doc.name)
    runs.prepare(doc.name)
    frappe.db.commit()
    assert first and runs._unfinished(doc.name) == first


def test_a_revision_sees_the_one_before_it(enable):
    enable("revenue")
    name = make.target(make.sales_person(), [("revenue", 12000)]).name
    with meanwhile():
        revise.revise(name, 1, 24000, "2026-07-01", "First")
    with pytest.raises(frappe.TimestampMismatchError):
        revise.revise(name, 1, 36000, "2026-04-01", "Second")


def test_of_two_targets_for_the_same_the_second_is_refused(enable):
    enable("revenue")
    seller = make.sales_person()
    first, second = (make.target(seller, submit=False).name for _number in range(2))
    with meanwhile():
        frappe.get_doc("Sales Target", first).submit()
    # The step of a submit that looks for others; before it Frappe itself has locked the target's own rows.
    with pytest.raises(frappe.ValidationError, match="in force on these days already"):
        validation.check_overlap(frappe.get_doc("Sales Target", second), lock=True)


def test_two_who_want_a_new_version_get_the_same_draft():
    rule = make.rule().name
    with meanwhile():
        first = versions.new_version(rule)
    assert versions.new_version(rule) == first


def test_of_two_versions_one_takes_over():
    rule = make.rule()
    first = versions.new_version(rule.name)
    other = frappe.copy_doc(frappe.get_doc("Incentive Rule", first))
    other.flags.goes_on_from = rule
    other.insert()
    with meanwhile():
        frappe.get_doc("Incentive Rule", first).submit()
    with pytest.raises(frappe.ValidationError, match="later version"):
        frappe.get_doc("Incentive Rule", other.name).submit()
