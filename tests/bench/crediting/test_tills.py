"""A day at the till: open, closed, returned to, paid in part; what is credited is the same before and after closing.

ERPNext 15 writes POS Invoices, which closing repeats in Sales Invoices; 16 does so or writes Sales Invoices at
once, as its POS Settings say. In 15 the second kind is a Sales Invoice with payments, which no closing touches.
"""

from decimal import Decimal
from typing import Any

import frappe
import pytest
from frappe.utils import nowdate

from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows, totals

pytestmark = pytest.mark.committed

SALES_INVOICE, POS_INVOICE = "Sales Invoice", "POS Invoice"
ALL = ("revenue", "margin", "units", "collections", "new_customers")


class Till:
    """One till and what it writes."""

    def __init__(self, writes: str) -> None:
        self.writes, self.profile = writes, make.pos_profile()
        if frappe.get_meta("POS Profile").has_field("allow_partial_payment"):
            frappe.db.set_value("POS Profile", self.profile, "allow_partial_payment", 1)
        self.open()

    def open(self, writes: str | None = None) -> None:
        self.writes = writes or self.writes
        self.shift = make.pos_opening(self.profile, writes=self.writes)

    def close(self) -> Any:
        frappe.db.commit()
        return make.pos_closing(self.shift)

    def sell(self, team: Any, **values: Any) -> Any:
        return make.pos_invoice(self.profile, team, date=nowdate(), doctype=self.writes, **values)

    def take_back(self, sale: Any, share: float = 1) -> Any:
        """`share` of a sale, paid out in cash."""
        whole = -float(sale.grand_total)
        paid = {"paid_amount": whole * share, "base_paid_amount": whole * share}
        values = {"is_pos": 1, **paid, "payments": [{"mode_of_payment": "Cash", "amount": whole}]}
        return make.credit_note(sale, share=share, date=nowdate(), **values)


@pytest.fixture(params=[POS_INVOICE, SALES_INVOICE])
def till(request, enable) -> Till:
    enable(*ALL)
    return Till(request.param)


@pytest.fixture
def ann() -> str:
    return make.sales_person()


@pytest.fixture
def bob() -> str:
    return make.sales_person()


def sums(*names: str) -> dict[str, list[Decimal | int]]:
    """KPI → what each of these sellers is credited, by ledger and daily totals alike; nobody else is."""
    found = {}
    for kpi in ALL:
        ledger = credited(kpi)
        assert ledger == totals(kpi)
        assert set(ledger) <= set(names), kpi
        found[kpi] = [ledger.get(name, 0) for name in names]
    return found


def by_partner(kpi: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for row in rows(kpi):
        found[row.sales_partner] = found.get(row.sales_partner, Decimal(0)) + Decimal(str(row.value))
    return {partner: value for partner, value in found.items() if value}


def paid_through(sale: Any) -> Any:
    """The Sales Invoice that a customer pays: the one that repeats the till's own, or itself."""
    name = frappe.db.get_value(POS_INVOICE, sale.name, "consolidated_invoice") or sale.name
    return frappe.get_doc(SALES_INVOICE, name)


def test_a_session_of_two_teams_and_two_partners(till, settle, ann, bob):
    """Goods of 60 sold for 100 by Ann (60 %) and Bob, one of two taken back; a service of 50 by Bob, 30 paid."""
    goods = make.item(stock=True)
    make.stock(goods, 10, 60)
    first, second = make.sales_partner(), make.sales_partner()
    sale = till.sell(
        [(ann, 60), (bob, 40)], items=[(goods, 2, 100)], paid=220, sales_partner=first, update_stock=1
    )
    part = till.sell([(bob, 100)], amount=50, paid=30, sales_partner=second)
    till.take_back(sale, 0.5)
    # Ann: 60 % of 200 - 100, of 80 - 40 margin, of 2 - 1 units. Bob: 40 % of that and the service.
    expected = {
        "revenue": [60, 90],
        "margin": [24, 66],
        "units": [Decimal("0.6"), Decimal("1.4")],
        "collections": [60, 70],
        "new_customers": [Decimal("0.6"), Decimal("1.4")],
    }
    partners = {first: 100, second: 50}
    settle()
    assert sums(ann, bob) == expected
    assert by_partner("revenue") == partners
    assert by_partner("collections") == {first: 100, second: 30}
    assert_settled()
    till.close()
    settle()
    assert sums(ann, bob) == expected
    assert by_partner("revenue") == partners
    assert by_partner("collections") == {first: 100, second: 30}
    assert_settled()
    make.payment(paid_through(part), date=nowdate())
    settle()
    assert sums(ann, bob) == {**expected, "collections": [60, 90]}
    assert by_partner("collections") == {first: 100, second: 50}
    assert_settled()


def test_a_return_in_a_later_session(till, settle, ann):
    sale = till.sell([(ann, 100)], items=[(make.item(), 4, 25)])
    till.close()
    settle()
    assert sums(ann)["revenue"] == [100]
    till.open()
    till.take_back(sale, 0.25)
    expected = {"revenue": [75], "margin": [75], "units": [3], "collections": [75], "new_customers": [1]}
    settle()
    assert sums(ann) == expected
    assert rows("revenue", kind="return")[0].return_against == sale.name
    assert_settled()
    till.close()
    settle()
    assert sums(ann) == expected
    assert_settled()


@pytest.mark.parametrize("later", [POS_INVOICE, SALES_INVOICE])
def test_a_return_after_the_setting_was_changed(till, settle, ann, later):
    """Where the till has gone over to Sales Invoices, ERPNext 16 repeats the return of a POS Invoice at once."""
    sale = till.sell([(ann, 100)], items=[(make.item(), 4, 25)])
    till.close()
    till.open(writes=later)
    till.take_back(sale, 0.25)
    expected = {"revenue": [75], "margin": [75], "units": [3], "collections": [75], "new_customers": [1]}
    settle()
    assert sums(ann) == expected
    assert_settled()
    till.close()
    settle()
    assert sums(ann) == expected
    assert_settled()


def test_a_sale_cancelled_while_the_till_is_open(till, settle, ann):
    sale = till.sell([(ann, 100)], amount=50)
    till.sell([(ann, 100)], amount=20)
    settle()
    assert sums(ann)["revenue"] == [70]
    sale.reload()
    sale.cancel()
    settle()
    left = {"revenue": [20], "margin": [20], "units": [1], "collections": [20], "new_customers": [1]}
    assert sums(ann) == left
    till.close()
    settle()
    assert sums(ann) == left
    assert_settled()


def test_a_closing_that_is_cancelled(till, settle, ann):
    till.sell([(ann, 100)], amount=50, paid=80)
    closing = till.close()
    settle()
    expected = {"revenue": [50], "margin": [50], "units": [1], "collections": [50], "new_customers": [1]}
    assert sums(ann) == expected
    closing.reload()
    closing.cancel()
    settle()
    assert sums(ann) == expected
    assert_settled()


def test_a_team_edited_after_closing(till, settle, ann, bob):
    sale = till.sell([(ann, 100)], amount=50)
    till.close()
    settle()
    make.edit_team(frappe.get_doc(sale.doctype, sale.name), [(bob, 60), (ann, 40)])
    settle()
    assert {kpi: sums(ann, bob)[kpi] for kpi in ("revenue", "collections")} == {
        "revenue": [20, 30],
        "collections": [20, 30],
    }
    assert_settled()
