"""An opportunity on its own form: whose it is, and about what it would pay once it is won."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from sales_targets.crediting import firsts
from sales_targets.crediting.sources.common import decimal
from sales_targets.crediting.world import World
from sales_targets.desk import estimate
from sales_targets.desk.routes import form
from sales_targets.engine.credit import Member
from sales_targets.engine.money import CONTEXT, ZERO

# Nothing more is to be won.
OVER = ("Converted", "Lost", "Closed")


class Amount(NamedTuple):
    """The opportunity's amount in the company's currency (None: cannot be told, see `why`), and how it came about."""

    value: Decimal | None
    given: Decimal
    currency: str
    why: str = ""


def sentences(doc: Document, team: Sequence[Member], sellers: set[str] | None) -> list[str]:
    """Whose the opportunity is; nothing where it has no seller, which is told as a reason."""
    person = next((member.sales_person for member in team), "")
    if not person:
        return []
    if sellers is not None and person not in sellers:
        return [_("The seller behind its owner is none of yours.")]
    if doc.status in OVER:
        return [_("Its seller is {0}, through the Opportunity Owner.").format(person)]
    return [
        _(
            "Its seller is {0}, through the Opportunity Owner. The invoice is credited to its own sales team."
        ).format(person)
    ]


def estimate_of(doc: Document, company: str, person: str, world: World) -> dict[str, Any] | None:
    """About what the seller would earn by it, None where the user may not see that; floats at the edge.

    `seller`, `amount`, `currency`, `given`, `given_currency`, `day`, `probability` (per cent), `expected`
    (`pays` times the probability) and what `desk.estimate.one_more` says: `pays`, `rate`, `reason`, `parts`
    (each with the address of its rule, where the user may read it), `sentences`.
    """
    if not estimate.may_see(person, company):
        return None
    amount, day = _amount(doc, company, world), _day(doc)
    found: dict[str, Any] = {
        "seller": person,
        "amount": None if amount.value is None else float(amount.value),
        "currency": world.currencies.get(company) or "",
        "given": float(amount.given),
        "given_currency": amount.currency,
        "day": str(day),
        "probability": float(doc.probability or 0),
        "expected": None,
        "pays": None,
        "rate": None,
        "reason": amount.why,
        "parts": [],
        "sentences": [],
    }
    if amount.value is None:
        return found
    told = estimate.one_more(person, company, amount.value, day, **_about(doc, company))
    found |= {key: told[key] for key in ("pays", "rate", "reason", "sentences")}
    readable = frappe.has_permission("Incentive Rule", "read")
    found["parts"] = [
        {**part, "href": form("Incentive Rule", part["rule"]) if readable else ""} for part in told["parts"]
    ]
    # ERPNext's own default of 100 per cent says nothing.
    if told["pays"] is not None and 0 < found["probability"] < 100:
        found["expected"] = told["pays"] * found["probability"] / 100
    return found


def _amount(doc: Document, company: str, world: World) -> Amount:
    currency = world.currencies.get(company) or ""
    given, rate = decimal(doc.opportunity_amount), decimal(doc.conversion_rate)
    own = doc.currency or currency
    if given <= ZERO:
        why = _("Enter the Opportunity Amount to see about what it would pay.")
        return Amount(None, given, own, why)
    if own == currency:
        return Amount(given, given, own)
    if not rate:
        why = _("There is no exchange rate from {0} to {1}: enter it in the opportunity.").format(
            own, currency
        )
        return Amount(None, given, own, why)
    return Amount(CONTEXT.multiply(given, rate), given, own)


def _day(doc: Document) -> date:
    """When it is expected to be won; today where that is unknown or has passed."""
    now = getdate(today())
    return max(now, getdate(doc.expected_closing)) if doc.get("expected_closing") else now


def _about(doc: Document, company: str) -> dict[str, Any]:
    """To whom and what is sold, as far as the opportunity knows."""
    customer = (doc.party_name or "") if doc.opportunity_from == "Customer" else ""
    new = not customer or (customer, company) not in firsts.of_customers([customer])
    rows = [
        {
            "amount": row.base_amount or row.amount,
            "qty": row.qty,
            "item_code": row.item_code,
            "item_group": row.item_group,
            "brand": row.get("brand"),
        }
        for row in doc.get("items") or ()
    ]
    return {
        "customer": customer,
        "customer_group": doc.get("customer_group") or "",
        "territory": doc.get("territory") or "",
        "new_customer": new,
        "rows": rows,
    }
