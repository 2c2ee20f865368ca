"""What happened that people are told of: found out in the background from where targets and statements stand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

import frappe
from frappe.query_builder.functions import Count
from frappe.utils import add_to_date, getdate, now_datetime, today

from sales_targets.compensation import duties, workflow
from sales_targets.desk import preferences, wording
from sales_targets.desk.audience import Tree, concerned
from sales_targets.desk.telling import Event, event_of, told
from sales_targets.engine import pacing
from sales_targets.targets import milestones
from sales_targets.targets.milestones import Milestone
from sales_targets.targets.standing import LineStanding, Measured, Standing, standings

# A period that has only begun says little: nobody is behind before a quarter of its days is over.
SENSIBLE_PART = Decimal("0.25")
# What may turn back is known when its days are over; so long afterwards it is still news.
NEWS_DAYS = 7
REVISION_DAYS = 3
CHUNK = 100
_FIELDS = ("name", "owner", "target_for", "sales_person", "territory", "company", "title", "amended_from")


@dataclass(frozen=True)
class Told:
    """A target with whom it concerns. `root` is the name it had before it was amended."""

    row: frappe._dict
    root: str
    users: Sequence[str]
    own_user: str


def targets_now() -> list[frappe._dict]:
    """The targets in force and those that have just ended, as rows with what says whose they are."""
    day = getdate(today())
    return frappe.get_all(
        "Sales Target",
        filters={
            "docstatus": 1,
            "from_date": ["<=", day],
            "to_date": [">=", day - timedelta(days=NEWS_DAYS)],
        },
        fields=list(_FIELDS),
        order_by="name",
    )


def of_targets() -> Iterator[list[Event]]:
    """Who falls behind, and milestones and stretches reached: in portions, so that each can be told at once."""
    rows, tree = targets_now(), Tree()
    roots = _roots(rows)
    for start in range(0, len(rows), CHUNK):
        part = {row.name: row for row in rows[start : start + CHUNK]}
        found = [(one, _told(part[one.target.name], roots, tree)) for one in standings(list(part))]
        yield [*_behind(found), *_milestones(found)]


def _told(row: frappe._dict, roots: dict[str, str], tree: Tree) -> Told:
    own = tree.user_of(row.sales_person) if row.target_for == "Sales Person" else ""
    return Told(row, roots.get(row.name, row.name), concerned(row, tree), own)


def _roots(rows: Iterable[frappe._dict]) -> dict[str, str]:
    """Name -> first name of amended targets: amended, a target is still the one that people heard of."""
    before = {row.name: row.amended_from for row in rows if row.amended_from}
    missing = set(before.values())
    while missing:
        found = frappe.get_all(
            "Sales Target",
            filters={"name": ["in", sorted(missing)], "amended_from": ["is", "set"]},
            fields=["name", "amended_from"],
        )
        before.update({row.name: row.amended_from for row in found})
        missing = {row.amended_from for row in found} - set(before)
    first: dict[str, str] = {}
    for name in before:
        root = name
        while root in before:
            root = before[root]
        first[name] = root
    return first


def _behind(found: Iterable[tuple[Standing, Told]]) -> list[Event]:
    """Lines whose present period is behind, once a sensible part of it has gone."""
    events = []
    for standing, who in found:
        for line in standing.lines:
            days = _present(line)
            if days is None or days.pace.status != pacing.BEHIND or not _sensible(days, standing.as_of):
                continue
            about = f"{who.root} {line.line.number} {days.start}"
            events += [
                Event(preferences.BEHIND, user, about, "Sales Target", who.row.name, words)
                for user in who.users
                for words in [wording.behind(standing, line, days, own=user == who.own_user)]
            ]
    return events


def _present(line: LineStanding) -> Measured | None:
    """The period that holds today; of a line without periods its whole time."""
    if line.current is not None:
        return line.periods[line.current]
    return None if line.periods else line.whole


def _sensible(days: Measured, day: date) -> bool:
    gone = (day - days.start).days + 1
    return Decimal(gone) >= SENSIBLE_PART * (days.end - days.start).days


@dataclass(frozen=True)
class _Slice:
    """Some days of a line with their marks in order; only those of the whole time have quarters that are told."""

    line: LineStanding
    days: Measured
    marks: list[Milestone]


def _milestones(found: Sequence[tuple[Standing, Told]]) -> list[Event]:
    """The highest mark that each user wants and that is new: who hears of three quarters needs no half any more."""
    slices = [
        (one, who, piece) for one, who in found for line in one.lines for piece in _slices(line, one.as_of)
    ]
    users = {user for _one, who, _piece in slices for user in who.users}
    wishes = preferences.of_users(users)
    known = told(
        (user, event_of(_kind(mark), _about(who, piece, mark)))
        for _one, who, piece in slices
        if any(mark.reached for mark in piece.marks)
        for mark in piece.marks
        for user in who.users
    )
    events = []
    for standing, who, piece in slices:
        for user in who.users:
            wanted = [mark for mark in piece.marks if _kind(mark) in wishes[user].kinds]
            events_of = [event_of(_kind(mark), _about(who, piece, mark)) for mark in wanted]
            mark = _newest(wanted, [(user, event) in known for event in events_of])
            if mark:
                words = wording.reached(standing, piece.line, piece.days, mark, own=user == who.own_user)
                about = _about(who, piece, mark)
                events.append(Event(_kind(mark), user, about, "Sales Target", who.row.name, words))
    return events


def _slices(line: LineStanding, day: date) -> list[_Slice]:
    """The whole time, and the target and stretch of each period that is running or has just ended."""
    found = []
    if _is_news(line.whole, day):
        found.append(_Slice(line, line.whole, milestones.marks(line.line, line.whole, whole=line.whole)))
    if len(line.periods) < 2:
        return found
    for days in line.periods:
        if _is_news(days, day):
            marks = milestones.marks(line.line, days, whole=line.whole)
            kept = [mark for mark in marks if mark.kind in (milestones.TARGET, milestones.STRETCH)]
            found.append(_Slice(line, days, kept))
    return found


def _is_news(days: Measured, day: date) -> bool:
    return days.start <= day < days.end + timedelta(days=NEWS_DAYS)


def _kind(mark: Milestone) -> str:
    return preferences.STRETCH if mark.kind == milestones.STRETCH else preferences.MILESTONE


def _about(who: Told, piece: _Slice, mark: Milestone) -> str:
    days = piece.days
    return f"{who.root} {piece.line.line.number} {days.start} {days.end} {mark.key}"


def _newest(marks: Sequence[Milestone], are_told: Sequence[bool]) -> Milestone | None:
    """The last mark that is reached, unless it or a later one was told already."""
    reached = [number for number, mark in enumerate(marks) if mark.reached]
    if not reached or any(are_told[reached[-1] :]):
        return None
    return marks[reached[-1]]


def of_revisions() -> list[Event]:
    """Targets that were revised in the last days, for all they concern but those who did it."""
    since = add_to_date(now_datetime(), days=-REVISION_DAYS)
    revisions = frappe.get_all(
        "Sales Target Revision",
        filters={"creation": [">=", since]},
        fields=[
            "name",
            "sales_target",
            "kpi",
            "effective_date",
            "old_target",
            "new_target",
            "revised_by",
            "reason",
        ],
        order_by="creation, name",
    )
    if not revisions:
        return []
    names = {row.sales_target for row in revisions}
    fields = [*_FIELDS, "currency"]
    targets = {
        row.name: row
        for row in frappe.get_all(
            "Sales Target", filters={"name": ["in", sorted(names)], "docstatus": 1}, fields=fields
        )
    }
    tree, events = Tree(), []
    for row in revisions:
        target = targets.get(row.sales_target)
        for user in concerned(target, tree) if target else ():
            if user != row.revised_by:
                own = target.target_for == "Sales Person" and user == tree.user_of(target.sales_person)
                words = wording.revised(target, row, own=own)
                events.append(Event(preferences.REVISED, user, row.name, "Sales Target", target.name, words))
    return events


def of_statements() -> list[Event]:
    """Statements that wait for somebody: the seller they were sent to, a manager's or the accounts' approval."""
    rows = frappe.get_all(
        "Commission Statement",
        filters={
            "docstatus": 0,
            "workflow_state": ["in", [workflow.SENT, workflow.ACKNOWLEDGED, workflow.MANAGER_APPROVED]],
        },
        fields=["name", "workflow_state", "sales_person", "sales_partner", "company", "from_date", "to_date",
                "payable", "currency", "provisional", "manager_approved_by"],
        order_by="name",
    )  # fmt: skip
    if not rows:
        return []
    steps, deciders, tree = _steps_taken([row.name for row in rows]), _Deciders(), Tree()
    events = []
    for row in rows:
        about = f"{row.name} {row.workflow_state} {steps.get(row.name, 0)}"
        for user, own in _waits_for(row, deciders, tree):
            words = wording.waits(row, own=own)
            events.append(Event(preferences.WAITS, user, about, "Commission Statement", row.name, words))
    return events


class _Deciders:
    """Who approves, asked once for each seller and once for the accounts."""

    def __init__(self) -> None:
        self._managers: dict[str, list[str]] = {}
        self._accountants: list[str] | None = None

    def managers(self, sales_person: str) -> list[str]:
        if sales_person not in self._managers:
            self._managers[sales_person] = duties.managers_of(sales_person)
        return self._managers[sales_person]

    def accountants(self) -> list[str]:
        if self._accountants is None:
            self._accountants = duties.accountants()
        return self._accountants


def _waits_for(row: frappe._dict, deciders: _Deciders, tree: Tree) -> list[tuple[str, bool]]:
    """(user, whether it is their own) of those whose step is next. A provisional one waits for nobody to approve."""
    payee = tree.user_of(row.sales_person) if row.sales_person else ""
    if row.workflow_state == workflow.SENT and payee:
        return [(payee, True)]
    if row.provisional:
        return []
    if row.workflow_state == workflow.MANAGER_APPROVED:
        users = deciders.accountants()
        if duties.second_person("statements"):
            users = [user for user in users if user != row.manager_approved_by]
    else:
        users = deciders.managers(row.sales_person or "")
    return [(user, False) for user in users if user != payee]


def _steps_taken(names: Sequence[str]) -> dict[str, int]:
    """How many steps each statement has taken: sent once more after a dispute, it waits once more."""
    comment = frappe.qb.DocType("Comment")
    rows = (
        frappe.qb.from_(comment)
        .where(comment.reference_doctype == "Commission Statement")
        .where(comment.reference_name.isin(list(names)) & (comment.comment_type == "Workflow"))
        .groupby(comment.reference_name)
        .select(comment.reference_name, Count("*"))
    ).run()
    return dict(rows)
