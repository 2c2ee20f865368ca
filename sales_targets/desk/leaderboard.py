"""Who stands where: ranks with ties, and sellers who do not want to be compared.

Ranks go by attainment, to a tenth of a per cent as it is shown; who has the same shares a rank, and the next one
counts all before it (1, 1, 3). Those without an attainment follow without a rank.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

import frappe
from frappe import _

from sales_targets.engine.money import ZERO, round_money

SELLER = "Sales Person"
# Of a Sales Person: left out of leaderboards that others read.
FIELD = "st_hide_from_leaderboards"
_PLACES = 3


@dataclass(frozen=True)
class Entry:
    """One seller or team. Figures are in the KPI's unit, `attainment` is a part of 1; None: nothing to say.

    `whole` tells whether all of it is the reader's to see, amounts and credits. `takes_part` is false of who is
    not compared: who does not want it (`hidden`) or is no longer `enabled`. `rank` is theirs among those who
    take part; of the others `place` is the rank they would have.
    """

    key: str
    team: str = ""
    attainment: Decimal | None = None
    target: Decimal | None = None
    achieved: Decimal | None = None
    pace: str = ""
    whole: bool = True
    with_amounts: bool = True
    hidden: bool = False
    enabled: bool = True
    rank: int | None = None
    place: int | None = None

    @property
    def takes_part(self) -> bool:
        return self.enabled and not self.hidden


def ranked(entries: Iterable[Entry], *, less_is_better: bool = False) -> list[Entry]:
    """All of them with their ranks: by attainment, then by what was achieved; what is hidden follows by name.

    The order of two entries without attainment says which achieved more, so that it goes by the name of whose
    amounts the reader does not see.
    """
    found = sorted(entries, key=lambda one: _order(one, less_is_better))
    scores = [_score(one) for one in found if one.takes_part and one.attainment is not None]
    result = []
    for one in found:
        if one.attainment is None:
            result.append(one)
            continue
        place = 1 + sum(score > _score(one) for score in scores)
        result.append(replace(one, rank=place if one.takes_part else None, place=place))
    return result


def _score(one: Entry) -> Decimal:
    return round_money(one.attainment or ZERO, _PLACES)


def _order(one: Entry, less_is_better: bool) -> tuple:
    if one.attainment is not None:
        return 0, -_score(one), ZERO, not one.takes_part, one.key
    known = one.with_amounts and one.achieved is not None
    achieved = (one.achieved or ZERO) if known else ZERO
    return 1 + (not known), ZERO, achieved if less_is_better else -achieved, False, one.key


def own_sellers(user: str | None = None) -> list[str]:
    """The Sales Persons that are this user, by Employee. One query."""
    person, employee = frappe.qb.DocType(SELLER), frappe.qb.DocType("Employee")
    rows = (
        frappe.qb.from_(person)
        .join(employee)
        .on(person.employee == employee.name)
        .where(employee.user_id == (user or frappe.session.user))
        .select(person.name)
        .orderby(person.lft)
    ).run()
    return [name for (name,) in rows]


@frappe.whitelist(methods=["POST"])
def set_hidden(hidden: bool) -> list[str]:
    """Leave the sellers that are this user out of the leaderboards of others, or not; their names.

    PermissionError for users who are no seller.
    """
    names = _require_own_sellers()
    for name in names:  # one, as a rule
        frappe.db.set_value(SELLER, name, FIELD, int(hidden))
    return names


def _require_own_sellers() -> list[str]:
    names = own_sellers()
    if not names:
        frappe.throw(_("Your user is no seller."), frappe.PermissionError)
    return names


def is_hidden(names: Iterable[str]) -> bool:
    """Are all of these Sales Persons left out of leaderboards?"""
    names = list(names)
    if not names or not frappe.get_meta(SELLER).has_field(FIELD):
        return False
    return frappe.db.count(SELLER, {"name": ["in", names], FIELD: 1}) == len(names)
