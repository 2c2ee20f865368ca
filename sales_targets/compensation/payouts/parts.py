"""A statement's money by account and cost centre: the rows of a journal entry or a bill."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.compensation.payouts.problem import NotPayable
from sales_targets.compensation.payouts.settings import CompanyPayout
from sales_targets.compensation.terms import decimal

ZERO = Decimal(0)


class Place(NamedTuple):
    """Where an amount is booked."""

    account: str
    cost_center: str


def earned_by_rule(lines: Iterable[Document]) -> dict[str, Decimal]:
    """Rule (version) -> what the statement's lines earn by it."""
    return _by_rule(lines, lambda line: decimal(line.earned))


def due_by_rule(lines: Iterable[Document]) -> dict[str, Decimal]:
    """Rule (version) -> what of it is released and not held back."""
    return _by_rule(lines, lambda line: decimal(line.released) - decimal(line.held))


def costs(doc: Document, settings: CompanyPayout, by_rule: Mapping[str, Decimal]) -> dict[Place, Decimal]:
    """Where the company's cost goes: each rule's account and cost centre, adjustments and draws.

    `by_rule` says how much of each rule is booked. Non-recoverable draws are a cost, recoverable ones are owed
    by the seller where the settings have an account for that. Places without an amount are left out.
    """
    rules = _rules({*by_rule, *_rules_of_adjustments(doc)})
    usual = Place(settings.expense_account, _usual_cost_center(doc, settings))
    booked: dict[Place, Decimal] = {}

    def book(place: Place, amount: Decimal) -> None:
        if not place.account:
            raise NotPayable(_("{0} has no {1} to book to.").format(settings.company, _("Expense Account")))
        booked[place] = booked.get(place, ZERO) + amount

    for rule, amount in by_rule.items():
        book(_place(rules.get(rule), settings, usual), amount)
    by_lineage = _version_by_lineage(doc)
    for row in doc.adjustments:
        book(_place(rules.get(by_lineage.get(row.lineage or "", "")), settings, usual), decimal(row.amount))
    recoverable, other = draws(doc)
    book(usual._replace(account=settings.draw_account or usual.account), recoverable)
    book(usual, other)
    return {place: amount for place, amount in booked.items() if amount}


def draws(doc: Document) -> tuple[Decimal, Decimal]:
    """(what the seller now owes more for recoverable draws, less what is recovered; what is theirs to keep).

    Opening balances were owed before this app knew of them, and are in the books already.
    """
    net = decimal(doc.draw_topped_up) - decimal(doc.draw_recovered)
    before = ZERO
    if doc.previous_statement:
        before = decimal(
            frappe.db.get_value("Commission Statement", doc.previous_statement, "draw_balance") or 0
        )
    owed = decimal(doc.draw_balance) - before - decimal(doc.draw_opening)
    return owed, net - owed


def _by_rule(lines: Iterable[Document], amount: Any) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for line in lines:
        found[line.rule or ""] = found.get(line.rule or "", ZERO) + amount(line)
    return {rule: value for rule, value in found.items() if value}


def _rules(names: set[str]) -> dict[str, Any]:
    fields = ["name", "expense_account", "cost_center", "capitalise"]
    rows = frappe.get_all("Incentive Rule", filters={"name": ("in", sorted(names))}, fields=fields)
    return {row.name: row for row in rows}


def _place(rule: Mapping[str, Any] | None, settings: CompanyPayout, usual: Place) -> Place:
    if not rule:
        return usual
    account = rule["expense_account"] or usual.account
    if rule["capitalise"]:
        account = settings.asset_account
        if not account:
            raise NotPayable(
                _("{0} is capitalised, and {1} has no {2}.").format(
                    rule["name"], settings.company, _("Account of capitalised cost")
                )
            )
    return Place(account, rule["cost_center"] or usual.cost_center)


def _version_by_lineage(doc: Document) -> dict[str, str]:
    """Lineage -> the version an adjustment with that key is booked like: the statement's own, else the first."""
    found = {row.lineage: row.lineage for row in doc.adjustments if row.lineage}
    found |= {line.lineage: line.rule for line in doc.lines if line.lineage and line.rule}
    return found


def _rules_of_adjustments(doc: Document) -> set[str]:
    return set(_version_by_lineage(doc).values())


def _usual_cost_center(doc: Document, settings: CompanyPayout) -> str:
    """The seller's own cost centre in this company, else the company's for payouts, else its default."""
    own = _seller_cost_center(doc.sales_person) if doc.sales_person else ""
    if own and frappe.get_cached_value("Cost Center", own, "company") == doc.company:
        return own
    return settings.cost_center or frappe.get_cached_value("Company", doc.company, "cost_center") or ""


def _seller_cost_center(sales_person: str) -> str:
    # HRMS adds the field to Employee.
    if not frappe.get_meta("Employee").has_field("payroll_cost_center"):
        return ""
    employee = frappe.db.get_value("Sales Person", sales_person, "employee")
    return (employee and frappe.db.get_value("Employee", employee, "payroll_cost_center")) or ""
