"""Which credits the ledger report shows: its filters as conditions on the table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.utils import cint
from pypika.terms import Criterion

from sales_targets.engine.credit import CORRECTION, RETURN, SALE
from sales_targets.sales_targets.report import shared
from sales_targets.targets import definitions, reporting
from sales_targets.targets.definitions import Kpis

# Filter → the DocType it names. A node of a tree stands for all below it.
LINKS = {
    **shared.DIMENSIONS,
    "sales_partner": "Sales Partner",
    "customer": "Customer",
    "item_code": "Item",
    "project": "Project",
}
TEXTS = ("voucher_type", "voucher_no")
KINDS = (SALE, RETURN, CORRECTION)
# Fields that may be asked for empty: credit of nobody, of no territory …
MAY_BE_EMPTY = (
    "sales_person",
    "territory",
    "sales_partner",
    "item_group",
    "item_code",
    "customer_group",
    "brand",
    "customer",
)


class Request(NamedTuple):
    """The filters, checked; days are inclusive. `codes` are measures, empty for every KPI."""

    company: str
    currency: str
    first: date
    last: date
    kpis: Kpis
    chosen: tuple[str, ...]
    codes: tuple[str, ...]
    sellers: frozenset[str] | None
    where: dict[str, Sequence[str]]
    known_on: date | None
    without_overlay: bool

    @property
    def narrowed(self) -> bool:
        """Whether anything but company, time and KPI narrows the credits."""
        return bool(self.where or self.sellers is not None or self.known_on or self.without_overlay)


def check(filters: Mapping[str, Any]) -> Request:
    """The filters as a Request, refused with a message where they make no sense."""
    company = shared.company_of(filters)
    first, last = shared.dates_of(filters, company)
    kpis = definitions.load()
    chosen = _chosen(filters, kpis)
    return Request(
        company=company,
        currency=frappe.get_cached_value("Company", company, "default_currency"),
        first=first,
        last=last,
        kpis=kpis,
        chosen=chosen,
        codes=tuple(sorted({code for one in chosen for code in kpis.measures(one)})),
        sellers=shared.sellers_of(filters),
        where=_where(filters),
        known_on=shared.day(filters, "known_on", _("As known on")),
        without_overlay=shared.ticked(filters, "without_overlay"),
    )


def _chosen(filters: Mapping[str, Any], kpis: Kpis) -> tuple[str, ...]:
    given = filters.get("kpi") or []
    names = [str(name) for name in (given if isinstance(given, list | tuple) else [given])]
    for name in names:
        if name not in kpis:
            shared.refuse(
                _("KPI {0} does not exist.").format(frappe.bold(frappe.utils.escape_html(str(name))))
            )
    return tuple(dict.fromkeys(names))


def _where(filters: Mapping[str, Any]) -> dict[str, Sequence[str]]:
    found: dict[str, Sequence[str]] = {}
    for field, doctype in LINKS.items():
        name = shared.named(filters, field, doctype)
        if name:
            found[field] = reporting.below(doctype, name)
    for field in TEXTS:
        if filters.get(field):
            found[field] = [str(filters[field])]
    if filters.get("kind"):
        found["kind"] = [shared.choice(filters, "kind", KINDS, SALE, _("Kind"))]
    if filters.get("without"):
        found[shared.choice(filters, "without", MAY_BE_EMPTY, "", _("Without"))] = [""]
    return found


def conditions(table: Any, request: Request) -> Criterion:
    """The rows of the ledger that answer the request and that the user may see."""
    after = request.last + timedelta(days=1)
    parts = [
        table.company == request.company,
        table.posting_date >= request.first,
        table.posting_date < after,
    ]
    if request.codes:
        parts.append(reporting.is_one_of(table.kpi, request.codes))
    if request.sellers is not None:
        parts.append(table.sales_person.isin(sorted(request.sellers) or [None]))
    if request.known_on:
        parts.append(table.recorded_at < request.known_on + timedelta(days=1))
    if request.without_overlay:
        parts.append(table.overlay == 0)
    parts += [_among(table[field], names) for field, names in request.where.items()]
    return Criterion.all(parts + permissions(table))


def _among(column: Any, names: Sequence[str]) -> Criterion:
    if list(names) == [""]:
        return (column == "") | column.isnull()
    return reporting.is_one_of(column, names)


def permissions(table: Any) -> list[Criterion]:
    """User Permissions on what credits link to. Empty fields pass, unless the site is strict about them."""
    strict = cint(frappe.db.get_single_value("System Settings", "apply_strict_user_permissions", cache=True))
    found = []
    for field, doctype in {**LINKS, "company": "Company", "sales_person": "Sales Person"}.items():
        names = shared.permitted(doctype, "Sales Credit")
        if names is not None:
            allowed = table[field].isin(sorted(names))
            found.append(allowed if strict else allowed | (table[field] == "") | table[field].isnull())
    return found
