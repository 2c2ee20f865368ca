"""Two companies with different currencies, made once for a site and committed."""

import datetime
from typing import NamedTuple

import frappe

from tests.bench.factories.base import insert, some


class Books(NamedTuple):
    """A company of the tests: its name, the suffix of its accounts, its currency."""

    name: str
    abbr: str
    currency: str

    def __str__(self) -> str:
        return self.name


US = Books("Targets Test", "TT", "USD")
EU = Books("Targets Test Europe", "TTE", "EUR")
COMPANIES = (US, EU)
FIRST_YEAR, LAST_YEAR = 2024, 2027
# One euro in dollars, so that no test asks the network for a rate.
EUR_IN_USD = 1.25


def ensure_base() -> None:
    """Make companies, fiscal years, exchange rates and accounts where they are missing. The caller commits."""
    this_year = datetime.date.today().year
    for year in sorted({*range(FIRST_YEAR, LAST_YEAR + 1), this_year - 1, this_year, this_year + 1}):
        _fiscal_year(year)
    _exchange_rate("EUR", "USD", EUR_IN_USD)
    _exchange_rate("USD", "EUR", 1 / EUR_IN_USD)
    company(*US)
    company(*EU)
    for books in COMPANIES:
        for currency in ("USD", "EUR"):
            receivable(books, currency)
            bank(books, currency)


def company(name: str, abbr: str, currency: str) -> str:
    """A company with the standard chart of accounts, warehouses and a cost centre; its name."""
    if not frappe.db.exists("Company", name):
        insert(
            "Company",
            company_name=name,
            abbr=abbr,
            default_currency=currency,
            # No regional module of ERPNext: those add fields, and so commit.
            country="Ireland",
            create_chart_of_accounts_based_on="Standard Template",
            chart_of_accounts="Standard",
        )
    return name


def books(name: str | Books) -> Books:
    """The suffix and currency of any company on the site."""
    if isinstance(name, Books):
        return name
    return Books(name, *frappe.db.get_value("Company", name, ["abbr", "default_currency"]))


def account(owner: str | Books, label: str) -> str:
    """The account of that label in the company's chart, as `account(US, "Write Off")`."""
    return f"{label} - {books(owner).abbr}"


def receivable(owner: str | Books, currency: str | None = None) -> str:
    """The company's receivable account in that currency; made when missing."""
    return _in_currency(owner, "Debtors", "Accounts Receivable", "Receivable", currency)


def bank(owner: str | Books, currency: str | None = None) -> str:
    """The company's bank account (type Bank) in that currency; made when missing."""
    return _in_currency(owner, "Bank", "Bank Accounts", "Bank", currency)


def cash(owner: str | Books) -> str:
    """The company's cash account."""
    return account(owner, "Cash")


def warehouse(owner: str | Books = US) -> str:
    """The company's main warehouse."""
    return account(owner, "Stores")


def cost_center(owner: str | Books = US) -> str:
    """The company's main cost centre."""
    return account(owner, "Main")


def freeze_books(day: str, owner: str | Books = US) -> None:
    """Freeze the accounts of the company up to this day, where this version of ERPNext keeps it."""
    if frappe.get_meta("Company").has_field("accounts_frozen_till_date"):
        doctype, name, field = "Company", books(owner).name, "accounts_frozen_till_date"
    else:
        doctype, name, field = "Accounts Settings", "Accounts Settings", "acc_frozen_upto"
    frappe.db.set_value(doctype, name, field, day)
    frappe.clear_document_cache(doctype, name)


def close_period(first: str, last: str, owner: str | Books = US) -> None:
    """Close an Accounting Period to Journal Entries."""
    insert(
        "Accounting Period",
        period_name=some("Closed"),
        company=books(owner).name,
        start_date=first,
        end_date=last,
        closed_documents=[{"document_type": "Journal Entry", "closed": 1}],
    )


def _in_currency(owner: str | Books, label: str, parent: str, kind: str, currency: str | None) -> str:
    owner = books(owner)
    currency = currency or owner.currency
    label = label if currency == owner.currency else f"{label} {currency}"
    name = account(owner, label)
    if not frappe.db.exists("Account", name):
        insert(
            "Account",
            account_name=label,
            parent_account=account(owner, parent),
            company=owner.name,
            account_type=kind,
            account_currency=currency,
        )
    return name


def _fiscal_year(year: int) -> None:
    start, end = datetime.date(year, 1, 1), datetime.date(year, 12, 31)
    if frappe.db.exists("Fiscal Year", {"year_start_date": ["<=", start], "year_end_date": [">=", end]}):
        return
    insert("Fiscal Year", year=str(year), year_start_date=start, year_end_date=end)


def _exchange_rate(source: str, target: str, rate: float) -> None:
    values = {"from_currency": source, "to_currency": target, "date": f"{FIRST_YEAR}-01-01"}
    if not frappe.db.exists("Currency Exchange", values):
        insert("Currency Exchange", **values, exchange_rate=rate, for_buying=1, for_selling=1)
