"""Leads, quotations, calls, e-mails, meetings and tickets: what leads to a sale, one document one count."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe.utils import now_datetime

from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.sources.common import Derived, Row, as_date, credits_of
from sales_targets.crediting.stamps import of_issues
from sales_targets.crediting.world import FLOAT_PLACES, World
from sales_targets.engine.credit import Member

_ONE = Decimal(1)


class Fact(NamedTuple):
    """One countable thing: the measure it counts for, its document, its day and the users behind it."""

    library: str
    doctype: str
    name: str
    day: date | None
    users: tuple[str, ...]
    company: str = ""
    territory: str = ""
    customer: str = ""


def derive(unit_type: str, units: Sequence[str], measures: Sequence[Measure], world: World) -> Derived:
    """Credits of a batch of activities of one DocType, in one or two queries."""
    derived = Derived()
    wanted = {one.library: one for one in measures}
    for fact in _READERS[unit_type](units):
        measure = wanted.get(fact.library)
        if measure is None or fact.day is None:
            continue
        row = Row(
            unit_type=fact.doctype,
            unit=fact.name,
            voucher_type=fact.doctype,
            voucher_no=fact.name,
            voucher_row="",
            company=fact.company or world.company_for(fact.users),
            territory=fact.territory,
            customer=fact.customer,
        )
        team = _team(fact.users, world)
        derived.credits += credits_of(measure, row, fact.day, _ONE, team, world, FLOAT_PLACES)
    return derived


def _team(users: Sequence[str], world: World) -> tuple[Member, ...]:
    """The sellers behind several users in equal shares."""
    if len(users) < 2:
        return world.by_user(users[0] if users else None)
    # Weights, not percentages: thirds of 100 would not add up.
    return tuple(member._replace(percent=_ONE) for user in users for member in world.by_user(user))


def _rows(
    doctype: str, units: Sequence[str], fields: Iterable[str], **conditions: object
) -> list[frappe._dict]:
    table = frappe.qb.DocType(doctype)
    query = frappe.qb.from_(table).where(table.name.isin(list(units)))
    for field, value in conditions.items():
        query = query.where(table[field] == value)
    return query.select(*[table[field] for field in ("name", "owner", "creation", *fields)]).run(as_dict=True)


def _leads(units: Sequence[str]) -> Iterable[Fact]:
    fields = ("lead_owner", "qualified_by", "qualified_on", "qualification_status", "company", "territory")
    for row in _rows("Lead", units, fields):
        place = {"company": row.company or "", "territory": row.territory or ""}
        owner = (row.lead_owner,) if row.lead_owner else ()
        yield Fact("leads_created", "Lead", row.name, as_date(row.creation), owner, **place)
        if row.qualification_status == "Qualified":
            by = (row.qualified_by,) if row.qualified_by else owner
            day = row.qualified_on or as_date(row.creation)
            yield Fact("qualified_leads", "Lead", row.name, day, by, **place)


def _quotations(units: Sequence[str]) -> Iterable[Fact]:
    fields = ("transaction_date", "company", "territory", "quotation_to", "party_name")
    for row in _rows("Quotation", units, fields, docstatus=1):
        customer = (row.party_name or "") if row.quotation_to == "Customer" else ""
        yield Fact(
            "proposals_sent", "Quotation", row.name, row.transaction_date, (row.owner,),
            row.company or "", row.territory or "", customer,
        )  # fmt: skip


def _calls(units: Sequence[str]) -> Iterable[Fact]:
    for row in _rows("Call Log", units, ("start_time", "employee_user_id", "customer"), status="Completed"):
        user = row.employee_user_id or row.owner
        day = as_date(row.start_time or row.creation)
        yield Fact("calls", "Call Log", row.name, day, (user,), customer=row.customer or "")


def _emails(units: Sequence[str]) -> Iterable[Fact]:
    fields = ("communication_date", "user", "sender")
    sent = {
        "communication_medium": "Email",
        "sent_or_received": "Sent",
        "communication_type": "Communication",
    }
    for row in _rows("Communication", units, fields, **sent):
        user = row.user or row.sender or row.owner
        yield Fact(
            "emails", "Communication", row.name, as_date(row.communication_date or row.creation), (user,)
        )


def _meetings(units: Sequence[str]) -> Iterable[Fact]:
    for row in _rows("Event", units, ("starts_on", "status"), event_category="Meeting"):
        past = row.starts_on and row.starts_on <= now_datetime()
        if row.status in ("Closed", "Completed") or (row.status == "Open" and past):
            yield Fact("meetings", "Event", row.name, as_date(row.starts_on), (row.owner,))


def _issues(units: Sequence[str]) -> Iterable[Fact]:
    stamps = of_issues(units)
    if not stamps:
        return
    finished = _closed_assignments("Issue", list(stamps))
    for row in _rows("Issue", list(stamps), ("_assign", "company", "customer")):
        users = {*json.loads(row._assign or "[]"), *finished.get(row.name, ())}
        yield Fact(
            "tickets_closed", "Issue", row.name, stamps[row.name].day, tuple(sorted(users)),
            row.company or "", customer=row.customer or "",
        )  # fmt: skip


def _closed_assignments(doctype: str, names: Sequence[str]) -> dict[str, set[str]]:
    """Document → users who have closed their assignment: Frappe then takes them off the document."""
    table = frappe.qb.DocType("ToDo")
    rows = (
        frappe.qb.from_(table)
        .select(table.reference_name, table.allocated_to)
        .where((table.reference_type == doctype) & table.reference_name.isin(list(names)))
        .where(table.status == "Closed")
        .run()
    )
    found: dict[str, set[str]] = {}
    for name, user in rows:
        if user:
            found.setdefault(name, set()).add(user)
    return found


_READERS: dict[str, Callable[[Sequence[str]], Iterable[Fact]]] = {
    "Lead": _leads,
    "Quotation": _quotations,
    "Call Log": _calls,
    "Communication": _emails,
    "Event": _meetings,
    "Issue": _issues,
}
