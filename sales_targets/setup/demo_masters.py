"""The demo company with its years, and what it sells to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

import frappe
from frappe.model.document import Document
from frappe.utils import getdate

from sales_targets.setup import demo_data as data, demo_links as links, demo_marks as marks
from sales_targets.setup.demo_marks import DemoError, Workshop
from sales_targets.setup.demo_plan import Size, Years

_DAY = timedelta(days=1)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


class Masters(NamedTuple):
    """Names of what the documents refer to, in the order of the plan's numbers."""

    company: str
    bank: str
    season: str
    sellers: list[str]
    users: list[str]
    teams: list[str]
    top_team: str
    customers: list[str]
    territories: list[str]
    items: list[str]
    item_groups: list[str]
    competitors: list[str]
    lost_reasons: list[str]
    partner: str


def company(shop: Workshop) -> str:
    """The company with its chart of accounts, all of which is written down as made here."""

    def build() -> Document:
        if frappe.db.exists("Company", data.COMPANY):
            raise DemoError(f"There is a company {data.COMPANY} that this command has not made.")
        taken = set(frappe.get_all("Company", pluck="abbr"))
        doc = marks.insert(
            "Company",
            company_name=data.COMPANY,
            abbr=next(abbr for abbr in data.ABBREVIATIONS if abbr not in taken),
            default_currency=frappe.db.get_single_value("Global Defaults", "default_currency") or "USD",
            country=data.COUNTRY,
            create_chart_of_accounts_based_on="Standard Template",
            chart_of_accounts="Standard",
            enable_perpetual_inventory=0,
        )
        # In the same transaction: nobody else can have added anything to the company yet.
        for doctype, names in links.of_company(doc.name).items():
            for name in names:
                marks.note(doctype, name, f"with the company {name}")
        return doc

    return shop.once("Company", "company", build)


def fiscal_years(shop: Workshop, company: str, years: Years) -> None:
    """A fiscal year over last year and this, for the demo company alone where the site has none."""
    for first, last in ((years.last, years.this - _DAY), (years.this, years.end)):
        _fiscal_year(shop, company, first, last)
    frappe.cache.delete_value("fiscal_years")


def _fiscal_year(shop: Workshop, company: str, first: date, last: date) -> None:
    from erpnext.accounts.utils import get_fiscal_years

    frappe.cache.delete_value("fiscal_years")
    if all(get_fiscal_years(day, company=company, boolean=True, verbose=0) for day in (first, last)):
        return
    same = frappe.db.get_value("Fiscal Year", {"year_start_date": first, "year_end_date": last})
    if same:
        # A year of other companies: ERPNext refuses a second one with the same days, so it becomes ours too.
        year = frappe.get_doc("Fiscal Year", same)
        row = year.append("companies", {"company": company})
        year.save(ignore_permissions=True)
        marks.note(row.doctype, row.name, f"{same} of {company}")
        return
    label = str(first.year) if first.year == last.year else f"{first.year}-{last.year}"
    shop.insert(
        "Fiscal Year",
        f"year {first}",
        year=f"{label} (Demo)",
        year_start_date=first,
        year_end_date=last,
        companies=[{"company": company}],
    )


def calendar(shop: Workshop, company: str, years: Years) -> str:
    """Weekends as the company's holidays, and its season as a Monthly Distribution; the name of the latter."""
    days = [years.last + timedelta(days=number) for number in range((years.end - years.last).days + 1)]
    name = shop.insert(
        "Holiday List",
        "holidays",
        holiday_list_name=f"{data.COMPANY} {years.last.year}",
        from_date=years.last,
        to_date=years.end,
        holidays=[
            {"holiday_date": day, "description": "Weekend", "weekly_off": 1}
            for day in days
            if day.weekday() > 4
        ],
    )
    frappe.db.set_value("Company", company, "default_holiday_list", name)
    return shop.insert(
        "Monthly Distribution",
        "season",
        distribution_id="Demo Season",
        percentages=[
            {"month": month, "percentage_allocation": percent}
            for month, percent in zip(MONTHS, data.SEASON, strict=True)
        ],
    )


def bank(shop: Workshop, company: str) -> str:
    """The account that customers pay to."""

    def build() -> Document:
        filters = {"company": company, "account_type": "Bank", "is_group": 1}
        parent = frappe.db.get_value("Account", filters) or frappe.db.get_value(
            "Account", {"company": company, "account_type": "Cash", "is_group": 0}, "parent_account"
        )
        return marks.insert(
            "Account", account_name="Demo Bank", parent_account=parent, company=company, account_type="Bank"
        )

    name = shop.once("Account", "bank", build)
    frappe.db.set_value("Company", company, "default_bank_account", name)
    return name


def trees(shop: Workshop) -> tuple[list[str], list[str], list[str]]:
    """Territories, customer groups and item groups below the site's own roots."""
    territories = [node(shop, "Territory", name) for name in data.TERRITORIES]
    groups = [node(shop, "Customer Group", name) for name in data.CUSTOMER_GROUPS]
    top = node(shop, "Item Group", data.TOP_ITEM_GROUP, group=True)
    return territories, groups, [node(shop, "Item Group", name, top) for name in data.ITEM_GROUPS]


def node(shop: Workshop, doctype: str, name: str, parent: str = "", *, group: bool = False, **more) -> str:
    """A node of a tree, below the root where no parent is given."""
    field = frappe.scrub(doctype)
    top = parent or frappe.db.get_value(doctype, {f"parent_{field}": ["in", ("", None)], "is_group": 1})
    values = {f"{field}_name": name, f"parent_{field}": top, "is_group": int(group), **more}
    return shop.insert(doctype, name, **values)


def items(shop: Workshop, groups: list[str], size: Size) -> list[str]:
    """Services, so that no stock is needed."""
    return [
        shop.insert(
            "Item",
            one.code,
            item_code=one.code,
            item_name=one.name,
            item_group=groups[one.group],
            stock_uom="Nos",
            is_stock_item=0,
            standard_rate=0,
        )
        for one in data.ITEMS[: size.items]
    ]


def customers(
    shop: Workshop, territories: list[str], groups: list[str], size: Size, step: Callable[[], None]
) -> list[str]:
    """Customers whose territory is that of the team that serves them."""
    made = []
    for number, name in enumerate(data.CUSTOMERS[: size.customers]):
        made.append(
            shop.insert(
                "Customer",
                name,
                customer_name=name,
                customer_type="Company",
                naming_series=f"{data.SERIES}CUST-.####",
                customer_group=groups[number % len(groups)],
                territory=territories[number % len(territories)],
                # Whatever the site asks for before an invoice: the demo has no deliveries.
                so_required=1,
                dn_required=1,
            )
        )
        step()
    return made


def vocabulary(shop: Workshop) -> tuple[list[str], list[str]]:
    """Competitors and the reasons why deals are lost."""
    competitors = [shop.insert("Competitor", name, competitor_name=name) for name in data.COMPETITORS]
    reasons = [shop.insert("Opportunity Lost Reason", name, lost_reason=name) for name in data.LOST_REASONS]
    return competitors, reasons


def partner(shop: Workshop, territory: str) -> str:
    """The Sales Partner who brings customers."""
    return shop.insert(
        "Sales Partner", data.PARTNER, partner_name=data.PARTNER, territory=territory, commission_rate=0
    )


def years_of_site(today: date) -> Years:
    """This fiscal year of the site and the one before; calendar years where the site has none."""
    found = frappe.get_all(
        "Fiscal Year",
        filters={"year_start_date": ["<=", today], "year_end_date": [">=", today], "disabled": 0},
        fields=["year_start_date", "year_end_date"],
        order_by="year_start_date desc",
        limit=1,
    )
    first = getdate(found[0].year_start_date) if found else date(today.year, 1, 1)
    end = getdate(found[0].year_end_date) if found else date(today.year, 12, 31)
    last_day = 28 if (first.month, first.day) == (2, 29) else first.day
    return Years(date(first.year - 1, first.month, last_day), first, end, today)
