"""How soon each screen is there, on the demo company: `make screens`.

A screen is there when its figures stand on it and no request is under way. Each is opened from elsewhere in the
desk, as people do, and loaded anew with the whole desk; medians of a few times, after a first one that warms up.
The table goes to the end of RESULTS.md.
"""

from __future__ import annotations

import json
import os
import platform
import statistics
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from playwright.sync_api import sync_playwright

from tests.browser.desk import IDLE, Desk, Office

RESULTS = Path(__file__).resolve().parent / "RESULTS.md"
HEADING = "## Screens"
TIMES = 3
GOAL = 2.0  # seconds


class Screen(NamedTuple):
    """A screen, who looks at it, its route in the desk, and what stands on it once it is there."""

    title: str
    role: str
    route: tuple[str, ...]
    shows: str


ROWS = "#page-query-report .dt-scrollable .dt-row[data-row-index]"
BOOKS = ("Credit Reconciliation",)
REPORTS = (
    "Sales Target Attainment", "Target Progress", "KPI Trend", "KPI Scorecard", "Sales Leaderboard",
    "Sales Credit Ledger", "Uncredited Documents", "Commission Summary", "Commission Alignment",
    "Commission Accrual", "Payout Register", "Credit Reconciliation",
)  # fmt: skip


NUMBERS = ".number-widget-box .number"
PAGES = (
    Screen("Workspace, manager", "manager", ("Workspaces", "Sales Targets"), NUMBERS),
    Screen("Workspace, seller", "seller", ("Workspaces", "Sales Targets"), NUMBERS),
    Screen("My Targets", "seller", ("my-targets",), ".st-mine-sums"),
    Screen("Sales Leaderboard, page", "manager", ("sales-leaderboard",), ".st-leaderboard .st-lists"),
)
# DocType, which document of the demo, and what stands on its form.
FORMS = (
    ("Sales Target", {"docstatus": 1, "break_into": "Month"}, "[data-fieldname=standing_area] table"),
    ("Opportunity", {"status": "Open"}, ".page-head .sales-targets-indicator"),
    ("Incentive Rule", {"docstatus": 1}, "[data-fieldname=curve_area] svg"),
    ("Commission Statement", {"docstatus": 1}, "[data-fieldname=trace_area] *"),
)


def screens(manager: Desk) -> Iterator[Screen]:
    """All of them; the manager looks for the documents."""
    yield from PAGES
    for doctype, filters, shows in FORMS:
        found = manager.all(doctype, {"company": manager.company, **filters}, order_by="creation")
        yield Screen(f"Form {doctype}", "manager", ("Form", doctype, found[0]["name"]), shows)
    for name in REPORTS:
        role = "accountant" if name in BOOKS else "manager"
        yield Screen(f"Report {name}", role, ("query-report", name), ROWS)


def there(desk: Desk, one: Screen) -> None:
    """Wait until the screen is there."""
    desk.page.locator(f"{one.shows} >> visible=true").first.wait_for()
    desk.page.wait_for_function(IDLE)


def in_the_desk(desk: Desk, one: Screen) -> float:
    """Seconds from another page of the desk."""
    desk.open("List", "ToDo")
    # Nothing of an earlier look may be taken for this one.
    desk.page.evaluate("rows => document.querySelectorAll(rows).forEach(row => row.remove())", ROWS)
    begin = time.perf_counter()
    desk.page.evaluate(
        """([route, options]) => { frappe.route_options = options; return frappe.set_route(route); }""",
        [list(one.route), {"company": desk.company} if one.route[0] == "query-report" else None],
    )
    there(desk, one)
    return time.perf_counter() - begin


def loaded(desk: Desk, one: Screen) -> float:
    """Seconds with the whole desk, as after a click in a mail."""
    begin = time.perf_counter()
    desk.page.reload()
    there(desk, one)
    return time.perf_counter() - begin


def median(measure: Callable[[Desk, Screen], float], desk: Desk, one: Screen) -> float:
    """The median after a time that does not count."""
    measure(desk, one)
    return statistics.median(measure(desk, one) for _time in range(TIMES))


def table(rows: list[tuple[str, float, float]], busy: str) -> str:
    """The section of RESULTS.md."""
    lines = [
        HEADING,
        "",
        f"Written by `make screens` on the demo company, by Chromium on the same machine ({os.cpu_count()} cores, "
        f"Python {platform.python_version()}, load {busy}). Seconds until the figures stand there and nothing is "
        f"under way, medians of {TIMES}, warm.",
        "",
        f"| screen | opened in the desk | with the whole desk | goal: at most {GOAL:.0f} s in the desk |",
        "|---|---:|---:|---|",
        *(
            f"| {title} | {inside:.2f} s | {anew:.2f} s | {'yes' if inside <= GOAL else '**no**'} |"
            for title, inside, anew in rows
        ),
    ]
    return "\n".join(lines) + "\n"


def write(section: str) -> None:
    """Put the section in place of the one that RESULTS.md has, at its end."""
    text = RESULTS.read_text(encoding="utf-8").split(f"\n{HEADING}\n")[0].rstrip()
    RESULTS.write_text(f"{text}\n\n{section}", encoding="utf-8")


def main() -> None:
    """Measure all screens, print and keep the table."""
    said = json.loads(Path(os.environ["DESK"]).read_text(encoding="utf-8"))
    busy = f"{os.getloadavg()[0]:.1f} before"
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=os.environ.get("CHROMIUM"), args=["--no-sandbox"])
        office = Office(browser, said)
        rows = []
        for one in screens(office.desk("manager")):
            desk = office.desk(one.role)
            rows.append((one.title, median(in_the_desk, desk, one), median(loaded, desk, one)))
            print(f"{one.title}: {rows[-1][1]:.2f} s, {rows[-1][2]:.2f} s", flush=True)
        office.close()
        browser.close()
    write(table(rows, busy))


if __name__ == "__main__":
    main()
