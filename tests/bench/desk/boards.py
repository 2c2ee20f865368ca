"""Teams with targets and credits, and the leaderboard as its readers ask for it."""

import frappe

from sales_targets.desk import leaderboard
from tests.bench import factories as make
from tests.bench.report.book import credit, run

NAME = "Sales Leaderboard"
Q1 = {"from_date": "2026-01-01", "to_date": "2026-03-31"}
DAY = "2026-02-10"


def two_teams() -> None:
    """North (Ann, Bob, Eve), South (Cid, Dan); 3000 is the target of each for the quarter."""
    make.team({"North": {"Ann": {}, "Bob": {}, "Eve": {}}, "South": ["Cid", "Dan"]})
    for seller, sold in (("Ann", 1500), ("Bob", 3000), ("Eve", 1500), ("Cid", 750), ("Dan", 3300)):
        make.target(seller, [("revenue", 12000)])
        credit(seller, sold, DAY)


def user_of(seller: str) -> str:
    """A user who is this seller."""
    login = make.user("Sales User")
    frappe.db.set_value("Sales Person", seller, "employee", make.make_employee(user=login).name)
    return login


def settings(**values: int) -> None:
    """`sellers`: do they see the leaderboard? `hides`: are amounts hidden from them?"""
    names = {"sellers": "leaderboard_for_sellers", "hides": "leaderboard_hides_amounts"}
    for name, value in values.items():
        frappe.db.set_single_value("Sales Targets Settings", names[name], value)
    frappe.clear_document_cache("Sales Targets Settings", "Sales Targets Settings")


def report(user: str = "Administrator", **filters):
    """The report on revenue in the first quarter."""
    return run(NAME, user, **{"company": make.US.name, "kpi": "revenue", **Q1, **filters})


def ranks(result) -> dict[str, int | None]:
    """Who has which rank, in the order of the report."""
    return {row["label"]: row["rank"] for row in result["result"]}


def hide(seller: str) -> None:
    """Leave the seller out of leaderboards."""
    frappe.db.set_value("Sales Person", seller, leaderboard.FIELD, 1)
