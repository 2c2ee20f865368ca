"""Rows of tables, written by themselves over HTTP: by a seller, a manager, accounts, and by who administers."""

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.factories import payouts as pay
from tests.bench.support.http import ask, key_of

pytestmark = pytest.mark.committed

ROLES = ("Sales User", "Sales Manager", "Accounts Manager", "System Manager")
CHILDREN = [
    "Commission Partner Supplier",
    "Commission Run Chunk",
    "Commission Settings Company",
    "Commission Statement Adjustment",
    "Commission Statement Line",
    "Incentive Gate",
    "Incentive Multiplier",
    "Incentive Ramp",
    "Incentive Rule Filter",
    "Incentive Rule Member",
    "Incentive Tier",
    "Sales Target Exchange",
    "Sales Target KPI",
    "Sales Target Period",
    "Sales Targets Lost Reason",
]


@pytest.fixture(params=ROLES)
def key(request):
    """Somebody with one role, and with all that a seller has."""
    return key_of(make.user(*{"Sales User", request.param}))


@pytest.fixture
def rows(enable):
    """A real row of the tables that money hangs on: doctype → (name, a field, its value)."""
    enable("revenue")
    seller = make.sales_person()
    rule = make.rule([(0, 0.05)], members=[seller])
    target = make.target(seller, [("revenue", 12000)])
    draft, submitted = pay.draft(seller, 100), pay.approved(make.sales_person(), 100)
    frappe.db.commit()
    return [
        (draft.lines[0], "earned", 0),
        (submitted.lines[0], "earned", 999),
        (rule.tiers[0], "rate", 0.9),
        (rule.members[0], "weight", 9),
        (target.kpis[0], "target", 1),
        (target.periods[0], "target", 1),
    ]


def stored(doctype):
    return sorted(frappe.db.sql(f"select * from `tab{doctype}`"), key=str)


def refused(answer):
    return answer.status in (401, 403, 404, 417) and "Traceback" not in str(
        (answer.data or {}).get("message")
    )


def test_no_row_is_changed_or_deleted_by_itself(rows, key):
    for row, field, value in rows:
        before = stored(row.doctype)
        for version in ("resource", "v2/document"):
            place = f"/api/{version}/{row.doctype}/{row.name}"
            assert refused(ask(key, "PUT", place, {field: value})), (row.doctype, version)
            deleted = ask(key, "DELETE", place)
            if version == "resource":
                assert refused(deleted), row.doctype
            else:  # goes through the document, which puts its rows back
                assert refused(ask(key, "PATCH", place, {field: value})), row.doctype
        whole = row.as_dict(convert_dates_to_str=True) | {field: value}
        for method, sent in (
            ("frappe.client.save", {"doc": whole}),
            ("frappe.client.bulk_update", {"docs": [whole | {"docname": row.name}]}),
            ("frappe.desk.form.save.savedocs", {"doc": frappe.as_json(whole), "action": "Save"}),
            ("frappe.client.rename_doc", {"doctype": row.doctype, "old_name": row.name, "new_name": "mine"}),
        ):
            ask(key, "POST", f"/api/method/{method}", sent)
        frappe.db.rollback()
        assert stored(row.doctype) == before, row.doctype


@pytest.mark.parametrize("doctype", CHILDREN)
def test_no_row_is_added_by_itself(rows, key, doctype):
    parents = {row.doctype: (row.parenttype, row.parent, row.parentfield) for row, _field, _value in rows}
    kind, name, table = parents.get(doctype, ("Incentive Rule", rows[2][0].parent, "tiers"))
    before = stored(doctype)
    sent = {"doctype": doctype, "parenttype": kind, "parent": name, "parentfield": table}
    assert refused(ask(key, "POST", f"/api/resource/{doctype}", sent))
    assert refused(ask(key, "POST", f"/api/v2/document/{doctype}", sent))
    frappe.db.rollback()
    assert stored(doctype) == before
