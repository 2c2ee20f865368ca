"""Documents into credits, with the engine's splitting: what the site does from ERPNext's documents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal

from sales_targets.engine.credit import Credit, Member, members, split
from sales_targets.engine.money import round_money
from sales_targets.simulation.documents import Documents, Invoice, Line, Payment
from sales_targets.simulation.files import Cash, Ledger, credit

REVENUE = "revenue"
MARGIN = "margin"
SERVICE_UNITS = "service_units"
COLLECTIONS = "collections"
SERVICE_GROUP = "Service plans"


def ledger_of(documents: Documents, places: int = 2) -> Ledger:
    """The credits of every invoice line and the cash of every payment, per seller of the team.

    Parts sum to their line and to their payment exactly, to `places` decimals; what belongs to nobody is
    credited to the empty seller.
    """
    known = {seller.name for seller in documents.sellers if not seller.is_group}
    teams = {invoice.name: members(invoice.team, known) for invoice in documents.invoices}
    found = Ledger([], [])
    for invoice in documents.invoices:
        for line in invoice.lines:
            found.credits.extend(_line_credits(invoice, line, teams[invoice.name], places))
    paid: dict[str, list[Payment]] = {}
    for payment in documents.payments:
        paid.setdefault(payment.invoice, []).append(payment)
    for invoice in documents.invoices:
        cash = _cash(invoice, paid.get(invoice.name, ()), teams[invoice.name], places)
        for part, reason in cash:
            found.cash.append(part)
            more = {"customer": invoice.customer, "reason": reason}
            found.credits.append(credit(part.day, part.seller, COLLECTIONS, part.value, part.voucher, **more))
    return found


def _line_credits(invoice: Invoice, line: Line, team: Sequence[Member], places: int) -> Iterable[Credit]:
    values = {REVENUE: line.net_amount, MARGIN: line.net_amount - line.cost}
    if line.item_group == SERVICE_GROUP:
        values[SERVICE_UNITS] = line.qty
    for kpi, value in values.items():
        for member, part in split(value, team, places):
            yield credit(
                invoice.day,
                member.sales_person,
                kpi,
                part,
                invoice.name,
                return_against=invoice.against,
                voucher_row=str(line.row),
                customer=invoice.customer,
                territory=invoice.territory,
                item_code=line.item,
                item_group=line.item_group,
                reason=member.reason,
            )


def _cash(
    invoice: Invoice, payments: Iterable[Payment], team: Sequence[Member], places: int
) -> list[tuple[Cash, str]]:
    """Each payment's part without tax, per seller, and the reason where the seller is nobody.

    Shared on what is paid so far, less what was shared before: an invoice paid in full has collected
    exactly its net amount, to the cent, for every seller.
    """
    found: list[tuple[Cash, str]] = []
    paid = Decimal(0)
    before: dict[Member, Decimal] = {}
    for payment in payments:
        paid += payment.amount
        so_far = round_money(invoice.net * paid / invoice.grand, places)
        for member, part in split(so_far, team, places):
            new = part - before.get(member, Decimal(0))
            before[member] = part
            if new:
                cash = Cash(payment.day, member.sales_person, REVENUE, invoice.name, new)
                found.append((cash, member.reason))
    return found
