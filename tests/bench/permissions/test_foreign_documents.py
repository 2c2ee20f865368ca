"""What a seller reads and writes of others, and of the own draft, by sending the answer along (over HTTP)."""

import json

import frappe
import pytest

from sales_targets.compensation import adjustments, disputes
from tests.bench import factories as make
from tests.bench.factories import payouts as pay
from tests.bench.support.http import ask, key_of

pytestmark = pytest.mark.committed

STATEMENT = "Commission Statement"


@pytest.fixture
def two(enable):
    """(Ann's key, Ann, Bob): Ann is a seller with a login, Bob another seller."""
    enable("revenue")
    ann, login = make.seller_user()
    bob = make.sales_person()
    frappe.db.commit()
    return key_of(login), ann, bob


def values(doc):
    """All that the database holds of a document and its lines."""
    frappe.db.rollback()
    head = frappe.db.sql(f"select * from `tab{doc.doctype}` where name = %s", doc.name)
    rows = [
        frappe.db.sql(f"select * from `tab{table.options}` where parent = %s order by name", doc.name)
        for table in doc.meta.get_table_fields()
    ]
    return head, rows


def test_a_foreign_draft_is_not_had_by_naming_oneself(two):
    key, ann, bob = two
    doc = pay.draft(bob, 4321)
    frappe.db.commit()
    before = values(doc)
    for place in (f"/api/resource/{STATEMENT}/{doc.name}", f"/api/v2/document/{STATEMENT}/{doc.name}"):
        answer = ask(key, "PUT", place, {"sales_person": ann})
        assert answer.status == 403 and "4321" not in answer.text
    sent = doc.as_dict(convert_dates_to_str=True) | {"sales_person": ann}
    for method, data in (
        ("frappe.client.save", {"doc": sent}),
        ("frappe.desk.form.save.savedocs", {"doc": frappe.as_json(sent), "action": "Save"}),
        ("frappe.model.workflow.apply_workflow", {"doc": frappe.as_json(sent), "action": "Send to Seller"}),
        (
            "frappe.client.set_value",
            {"doctype": STATEMENT, "name": doc.name, "fieldname": {"sales_person": ann}},
        ),
    ):
        answer = ask(key, "POST", f"/api/method/{method}", data)
        assert answer.status >= 400, method
    assert values(doc) == before


@pytest.mark.parametrize(
    "field, value",
    [
        ("payout_doctype", "Payment Entry"),
        ("payout_name", "ACC-PAY-2026-00001"),
        ("payout_status", "Paid"),
        ("payout_type", "None"),
        ("approved_by", "Administrator"),
        ("manager_approved_by", "Administrator"),
        ("acknowledged_on", "2026-01-01 00:00:00"),
        ("content_hash", "0" * 64),
        ("canonical", "{}"),
        ("status", "Approved"),
        ("owner", "Administrator"),
        ("net", 99999),
        ("seller_id", "another"),
    ],
)
def test_of_the_own_draft_a_seller_writes_nothing(two, field, value):
    key, ann, _bob = two
    doc = pay.draft(ann, 100, state="Sent to Seller")
    frappe.db.commit()
    before = doc.get(field)
    for place in (f"/api/resource/{STATEMENT}/{doc.name}", f"/api/v2/document/{STATEMENT}/{doc.name}"):
        ask(key, "PUT", place, {field: value})
    frappe.db.rollback()
    assert frappe.db.get_value(STATEMENT, doc.name, field) == before


def test_without_a_workflow_a_seller_takes_no_step(two):
    key, ann, _bob = two
    doc = pay.draft(ann, 100)
    frappe.db.set_value("Workflow", {"document_type": STATEMENT}, "is_active", 0)
    frappe.clear_cache(doctype=STATEMENT)
    frappe.cache.delete_value("workflow")
    frappe.cache.hdel("workflow", STATEMENT)
    frappe.db.commit()
    try:
        ask(key, "PUT", f"/api/resource/{STATEMENT}/{doc.name}", {"workflow_state": "Manager Approved"})
        frappe.db.rollback()
        assert frappe.db.get_value(STATEMENT, doc.name, "workflow_state") == "Draft"
    finally:
        frappe.db.set_value("Workflow", {"document_type": STATEMENT}, "is_active", 1)
        frappe.cache.hdel("workflow", STATEMENT)
        frappe.db.commit()


@pytest.mark.parametrize("role", ["Accounts Manager", "System Manager"])
def test_nobody_types_into_a_submitted_statement(two, role):
    _key, ann, _bob = two
    doc = pay.approved(ann, 100)
    frappe.db.commit()
    key = key_of(make.user("Sales User", role))
    for field, value in (("approved_by", "Guest"), ("payout_status", "Paid"), ("payout_name", "JV-1")):
        ask(key, "PUT", f"/api/resource/{STATEMENT}/{doc.name}", {field: value})
        frappe.db.rollback()
        stored = frappe.db.get_value(STATEMENT, doc.name, field)
        assert stored == doc.get(field), field


def test_what_was_not_made_for_a_statement_is_not_cancelled_with_it(two):
    _key, ann, _bob = two
    doc = pay.approved(ann, 100)
    other = make.payment(make.invoice([(ann, 100)], amount=50), amount=50)
    values = {"payout_doctype": other.doctype, "payout_name": other.name, "payout_status": "Posted"}
    frappe.db.set_value(
        STATEMENT, doc.name, values
    )  # as a forged draft of an earlier version may have left it
    frappe.db.commit()
    with pytest.raises(frappe.ValidationError, match="was not made for"):
        frappe.get_doc(STATEMENT, doc.name).cancel()
    assert frappe.db.get_value(other.doctype, other.name, "docstatus") == 1


def test_a_foreign_target_is_not_printed_by_sending_a_document_with_its_name(two):
    key, ann, bob = two
    target = make.target(bob, [("revenue", 65432)])
    frappe.db.commit()
    sent = target.as_dict(convert_dates_to_str=True) | {"sales_person": ann, "title": "Mine"}
    for extra in ({}, {"__islocal": 1}, {"kpis": [], "periods": []}):
        answer = ask(
            key,
            "POST",
            "/api/method/frappe.www.printview.get_html_and_style",
            {"doc": json.dumps(sent | extra, default=str), "print_format": "Sales Target"},
        )
        assert answer.status == 403 and "65,432" not in answer.text


def test_the_own_target_is_printed(two):
    key, ann, _bob = two
    target = make.target(ann, [("revenue", 65432)])
    frappe.db.commit()
    answer = ask(
        key,
        "POST",
        "/api/method/frappe.www.printview.get_html_and_style",
        {"doc": "Sales Target", "name": target.name, "print_format": "Sales Target"},
    )
    assert answer.status == 200 and "65,432" in answer.text


@pytest.mark.parametrize("path", ["/api/resource/Workflow Action", "/api/v2/document/Workflow Action"])
def test_a_seller_sees_no_steps_of_foreign_statements(two, path):
    key, ann, bob = two
    mine, foreign = pay.draft(ann, 100), pay.draft(bob, 100)
    for doc in (mine, foreign):
        pay.step(doc, "Send to Seller")
    for doc in (
        mine,
        foreign,
    ):  # as Frappe's own job notes them, for everybody with the role of the next step
        action = {"doctype": "Workflow Action", "reference_doctype": STATEMENT, "reference_name": doc.name}
        roles = [{"role": "Sales User"}]
        frappe.get_doc(
            {**action, "status": "Open", "workflow_state": "Sent to Seller", "permitted_roles": roles}
        ).insert(ignore_permissions=True)
    frappe.db.commit()
    answer = ask(key, "GET", path, {"fields": '["name", "reference_name"]', "limit": 100})
    assert answer.status == 200
    assert mine.name in answer.text and foreign.name not in answer.text
    name = frappe.db.get_value("Workflow Action", {"reference_name": foreign.name})
    assert ask(key, "GET", f"{path}/{name}").status == 403


def test_who_answers_a_dispute_does_not_write_the_claim(two):
    _key, ann, _bob = two
    login = frappe.db.get_value("Employee", frappe.db.get_value("Sales Person", ann, "employee"), "user_id")
    doc, boss = pay.draft(ann, 100, state="Acknowledged"), make.user("Sales Manager")
    frappe.set_user(login)
    name = disputes.open_dispute(doc.name, doc.lines[0].name, 40, "A deal is missing")
    frappe.set_user("Administrator")
    frappe.db.commit()
    place = f"/api/resource/Commission Dispute/{name}"
    for change in ({"claimed_amount": 1}, {"reason": "Nothing"}, {"owner": boss}):
        assert ask(key_of(boss), "PUT", place, change).status == 403
    ask(key_of(login), "PUT", place, {"claimed_amount": 30, "owner": boss, "status": "Accepted"})
    frappe.db.rollback()
    stored = frappe.db.get_value(
        "Commission Dispute", name, ["claimed_amount", "reason", "owner", "status", "line"]
    )
    assert stored == (30, "A deal is missing", login, "Open", doc.lines[0].name)


def test_nobody_changes_what_an_adjustment_asks_for(two):
    _key, ann, _bob = two
    asker, other = make.user("Sales Manager"), make.user("Sales Manager", "Accounts Manager")
    doc = pay.draft(ann, 100)
    frappe.set_user(asker)
    name = adjustments.ask(doc.name, 10, "The exhibition")
    frappe.set_user("Administrator")
    frappe.db.commit()
    fields = ["amount", "reason", "status", "granted_by", "asked_by", "statement", "seller_id", "owner"]
    before = frappe.db.get_value("Commission Adjustment", name, fields)
    place = f"/api/resource/Commission Adjustment/{name}"
    changes = {"amount": 5000, "reason": "Mine", "status": "Granted", "granted_by": other, "asked_by": other}
    for user in (asker, other):
        for field, value in (changes | {"seller_id": "x", "owner": other}).items():
            ask(key_of(user), "PUT", place, {field: value})
    frappe.db.rollback()
    assert frappe.db.get_value("Commission Adjustment", name, fields) == before
