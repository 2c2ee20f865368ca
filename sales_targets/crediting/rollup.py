"""Daily totals (company × KPI × day × seller, without overlay credit), kept in the transaction that writes the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

import frappe
from frappe.utils import now_datetime

from sales_targets.crediting import bulk
from sales_targets.engine.credit import Credit

_INSERT = """insert into `tabSales Credit Total`
    (name, creation, modified, modified_by, owner, company, kpi, posting_date, sales_person, value) values """
_ADD = (
    " on duplicate key update `tabSales Credit Total`.value = `tabSales Credit Total`.value + values(value)"
)


def add(credits: Iterable[Credit]) -> None:
    """Add credits to the totals, in key order: workers that take the rows in one order cannot deadlock."""
    sums: dict[tuple[str, str, date, str], Decimal] = {}
    for credit in credits:
        if not credit.overlay:
            key = (credit.company, credit.kpi, credit.posting_date, credit.sales_person)
            sums[key] = sums.get(key, Decimal(0)) + credit.value
    now = now_datetime()
    rows = sorted(
        (name_of(*key), now, now, "Administrator", "Administrator", *key, value)
        for key, value in sums.items()
        if value
    )
    bulk.insert(_INSERT, rows, _ADD)


def name_of(company: str, kpi: str, day: date, sales_person: str) -> str:
    """The row's name is its key: an index on Link columns would block renaming. Renamed rows are only summed."""
    text = "\x1f".join((company, kpi, str(day), sales_person))
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()[:24]


def detach(companies: Iterable[str]) -> None:
    """Give the totals of renamed companies names of their own: theirs still say the old one, and a new company
    that takes it over would add to them."""
    for company in companies:
        frappe.db.sql(
            "update `tabSales Credit Total` set name = left(md5(concat(name, %s)), 24) where company = %s",
            (frappe.generate_hash(length=10), company),
        )


def rebuild(sellers: Sequence[str] | None = None, kpis: Sequence[str] | None = None) -> None:
    """Write the totals of some sellers or KPIs (all without either) anew from the ledger.

    Where a drain adds a row in the meantime, it raises an error of a duplicate entry: whether that row's credits
    are in the sum already cannot be told, so the caller tries again.
    """
    table = frappe.qb.DocType("Sales Credit Total")
    query = frappe.qb.from_(table).delete()
    where, values = "", {}
    if sellers is not None:
        query = query.where(table.sales_person.isin(list(sellers) or [None]))
        where, values = "and sales_person in %(sellers)s", {"sellers": tuple(sellers) or ("\0",)}
    elif kpis is not None:
        query = query.where(table.kpi.isin(list(kpis) or [None]))
        where, values = "and kpi in %(kpis)s", {"kpis": tuple(kpis) or ("\0",)}
    query.run()
    # Grouped in the order of an index first, so without a table of the database's own for the whole ledger.
    statement = """insert into `tabSales Credit Total`
        (name, creation, modified, modified_by, owner, company, kpi, posting_date, sales_person, value)
        select left(md5(concat_ws(char(31), company, kpi, posting_date, seller)), 24),
            now(6), now(6), 'Administrator', 'Administrator', company, kpi, posting_date, seller, sum(amount)
        from (
            select company, kpi, posting_date, ifnull(sales_person, '') as seller, sum(value) as amount
            from `tabSales Credit` where overlay = 0 {where}
            group by kpi, company, posting_date, sales_person
        ) by_index
        group by company, kpi, posting_date, seller having sum(amount) != 0"""
    frappe.db.sql(statement.replace("{where}", where), values)


def wrong() -> list[tuple[str, str, date, str, Decimal, Decimal]]:
    """(company, KPI, day, seller, total, ledger) wherever the totals do not say what the ledger does.

    Compared month by month, so that the database groups in the order of its indexes and keeps little at a
    time: one grouping of the whole ledger takes as long as writing it.
    """
    found = []
    for company, kpi in frappe.db.sql(_PAIRS):
        span = {"company": company, "kpi": kpi, "after": date.min}
        while first := frappe.db.sql(_FIRST_DAY, span)[0][0]:
            span |= {"first": first, "last": min(first, date.max - _SPAN) + _SPAN}
            rows = frappe.db.sql(_COMPARE, span)
            found += [(company, kpi, *row[:2], Decimal(row[2]), Decimal(row[3])) for row in rows]
            span["after"] = span["last"]
    return found


_SPAN = timedelta(days=31)
_PAIRS = """select distinct company, kpi from `tabSales Credit Total`
    union select distinct company, kpi from `tabSales Credit`"""
_FIRST_DAY = """select min(day) from (
        select min(posting_date) as day from `tabSales Credit Total`
        where kpi = %(kpi)s and company = %(company)s and posting_date > %(after)s
        union all
        select min(posting_date) from `tabSales Credit`
        where kpi = %(kpi)s and company = %(company)s and overlay = 0 and posting_date > %(after)s
    ) both_sides"""
_COMPARE = """select posting_date, ifnull(sales_person, ''), cast(sum(total) as char), cast(sum(ledger) as char)
    from (
        select posting_date, sales_person, sum(value) as total, 0 as ledger from `tabSales Credit Total`
        where kpi = %(kpi)s and company = %(company)s and posting_date between %(first)s and %(last)s
        group by posting_date, sales_person
        union all
        select posting_date, sales_person, 0, sum(value) from `tabSales Credit`
        where kpi = %(kpi)s and company = %(company)s and overlay = 0
            and posting_date between %(first)s and %(last)s
        group by posting_date, sales_person
    ) both_sides
    group by posting_date, ifnull(sales_person, '') having sum(total) != sum(ledger)"""


def touched_targets(credits: Iterable[Credit]) -> list[str]:
    """Names of the targets in force whose days, company and KPI any of `credits` falls into."""
    spans: dict[tuple[str, str], tuple[date, date]] = {}
    for credit in credits:
        key = (credit.company, credit.kpi)
        first, last = spans.get(key, (credit.posting_date, credit.posting_date))
        spans[key] = (min(first, credit.posting_date), max(last, credit.posting_date))
    if not spans:
        return []
    target = frappe.qb.DocType("Sales Target")
    rows = (
        frappe.qb.from_(target)
        .select(target.name, target.company, target.from_date, target.to_date)
        .where(
            (target.docstatus == 1)
            & target.company.isin(sorted({company for company, _kpi in spans}))
            & (target.from_date <= max(last for _first, last in spans.values()))
            & (target.to_date >= min(first for first, _last in spans.values()))
        )
        .run()
    )
    return _with_lines(rows, spans)


def _with_lines(
    targets: Sequence[tuple[str, str, date, date]], spans: dict[tuple[str, str], tuple[date, date]]
) -> list[str]:
    """Those of `targets` that have a line on a touched KPI, or on a formula (its parts may be touched)."""
    if not targets:
        return []
    line, kpi = frappe.qb.DocType("Sales Target KPI"), frappe.qb.DocType("KPI Definition")
    rows = (
        frappe.qb.from_(line)
        .join(kpi)
        .on(kpi.name == line.kpi)
        .select(line.parent, line.kpi, kpi.kind)
        .where(line.parent.isin([target[0] for target in targets]) & (line.parenttype == "Sales Target"))
        .run()
    )
    lines: dict[str, list[tuple[str, str]]] = {}
    for parent, code, kind in rows:
        lines.setdefault(parent, []).append((code, kind))

    def hit(company: str, first: date, last: date, code: str, kind: str) -> bool:
        spans_here = (
            [span for (where, _kpi), span in spans.items() if where == company]
            if kind == "Formula"
            else [spans[(company, code)]]
            if (company, code) in spans
            else []
        )
        return any(start <= last and end >= first for start, end in spans_here)

    return [
        name
        for name, company, first, last in targets
        if any(hit(company, first, last, code, kind) for code, kind in lines.get(name, ()))
    ]
