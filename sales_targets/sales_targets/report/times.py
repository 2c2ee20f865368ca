"""The time a report is about: a named one (this month, last quarter …) of a calendar, or any days."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from frappe import _
from frappe.utils import getdate

from sales_targets.engine.calendar import CALENDARS, Period
from sales_targets.sales_targets.report import shared
from sales_targets.targets import calendars, dates

# Name → (how long, how many periods before the running one).
NAMED = {
    "This Month": ("Month", 0),
    "This Quarter": ("Quarter", 0),
    "This Year": ("Year", 0),
    "Last Month": ("Month", 1),
    "Last Quarter": ("Quarter", 1),
    "Last Year": ("Year", 1),
}
CUSTOM = "Custom"
DEFAULT = "This Quarter"
_DAY = timedelta(days=1)
# No period of its kind has more days.
_LONGEST = {"Month": 35, "Quarter": 98, "Year": 371}


def windows(filters: Mapping[str, Any], company: str, earlier: int = 0) -> list[Period]:
    """The time asked for by the filters `period`, `calendar`, `from_date` and `to_date`, last of the list.

    Before it come `earlier` times of the same kind that join it: the months before a month, for any other days
    as many days. Without a `period` the days count where they are given, else it is DEFAULT.
    """
    given = DEFAULT if not (filters.get("from_date") or filters.get("to_date")) else CUSTOM
    name = shared.choice(filters, "period", (*NAMED, CUSTOM), given, _("Period"))
    kind = shared.choice(filters, "calendar", CALENDARS, "Fiscal", _("Calendar"))
    if name == CUSTOM:
        return _days(*shared.dates_of(filters, company), kind, earlier)
    every, before = NAMED[name]
    return _named(every, before, kind, company, earlier)


def _named(every: str, before: int, kind: str, company: str, earlier: int) -> list[Period]:
    today = getdate()
    back = timedelta(days=_LONGEST[every] * (before + earlier + 1))
    ahead = timedelta(days=_LONGEST[every])
    found = calendars.periods(today - back, today + ahead, every=every, calendar=kind, company=company)
    now = next(index for index, one in enumerate(found) if one.start <= today < one.end)
    return found[now - before - earlier : now - before + 1]


def _days(first: date, last: date, kind: str, earlier: int) -> list[Period]:
    length = last - first + _DAY
    if earlier and first - date(1000, 1, 1) < length * earlier:
        shared.refuse(_("This time is too long."))
    starts = [first - length * number for number in range(earlier, -1, -1)]
    return [Period(start, start + length, "Days", kind, start.year, 1, "") for start in starts]


def in_whole_months(window: Period, company: str) -> Period:
    """The window, widened to whole months of its calendar."""
    months = calendars.periods(
        window.start, window.last, every="Month", calendar=window.calendar, company=company
    )
    first, last = months[0], months[-1]
    return window._replace(start=first.whole_start or first.start, end=last.whole_end or last.end)


def label(window: Period) -> str:
    """The window in words: its name in the calendar, else its first and last day."""
    if window.every != "Days":
        return calendars.label(window)
    first, last = dates.written(window.start), dates.written(window.last)
    return _("{0} to {1}").format(first, last)
