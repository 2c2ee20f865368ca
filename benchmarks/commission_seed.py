"""What a Commission Run is measured on: sellers, rules, targets, and a ledger of credits, by SQL.

Nothing here commits. Every 25th credit returns an earlier one of the same seller. Days, sellers and item groups
follow the credit's number, so that each seller has credits in every month.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import frappe

from benchmarks import masters

YEAR = masters.YEAR - 1
FIRST, LAST = f"{YEAR}-01-01", f"{YEAR}-12-31"
TEAM = "Commission Team"
RETURNED = 25


class Size(NamedTuple):
    """How many sellers and credits."""

    sellers: int
    credits: int


def sellers(size: Size) -> None:
    """Sales Persons below one team, with their ids, in one statement: the tree is one level deep."""
    frappe.db.sql("delete from `tabSales Person` where parent_sales_person = %s or name = %s", (TEAM, TEAM))
    root = frappe.db.get_value("Sales Person", {"is_group": 1, "lft": 1}, ["name", "rgt"], as_dict=True)
    top = root.rgt
    values = {"team": TEAM, "root": root.name, "top": top, "count": size.sellers}
    frappe.db.sql(
        """update `tabSales Person` set rgt = rgt + 2 * %(count)s + 2 where name = %(root)s""", values
    )
    frappe.db.sql(
        """insert into `tabSales Person` (name, sales_person_name, parent_sales_person, is_group, enabled, lft,
            rgt, st_seller_id, creation, modified, owner, modified_by)
        values (%(team)s, %(team)s, %(root)s, 1, 1, %(top)s, %(top)s + 2 * %(count)s + 1, 'cteam', now(), now(),
            'Administrator', 'Administrator')""",
        values,
    )
    frappe.db.sql(
        """insert into `tabSales Person` (name, sales_person_name, parent_sales_person, is_group, enabled, lft,
            rgt, st_seller_id, creation, modified, owner, modified_by)
        select concat('Commission Seller ', lpad(n.seq, 4, '0')), concat('Commission Seller ', lpad(n.seq, 4, '0')),
            %(team)s, 0, 1, %(top)s + 2 * n.seq + 1, %(top)s + 2 * n.seq + 2, concat('cs', lpad(n.seq, 4, '0')),
            now(), now(), 'Administrator', 'Administrator'
        from seq_0_to_100000 n where n.seq < %(count)s""",
        values,
    )


def credits(size: Size, company: str) -> None:
    """The ledger, and nothing but: the run reads no documents."""
    values = {"count": size.credits, "sellers": size.sellers, "company": company, "first": FIRST}
    values |= {"returned": RETURNED, "currency": masters.CURRENCY}
    frappe.db.sql(_CREDITS, values)


_CREDITS = """insert into `tabSales Credit` (name, creation, modified, owner, modified_by, recorded_at, kpi,
        unit_type, unit, voucher_type, voucher_no, voucher_row, posting_date, company, sales_person, sales_partner,
        territory, customer, customer_group, item_code, item_group, project, return_against, overlay, reason,
        distinct_value, value, kind, currency, brand, seller_id, manager_path, designation, new_customer)
    select concat('bc', lpad(n.seq, 10, '0')), now(6), now(6), 'Administrator', 'Administrator',
        timestamp(%(first)s), 'revenue', 'Sales Invoice', concat('BCI-', lpad(n.seq, 9, '0')), 'Sales Invoice',
        concat('BCI-', lpad(n.seq, 9, '0')), concat('r', n.seq),
        date_add(%(first)s, interval (n.seq div %(sellers)s) * 364 * %(sellers)s div %(count)s day), %(company)s,
        concat('Commission Seller ', lpad(n.seq %% %(sellers)s, 4, '0')), '', '',
        concat('Bench Customer ', lpad(n.seq %% 500, 3, '0')), '', concat('Bench Item ', lpad(n.seq %% 97, 3, '0')),
        concat('Bench Item Group ', lpad(n.seq %% 97 %% 20, 2, '0')), '',
        if(n.seq %% %(returned)s = 0 and n.seq >= 3 * %(sellers)s,
            concat('BCI-', lpad(n.seq - 3 * %(sellers)s, 9, '0')), ''),
        0, '', '',
        if(n.seq %% %(returned)s = 0 and n.seq >= 3 * %(sellers)s, -1, 1) * (50 + n.seq * 7919 %% 20000 / 100),
        if(n.seq %% %(returned)s = 0 and n.seq >= 3 * %(sellers)s, 'return', 'sale'), %(currency)s, '',
        concat('cs', lpad(n.seq %% %(sellers)s, 4, '0')),
        concat('root/cteam/cs', lpad(n.seq %% %(sellers)s, 4, '0')), '', n.seq %% 10 = 0
    from seq_0_to_10000000 n where n.seq < %(count)s"""


def targets(size: Size, company: str) -> None:
    """Each seller's own target on revenue, in months."""
    values = {"company": company, "first": FIRST, "last": LAST, "count": size.sellers}
    values |= {"currency": masters.CURRENCY, "month": round(size.credits / size.sellers * 120 / 12, 2)}
    for doctype in ("Sales Target", "Sales Target KPI", "Sales Target Period"):
        frappe.db.sql(f"delete from `tab{doctype}` where name like 'bct%%'")
    for statement in (_TARGET, _TARGET_LINE, _TARGET_PERIOD):
        frappe.db.sql(statement, values)


_TARGET = """insert into `tabSales Target` (name, creation, modified, owner, modified_by, docstatus, target_for,
        sales_person, title, company, currency, status, from_date, to_date, calendar, break_into, spread)
    select concat('bct', lpad(n.seq, 4, '0')), now(), now(), 'Administrator', 'Administrator', 1, 'Sales Person',
        concat('Commission Seller ', lpad(n.seq, 4, '0')), n.seq, %(company)s, %(currency)s, 'In Force', %(first)s,
        %(last)s, 'Fiscal', 'Month', 'Evenly'
    from seq_0_to_100000 n where n.seq < %(count)s"""
_TARGET_LINE = """insert into `tabSales Target KPI` (name, creation, modified, owner, modified_by, docstatus,
        parent, parenttype, parentfield, idx, kpi, target, weight)
    select concat('bctl', lpad(n.seq, 4, '0')), now(), now(), 'Administrator', 'Administrator', 1,
        concat('bct', lpad(n.seq, 4, '0')), 'Sales Target', 'kpis', 1, 'revenue', 12 * %(month)s, 100
    from seq_0_to_100000 n where n.seq < %(count)s"""
_TARGET_PERIOD = """insert into `tabSales Target Period` (name, creation, modified, owner, modified_by, docstatus,
        parent, parenttype, parentfield, idx, line, label, from_date, to_date, target, planned)
    select concat('bctp', lpad(n.seq, 4, '0'), lpad(m.seq, 2, '0')), now(), now(), 'Administrator', 'Administrator',
        1, concat('bct', lpad(n.seq, 4, '0')), 'Sales Target', 'periods', m.seq, 1, m.seq,
        date_add(%(first)s, interval m.seq - 1 month),
        date_sub(date_add(%(first)s, interval m.seq month), interval 1 day), %(month)s, %(month)s
    from seq_0_to_100000 n join seq_1_to_12 m where n.seq < %(count)s"""


def rules(company: str) -> list[str]:
    """Five rules as companies have them, for everybody with credit; their names."""
    group = masters.group("Item Group", 3)
    common: dict[str, Any] = {"doctype": "Incentive Rule", "company": company, "from_date": FIRST}
    common |= {"kpi": "revenue", "calendar": "Fiscal", "every": "Month", "mode": "Marginal", "pay": "Rate"}
    base = [(0, 0.03), (8000, 0.04), (16000, 0.05)]
    by_target = [(0, 0), (0.8, 0.01), (1, 0.02), (1.2, 0.03)]
    filters = [{"dimension": "Item Group", "value": group}]
    found = [
        _rule({**common, "title": "Bench base", "has_clawback_limit": 1, "clawback_days": 90}, base),
        _rule({**common, "title": "Bench quota", "measure": "Attainment", "mode": "Whole"}, by_target),
        _rule({**common, "title": "Bench SPIF", "filters": filters}, [(0, 0.02)]),
        _rule({**common, "title": "Bench quarter", "cumulative": "Quarter"}, [(0, 0.005), (30000, 0.01)]),
        _rule(
            {**common, "title": "Bench new customers", "new_customers_only": 1, "holdback": 10,
             "holdback_until": f"{YEAR + 2}-01-01", "cap": 900, "cap_per": "Year", "carry": 1},
            [(0, 0.01)],
        ),
    ]  # fmt: skip
    return found


def _rule(values: dict[str, Any], tiers: list[tuple[float, float]]) -> str:
    rows = [{"from_value": start, "rate": rate} for start, rate in tiers]
    doc = frappe.get_doc({**values, "tiers": rows})
    doc.flags.quiet = True
    doc.insert(ignore_permissions=True)
    doc.submit()
    return doc.name
