"""What a seller can do today to move a leading figure: ERPNext's own open documents that wait for their user."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import getdate, strip_html

from sales_targets.desk.routes import form, listing

SHOWN = 10
_READ = 30
_TEXT = 90
_BACK, _AHEAD = timedelta(days=60), timedelta(days=14)
_FRESH_LEADS = ("Lead", "Open", "Replied", "Interested")
_UNANSWERED = ("Open", "Replied")
_DUE = ("sla_resolution_by", "resolution_by")


class Task(NamedTuple):
    """One thing to do: `text` says what, `kpi` is the code of the figure it moves ('' for none)."""

    text: str
    kpi: str
    href: str
    due: date | None


def user_of(sales_person: str) -> str:
    """The user of the seller's employee; '' where there is none."""
    employee = frappe.db.get_value("Sales Person", sales_person, "employee")
    return (frappe.db.get_value("Employee", employee, "user_id") if employee else "") or ""


def shown(sales_person: str, user: str, wanted: Mapping[str, bool], day: date) -> dict[str, Any]:
    """At most SHOWN tasks, those first that are overdue or move a figure that is behind (`wanted`: KPI → behind).

    Only documents that the user who asks may read.
    """
    if not user:
        text = _("No user stands behind {0}, so nothing is assigned to anybody: name one in the Employee.")
        return {"rows": [], "more": 0, "empty": {"text": text.format(sales_person), "links": []}}
    tasks = _tasks(user, day)
    kpis = _kpis({task.kpi for task in tasks} - {""})
    # Behind first, then what has a target, then what is counted at all.
    rank = {
        code: (not wanted.get(code, False), code not in wanted, code not in kpis)
        for code in {*kpis, *wanted, ""}
    }
    last = (True, True, True)
    far = day + timedelta(days=3650)
    tasks.sort(
        key=lambda task: (not (task.due and task.due < day), rank.get(task.kpi, last), task.due or far)
    )
    links = [{"label": _("To Do"), "href": listing("ToDo")}]
    empty = {
        "text": _("Nothing waits for you. A To Do, a lead or an opportunity that is yours appears here."),
        "links": links,
    }
    return {
        "rows": [
            {
                "text": task.text,
                "kpi": kpis.get(task.kpi, ""),
                "behind": wanted.get(task.kpi, False),
                "href": task.href,
                "due": str(task.due) if task.due else None,
                "overdue": bool(task.due and task.due < day),
            }
            for task in tasks[:SHOWN]
        ],
        "more": max(len(tasks) - SHOWN, 0),
        "empty": None if tasks else empty,
    }


def _tasks(user: str, day: date) -> list[Task]:
    """All of them, each document once: a ticket with its own day, anything else as the To Do about it says."""
    tickets = _issues(user, day)
    known = {task.href for task in tickets}
    todos = [task for task in _todos(user, day) if task.href not in known]
    assigned = {task.href for task in todos}
    others = [task for read in _SOURCES for task in read(user, day)]
    return [*tickets, *todos, *(task for task in others if task.href not in assigned)]


def _kpis(codes: set[str]) -> dict[str, str]:
    """Code → title, of those that are credited."""
    filters = {"library_measure": ["in", sorted(codes) or [""]], "enabled": 1}
    rows = frappe.get_all("KPI Definition", filters=filters, fields=["library_measure", "title"])
    return {row.library_measure: _(row.title) for row in rows}


def _read(doctype: str, filters: Any, fields: list[str], order_by: str) -> list[frappe._dict]:
    """Rows the user who asks may see; none of a kind they may not read."""
    if not frappe.has_permission(doctype, "read"):
        return []
    return frappe.get_list(doctype, filters=filters, fields=["name", *fields], order_by=order_by, limit=_READ)


def _todos(user: str, _day: date) -> list[Task]:
    moves = {"Lead": "qualified_leads", "Opportunity": "proposals_sent", "Issue": "tickets_closed"}
    fields = ["description", "date", "reference_type", "reference_name"]
    found = []
    for row in _read("ToDo", {"allocated_to": user, "status": "Open"}, fields, "date"):
        about = bool(row.reference_type and row.reference_name)
        href = form(row.reference_type, row.reference_name) if about else form("ToDo", row.name)
        text = " ".join(strip_html(row.description or "").split()) or row.reference_name or row.name
        text = text if len(text) <= _TEXT else f"{text[:_TEXT]}…"
        found.append(Task(text, moves.get(row.reference_type or "", ""), href, _day_of(row.date)))
    return found


def _events(user: str, day: date) -> list[Task]:
    filters = {
        "owner": user,
        "status": "Open",
        "event_category": ["in", ["Call", "Meeting"]],
        "starts_on": ["between", [day - _BACK, day + _AHEAD]],
    }
    texts = {"Call": (_("Call: {0}"), "calls"), "Meeting": (_("Meeting: {0}"), "meetings")}
    found = []
    for row in _read("Event", filters, ["subject", "event_category", "starts_on"], "starts_on"):
        text, kpi = texts[row.event_category]
        # A meeting that is past counts by itself.
        if row.event_category == "Call" or _day_of(row.starts_on) >= day:
            found.append(Task(text.format(row.subject), kpi, form("Event", row.name), _day_of(row.starts_on)))
    return found


def _proposals(user: str, _day: date) -> list[Task]:
    filters = {"opportunity_owner": user, "status": ["in", _UNANSWERED]}
    fields = ["title", "customer_name", "party_name", "expected_closing"]
    return [
        Task(
            _("Send a proposal: {0}").format(row.title or row.customer_name or row.party_name or row.name),
            "proposals_sent",
            form("Opportunity", row.name),
            _day_of(row.expected_closing),
        )
        for row in _read("Opportunity", filters, fields, "expected_closing")
    ]


def _leads(user: str, _day: date) -> list[Task]:
    filters = {"lead_owner": user, "status": ["in", _FRESH_LEADS]}
    fields = ["title", "lead_name", "company_name", "qualification_status"]
    found = []
    for row in _read("Lead", filters, fields, "creation desc"):
        name = row.title or row.lead_name or row.company_name or row.name
        ripe = row.qualification_status == "Qualified"
        text, kpi = (
            (_("Make an opportunity of the lead: {0}"), "opportunities_created")
            if ripe
            else (_("Qualify the lead: {0}"), "qualified_leads")
        )
        found.append(Task(text.format(name), kpi, form("Lead", row.name), None))
    return found


def _issues(user: str, _day: date) -> list[Task]:
    filters = {"status": ["in", _UNANSWERED], "_assign": ["like", f'%"{user}"%']}
    # Early releases of ERPNext 15 call it by its old name.
    due = next(name for name in _DUE if frappe.get_meta("Issue").has_field(name))
    return [
        Task(
            _("Settle the ticket: {0}").format(row.subject or row.name),
            "tickets_closed",
            form("Issue", row.name),
            _day_of(row[due]),
        )
        for row in _read("Issue", filters, ["subject", due], "opening_date")
    ]


_SOURCES: tuple[Callable[[str, date], list[Task]], ...] = (_events, _proposals, _leads)


def _day_of(value: Any) -> date | None:
    return getdate(value) if value else None
