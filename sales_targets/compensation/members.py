"""Who takes part in a rule, and on which days: by what was stamped on a credit, or in today's tree."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from sales_targets.compensation.payees import SALES_PERSON, Payee, People
from sales_targets.compensation.plans import Plan
from sales_targets.compensation.terms import Member
from sales_targets.crediting.world import NOBODY, Seller

# Half-open days, in order and apart.
Spans = tuple[tuple[date, date], ...]
ALWAYS: Spans = ((date.min, date.max),)
_DAY = timedelta(days=1)


class Membership:
    """The members of one rule."""

    def __init__(self, plan: Plan, people: People) -> None:
        self._members = plan.rule.members
        self._kind = plan.rule.payee
        self._people = people
        self._tops = {
            member: people.sellers.get(member.sales_person, NOBODY).seller_id for member in self._members
        }

    def stamped(self, payee: Payee, path: str, designation: str) -> Spans:
        """The days on which a credit with these stamps counts for the payee under the rule."""
        if payee.kind != self._kind:
            return ()
        if not self._members:
            return ALWAYS
        managers = path.split("/") if path else []
        return united(
            (member.start, member.end or date.max)
            for member in self._members
            if self._fits(member, payee, managers, designation)
        )

    def today(self, payee: Payee) -> Spans:
        """The days on which the payee, where they stand in the tree today, is a member who was named."""
        if not self._members:
            return ()
        seller = self._people.seller(payee) if payee.kind == SALES_PERSON else Seller("", "", "")
        return self.stamped(payee, seller.manager_path, seller.designation)

    def weight(self, payee: Payee) -> Member | None:
        """The row that names the payee, the closest first."""
        seller = self._people.seller(payee)
        managers = seller.manager_path.split("/")
        fitting = [one for one in self._members if self._fits(one, payee, managers, seller.designation)]
        return min(fitting, key=lambda one: one.sales_person != payee.name, default=None)

    def _fits(self, member: Member, payee: Payee, managers: Sequence[str], designation: str) -> bool:
        if member.sales_partner:
            return payee.id == member.sales_partner
        if member.sales_person:
            top = self._tops[member]
            himself = payee.name == member.sales_person or (bool(top) and payee.id == top)
            if not himself and not (member.include_subtree and top and top in managers):
                return False
        return not member.designation or member.designation == designation


def united(spans: Iterable[tuple[date, date]]) -> Spans:
    """Spans that meet or overlap as one."""
    found: list[tuple[date, date]] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return tuple(found)


def within(spans: Spans, first: date | None, last: date | None) -> Spans:
    """What of `spans` lies between two days (inclusive, None: open)."""
    start, end = first or date.min, last + _DAY if last and last < date.max else date.max
    return tuple((max(a, start), min(b, end)) for a, b in spans if max(a, start) < min(b, end))


def holds(spans: Spans, day: date) -> bool:
    """Whether a day lies in any of the spans."""
    return any(start <= day < end for start, end in spans)


def days_in(spans: Spans, start: date, end: date) -> int:
    """How many of the days `start` to before `end` lie in `spans`."""
    return sum(max(0, (min(b, end) - max(a, start)).days) for a, b in spans)
