"""The page Sales Leaderboard: sellers and teams side by side, read in one round trip."""

from typing import Any

import frappe
from frappe import _

from sales_targets.desk import leaderboard, routes
from sales_targets.sales_targets.report import shared, times
from sales_targets.sales_targets.report.sales_leaderboard import board, sales_leaderboard as report
from sales_targets.sales_targets.report.sales_leaderboard.board import Board
from sales_targets.sales_targets.report.shared import Row

SETTINGS = "Sales Targets Settings"


@frappe.whitelist()
def read(
    company: str | None = None,
    kpi: str | None = None,
    period: str | None = None,
    calendar: str | None = None,
    from_date: str | None = None,
    to_date: str | None = None,
    team: str | None = None,
) -> dict[str, Any]:
    """Both lists as the report gives them, for the filters of the report; needs the report's permission.

    `sellers` and `teams` have rows and a message (HTML), `me` says whether the user's own seller is hidden; a
    message alone where there is no KPI. Shares are per hundred, amounts in `currency`.
    """
    frappe.has_permission("Sales Target", "report", throw=True)
    filters = {"company": company, "kpi": kpi, "period": period, "calendar": calendar, "team": team}
    filters |= {"from_date": from_date, "to_date": to_date}
    if not shared.has_company(filters):
        return {"message": shared.no_company()}
    found = board.read(filters)
    return _answer(found) if found else {"message": shared.no_kpi()}


def _answer(found: Board) -> dict[str, Any]:
    teams, sellers = found.teams, found.sellers
    return {
        "company": found.company,
        "currency": found.currency,
        "kpi": found.figure.kpi.code,
        "unit": found.figure.kpi.unit,
        "title": _(found.figure.kpi.title),
        "time": times.label(found.window),
        "from_date": str(found.window.start),
        "to_date": str(found.window.last),
        "sellers": {
            "rows": [report.row_of(found, entry) for entry in sellers],
            "message": "<br>".join(report.get_messages(found, sellers)),
        },
        "teams": {
            "rows": [report.row_of(found, entry) for entry in teams],
            "message": "" if teams else _teams_message(found),
        },
        "message": _hint(found),
        "me": _me(),
    }


def _teams_message(found: Board) -> str:
    if found.viewer.own is not None and not found.viewer.compares:
        return _("Teams are shown to those who see a whole team.")
    return _("No team with figures in this time. Teams are the groups of the tree of sellers: {0}.").format(
        routes.anchor(_("Sales Person"), routes.tree("Sales Person"))
    )


def _hint(found: Board) -> str:
    """Who else sees the leaderboard, for those who may change it."""
    if not frappe.has_permission(SETTINGS, "write"):
        return ""
    settings = frappe.get_cached_doc(SETTINGS)
    if settings.get("leaderboard_for_sellers"):
        return ""
    return _("Each seller sees their own standing alone. {0} opens the leaderboard to them.").format(
        routes.anchor(_("Sales Targets Settings"), routes.listing("Sales Targets Settings"))
    )


def _me() -> Row | None:
    names = leaderboard.own_sellers()
    return {"sellers": names, "hidden": leaderboard.is_hidden(names)} if names else None
