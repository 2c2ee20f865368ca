"""Whatever happens between statements: what was paid and what is outstanding come to f of the final ledger."""

import random

import frappe
import pytest

from sales_targets.compensation.basis import basis
from sales_targets.compensation.chunk import Chunk
from sales_targets.compensation.worths import fold_chunk
from tests.bench import factories as make
from tests.bench.factories import statements as pay

DAYS = {1: "2026-01-1", 2: "2026-02-1", 3: "2026-03-1", 4: "2026-04-1"}
RULES = (
    {"tiers": [(0, 0.03), (1000, 0.05)], "title": "Marginal"},
    {"tiers": [(0, 0.02), (1500, 0.04)], "mode": "Whole", "title": "Whole", "has_clawback_limit": 1, "clawback_days": 20},
    {"tiers": [(0, 0.04)], "pay_on": "Collection", "title": "Cash"},
    {"tiers": [(0, 0.01), (2000, 0.03)], "cumulative": "Quarter", "title": "Quarter", "cap": 70},
    {"tiers": [(0, 0.02)], "title": "Held", "holdback": 25, "holdback_until": "2026-03-15"},
)  # fmt: skip


def f(payees, last):
    """(earned, released, held) of everything recorded by now, whoever paid it."""
    of = basis(make.US.name, frappe.utils.getdate("2026-01-01"), frappe.utils.getdate(last))
    found = fold_chunk(of, Chunk(of, payees))
    return {
        payee.name: [
            float(sum(due.amounts[number] for due in found[payee].due.values())) for number in range(3)
        ]
        for payee in payees
    }


class Shop:
    """Random events on the invoices of two sellers."""

    def __init__(self, chance, sellers):
        self.chance, self.sellers, self.sales = chance, sellers, []

    def sell(self, day):
        team = [(self.sellers[0], 60), (self.sellers[1], 40)]
        team = self.chance.choice([team, [(self.chance.choice(self.sellers), 100)]])
        rate = self.chance.choice([99.95, 250, 333.33])
        self.sales.append(make.invoice(team, items=[(make.item(), 4, rate)], date=day))

    def act(self, day):
        open_sales = [sale for sale in self.sales if sale.docstatus == 1 and not sale.get("returned")]
        if not open_sales:
            return
        sale = self.chance.choice(open_sales)
        deed = self.chance.choice(["return", "pay", "team", "cancel"])
        sale.reload()
        if deed == "return":
            make.credit_note(sale, share=self.chance.choice([0.25, 0.5]), date=day)
            sale.returned = True
        elif deed == "pay" and sale.outstanding_amount > 10:
            make.payment(sale, round(sale.outstanding_amount * self.chance.choice([0.5, 1]), 2), date=day)
        elif deed == "team":
            make.edit_team(sale, [(self.chance.choice(self.sellers), 100)])
        elif deed == "cancel" and sale.outstanding_amount == sale.grand_total:
            sale.cancel()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_paid_and_outstanding_come_to_f(enable, settle, seed):
    enable("revenue", "collections")
    sellers = [make.sales_person("Ann"), make.sales_person("Bob")]
    for rule in RULES:
        make.rule(rule["tiers"], **{name: value for name, value in rule.items() if name != "tiers"})
    payees = [pay.payee(name) for name in sellers]
    shop = Shop(random.Random(seed), sellers)
    carried = {name: [0.0, 0.0, 0.0] for name in sellers}
    for month, prefix in DAYS.items():
        for number in range(3):
            shop.sell(f"{prefix}{number}")
            shop.act(f"{prefix}{number + 4}")
        settle()
        for payee in payees:
            doc = pay.draft(payee, month)
            if doc and (month == 4 or shop.chance.random() < 0.8):
                doc = pay.approve(doc) if month < 4 else doc
            elif doc:
                doc = frappe.delete_doc(doc.doctype, doc.name)
            if doc:
                for number, name in enumerate(("earned", "released", "held")):
                    carried[payee.name][number] += doc.get(name)
    want = f(payees, pay.MONTHS[4][1])
    for name in sellers:
        assert carried[name] == pytest.approx(want[name], abs=0.001)
