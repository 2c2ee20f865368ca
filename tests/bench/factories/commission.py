"""Incentive Rules and Commission Statements as they are in the database, whoever calculated them."""

from collections.abc import Iterable, Mapping
from typing import Any

import frappe
from frappe.model.document import Document

from sales_targets.compensation import chain
from tests.bench.factories.base import some
from tests.bench.factories.companies import US, Books, books


def rule_row(
    title: str | None = None, *, company: str | Books = US, first: str = "2026-01-01", **fields: Any
) -> str:
    """An approved Incentive Rule, written past its checks; its name, which is its lineage unless one is given."""
    name = f"IR-{frappe.generate_hash(length=8)}"
    owner = books(company)
    values = {
        "name": name,
        "title": title or some("Rule"),
        "kpi": "revenue",
        "status": "In Force",
        "company": owner.name,
        "currency": owner.currency,
        "from_date": first,
        "payee": "Sales Person",
        "credit_of": "Own",
        "every": "Month",
        "measure": "Amount",
        "calendar": "Fiscal",
        "pay": "Rate",
        "mode": "Marginal",
        "version": 1,
        "lineage": name,
        "docstatus": 1,
        **fields,
    }
    filters = values.pop("filters", [])
    doc = frappe.get_doc({"doctype": "Incentive Rule", **values})
    doc.db_insert()
    _child(doc, "Incentive Tier", "tiers", {"from_value": 0, "rate": 0.1})
    for row in filters:
        _child(doc, "Incentive Rule Filter", "filters", row)
    return name


def statement_row(
    seller: str,
    lines: Iterable[Mapping[str, Any]] = (),
    *,
    company: str | Books = US,
    first: str = "2026-01-01",
    last: str = "2026-01-31",
    adjustments: Iterable[Mapping[str, Any]] = (),
    submit: bool = True,
    **fields: Any,
) -> Document:
    """A Commission Statement written past its checks: `statement_row("Ann", [{"rule": rule, "earned": 100}])`.

    A line's `released` is its `earned` unless given, its period the statement's, its title and KPI the rule's.
    The sums of the header follow from the rows.
    """
    owner = books(company)
    rows = [_line(dict(line), first, last) for line in lines]
    extra = [dict(row) for row in adjustments]
    values = {
        "name": f"CS-{frappe.generate_hash(length=8)}",
        "payee_type": "Sales Person",
        **_payee(seller, fields.get("payee_type") == "Sales Partner"),
        "company": owner.name,
        "currency": owner.currency,
        "from_date": first,
        "to_date": last,
        "known_at": frappe.utils.now_datetime(),
        "status": "Approved" if submit else "Draft",
        "docstatus": int(submit),
        **_sums(rows, extra, fields),
        **fields,
    }
    values.setdefault("previous_statement", _before(values))
    doc = frappe.get_doc({"doctype": "Commission Statement", **values})
    doc.db_insert()
    for row in rows:
        _child(doc, "Commission Statement Line", "lines", row)
    for row in extra:
        _child(doc, "Commission Statement Adjustment", "adjustments", row)
    doc.db_set("canonical", chain.fingerprint(chain.read([doc.name])[doc.name]), update_modified=False)
    return doc


def _payee(seller: str, partner: bool) -> dict[str, str]:
    if partner:
        return {"sales_partner": seller, "seller_id": seller}
    seller_id = frappe.db.get_value("Sales Person", seller, "st_seller_id") or seller[:20]
    return {"sales_person": seller, "seller_id": seller_id}


def _sums(
    rows: list[dict[str, Any]], extra: list[dict[str, Any]], fields: Mapping[str, Any]
) -> dict[str, float]:
    sums = {
        name: sum(row.get(name, 0) for row in rows) for name in ("earned", "released", "held", "clawback")
    }
    granted = sum(row["amount"] for row in extra)
    drawn = fields.get("draw_topped_up", 0) - fields.get("draw_recovered", 0)
    net = sums["released"] - sums["held"] + granted + drawn
    payable = net + fields.get("brought_forward", 0)
    return {**sums, "adjustment_total": granted, "net": net, "payable": payable}


def _before(values: Mapping[str, Any]) -> str | None:
    """The payee's last submitted statement."""
    key = {name: values[name] for name in ("payee_type", "seller_id", "company", "currency")}
    rows = frappe.get_all(
        "Commission Statement", filters={**key, "docstatus": 1}, fields=["name", "previous_statement"]
    )
    before = {row.previous_statement for row in rows}
    return next((row.name for row in rows if row.name not in before), None)


def _line(row: dict[str, Any], first: str, last: str) -> dict[str, Any]:
    rule = frappe.db.get_value("Incentive Rule", row["rule"], ["title", "lineage", "kpi"], as_dict=True)
    given = {"rule_title": rule.title, "lineage": rule.lineage, "kpi": rule.kpi}
    given |= {"period_start": first, "period_end": last, "earned": 0, "held": 0, "clawback": 0}
    row = given | row
    row.setdefault("released", row["earned"])
    return row


def _child(parent: Document, doctype: str, table: str, row: Mapping[str, Any]) -> None:
    known = frappe.db.count(doctype, {"parent": parent.name})
    values = {"parent": parent.name, "parenttype": parent.doctype, "parentfield": table, "idx": known + 1}
    doc = frappe.get_doc({"doctype": doctype, **row, **values, "docstatus": parent.docstatus})
    doc.set_new_name(force=True)
    doc.db_insert()
