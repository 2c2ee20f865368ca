"""What a card of the workspace shows, and where it leads."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

import frappe
from frappe import _
from frappe.utils import escape_html, fmt_money

from sales_targets.desk import routes
from sales_targets.targets import dates

# From so much on an amount is shown without its decimals.
LARGE = 100_000


class Card(NamedTuple):
    """`value` is the figure as the report has it (None: there is none), `text` and `note` are what is read."""

    value: Decimal | None
    text: str
    note: str
    href: str


def as_html(card: Card) -> str:
    """The card as the widget takes it. It is a link, so that a keyboard reaches it.

    Frappe would format a plain number in the site's currency, whichever company it is of.
    """
    note = (
        '<span class="text-muted" style="display: block; font-size: var(--text-sm); font-weight: normal; '
        f'line-height: 1.4; overflow-wrap: anywhere">{escape_html(card.note)}</span>'
        if card.note
        else ""
    )
    style = "display: block; color: inherit; text-decoration: none"
    if card.value is None:
        shown = f'<span style="font-size: var(--text-base); line-height: 1.4">{escape_html(card.text)}</span>'
    else:
        shown = f'<bdi dir="ltr">{escape_html(card.text)}</bdi>'
    return f'<a href="{escape_html(card.href)}" style="{style}">{shown}{note}</a>'


def amount(value: Decimal, unit: str, currency: str | None) -> str:
    """A figure in its unit; `currency` is that of amounts. Large ones without decimals."""
    if unit == "Percent":
        return f"{fmt_money(float(value), precision=1)} %"
    whole = abs(value) >= LARGE or (unit != "Currency" and value == value.to_integral_value())
    precision = 0 if whole else None if unit == "Currency" else 1
    text = fmt_money(float(value), precision=precision, currency=currency if unit == "Currency" else None)
    return dates.minus_first(text)


def part(value: Decimal) -> str:
    """A part of one as a percentage."""
    return amount(value * 100, "Percent", None)


def isolated(figure: str | int) -> str:
    """A figure among words: from right to left its signs would otherwise change sides."""
    return f"\u2066{figure}\u2069"


def words(text: str, href: str, note: str = "") -> Card:
    """A card without a figure, which says what to do next."""
    return Card(None, text, note, href)


def no_company() -> Card:
    """There is no company to look at."""
    return words(_("No company chosen"), routes.listing("Company"), _("Choose one in your session defaults."))


def no_seller() -> Card:
    """The user is no seller, and no manager either."""
    return words(
        _("You are no seller yet"),
        routes.listing("Sales Person"),
        _("Your user needs an Employee that a Sales Person names."),
    )


def no_kpi() -> Card:
    """Nothing is measured yet."""
    return words(
        _("No KPI is enabled yet"),
        routes.listing("KPI Definition"),
        _("Enable one, and it counts by itself."),
    )


def no_target() -> Card:
    """Nothing is to be reached yet."""
    if frappe.has_permission("Sales Target", "create"):
        return words(_("No target yet"), routes.new("Sales Target"), _("Set the first one."))
    return words(_("No target yet"), routes.listing("Sales Target"), _("Your manager sets it."))
