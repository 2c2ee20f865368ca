"""Incentive Rules as the engine reads them: every version of a rule with its days, and whom and what it is about.

The form writes percentages per hundred, the engine takes parts of one; inclusive last days become half-open
ends here and nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe.utils import cint, cstr, flt, getdate

from sales_targets.engine.incentive import Gate, Multiplier, Terms
from sales_targets.engine.money import ONE, ZERO
from sales_targets.engine.tiers import RateTable, Tier

RULE = "Incentive Rule"
# Table field → its DocType.
TABLES = {
    "tiers": "Incentive Tier",
    "members": "Incentive Rule Member",
    "filters": "Incentive Rule Filter",
    "gates": "Incentive Gate",
    "multipliers": "Incentive Multiplier",
    "ramp": "Incentive Ramp",
}
_DAY = timedelta(days=1)
_HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Member:
    """Who takes part, on the half-open days `start` to `end` (None: no end).

    A Sales Person (with all below, if `include_subtree`), of whom only those count who have the designation,
    where one is named; or everybody of a designation; or a Sales Partner. With all of them empty: everybody, which stands only
    beside other members, where another version of the rule names some.
    """

    sales_person: str = ""
    include_subtree: bool = False
    designation: str = ""
    sales_partner: str = ""
    weight: Decimal = ONE
    start: date = date.min
    end: date | None = None


@dataclass(frozen=True)
class Filter:
    """One value of one dimension ("Item Group", "Item", "Brand", "Customer Group", "Territory", "Customer").

    Values of one dimension are alternatives, dimensions narrow each other; `exclude` takes away. A group
    means all below it.
    """

    dimension: str
    value: str
    exclude: bool = False


@dataclass(frozen=True)
class RuleSet:
    """All versions of one rule in order, and what they have in common.

    `members` empty means everybody with credit; otherwise each has its own days. `credit_of` is "Own", "Team"
    or "Pool", `pool_share` "Credits", "Weight" or "Equally".
    """

    lineage: str
    company: str
    currency: str
    versions: tuple[Terms, ...]
    payee: str = "Sales Person"
    credit_of: str = "Own"
    pool_team: str = ""
    pool_share: str = "Credits"
    members: tuple[Member, ...] = ()
    filters: tuple[Filter, ...] = ()
    new_customers_only: bool = False
    exclusive_group: str = ""
    capitalise: bool = False
    amortise_months: int = 0
    cost_center: str = ""
    expense_account: str = ""

    @property
    def kpi(self) -> str:
        """The KPI it pays on, "" for a scorecard; versions never change it."""
        return self.versions[-1].kpi

    @property
    def start(self) -> date:
        """The first day of the first version."""
        return self.versions[0].start

    @property
    def end(self) -> date | None:
        """The day after the last version's last day, None without an end."""
        return self.versions[-1].end


def load_rules(
    company: str,
    as_of: date,
    kpis: Collection[str] | None = None,
    known_at: datetime | None = None,
) -> list[RuleSet]:
    """Every rule of `company` with a version approved (by `known_at`) and begun by `as_of`, by lineage.

    `kpis` narrows to rules paying on one of them ("" is the scorecard). Seven queries.
    """
    rows = _approved(company, as_of, kpis, known_at)
    _attach_tables(rows)
    lineages: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        lineages.setdefault(row["lineage"] or row["name"], []).append(row)
    found = [_ruleset(versions) for _lineage, versions in sorted(lineages.items())]
    return [one for one in found if one.versions]


def as_ruleset(rule: Mapping[str, Any]) -> RuleSet:
    """One rule alone, saved or not, as it is written: a Document or the dictionary of the form."""
    return _ruleset([rule])


def lasting(rules: RuleSet, start: date, end: date | None) -> RuleSet:
    """One version as if it had been in force from `start` to before `end`, with those who are in it all the time."""
    last = rules.versions[-1]
    members = tuple(
        replace(
            one,
            start=start if one.start <= last.start else one.start,
            end=end if one.end in (None, last.end) else one.end,
        )
        for one in rules.members
    )
    terms = replace(last, start=start, end=end)
    return replace(rules, versions=(terms,), members=tuple(one for one in members if _some_days(one)))


def rate_table(rule: Mapping[str, Any]) -> RateTable:
    """The engine's rate table of a rule, saved or not."""
    tiers = tuple(
        Tier(decimal(row.get("from_value")), decimal(row.get("rate")), decimal(row.get("amount")))
        for row in _in_order(rule.get("tiers"))
    )
    return RateTable(tiers, cstr(rule.get("mode") or "Marginal").lower())


def way_of(rule: Mapping[str, Any]) -> str:
    """The engine's name for how a rule pays: rate, fixed, per_unit or on_target."""
    return cstr(rule.get("pay") or "Rate").lower().replace(" ", "_")


def terms_of(rule: Mapping[str, Any], superseded_from: date | None = None) -> Terms:
    """One version of a rule as the engine sees it; `superseded_from` is the next version's first day."""
    name = cstr(rule.get("name"))
    scorecard = rule.get("measure") == "Scorecard"
    clawback = cint(rule.get("clawback_days")) if cint(rule.get("has_clawback_limit")) else None
    limited = flt(rule.get("attainment_cap")) > 0 and rule.get("measure") != "Amount"
    return Terms(
        name=name,
        lineage=cstr(rule.get("lineage")) or name,
        title=cstr(rule.get("title")),
        kpi="" if scorecard else cstr(rule.get("kpi")),
        start=getdate(rule.get("from_date")),
        end=_end(rule, superseded_from),
        every=cstr(rule.get("every") or "Month"),
        cumulative=cstr(rule.get("cumulative")) or None,
        calendar=cstr(rule.get("calendar") or "Fiscal"),
        measure=cstr(rule.get("measure") or "Amount").lower(),
        pay=way_of(rule),
        table=rate_table(rule),
        on_target_amount=decimal(rule.get("on_target_amount")),
        gates=tuple(Gate(row.get("kpi"), _part(row.get("least"))) for row in _in_order(rule.get("gates"))),
        multipliers=_multipliers(rule),
        attainment_cap=_part(rule.get("attainment_cap")) if limited else None,
        cap=decimal(rule.get("cap")) if flt(rule.get("cap")) > 0 else None,
        cap_per="Year" if rule.get("cap_per") == "Year" else "Period",
        carry=bool(cint(rule.get("carry"))),
        on="collection" if rule.get("pay_on") == "Collection" else "invoice",
        clawback_days=clawback,
        holdback=_part(rule.get("holdback")),
        holdback_until=getdate(rule.get("holdback_until")) if rule.get("holdback_until") else None,
        ramp=tuple(
            _part(row.get("percent"))
            for row in sorted(rule.get("ramp") or [], key=lambda row: cint(row.get("month")))
        ),
        prorate=bool(cint(rule.get("prorate"))),
    )


def decimal(value: Any) -> Decimal:
    """A float of the form or the database as the number that was typed; nothing is 0."""
    number = Decimal(repr(flt(value)))
    whole = number.to_integral_value()
    return (whole if whole == number else number.normalize()) or ZERO


def _part(value: Any) -> Decimal:
    return decimal(value) / _HUNDRED


def _in_order(rows: Iterable[Mapping[str, Any]] | None) -> list[Mapping[str, Any]]:
    return sorted(rows or [], key=lambda row: cint(row.get("idx")))


def _end(rule: Mapping[str, Any], superseded_from: date | None) -> date | None:
    """Half-open: the day after the last one, or the next version's first day if that is earlier."""
    last = rule.get("to_date")
    ends = [getdate(last) + _DAY] if last else []
    following = superseded_from or rule.get("superseded_from")
    return min([*ends, *([getdate(following)] if following else [])], default=None)


def _multipliers(rule: Mapping[str, Any]) -> tuple[Multiplier, ...]:
    steps: dict[str, list[tuple[Decimal, Decimal]]] = {}
    for row in _in_order(rule.get("multipliers")):
        step = _part(row.get("from_attainment")), decimal(row.get("factor"))
        steps.setdefault(cstr(row.get("kpi")), []).append(step)
    return tuple(Multiplier(kpi, tuple(sorted(found))) for kpi, found in steps.items())


def _ruleset(rows: Sequence[Mapping[str, Any]]) -> RuleSet:
    """The versions of one lineage, each ending where the next begins; versions of no day are left out."""
    ordered = sorted(rows, key=lambda row: cint(row.get("version")))
    following = [getdate(row.get("from_date")) for row in ordered[1:]]
    versions = [(row, terms_of(row, after)) for row, after in zip(ordered, [*following, None], strict=True)]
    standing = [(row, terms) for row, terms in versions if terms.end is None or terms.start < terms.end]
    last = ordered[-1]
    lineage = cstr(last.get("lineage")) or cstr(last.get("name"))
    return RuleSet(
        lineage=lineage,
        company=cstr(last.get("company")),
        currency=cstr(last.get("currency")),
        versions=tuple(replace(terms, lineage=lineage) for _row, terms in standing),
        payee=cstr(last.get("payee") or "Sales Person"),
        credit_of=cstr(last.get("credit_of") or "Own"),
        pool_team=cstr(last.get("pool_team")),
        pool_share=cstr(last.get("pool_share") or "Credits"),
        members=_members(standing),
        filters=tuple(
            Filter(cstr(row.get("dimension")), cstr(row.get("value")), bool(cint(row.get("exclude"))))
            for row in _in_order(last.get("filters"))
        ),
        new_customers_only=bool(cint(last.get("new_customers_only"))),
        exclusive_group=cstr(last.get("exclusive_group")),
        capitalise=bool(cint(last.get("capitalise"))),
        amortise_months=cint(last.get("amortise_months")),
        cost_center=cstr(last.get("cost_center")),
        expense_account=cstr(last.get("expense_account")),
    )


def _members(versions: Sequence[tuple[Mapping[str, Any], Terms]]) -> tuple[Member, ...]:
    """Who takes part when: each version's members on its own days, joined where they go on."""
    if not any(row.get("members") for row, _terms in versions):
        return ()
    found: list[Member] = []
    for row, terms in versions:
        rows = [_member(one, terms) for one in _in_order(row.get("members"))]
        for member in rows or [Member(start=terms.start, end=terms.end)]:
            if _some_days(member):
                _join(found, member)
    return tuple(found)


def _member(row: Mapping[str, Any], terms: Terms) -> Member:
    first, last = row.get("from_date"), row.get("to_date")
    person, designation = cstr(row.get("sales_person")), cstr(row.get("designation"))
    ends = [end for end in (terms.end, getdate(last) + _DAY if last else None) if end]
    return Member(
        sales_person=person,
        # A designation beside a person narrows the team below that person.
        include_subtree=bool(person and (designation or cint(row.get("include_subtree")))),
        designation=designation,
        sales_partner=cstr(row.get("sales_partner")),
        weight=decimal(row.get("weight")),
        start=max(terms.start, getdate(first)) if first else terms.start,
        end=min(ends, default=None),
    )


def _some_days(member: Member) -> bool:
    return member.end is None or member.start < member.end


def _join(found: list[Member], member: Member) -> None:
    for index, before in enumerate(found):
        if before.end == member.start and replace(before, start=member.start, end=member.end) == member:
            found[index] = replace(before, end=member.end)
            return
    found.append(member)


def _approved(
    company: str, as_of: date, kpis: Collection[str] | None, known_at: datetime | None
) -> list[dict[str, Any]]:
    filters: list[list[Any]] = [
        ["company", "=", company],
        ["docstatus", "=", 1],
        ["from_date", "<=", as_of],
    ]
    if known_at is not None:
        filters.append(["approved_on", "<=", known_at])
    rows = frappe.get_all(RULE, filters=filters, fields=["*"], order_by="lineage, version")
    if known_at is not None:
        # A successor that was not known of ended nothing.
        for row in rows:
            row["superseded_from"] = None
    wanted = None if kpis is None else set(kpis)
    return [row for row in rows if wanted is None or (row["kpi"] or "") in wanted]


def _attach_tables(rows: Sequence[dict[str, Any]]) -> None:
    """Give each rule its tables; one query for each table."""
    by_name = {row["name"]: row for row in rows}
    for field, doctype in TABLES.items():
        for row in rows:
            row[field] = []
        if not by_name:
            continue
        filters = {"parent": ["in", list(by_name)], "parenttype": RULE}
        for line in frappe.get_all(doctype, filters=filters, fields=["*"], order_by="idx"):
            by_name[line["parent"]][field].append(line)
