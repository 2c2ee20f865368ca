"""What stands in the digest: where the reader stands, who needs help and why, what waits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import get_url_to_form

from sales_targets.desk import wording
from sales_targets.engine import pacing
from sales_targets.engine.attainment import attainment
from sales_targets.engine.money import ZERO
from sales_targets.targets import dates
from sales_targets.targets.standing import LineStanding, Measured, Standing

MOST_HELPED = 10
# The worst first: what cannot be made good any more, then what can.
_CALLS_FOR_HELP = (pacing.BEHIND, pacing.AT_RISK)
_COLOURS = {
    pacing.BEHIND: "#b42318",
    pacing.MISSED: "#b42318",
    pacing.AT_RISK: "#93370d",
    pacing.ON_TRACK: "#1f5f8b",
    pacing.REACHED: "#14713f",
}


class Helped(NamedTuple):
    """Those who need help, as rows of the template, and how many more there are."""

    rows: list[dict[str, Any]]
    more: int
    names: frozenset[str]


def lines_of(standing: Standing) -> dict[str, Any]:
    """One target of the reader's: its name and a row for each line, over its present period."""
    currency = standing.target.currency
    rows = []
    for line in standing.lines:
        days, unit = present(line), line.line.unit
        rows.append(
            {
                "kpi": _(line.line.title),
                "period": wording.span(days, standing),
                "achieved": wording.figure(days.achieved, unit, currency),
                "target": wording.figure(days.target, unit, currency),
                "attainment": wording.percent(days.attainment),
                "pace": _(days.pace.status),
                "colour": _COLOURS.get(days.pace.status, "#475467"),
                "needed": wording.needed(standing, line, days),
            }
        )
    return {
        "title": standing.target.title,
        "link": get_url_to_form("Sales Target", standing.target.name),
        "rows": rows,
    }


def who_needs_help(found: Iterable[Standing]) -> Helped:
    """Targets with a line that is behind or at risk, the furthest behind first, each with its reasons in words."""
    ranked = []
    for standing in found:
        reasons = [line for line in standing.lines if present(line).pace.status in _CALLS_FOR_HELP]
        if reasons:
            ranked.append((min(_urgency(line) for line in reasons), standing.target.title, standing, reasons))
    ranked.sort(key=lambda one: one[:2])
    indicators = _indicators()
    rows = [
        {
            "title": standing.target.title,
            "link": get_url_to_form("Sales Target", standing.target.name),
            "reasons": [reason(standing, line, indicators) for line in sorted(lines, key=_urgency)],
        }
        for _urgent, _title, standing, lines in ranked[:MOST_HELPED]
    ]
    names = frozenset(one[2].target.name for one in ranked)
    return Helped(rows, max(len(ranked) - MOST_HELPED, 0), names)


def reason(standing: Standing, line: LineStanding, indicators: dict[str, str]) -> str:
    """Why a line calls for help: which KPI, how far behind, and what of it can be told from the ledger."""
    days, name = present(line), _(line.line.title)
    sentences = [_how_far(name, line, days), wording.where(standing, line, days)]
    if not days.has_data and not line.line.repeats and line.line.direction != "Reduce":
        sentences.append(_("Nothing has been credited yet."))
    if indicators.get(line.line.kpi) == "Leading":
        sentences.append(_("Activity is too low: this shows early what sales will be."))
    elif days.pipeline > ZERO:
        sentences.append(_of_pipeline(standing, line, days))
    return " ".join(sentences)


def _how_far(name: str, line: LineStanding, days: Measured) -> str:
    share = _progress(line, days)
    # Of what is to be reduced a share of the expected says nothing; the figures follow.
    if share is None or line.line.direction == "Reduce":
        return _("{0} is behind.").format(name)
    if days.pace.status == pacing.AT_RISK:
        return _("{0} is at risk: {1} of what was expected by today.").format(name, wording.percent(share))
    return _("{0} is behind: {1} of what was expected by today.").format(name, wording.percent(share))


def _of_pipeline(standing: Standing, line: LineStanding, days: Measured) -> str:
    """Whether the open deals close the gap."""
    missing = days.target - (days.achieved or ZERO)
    figures = [
        wording.figure(value, line.line.unit, standing.target.currency) for value in (days.pipeline, missing)
    ]
    text = (
        _("Open deals, by their probability, are worth {0} of the {1} that is missing.")
        if days.pipeline < missing
        else _("Open deals, by their probability, are worth {0} and would close the gap of {1}.")
    )
    return text.format(*figures)


def _progress(line: LineStanding, days: Measured) -> Decimal | None:
    """Achieved as a part of expected, where that says something; of what is to be reduced, less is more."""
    if not days.pace.expected or days.pace.expected < 0:
        return None
    return attainment(days.achieved, days.pace.expected, direction=line.line.direction)


def _urgency(line: LineStanding) -> tuple[int, Decimal]:
    days = present(line)
    share = _progress(line, days)
    return _CALLS_FOR_HELP.index(days.pace.status), ZERO if share is None else share


def sentence_of_rest(found: Sequence[Standing], helped: Helped) -> str:
    """How many of the others are as they should be."""
    rest = len([one for one in found if one.target.name not in helped.names])
    if not found:
        return ""
    if not helped.names:
        return _("Nobody is behind. Targets that are as they should be: {0}.").format(dates.digits(rest))
    return _("Other targets, which are as they should be: {0}.").format(dates.digits(rest)) if rest else ""


def waiting() -> list[dict[str, str]]:
    """Statements that wait for the present user to look at them: text and link."""
    if not frappe.has_permission("Commission Statement", "read"):
        return []
    rows = frappe.get_list(
        "Commission Statement",
        filters={"docstatus": 0, "status": "Sent"},
        fields=["name", "sales_person", "payable", "currency"],
        order_by="name",
        limit=0,
    )
    own = _own_sellers()
    return [
        {
            "text": _("Commission statement {0} waits for you to look at it").format(row.name),
            "amount": wording.figure(row.payable, "Currency", row.currency),
            "link": get_url_to_form("Commission Statement", row.name),
        }
        for row in rows
        if row.sales_person in own
    ]


def present(line: LineStanding) -> Measured:
    """The period that holds today, or the whole time."""
    return line.whole if line.current is None else line.periods[line.current]


def _own_sellers() -> set[str]:
    employees = frappe.get_all("Employee", filters={"user_id": frappe.session.user}, pluck="name")
    if not employees:
        return set()
    return set(frappe.get_all("Sales Person", filters={"employee": ["in", employees]}, pluck="name"))


def _indicators() -> dict[str, str]:
    """KPI -> Leading or Lagging."""
    return {row.name: row.indicator for row in frappe.get_all("KPI Definition", fields=["name", "indicator"])}
