"""Credits: what one row of a document is worth to one seller for one KPI, and how two sets of them differ.

A *credit* is one row of the ledger. The ledger is append-only, so bringing it in line with what the
documents say now means posting the difference: a reversal of what was credited before, dated as it
was, and a new row. `difference` is idempotent: applied to its own result it is empty.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from sales_targets.engine.money import share

ZERO = Decimal(0)
HUNDRED = Decimal(100)

SALE = "sale"
RETURN = "return"
CORRECTION = "correction"

# Why an amount is credited to nobody. Codes, not sentences: the reports translate them.
NO_TEAM = "no_team"
TEAM_SHORT = "team_short"
TEAM_OVER = "team_over"
UNKNOWN_PERSON = "unknown_person"
NO_USER = "no_user"
USER_WITHOUT_SELLER = "user_without_seller"
NO_SELLER = "no_seller"


class Credit(NamedTuple):
    """One credit. `value` is in the company's currency or a plain count; '' stands for "none" in every text.

    The fields before `seller_id` say what is credited: two credits that agree in all of them but the
    value are one and the same. The rest describe the world as it was when the credit was first posted.
    """

    kpi: str
    unit_type: str
    unit: str
    voucher_type: str
    voucher_no: str
    voucher_row: str
    posting_date: date
    company: str
    sales_person: str
    sales_partner: str
    territory: str
    customer: str
    customer_group: str
    item_code: str
    item_group: str
    project: str
    return_against: str
    overlay: int
    reason: str
    distinct_value: str
    value: Decimal
    kind: str
    currency: str
    brand: str
    seller_id: str
    manager_path: str
    designation: str
    new_customer: int


IDENTITY = Credit._fields.index("value")  # fields before this one identify a credit
_FIRST_STAMP = Credit._fields.index("brand")


class Member(NamedTuple):
    """One seller's part of a document: `percent` of 100, `reason` where `sales_person` is ''."""

    sales_person: str
    percent: Decimal
    reason: str = ""


def members(team: Iterable[tuple[str, Decimal]], known: Iterable[str] | None = None) -> tuple[Member, ...]:
    """The sellers of a document with their percentages, completed to exactly 100 by the empty seller.

    Equal sellers are summed. A person who is not `known` (None: do not check) counts as the empty seller.
    What lacks to 100 % goes to the empty seller as `team_short`, what is beyond as a negative `team_over`;
    an empty team is `no_team` as a whole. Rows of 0 % earn nothing.
    """
    parts: dict[str, Decimal] = {}
    unknown = ZERO
    for person, percent in team:
        if known is not None and person not in known:
            unknown += percent
        else:
            parts[person] = parts.get(person, ZERO) + percent
    found = [Member(person, percent) for person, percent in parts.items() if percent]
    if not found and not unknown:
        return (Member("", HUNDRED, NO_TEAM),)
    if unknown:
        found.append(Member("", unknown, UNKNOWN_PERSON))
    rest = HUNDRED - sum(member.percent for member in found)
    if rest:
        found.append(Member("", rest, TEAM_SHORT if rest > 0 else TEAM_OVER))
    return tuple(found)


def split(value: Decimal, team: Sequence[Member], places: int) -> list[tuple[Member, Decimal]]:
    """`value` shared among `team` by percent; the parts sum to it exactly. Parts of nothing are left out.

    A negative member (a team of more than 100 %) takes back what the others have too much.
    """
    if len(team) == 1:
        return [(team[0], round_part(value, places))] if value else []
    if any(member.percent < 0 for member in team):
        return _split_beyond(value, team, places)
    parts = share(value, [member.percent for member in team], places)
    return [(member, part) for member, part in zip(team, parts) if part]


def round_part(value: Decimal, places: int) -> Decimal:
    """`value` in the smallest unit, half away from zero."""
    return share(value, (HUNDRED,), places)[0]


def _split_beyond(value: Decimal, team: Sequence[Member], places: int) -> list[tuple[Member, Decimal]]:
    """A team of more than 100 %: each gets the own percentage, the empty seller the negative rest."""
    whole = round_part(value, places)
    over = [member for member in team if member.percent < 0]
    own = [member for member in team if member.percent >= 0]
    total = sum(member.percent for member in own)
    parts = share(value * total / HUNDRED, [member.percent for member in own], places)
    shared = list(zip(own, parts))
    shared += [(member, whole - sum(parts)) for member in over[:1]]
    return [(member, part) for member, part in shared if part]


def difference(wanted: Iterable[Credit], have: Iterable[Credit]) -> list[Credit]:
    """What must be posted so that the ledger rows `have` come to say `wanted`.

    Per identity (every field before `value`) the sums are compared. Where they differ, what stands is
    reversed as a correction on its own date, and what is wanted is posted anew, with the stamps (brand,
    seller id, managers, designation, new customer) of an earlier credit of the same row and seller: a
    correction must not rewrite the world as it was. Sums that are zero are left out.
    """
    want = _summed(wanted)
    standing = _summed(have)
    if not standing:
        return [credit for credit in want.values() if credit.value]
    posts: list[Credit] = []
    stamps: dict[tuple, Credit] = {}
    for credit in standing.values():
        stamps.setdefault(_row_of(credit), credit)
    for key, old in standing.items():
        new = want.get(key)
        if old.value and (new is None or new.value != old.value):
            posts.append(old._replace(value=-old.value, kind=CORRECTION))
    for key, new in want.items():
        old = standing.get(key)
        if new.value and (old is None or old.value != new.value):
            earlier = stamps.get(_row_of(new))
            posts.append(new if earlier is None else Credit(*new[:_FIRST_STAMP], *earlier[_FIRST_STAMP:]))
    return posts


def _row_of(credit: Credit) -> tuple:
    return credit.kpi, credit.voucher_no, credit.voucher_row, credit.sales_person


def _summed(credits: Iterable[Credit]) -> dict[tuple, Credit]:
    """Credits by identity, values of equal ones added; the first one's stamps and kind are kept."""
    found: dict[tuple, Credit] = {}
    for credit in credits:
        key = credit[:IDENTITY]
        before = found.get(key)
        found[key] = credit if before is None else before._replace(value=before.value + credit.value)
    return found
