"""Customer → new_customers (the first invoice, per company) and converted_leads."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import frappe

from sales_targets.crediting.kpis import Measure
from sales_targets.crediting.sources.common import Derived, Row, as_date, credits_of, teams
from sales_targets.crediting.world import FLOAT_PLACES, World
from sales_targets.engine.credit import HUNDRED, NO_TEAM, Credit, Member

_ONE = Decimal(1)
_NO_TEAM = (Member("", HUNDRED, NO_TEAM),)
_INVOICES = ("Sales Invoice", "POS Invoice")


def derive(unit_type: str, units: Sequence[str], measures: Sequence[Measure], world: World) -> Derived:
    """Credits of a batch of customers.

    Cancelling or back-dating a first invoice moves the credit to another voucher: that is why the unit is
    the customer and not the invoice.
    """
    derived = Derived()
    for measure in measures:
        if measure.library == "new_customers":
            derived.credits += _new_customers(units, measure, world)
        elif measure.library == "converted_leads":
            derived.credits += _converted_leads(units, measure, world)
    return derived


def _new_customers(units: Sequence[str], measure: Measure, world: World) -> list[Credit]:
    # What was remembered may be older than the notes that are answered now.
    world.forget_customers()
    first = world.first_invoices(units)
    credits: list[Credit] = []
    for doctype in _INVOICES:
        names = [name for kind, name in first.values() if kind == doctype]
        if not names:
            continue
        table = frappe.qb.DocType(doctype)
        rows = (
            frappe.qb.from_(table)
            .select(
                table.name, table.posting_date, table.company, table.customer, table.customer_group,
                table.territory, table.sales_partner, table.project,
            )
            .where(table.name.isin(names))
            .run(as_dict=True)
        )  # fmt: skip
        found = teams(doctype, names, world)
        for row in rows:
            dims = Row(
                unit_type="Customer",
                unit=row.customer,
                voucher_type=doctype,
                voucher_no=row.name,
                voucher_row="",
                company=row.company,
                sales_partner=row.sales_partner or "",
                territory=row.territory or "",
                customer=row.customer,
                customer_group=row.customer_group or "",
                project=row.project or "",
                new_customer=1,
            )
            team = found.get(row.name, _NO_TEAM)
            credits += credits_of(measure, dims, row.posting_date, _ONE, team, world, FLOAT_PLACES)
    return credits


def _converted_leads(units: Sequence[str], measure: Measure, world: World) -> list[Credit]:
    customer, lead = frappe.qb.DocType("Customer"), frappe.qb.DocType("Lead")
    rows = (
        frappe.qb.from_(customer)
        .join(lead)
        .on(lead.name == customer.lead_name)
        .select(
            customer.name, customer.creation, customer.customer_group, customer.territory, lead.lead_owner,
            lead.company,
        )
        .where(customer.name.isin(list(units)))
        .run(as_dict=True)
    )  # fmt: skip
    credits: list[Credit] = []
    for row in rows:
        dims = Row(
            unit_type="Customer",
            unit=row.name,
            # Not the lead: its name may change without a note to the customer.
            voucher_type="Customer",
            voucher_no=row.name,
            voucher_row="",
            company=row.company or world.default_company,
            territory=row.territory or "",
            customer=row.name,
            customer_group=row.customer_group or "",
        )
        team = world.by_user(row.lead_owner)
        credits += credits_of(measure, dims, as_date(row.creation), _ONE, team, world, FLOAT_PLACES)
    return credits
