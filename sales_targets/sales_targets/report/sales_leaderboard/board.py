"""The figures of the leaderboard: sellers and teams of one company on one KPI in one time."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import frappe

from sales_targets.desk import leaderboard
from sales_targets.desk.leaderboard import Entry
from sales_targets.engine.calendar import Period
from sales_targets.engine.money import round_money
from sales_targets.sales_targets.report import shared, times
from sales_targets.sales_targets.report.sales_leaderboard import viewer
from sales_targets.sales_targets.report.sales_leaderboard.viewer import Viewer
from sales_targets.sales_targets.report.sales_target_attainment import sales_target_attainment
from sales_targets.sales_targets.report.sales_target_attainment.owners import TOP
from sales_targets.sales_targets.report.sales_target_attainment.table import Line
from sales_targets.targets import people
from sales_targets.targets.reporting import Figure

# A team of fewer sellers with figures would give away those of one of them.
LEAST = 3
# Attainment whose amounts are hidden is told to whole per cents: from exact ones amounts can be worked out.
_ROUGH = 2


class Board(NamedTuple):
    """Both lists, ranked, and what was asked for."""

    company: str
    currency: str
    figure: Figure
    window: Period
    team: str
    viewer: Viewer
    sellers: list[Entry]
    teams: list[Entry]


class Person(NamedTuple):
    """A Sales Person's own settings."""

    is_group: bool
    enabled: bool
    hidden: bool


@dataclass
class Members:
    """The sellers with figures of a team: how many, how many of these take no part, and are the reader's own."""

    all: int = 0
    apart: int = 0
    own: int = 0


def read(filters: Mapping[str, Any]) -> Board | None:
    """The board of the filters company, kpi, team and of `times`; None where no KPI is enabled.

    Of sellers who are not the reader's own nothing is in it that the reader may not see.
    """
    company = shared.company_of(filters)
    figure = shared.figure_of(filters)
    if figure is None:
        return None
    look = viewer.of(company)
    window = times.windows(filters, company)[-1]
    if look.compares and look.hides and window.every == "Days":
        # Day by day, what others sold could be told.
        window = times.in_whole_months(window, company)
    team = shared.named(filters, "team", "Sales Person") or ""
    lines = _lines(company, figure, window, _scope(look, team))
    persons = _persons()
    sellers = list(_sellers(lines, persons, look))
    teams = list(_teams(lines, persons, look, team))
    less = figure.kpi.direction == "Reduce"
    return Board(
        company=company,
        currency=frappe.get_cached_value("Company", company, "default_currency"),
        figure=figure,
        window=window,
        team=team,
        viewer=look,
        sellers=_told(leaderboard.ranked(sellers, less_is_better=less), look),
        teams=_told(leaderboard.ranked(teams, less_is_better=less), look),
    )


def _scope(look: Viewer, team: str) -> frozenset[str] | None:
    if not team:
        return look.scope
    inside = frozenset(people.subtree(team))
    return inside if look.scope is None else inside & look.scope


def _lines(company: str, figure: Figure, window: Period, scope: frozenset[str] | None) -> list[Line]:
    """Every row of the report on attainment, parents before their members."""
    request = sales_target_attainment.Request(
        company=company,
        companies=(company,),
        currency="",
        kind="Sales Person",
        figure=figure,
        first=window.start,
        last=window.last,
        periods=[window],
        sellers=scope,
        within=scope,
        only={},
        where={},
        hide_empty=True,
    )
    return sales_target_attainment.get_table(request).lines


def _persons() -> dict[str, Person]:
    """Every Sales Person. One query."""
    fields = ["name", "is_group", "enabled"]
    can_hide = frappe.get_meta("Sales Person").has_field(leaderboard.FIELD)
    rows = frappe.get_all("Sales Person", fields=[*fields, leaderboard.FIELD] if can_hide else fields)
    return {
        row.name: Person(bool(row.is_group), bool(row.enabled), bool(row.get(leaderboard.FIELD)))
        for row in rows
    }


def _sellers(lines: Sequence[Line], persons: Mapping[str, Person], look: Viewer) -> Iterator[Entry]:
    for line in lines:
        person = persons.get(line.node.key)
        if person is None or person.is_group or line.is_empty:
            continue
        entry = _entry(line, person)
        if look.owns(entry.key):
            yield entry
        elif entry.takes_part:
            yield replace(entry, whole=False, with_amounts=not look.hides)


def _teams(lines: Sequence[Line], persons: Mapping[str, Person], look: Viewer, team: str) -> Iterator[Entry]:
    members = _members(lines, persons, look)
    chosen = _peers(lines, persons, team)
    for line in lines:
        person = persons.get(line.node.key)
        if person is None or line.node.key not in chosen or line.is_empty:
            continue
        entry = replace(_entry(line, person), team="")
        if look.owns(entry.key):
            yield entry
            continue
        inside = members[entry.key]
        # One of few members would be known from the others.
        tells = inside.all < LEAST and (inside.apart or (inside.own and look.hides))
        if entry.takes_part and not tells:
            yield replace(entry, whole=False, with_amounts=not look.hides and not inside.apart)


def _peers(lines: Sequence[Line], persons: Mapping[str, Person], team: str) -> Collection[str]:
    """The teams that are compared: of one level below the chosen team, else below what is above all others.

    A level with only one team with figures is no comparison: then it is that team's own level below.
    """
    below: dict[str, list[str]] = {}
    for line in lines:
        person = persons.get(line.node.key)
        if person and person.is_group and not line.is_empty:
            below.setdefault(line.node.parent or TOP, []).append(line.node.key)
    level = [team] if team and persons[team].is_group else below.get(TOP, [])
    while len(level) == 1 and below.get(level[0]):
        level = below[level[0]]
    return set(level)


def _members(lines: Sequence[Line], persons: Mapping[str, Person], look: Viewer) -> dict[str, Members]:
    found = {line.node.key: Members() for line in lines}
    for line in reversed(lines):  # members come after their teams
        mine, person = found[line.node.key], persons.get(line.node.key)
        if person and not person.is_group and not line.is_empty:
            mine.all += 1
            mine.apart += person.hidden or not person.enabled
            mine.own += look.owns(line.node.key)
        above = found.get(line.node.parent or "")
        if above:
            above.all += mine.all
            above.apart += mine.apart
            above.own += mine.own
    return found


def _entry(line: Line, person: Person) -> Entry:
    cell = line.total
    return Entry(
        key=line.node.key,
        team="" if line.node.parent in (TOP, None) else line.node.parent,
        attainment=cell.attainment,
        target=cell.target,
        achieved=cell.achieved,
        pace=line.pace,
        hidden=person.hidden,
        enabled=person.enabled,
    )


def _told(entries: list[Entry], look: Viewer) -> list[Entry]:
    """The entries without what the reader may not see. Who sees nobody but themselves has no rank."""
    told = [one if one.with_amounts else _without_amounts(one) for one in entries]
    if look.own is None or look.compares or len(told) > 1:
        return told
    return [replace(one, rank=None, place=None) for one in told]


def _without_amounts(entry: Entry) -> Entry:
    rough = None if entry.attainment is None else round_money(entry.attainment, _ROUGH)
    return replace(entry, attainment=rough, target=None, achieved=None, pace="")
