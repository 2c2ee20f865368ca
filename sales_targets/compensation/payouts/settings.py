"""How a company pays, as Sales Targets Settings say, and what is wrong with what they say."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document

from sales_targets.compensation.payouts.problem import NotPayable

NONE, SALARY, JOURNAL, BILL = "None", "Additional Salary", "Journal Entry", "Purchase Invoice"
SETTINGS = "Sales Targets Settings"


class CompanyPayout(NamedTuple):
    """One row of the settings; names, '' where nothing is chosen."""

    company: str
    payout: str = NONE
    salary_component: str = ""
    deduction_component: str = ""
    deduct_negative: bool = False
    expense_account: str = ""
    payable_account: str = ""
    accrued_account: str = ""
    asset_account: str = ""
    draw_account: str = ""
    payment_account: str = ""
    cost_center: str = ""
    item: str = ""


class _Wanted(NamedTuple):
    """What an account of the settings must be: its field, root type, account types (empty: any without party)."""

    fieldname: str
    root_type: str
    types: tuple[str, ...] = ()


ACCOUNTS = (
    _Wanted("expense_account", "Expense"),
    _Wanted("payable_account", "Liability", ("Payable",)),
    _Wanted("accrued_account", "Liability"),
    _Wanted("asset_account", "Asset"),
    _Wanted("draw_account", "Asset"),
    _Wanted("payment_account", "Asset", ("Bank", "Cash")),
)
OF_A_PARTY = ("Receivable", "Payable")
NEEDED = {
    JOURNAL: ("expense_account", "payable_account"),
    BILL: ("expense_account",),
    SALARY: ("salary_component",),
}


def of_company(company: str) -> CompanyPayout:
    """How the company pays; "None" for a company without a row."""
    fields = [name for name in CompanyPayout._fields if name != "company"]
    filters = {"company": company, "parenttype": SETTINGS, "parentfield": "company_accounts"}
    row = frappe.db.get_value("Commission Settings Company", filters, fields, as_dict=True)
    if not row:
        return CompanyPayout(company)
    values = {name: row[name] or "" for name in fields}
    values |= {"payout": row.payout or NONE, "deduct_negative": bool(row.deduct_negative)}
    return CompanyPayout(company, **values)


def supplier_of(sales_partner: str, company: str) -> str:
    """The supplier a Sales Partner is paid as. Raises NotPayable where the settings name none."""
    filters = {"sales_partner": sales_partner, "company": company, "parenttype": SETTINGS}
    supplier = frappe.db.get_value("Commission Partner Supplier", filters, "supplier")
    if not supplier:
        raise NotPayable(
            _("Sales Partner {0} has no supplier for {1}: choose one in {2}.").format(
                sales_partner, company, _(SETTINGS)
            )
        )
    return supplier


def has_hrms() -> bool:
    """Whether HRMS is installed on this site."""
    return "hrms" in frappe.get_installed_apps()


def check(doc: Document) -> None:
    """For `validate` of the settings: refuse, at the field, what could not be paid with."""
    seen: set[str] = set()
    for row in doc.get("company_accounts") or ():
        if row.company in seen:
            _refuse(row, "company", _("{0} is there twice.").format(row.company))
        seen.add(row.company)
        for fieldname, message in problems(row):
            _refuse(row, fieldname, message)
    pairs: set[tuple[str, str]] = set()
    for row in doc.get("partner_suppliers") or ():
        pair = (row.sales_partner, row.company)
        if pair in pairs:
            _refuse(row, "sales_partner", _("{0} is there twice.").format(row.sales_partner))
        pairs.add(pair)


def problems(row: Document) -> Iterator[tuple[str, str]]:
    """(field, message) of everything that is wrong with one company's row."""
    payout = row.payout or NONE
    if payout == SALARY and not has_hrms():
        yield "payout", _("HRMS is not installed on this site, so nothing can be paid with the salary.")
        return
    for fieldname in NEEDED.get(payout, ()):
        if not row.get(fieldname):
            yield fieldname, _("{0} needs it.").format(_(payout))
    if payout == SALARY:
        yield from _component_problems(row)
    yield from _account_problems(row)
    yield from _cost_center_problems(row)
    if row.item and frappe.get_cached_value("Item", row.item, "is_stock_item"):
        yield "item", _("{0} is kept in stock: choose a service.").format(row.item)


def _component_problems(row: Document) -> Iterator[tuple[str, str]]:
    wanted = [("salary_component", "Earning")]
    if row.deduct_negative:
        wanted.append(("deduction_component", "Deduction"))
    for fieldname, kind in wanted:
        name = row.get(fieldname)
        if not name:
            if fieldname == "deduction_component":
                yield fieldname, _("Without it nothing negative can be deducted.")
            continue
        found = frappe.db.get_value("Salary Component", name, ["type", "disabled"], as_dict=True)
        if not found:
            yield fieldname, _("There is no Salary Component {0}.").format(name)
        elif found.type != kind:
            yield fieldname, _("{0} is of type {1}; it must be {2}.").format(name, _(found.type), _(kind))
        elif found.disabled:
            yield fieldname, _("{0} is disabled.").format(name)


def _account_problems(row: Document) -> Iterator[tuple[str, str]]:
    names = [row.get(wanted.fieldname) for wanted in ACCOUNTS if row.get(wanted.fieldname)]
    if not names:
        return
    fields = ["name", "company", "is_group", "disabled", "root_type", "account_type", "account_currency"]
    accounts = {
        account.name: account
        for account in frappe.get_all("Account", filters={"name": ("in", names)}, fields=fields)
    }
    currency = frappe.get_cached_value("Company", row.company, "default_currency")
    for wanted in ACCOUNTS:
        name = row.get(wanted.fieldname)
        if name:
            message = _account_problem(accounts.get(name), wanted, row.company, currency)
            if message:
                yield wanted.fieldname, message


def _account_problem(account: dict | None, wanted: _Wanted, company: str, currency: str) -> str:
    if not account:
        return _("There is no such account.")
    name = account["name"]
    if account["company"] != company:
        return _("{0} is an account of {1}, not of {2}.").format(name, account["company"], company)
    if account["is_group"]:
        return _("{0} is a group: choose an account inside it.").format(name)
    if account["disabled"]:
        return _("{0} is disabled.").format(name)
    if account["account_currency"] and account["account_currency"] != currency:
        return _("{0} is kept in {1}; the company pays in {2}.").format(
            name, account["account_currency"], currency
        )
    root = account["root_type"]
    if root != wanted.root_type:
        return _("{0} is of type {1}; it must be {2}.").format(name, _(root), _(wanted.root_type))
    kind = account["account_type"] or ""
    if wanted.types and kind not in wanted.types:
        kinds = ", ".join(_(one) for one in wanted.types)
        return _("{0} is of type {1}; it must be {2}.").format(name, _(kind) or _("None"), kinds)
    if not wanted.types and kind in OF_A_PARTY:
        return _("{0} is kept by party ({1}): choose another account.").format(name, _(kind))
    return ""


def _cost_center_problems(row: Document) -> Iterator[tuple[str, str]]:
    if not row.cost_center:
        return
    company, is_group = frappe.get_cached_value("Cost Center", row.cost_center, ["company", "is_group"])
    if company != row.company:
        yield (
            "cost_center",
            _("{0} is a cost centre of {1}, not of {2}.").format(row.cost_center, company, row.company),
        )
    elif is_group:
        yield "cost_center", _("{0} is a group: choose one inside it.").format(row.cost_center)


def _refuse(row: Document, fieldname: str, message: str) -> None:
    label = _(row.meta.get_label(fieldname))
    where = _("{0}, row {1}, {2}").format(
        _(frappe.get_meta(SETTINGS).get_label(row.parentfield)), row.idx, label
    )
    frappe.throw(f"{frappe.bold(where)}: {message}", title=_("Payout"))
