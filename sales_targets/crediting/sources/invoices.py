"""Sales Invoice and POS Invoice → revenue, margin, units, collections.

A consolidated Sales Invoice only repeats its POS Invoices, an opening entry or an internal transfer is no
sale: none of them is credited.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sales_targets.crediting import firsts
from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.sources.collections import Payment, cash_of
from sales_targets.crediting.sources.common import Derived, Row, credits_of, teams
from sales_targets.crediting.sources.invoice_rows import Invoice, Item, read_invoices, read_items
from sales_targets.crediting.sources.margin import costs
from sales_targets.crediting.world import FLOAT_PLACES, World
from sales_targets.engine.credit import CORRECTION, HUNDRED, NO_TEAM, RETURN, SALE, Credit, Member
from sales_targets.engine.money import ZERO
from sales_targets.engine.release import releases

_NO_TEAM = (Member("", HUNDRED, NO_TEAM),)


def derive(unit_type: str, units: Sequence[str], measures: Sequence[Measure], world: World) -> Derived:
    """Credits of a batch of invoices in a fixed number of queries."""
    wanted = {one.library: one for one in measures}
    invoices = read_invoices(unit_type, units)
    names = list(invoices)
    derived = Derived()
    if not names:
        return derived
    items = read_items(unit_type, names, world)
    found_teams = teams(unit_type, names, world)
    # A return says of a customer what the sale said that it takes back.
    first = firsts.among(unit_type, {one.return_against or one.name for one in invoices.values()})
    cost = costs(unit_type, invoices, items) if "margin" in wanted else {}
    paid = cash_of(unit_type, invoices) if "collections" in wanted else {}
    for invoice in invoices.values():
        team = found_teams.get(invoice.name, _NO_TEAM)
        new = int((invoice.return_against or invoice.name) in first)
        payments = paid.get(invoice.name, ())
        paid_in_full: list[Credit] = []
        for item in items.get(invoice.name, ()):
            row = _row(unit_type, invoice, item, new)
            derived.credits += _item_credits(row, invoice, item, team, wanted, cost, world)
            if payments:
                measure = wanted["collections"]
                paid_in_full += credits_of(
                    measure, row, invoice.day, item.net, team, world, world.money_places
                )
        if paid_in_full:
            derived.credits += _cash_credits(paid_in_full, invoice, payments, world.money_places)
    return derived


def _item_credits(
    row: Row,
    invoice: Invoice,
    item: Item,
    team: Sequence[Member],
    wanted: Mapping[str, Measure],
    cost: Mapping[str, Decimal],
    world: World,
) -> list[Credit]:
    found: list[Credit] = []
    if "revenue" in wanted:
        found += credits_of(wanted["revenue"], row, invoice.day, item.net, team, world, world.money_places)
    if "margin" in wanted:
        # A debit note adds value to goods that were costed before.
        margin = item.net if invoice.is_debit_note else item.net - cost.get(item.name, ZERO)
        found += credits_of(wanted["margin"], row, invoice.day, margin, team, world, world.money_places)
    if "units" in wanted and not invoice.is_debit_note:
        found += credits_of(wanted["units"], row, invoice.day, item.stock_qty, team, world, FLOAT_PLACES)
    return found


def _cash_credits(
    whole: Sequence[Credit], invoice: Invoice, payments: Sequence[Payment], places: int
) -> list[Credit]:
    """What each payment releases of `whole`, the credits of an invoice were it paid in full."""
    parts = releases(
        [credit.value for credit in whole], [one.amount for one in payments], invoice.total, places
    )
    return [
        credit._replace(
            voucher_type=payment.voucher_type,
            voucher_no=payment.voucher_no,
            posting_date=max(payment.day, invoice.day),
            value=part,
        )
        for payment, shares in zip(payments, parts, strict=True)
        for credit, part in zip(whole, shares, strict=True)
        if part
    ]


def _row(unit_type: str, invoice: Invoice, item: Item, new: int) -> Row:
    return Row(
        unit_type=unit_type,
        unit=invoice.name,
        voucher_type=unit_type,
        voucher_no=invoice.name,
        voucher_row=item.name,
        company=invoice.company,
        sales_partner=invoice.sales_partner,
        territory=invoice.territory,
        customer=invoice.customer,
        customer_group=invoice.customer_group,
        item_code=item.item_code,
        item_group=item.item_group,
        project=item.project or invoice.project,
        return_against=invoice.return_against,
        kind=_kind(invoice),
        brand=item.brand,
        new_customer=new,
    )


def _kind(invoice: Invoice) -> str:
    """Only what takes back a known voucher is a return; any other credit note corrects on its own day."""
    if not invoice.is_return:
        return SALE
    return RETURN if invoice.return_against else CORRECTION
