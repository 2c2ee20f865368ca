"""Any DocType → a measure that a manager defined: date, sum or count, filters, and who is credited."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import frappe
from frappe.utils import cstr
from rq.timeouts import JobTimeoutException

from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.sources.common import Derived, Row, as_date, credits_of, teams
from sales_targets.crediting.world import FLOAT_PLACES, World
from sales_targets.engine.credit import (
    CORRECTION,
    HUNDRED,
    NO_SELLER,
    NO_TEAM,
    RETURN,
    SALE,
    UNKNOWN_PERSON,
    Credit,
    Member,
)
from sales_targets.engine.kpi import expression_value, names

_ONE = Decimal(1)
_LONGEST = 140  # characters of a value that the ledger keeps
_NO_TEAM = (Member("", HUNDRED, NO_TEAM),)
# A credit takes over those dimensions that the document links to under these very names.
_DIMENSIONS = {
    "sales_partner": "Sales Partner",
    "territory": "Territory",
    "customer": "Customer",
    "customer_group": "Customer Group",
    "item_code": "Item",
    "item_group": "Item Group",
    "project": "Project",
}


def derive(unit_type: str, units: Sequence[str], measures: Sequence[Measure], world: World) -> Derived:
    """Credits of a batch of documents. One measure that fails does not take the others' credit away."""
    derived = Derived()
    for measure in measures:
        try:
            rows = _documents(measure, units)
            found_teams = _teams(measure, [row.name for row in rows], world)
        except (frappe.QueryDeadlockError, frappe.QueryTimeoutError, JobTimeoutException):
            raise
        except Exception as error:
            derived.failures += [(measure.name, unit, cstr(error)) for unit in units]
            continue
        for row in rows:
            try:
                derived.credits += _credits(measure, row, found_teams, world)
            except JobTimeoutException:
                raise
            except Exception as error:
                derived.failures.append((measure.name, row.name, cstr(error)))
    return derived


def _credits(
    measure: Measure, row: frappe._dict, found: dict[str, tuple[Member, ...]], world: World
) -> list[Credit]:
    day = as_date(row.get(measure.date_field))
    value = expression_value(measure.value_expression, row) if measure.aggregate == "Sum" else _ONE
    distinct = ""
    if measure.aggregate == "Distinct Count":
        distinct = cstr(row.get(measure.distinct_field))[:_LONGEST]
    if day is None or not value or (measure.aggregate == "Distinct Count" and not distinct):
        return []
    partner = cstr(row.get(measure.credited_field)) if measure.credited_to == "Sales Partner Field" else ""
    places = world.money_places if measure.unit == "Currency" else FLOAT_PLACES
    dims = {name: cstr(row.get(name)) for name in _DIMENSIONS}
    against = cstr(row.get("return_against")) if row.get("is_return") else ""
    dims["sales_partner"] = partner or dims["sales_partner"]
    user = row.get(measure.credited_field) if measure.credited_to == "User Field" else None
    dims_row = Row(
        unit_type=measure.document_type,
        unit=row.name,
        voucher_type=measure.document_type,
        voucher_no=row.name,
        voucher_row="",
        company=cstr(row.get(measure.company_field)) or world.company_for((user,)),
        return_against=against,
        kind=RETURN if against else CORRECTION if row.get("is_return") else SALE,
        **dims,
    )
    team = _members(measure, row, found, world)
    return credits_of(measure, dims_row, day, value, team, world, places, distinct_value=distinct)


def _members(
    measure: Measure, row: frappe._dict, found: dict[str, tuple[Member, ...]], world: World
) -> tuple[Member, ...]:
    if measure.credited_to == "Sales Team":
        return found.get(row.name, _NO_TEAM)
    if measure.credited_to == "User Field":
        return world.by_user(row.get(measure.credited_field))
    if measure.credited_to == "Sales Person Field":
        person = cstr(row.get(measure.credited_field))
        if person in world.sellers:
            return (Member(person, HUNDRED),)
        return (Member("", HUNDRED, UNKNOWN_PERSON if person else NO_SELLER),)
    # A Sales Partner or the company itself: no Sales Person is meant to be credited.
    return (Member("", HUNDRED),)


def _teams(measure: Measure, documents: Sequence[str], world: World) -> dict[str, tuple[Member, ...]]:
    if measure.credited_to != "Sales Team" or not documents:
        return {}
    return teams(measure.document_type, documents, world)


def _documents(measure: Measure, units: Sequence[str]) -> list[frappe._dict]:
    """The documents among `units` that the measure's filters let through, with the fields it needs."""
    meta = frappe.get_meta(measure.document_type)
    filters = measure.filters
    filters.append([measure.document_type, "name", "in", list(units)])
    if meta.is_submittable and not any(one[1] == "docstatus" for one in filters):
        filters.append([measure.document_type, "docstatus", "=", 1])
    wanted = {
        "name",
        measure.date_field,
        measure.company_field,
        measure.credited_field,
        measure.distinct_field,
    }
    if measure.aggregate == "Sum":
        wanted |= set(names(measure.value_expression))
    # A table of that name (a promotion's customers) has no column.
    wanted |= {df.fieldname for df in meta.get_link_fields() if _DIMENSIONS.get(df.fieldname) == df.options}
    wanted |= {field for field in ("is_return", "return_against") if meta.has_field(field)}
    return frappe.get_all(
        measure.document_type, filters=filters, fields=sorted(field for field in wanted if field), limit=0
    )
