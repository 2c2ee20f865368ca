"""Open opportunities of a seller, and of those below, beside what is missing to the target; the usual deal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.query_builder.functions import Count, Sum
from pypika.functions import Cast

from sales_targets.crediting.world import World
from sales_targets.desk.my_lines import Gap
from sales_targets.desk.routes import form, listing, new
from sales_targets.engine.money import CONTEXT, ONE, ZERO, add_up, round_money
from sales_targets.engine.pacing import Opportunity, pipeline as worth_of
from sales_targets.targets import loader, people, pipeline

OPPORTUNITY = "Opportunity"
SHOWN = 8
_HUNDRED = Decimal(100)
_READ = 500
_HISTORY = timedelta(days=365)


def shown(sales_person: str, company: str, gap: Gap | None, day: date) -> dict[str, Any] | None:
    """Open deals, the largest expected value first, each with what is missing once it and those above are won.

    None for who may not read opportunities. `expected` is amount × probability, as in the forecast; those that are
    to close after the period (`late`) come last and close no gap. Amounts are in the company's currency.
    """
    if not frappe.has_permission(OPPORTUNITY, "read"):
        return None
    users = _users(sales_person)
    found: dict[str, Any] = {"gap": _gap(gap), "deals": [], "more": 0, "empty": None}
    found["href"] = listing(OPPORTUNITY, company=company)
    if not users:
        found["empty"] = _said(
            _("No user stands behind {0}, so no opportunity does either: name one in the Employee.").format(
                sales_person
            )
        )
        return found
    deals = _deals(users, company, day)
    if not deals:
        links = [{"label": _("New Opportunity"), "href": new(OPPORTUNITY)}]
        may = frappe.has_permission(OPPORTUNITY, "create")
        found["empty"] = {"text": _("There is no open opportunity."), "links": links if may else []}
        return found
    inside = [one for one in deals if not gap or one["closing"] is None or one["closing"] <= gap.last]
    later = [one | {"late": True} for one in deals if one not in inside]
    left = gap.missing if gap else ZERO
    for one in inside:
        left = max(CONTEXT.subtract(left, one["amount"]), ZERO)
        one["left"] = left if gap else None
    listed = [*inside, *later][:SHOWN]
    return found | {
        "deals": [_as_dict(one) for one in listed],
        "more": len(deals) - len(listed),
        "inside": len(inside),
        "won": float(add_up(one["amount"] for one in inside)),
        "expected": float(add_up(one["expected"] for one in inside)),
        "left": float(left) if gap else None,
    }


def usual_amount(sales_person: str, company: str) -> float | None:
    """Revenue per invoice of the seller and all below over a year, to two digits; None without any."""
    credit = frappe.qb.DocType("Sales Credit")
    rows = (
        frappe.qb.from_(credit)
        .where((credit.kpi == "revenue") & (credit.company == company))
        .where(credit.sales_person.isin(people.subtree(sales_person) or [""]) & (credit.return_against == ""))
        .where(credit.posting_date >= frappe.utils.getdate() - _HISTORY)
        .select(Cast(Sum(credit.value), "CHAR"), Count(credit.unit).distinct())
    ).run()
    total, documents = rows[0]
    if not documents or Decimal(total or 0) <= 0:
        return None
    each = CONTEXT.divide(Decimal(total), Decimal(documents))
    return float(round_money(each, 1 - each.adjusted())) or None


def _users(sales_person: str) -> dict[str, str]:
    """User → seller, of the seller and all below."""
    below = set(people.subtree(sales_person))
    return {user: seller for user, seller in World().seller_of_user.items() if seller in below}


def _deals(users: Mapping[str, str], company: str, day: date) -> list[dict[str, Any]]:
    """Open opportunities the user may see, without those an order has won already; by expected value."""
    rows = frappe.get_list(
        OPPORTUNITY,
        filters={
            "company": company,
            "status": ["in", pipeline.OPEN],
            "opportunity_owner": ["in", sorted(users)],
        },
        fields=[
            "name", "title", "customer_name", "party_name", "status", "probability", "expected_closing",
            "opportunity_amount", "conversion_rate", "opportunity_owner",
        ],
        order_by="expected_closing",
        limit=_READ,
    )  # fmt: skip
    over = _over(row.name for row in rows)
    rates = pipeline.win_rates(company, day) if rows else {}
    found = [_deal(row, users[row.opportunity_owner], rates) for row in rows if row.name not in over]
    return sorted(found, key=lambda one: (-one["expected"], -one["amount"], one["name"]))


def _over(names: Iterable[str]) -> set[str]:
    """Those with an outcome: a nightly job of ERPNext sets the status of won ones back."""
    names = list(names)
    if not names:
        return set()
    filters = {"opportunity": ["in", names], "outcome": ["in", ["Won", "Lost"]]}
    return set(frappe.get_all("Sales Outcome Stamp", filters=filters, pluck="opportunity"))


def _deal(row: frappe._dict, seller: str, rates: Mapping[str, Decimal]) -> dict[str, Any]:
    amount = CONTEXT.multiply(
        loader.decimal(row.opportunity_amount), loader.decimal(row.conversion_rate) or ONE
    )
    probability = loader.decimal(row.probability)
    expected = worth_of([Opportunity(amount, probability, seller)], rates)
    # ERPNext's default of 100 says nothing: there the seller's own win rate counts, and none is not 0 %.
    unknown = probability == _HUNDRED and seller not in rates
    return {
        "name": row.name,
        "title": row.title or row.customer_name or row.party_name or row.name,
        "seller": seller,
        "closing": row.expected_closing,
        "amount": amount,
        "probability": None if unknown or not amount else CONTEXT.divide(expected, amount) * _HUNDRED,
        "expected": expected,
        "left": None,
        "late": False,
    }


def _as_dict(one: dict[str, Any]) -> dict[str, Any]:
    left = one["left"]
    return {
        "title": one["title"],
        "href": form(OPPORTUNITY, one["name"]),
        "seller": one["seller"],
        "closing": str(one["closing"]) if one["closing"] else None,
        "amount": float(one["amount"]),
        "probability": None if one["probability"] is None else float(one["probability"]),
        "expected": float(one["expected"]),
        "late": one["late"],
        "left": None if left is None else float(left),
    }


def _gap(gap: Gap | None) -> dict[str, Any] | None:
    if gap is None:
        return None
    return {"title": gap.title, "label": gap.label, "missing": float(gap.missing), "last": str(gap.last)}


def _said(text: str) -> dict[str, Any]:
    return {"text": text, "links": []}
