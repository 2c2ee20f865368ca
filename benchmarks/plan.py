"""What is seeded, as three plain tables of the scratch site: invoices, their lines, their sellers.

Every figure is a function of the invoice's number, so that two runs, and two machines, seed the same. The
tables are filled by the database itself, from MariaDB's sequences.
"""

from __future__ import annotations

import os
from collections.abc import Mapping

import frappe

from benchmarks import masters
from benchmarks.masters import CUSTOMER_GROUPS, CUSTOMERS, ITEM_GROUPS, ITEMS, SELLERS, TERRITORIES, YEAR

PREFIX = "BENCH-"
YEARLY = int(os.environ.get("BENCH_INVOICES") or 100_000)
RETURN_EACH = 25  # every 25th invoice takes back the one before it
_LAST_DAY = f"{YEAR}-12-31"

TABLES = {
    "_benchmark_invoice": """create table `_benchmark_invoice` (
        number int primary key, source int not null, name varchar(140) not null, day date not null,
        customer varchar(140) not null, customer_group varchar(140) not null, territory varchar(140) not null,
        is_return int not null, return_against varchar(140), sellers int not null,
        qty decimal(21,9) not null default 0, net decimal(21,9) not null default 0,
        paid decimal(21,9) not null default 0, paid_on date)""",
    "_benchmark_line": """create table `_benchmark_line` (
        number int not null, place int not null, item varchar(140) not null, item_group varchar(140) not null,
        qty decimal(21,9) not null, rate decimal(21,9) not null, primary key (number, place))""",
    "_benchmark_member": """create table `_benchmark_member` (
        number int not null, place int not null, seller varchar(140) not null,
        percent decimal(21,9) not null, primary key (number, place))""",
}

# Names follow the days, as they do on a site; every YEARLY invoices the year begins again.
# A return repeats customer, lines and sellers of its `source`; a sale is its own.
_INVOICES = """insert into `_benchmark_invoice`
        (number, source, name, day, customer, customer_group, territory, is_return, return_against, sellers)
    select number, source, concat(%(prefix)s, lpad(number, 8, '0')),
        least(date_add(%(first)s, interval floor(mod(source - 1, %(year)s) * 365 / %(year)s)
            + mod(crc32(concat('day', source)), 3) + 12 * is_return day), %(last)s),
        concat('Bench Customer ', lpad(who, 3, '0')),
        concat('Bench Customer Group ', lpad(mod(who, %(customer_groups)s), 2, '0')),
        concat('Bench Territory ', lpad(mod(who, %(territories)s), 2, '0')),
        is_return, if(is_return, concat(%(prefix)s, lpad(source, 8, '0')), ''),
        1 + mod(crc32(concat('team', source)), 3)
    from (
        select number, source, source != number as is_return,
            mod(crc32(concat('customer', source)), %(customers)s) as who
        from (
            select seq as number, if(mod(seq, %(return_each)s) = 0, seq - 1, seq) as source
            from seq_1_to_100000000 where seq between %(start)s and %(end)s
        ) numbered
    ) drawn"""

_LINES = """insert into `_benchmark_line` (number, place, item, item_group, qty, rate)
    select number, place, concat('Bench Item ', lpad(what, 3, '0')),
        concat('Bench Item Group ', lpad(mod(what, %(item_groups)s), 2, '0')),
        (1 + mod(crc32(concat('qty', source, '/', place)), 12)) * if(is_return, -1.0, 1.0),
        5 + mod(crc32(concat('rate', source, '/', place)), 40000) / 100
    from (
        select v.number, v.source, v.is_return, s.seq as place,
            mod(crc32(concat('item', v.source, '/', s.seq)), %(items)s) as what
        from `_benchmark_invoice` v join seq_1_to_3 s on s.seq <= 1 + mod(crc32(concat('lines', v.source)), 3)
        where v.number between %(start)s and %(end)s
    ) drawn"""

# 67 is prime to 200: the up to three sellers of an invoice differ.
_MEMBERS = """insert into `_benchmark_member` (number, place, seller, percent)
    select v.number, s.seq,
        concat('Seller ', lpad(mod(crc32(concat('seller', v.source)) + 67 * s.seq, %(sellers)s), 3, '0')),
        case v.sellers when 1 then 100 when 2 then if(s.seq = 1, 60, 40) else elt(s.seq, 50, 30, 20) end
    from `_benchmark_invoice` v join seq_1_to_3 s on s.seq <= v.sellers
    where v.number between %(start)s and %(end)s"""

_SUMS = """update `_benchmark_invoice` v join (
        select number, sum(qty) as qty, sum(round(qty * rate, 2)) as net from `_benchmark_line`
        where number between %(start)s and %(end)s group by number
    ) sums on sums.number = v.number
    set v.qty = sums.qty, v.net = sums.net"""

# Four fifths are paid in full, one tenth half, one tenth not yet; returns are left to be refunded.
_PAID = """update `_benchmark_invoice`
    set paid = case mod(crc32(concat('paid', number)), 10) when 0 then 0 when 1 then round(net / 2, 2) else net end,
        paid_on = least(date_add(day, interval mod(crc32(concat('payday', number)), 60) day), %(last)s)
    where is_return = 0 and number between %(start)s and %(end)s"""


def create() -> None:
    """The three tables, empty."""
    for name, statement in TABLES.items():
        frappe.db.sql_ddl(f"drop table if exists `{name}`")
        frappe.db.sql_ddl(statement)


def fill(start: int, end: int) -> None:
    """Draw the invoices from number `start` to `end`, both inclusive; commits nothing."""
    values: Mapping[str, object] = {
        "start": start,
        "end": end,
        "prefix": PREFIX,
        "first": f"{YEAR}-01-01",
        "last": _LAST_DAY,
        "year": YEARLY,
        "return_each": RETURN_EACH,
        "customers": CUSTOMERS,
        "customer_groups": CUSTOMER_GROUPS,
        "territories": TERRITORIES,
        "items": ITEMS,
        "item_groups": ITEM_GROUPS,
        "sellers": SELLERS,
    }
    for statement in (_INVOICES, _LINES, _MEMBERS, _SUMS, _PAID):
        frappe.db.sql(statement, values)


def check_names() -> None:
    """The statements above spell the names of masters; a renamed master must not go unnoticed."""
    assert masters.customer(7) == "Bench Customer 007"
    assert masters.item(7) == "Bench Item 007"
    assert masters.seller(7) == "Seller 007"
    assert masters.group("Item Group", 7) == "Bench Item Group 07"
