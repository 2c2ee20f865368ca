"""A Sales Partner is paid with a bill: the accounts choose how, and the approval of the statement posts it."""

import pytest

from tests.browser import figures
from tests.browser.documents import invoice, last_month, wait_for

PARTNER, SUPPLIER = "Harbour Associates (Demo)", "Harbour Associates, as supplier (Demo)"
RUN, STATEMENT, SETTINGS = "Commission Run", "Commission Statement", "Sales Targets Settings"
FIRST, LAST = last_month()


@pytest.fixture
def supplier(admin):
    """The supplier that the partner is paid as."""
    found = admin.all("Supplier", {"supplier_name": SUPPLIER})
    if found:
        return found[0]["name"]
    doc = {"doctype": "Supplier", "supplier_name": SUPPLIER, "supplier_group": _group(admin)}
    return admin.call("frappe.client.insert", doc=doc)["name"]


def _group(admin) -> str:
    return admin.all("Supplier Group", {"is_group": 0})[0]["name"]


@pytest.fixture
def pays_by_bill(admin, supplier):
    """What Sales Targets Settings say of the demo company, typed into their form; taken out again afterwards."""
    account = admin.all("Account", {"company": admin.company, "account_name": "Commission on Sales"})[0][
        "name"
    ]
    settings_without(admin)
    admin.row("company_accounts", company=admin.company, payout="Purchase Invoice", expense_account=account)
    admin.row("partner_suppliers", sales_partner=PARTNER, supplier=supplier, company=admin.company)
    admin.save()
    yield
    settings_without(admin)
    admin.save()


def settings_without(admin) -> None:
    """The form of the settings without a word about the demo company; not saved."""
    admin.form(SETTINGS, SETTINGS)
    admin.page.evaluate(
        """company => ["company_accounts", "partner_suppliers"].forEach(table => {
            cur_frm.doc[table] = (cur_frm.doc[table] || []).filter(row => row.company !== company);
            cur_frm.refresh_field(table);
            cur_frm.dirty();
        })""",
        admin.company,
    )


def test_a_partner_is_paid_by_bill(desk, admin, pays_by_bill):
    manager, accountant = desk("manager"), desk("accountant")
    same = {"payee_type": "Sales Partner", "sales_partner": PARTNER, "to_date": LAST}
    if admin.all(STATEMENT, {**same, "docstatus": 1}):
        pytest.skip("the partner's last month is approved: the demo was used before, take it away first")
    invoice(admin, 2000, LAST, partner=PARTNER)
    manager.load("commission-run/new")
    manager.fill(company=manager.company, from_date=FIRST, to_date=LAST, payee_type="Sales Partner")
    run = manager.save()
    manager.press("Start")
    manager.answer("Start")
    wait_for(lambda: manager.value(RUN, run, "status") == "Done", f"{run} is not done")
    statement = admin.all(STATEMENT, {**same, "docstatus": 0})[0]["name"]

    for screen, action in (
        (manager, "Send to Seller"),
        (manager, "Approve"),
        (accountant, "Approve for Payout"),
    ):
        state = screen.value(STATEMENT, statement, "workflow_state")
        screen.form(STATEMENT, statement)
        if (state, action) in (("Sent to Seller", "Send to Seller"), ("Manager Approved", "Approve")):
            continue
        screen.action(action)
    assert accountant.field("docstatus") == 1, accountant.said()
    assert accountant.field("payout_status") == "Posted", accountant.field("payout_message")
    bill = accountant.field("payout_name")
    accountant.form("Purchase Invoice", bill)
    assert accountant.field("docstatus") == 1
    shown = accountant.page.locator("[data-fieldname=grand_total] .control-value:visible").first.inner_text()
    assert figures.shows(shown, admin.value(STATEMENT, statement, "payable"))
