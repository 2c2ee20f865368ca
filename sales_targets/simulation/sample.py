"""Writes the sample files: documents, the credits made of them, the tree of sellers and a plan."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from sales_targets.simulation.convert import ledger_of
from sales_targets.simulation.documents import HOLIDAYS, SEASON, YEAR, Documents, sample_documents
from sales_targets.simulation.files import Ledger, write_credits, write_sellers, write_table

PLAN, CREDITS, SELLERS = "PLAN.toml", "credits.csv", "sellers.csv"

# Thousands of revenue a year, by seller.
TARGETS: Mapping[str, int] = {
    "Sara": 1400, "Omid": 1100, "Lena": 1000, "Jonas": 700, "Amina": 1050, "Mateo": 900,
    "نسرین": 1050, "Ivan": 620, "Mei": 1200, "Ravi": 850, "Chloe": 1060, "Tariq": 700,
}  # fmt: skip

_HEAD = f"""\
# A sample plan for `sales-targets simulate`; docs/simulate.md explains every key.
title = "Sample company {YEAR}"
currency = "USD"
weekly_off = ["Saturday", "Sunday"]
holidays = [{", ".join(day.isoformat() for day in HOLIDAYS)}]

[[rule]]
name = "Base commission"            # grows with the month: 1 %, then 1.5 %, then 2 % of what is above
kpi = "revenue"
every = "Month"
mode = "marginal"
on = "collection"                   # released as the customers pay
clawback_days = 120                 # later returns take nothing back
tiers = [{{from = 0, rate = 0.01}}, {{from = 60000, rate = 0.015}}, {{from = 120000, rate = 0.02}}]

[[rule]]
name = "Quarter on target"          # 2,500 at 100 % of the own quarter, nothing below 70 %, up to 4,000
kpi = "revenue"
every = "Quarter"
measure = "attainment"
pay = "on_target"
on_target_amount = 2500
mode = "interpolated"
holdback = 0.10                     # a tenth is withheld until the end of the year
holdback_until = {YEAR}-12-31
tiers = [{{from = 0, rate = 0}}, {{from = 0.7, rate = 0}}, {{from = 1, rate = 1}}, {{from = 1.3, rate = 1.6}}]

[[rule]]
name = "Year to date"               # paid monthly by difference on the year's total
kpi = "revenue"
every = "Month"
cumulative = "Year"
tiers = [{{from = 0, rate = 0}}, {{from = 800000, rate = 0.005}}]

[[rule]]
name = "Large deal bonus"           # each invoice by itself, together with its returns
kpi = "revenue"
every = "Transaction"
pay = "fixed"
mode = "whole"
cap = 600                           # a year at most
cap_per = "Year"
tiers = [{{from = 0, amount = 0}}, {{from = 15000, amount = 75}}, {{from = 30000, amount = 200}}]

[[rule]]
name = "Service plan SPIF"          # an amount per unit, for the third quarter only
kpi = "service_units"
every = "Month"
pay = "per_unit"
from = {YEAR}-07-01
to = {YEAR}-09-30
tiers = [{{from = 0, amount = 6}}]

[[draw]]                            # Tariq has just begun: topped up at first, recovered from summer on
seller = "Tariq"
every = "Month"
amount = 1000
kind = "recoverable"
recover_from = {YEAR}-07-01
to = {YEAR}-06-30
"""


def plan_text() -> str:
    """PLAN.toml: five rules of different kinds, a draw, and a year's target for every seller, by season."""
    months = ", ".join(map(str, SEASON))
    targets = (
        f'\n[[target]]\nseller = "{seller}"\nkpi = "revenue"\nfrom = {YEAR}-01-01\nto = {YEAR}-12-31\n'
        f"value = {thousands * 1000}\ndistribution = [{months}]\n"
        for seller, thousands in TARGETS.items()
    )
    return _HEAD + "".join(targets)


def write_sample(folder: Path, documents: Documents | None = None) -> tuple[Documents, Ledger]:
    """Write all sample files into `folder`, made if need be, over what is there under their names."""
    documents = documents or sample_documents()
    ledger = ledger_of(documents)
    folder.mkdir(parents=True, exist_ok=True)
    write_sellers(folder / SELLERS, documents.sellers)
    _write_documents(folder, documents)
    dimensions = ("customer", "territory", "item", "item_group", "reason")
    write_credits(folder / CREDITS, ledger, dimensions)
    (folder / PLAN).write_text(plan_text(), encoding="utf-8", newline="\n")
    return documents, ledger


def _write_documents(folder: Path, documents: Documents) -> None:
    write_table(
        folder / "invoices.csv",
        ("invoice", "date", "customer", "territory", "return_against", "net_total", "grand_total"),
        (
            (one.name, one.day, one.customer, one.territory, one.against, one.net, one.grand)
            for one in documents.invoices
        ),
    )
    header = ("invoice", "row", "item", "item_group", "qty", "net_amount", "cost")
    write_table(folder / "invoice_lines.csv", header, _lines(documents))
    teams = ((one.name, seller, percent) for one in documents.invoices for seller, percent in one.team)
    write_table(folder / "sales_team.csv", ("invoice", "seller", "allocated_percentage"), teams)
    payments = ((one.name, one.day, one.invoice, one.amount) for one in documents.payments)
    write_table(folder / "payments.csv", ("payment", "date", "invoice", "allocated_amount"), payments)


def _lines(documents: Documents) -> Iterator[tuple[str, int, str, str, Decimal, Decimal, Decimal]]:
    for invoice in documents.invoices:
        for line in invoice.lines:
            yield invoice.name, line.row, line.item, line.item_group, line.qty, line.net_amount, line.cost
