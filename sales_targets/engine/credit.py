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

    One member per row of the team, equal sellers included: merging two sellers of one team then moves no
    cent between the rows. A person who is not `known` (None: do not check) counts as the empty seller. What
    lacks to 100 % goes to the empty seller as `team_short`, what is beyond as a negative `team_over`; an empty
    team is `no_team` as a whole. Rows of 0 % earn nothing.
    """
    found = [
        Member(person, percent) if known is None or person in known else Member("", percent, UNKNOWN_PERSON)
        for person, percent in team
        if percent
    ]
    if not found:
        return (Member("", HUNDRED, NO_TEAM),)
    rest = HUNDRED - sum(member.percent for member in found)
    if rest:
        found.append(Member("", rest, TEAM_SHORT if rest > 0 else TEAM_OVER))
    return tuple(found)


def split(value: Decimal, team: Sequence[Member], places: int) -> list[tuple[Member, Decimal]]:
    """`value` shared among `team` by percent; the parts sum exactly to it, rounded to `places`.

    Parts of nothing are left out. A negative member (a team of more than 100 %) takes back what the others
    have too much.
    """
    if not value:
        return []
    parts = share(value, [member.percent for member in team], places)
    return [(member, part) for member, part in zip(team, parts, strict=True) if part]


def difference(wanted: Iterable[Credit], have: Iterable[Credit]) -> list[Credit]:
    """What must be posted so that the ledger rows `have` come to say `wanted`.

    Per identity (every field before `value`) the sums are compared. Where they differ, what stands is
    reversed as a correction on its own date, each seller id for itself (two merged sellers share a name), and
    what is wanted is posted anew, with the stamps (brand, seller id, managers, designation, new customer) of
    an earlier credit of the same row and seller: a correction must not rewrite the world as it was. Sums that
    are zero are left out.
    """
    have = list(have)
    want = _summed(wanted)
    if not have:
        return [credit for credit in want.values() if credit.value]
    standing = _summed(have)
    changed = {
        key for key, old in standing.items() if old.value != (want[key].value if key in want else ZERO)
    }
    changed |= {key for key, new in want.items() if new.value and key not in standing}
    if not changed:
        return []
    posts = _reversals(credit for credit in have if credit[:IDENTITY] in changed)
    stamps: dict[tuple, Credit] = {}
    for credit in have:
        stamps.setdefault(_row_of(credit), credit)
    for key, new in want.items():
        if key in changed and new.value:
            earlier = stamps.get(_row_of(new))
            posts.append(new if earlier is None else Credit(*new[:_FIRST_STAMP], *earlier[_FIRST_STAMP:]))
    return posts


def _reversals(credits: Iterable[Credit]) -> list[Credit]:
    """What takes `credits` back, one per identity and seller id."""
    sums: dict[tuple, Credit] = {}
    for credit in credits:
        key = (*credit[:IDENTITY], credit.seller_id)
        before = sums.get(key)
        sums[key] = credit if before is None else before._replace(value=before.value + credit.value)
    return [credit._replace(value=-credit.value, kind=CORRECTION) for credit in sums.values() if credit.value]


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
