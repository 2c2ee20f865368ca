"""What cards and charts are about when nobody has chosen: the KPI and the periods of the targets that run today."""

from collections import Counter
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

import frappe
from frappe.utils import getdate

from sales_targets.engine.calendar import Period
from sales_targets.targets import calendars, people

# Longer than the longest period.
_AROUND = timedelta(days=400)
_FISCAL = "Fiscal"


class Running(NamedTuple):
    """A target in force today."""

    name: str
    break_into: str
    calendar: str


class Usual(NamedTuple):
    """The KPI (None: none is enabled), and the period that runs today."""

    kpi: str | None
    period: Period

    def filters(self, company: str) -> dict[str, str]:
        """As a report takes them."""
        found = {
            "company": company,
            "from_date": str(self.period.start),
            "to_date": str(self.period.last),
            "period": self.period.every,
            "calendar": self.period.calendar,
        }
        return found | ({"kpi": self.kpi} if self.kpi else {})


def running(company: str) -> list[Running]:
    """The targets of a company in force today, as far as the user may see them."""
    today = getdate()
    rows = frappe.get_list(
        "Sales Target",
        filters={
            "company": company,
            "docstatus": 1,
            "from_date": ["<=", today],
            "to_date": [">=", today],
        },
        fields=["name", "break_into", "calendar"],
        order_by="name asc",
        limit=0,
    )
    return [Running(row.name, row.break_into, row.calendar) for row in rows]


@frappe.whitelist()
def calendar_of(company: str) -> str:
    """The calendar that most of a company's targets have which run today, as far as the user may see them.

    Without a company it is the user's own. Fiscal where there is no target.
    """
    if not frappe.has_permission("Sales Target", "read"):
        return _FISCAL
    company = company or frappe.defaults.get_user_default("Company") or ""
    allowed = people.allowed_companies()
    if not company and allowed and len(allowed) == 1:
        company = next(iter(allowed))
    kinds = Counter(one.calendar for one in running(company))
    return kinds.most_common(1)[0][0] if kinds else _FISCAL


def usual(company: str, code: str | None) -> Usual:
    """The KPI `code` where there is a target on it, else that of most targets; the periods most of these have."""
    targets = running(company)
    kpis = _kpis(targets)
    if kpis and code not in kpis:
        code = max(sorted(kpis), key=lambda one: len(kpis[one]))
    names = kpis.get(code or "", set())
    kinds = Counter((one.break_into, one.calendar) for one in targets if one.name in names)
    every, calendar = kinds.most_common(1)[0][0] if kinds else ("Month", _FISCAL)
    return Usual(code, _period(company, every, calendar, getdate()))


def _kpis(targets: list[Running]) -> Mapping[str, set[str]]:
    """KPI → the targets that aim at it."""
    if not targets:
        return {}
    line = frappe.qb.DocType("Sales Target KPI")
    rows: Any = (
        frappe.qb.from_(line)
        .where((line.parenttype == "Sales Target") & line.parent.isin([one.name for one in targets]))
        .select(line.kpi, line.parent)
        .distinct()
    ).run()
    found: dict[str, set[str]] = {}
    for kpi, name in rows:
        found.setdefault(kpi, set()).add(name)
    return found


def _period(company: str, every: str, calendar: str, today: date) -> Period:
    found = calendars.periods(
        today - _AROUND, today + _AROUND, every=every, calendar=calendar, company=company
    )
    return next(one for one in found if one.start <= today < one.end)
