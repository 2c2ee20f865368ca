"""Sales Leaderboard: sellers or teams ranked by attainment of one KPI in one time."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import frappe
from frappe import _

from sales_targets.desk import routes
from sales_targets.desk.leaderboard import Entry
from sales_targets.sales_targets.report import shared, times
from sales_targets.sales_targets.report.sales_leaderboard import board
from sales_targets.sales_targets.report.sales_leaderboard.board import Board
from sales_targets.sales_targets.report.sales_target_attainment.sales_target_attainment import PACE_COLOURS
from sales_targets.sales_targets.report.shared import Column, Row

SELLERS, TEAMS = "Sellers", "Teams"
MOST_BARS = 20


@shared.for_charts
def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    filters = frappe._dict(filters or {})
    rank_of = shared.choice(filters, "rank_of", (SELLERS, TEAMS), SELLERS, _("Rank"))
    if not shared.has_company(filters):
        return [], [], shared.no_company()
    found = board.read(filters)
    if found is None:
        return [], [], shared.no_kpi()
    entries = found.teams if rank_of == TEAMS else found.sellers
    return (
        get_columns(found, rank_of),
        [row_of(found, entry) for entry in entries],
        "<br>".join([*get_messages(found, entries), frappe.utils.escape_html(times.label(found.window))]),
        get_chart(found, entries),
        get_summary(found, entries),
    )


def get_columns(found: Board, rank_of: str) -> list[Column]:
    """Rank, who, attainment, and the amounts where the reader sees any."""
    unit, window = found.figure.kpi.unit, found.window
    days = {"from_date": str(window.start), "to_date": str(window.last)}
    columns = [
        shared.plain("rank", _("Rank"), "Int", 70),
        shared.text("label", _("Team") if rank_of == TEAMS else _("Seller"), 240),
        shared.amount("attainment", _("Attainment"), "Percent", 120),
        shared.amount("target", _("Target"), unit, 150),
        shared.amount("achieved", _("Achieved"), unit, 150, drill=days),
        shared.text("pace", _("Pace"), 130),
        shared.text("note", _("Note"), 300),
        shared.currency_column(),
    ]
    if rank_of == SELLERS:
        columns.insert(2, shared.text("team", _("Team"), 180))
    return columns


def row_of(found: Board, entry: Entry) -> Row:
    """One row. What the reader may not see is not in it."""
    row: Row = {
        "rank": entry.rank,
        "place": entry.place,
        "label": entry.key,
        "key": entry.key,
        "team": entry.team,
        "attainment": shared.percent(entry.attainment),
        "target": shared.edge(entry.target),
        "achieved": shared.edge(entry.achieved),
        "pace": _(entry.pace) if entry.pace else "",
        "pace_colour": PACE_COLOURS.get(entry.pace, "").lower(),
        "note": note_of(entry),
        "own": int(found.viewer.own is not None and entry.whole),
        "currency": found.currency,
    }
    if entry.whole:
        row["drill"] = {"company": found.company, "sales_person": entry.key}
    return row


def note_of(entry: Entry) -> str:
    """Why an entry has no rank; empty where it has one."""
    if not entry.enabled:
        return _("No longer enabled, so without a rank. Others do not see it here.")
    if entry.hidden:
        return _("Hidden from leaderboards, so without a rank. Others do not see it here.")
    if entry.attainment is not None:
        return ""
    return _("No target") if entry.target is None and entry.with_amounts else _("No attainment")


def get_messages(found: Board, entries: Sequence[Entry]) -> list[str]:
    """What the reader should know about the list, and where it is empty what to do."""
    if found.viewer.is_nobody:
        return [shared.no_seller()]
    messages = [shared.not_enabled(found.figure)]
    if not entries:
        messages.append(nothing(found))
    elif found.viewer.compares:
        if any(not one.with_amounts for one in entries):
            messages.append(_("Of others you see the attainment alone, in whole per cents."))
    elif found.viewer.own is not None:
        messages.append(_("You see only the sellers whose figures are yours to see."))
    return [message for message in messages if message]


def nothing(found: Board) -> str:
    """Why the list is empty, with a link to what fills it."""
    return _("No targets of {0} in this time yet. Submit a {1}, and it appears here.").format(
        frappe.bold(frappe.utils.escape_html(_(found.figure.kpi.title))),
        routes.anchor(_("Sales Target"), routes.listing("Sales Target")),
    )


def get_chart(found: Board, entries: Sequence[Entry]) -> Row | None:
    """The attainment of the first in the list, as the list says it."""
    shown = [one for one in entries if one.attainment is not None][:MOST_BARS]
    if not shown:
        return None
    values = [round(shared.percent(one.attainment) or 0, 1) for one in shown]
    datasets = [{"name": _("Attainment"), "values": values}]
    chart = shared.chart("bar", [one.key for one in shown], datasets, "Percent", None)
    return chart | {"colors": ["#2490ef"]}


def get_summary(found: Board, entries: Sequence[Entry]) -> list[Row]:
    """How many are ranked, how many of them have reached their target; a seller's own rank."""
    ranked = [one for one in entries if one.rank]
    if not ranked:
        return []
    reached = sum((one.attainment or 0) >= 1 for one in ranked)
    items = [
        shared.summary(_("Ranked"), len(ranked), "Count"),
        shared.summary(_("At 100 % or More"), reached, "Count", indicator="Green" if reached else ""),
    ]
    mine = [one for one in ranked if one.whole] if found.viewer.compares else []
    if len(mine) == 1:
        items.insert(0, shared.summary(_("Your Rank"), mine[0].rank, "Count", indicator="Blue"))
    return items
