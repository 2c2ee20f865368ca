"""Pay: a run makes drafts, each step of a statement is taken by whose it is, and a line is disputed and answered."""

import os
import signal

import pytest
from playwright.sync_api import expect

from tests.browser import figures
from tests.browser.documents import invoice, last_month, wait_for

RUN, STATEMENT, DISPUTE = "Commission Run", "Commission Statement", "Commission Dispute"
FIRST, LAST = last_month()


def new_run(desk, **fields) -> str:
    desk.load("commission-run/new")
    desk.fill(company=desk.company, from_date=FIRST, to_date=LAST, **fields)
    return desk.save()


def start(desk, label: str = "Start") -> None:
    desk.press(label, context=RUN if label == "Resume" else "")
    desk.answer("Start")


def finished(desk, run: str) -> None:
    wait_for(lambda: desk.value(RUN, run, "status") == "Done", f"{run} is not done")
    expect(desk.page.locator(".page-head:visible .indicator-pill").first).to_have_text(
        desk.text("Done"), timeout=15_000
    )


def step(desk, statement: str, action: str, state: str) -> None:
    desk.form(STATEMENT, statement)
    desk.action(action)
    assert desk.field("workflow_state") == state, desk.said()


def draft_of(admin, role: str) -> str:
    filters = {"sales_person": admin.named(role), "to_date": LAST, "docstatus": 0, "workflow_state": "Draft"}
    found = admin.all(STATEMENT, filters)
    if not found:
        pytest.skip(f"no draft of {admin.named(role)} is left: the demo was used before, take it away first")
    return found[0]["name"]


def test_run_and_approve(desk, admin):
    invoice(admin, 3000, LAST, seller=admin.named("seller"))
    manager, seller, accountant = desk("manager"), desk("seller"), desk("accountant")
    run = new_run(manager)
    start(manager)
    finished(manager, run)
    assert manager.value(RUN, run, "made") >= 1
    statement = draft_of(admin, "seller")

    step(manager, statement, "Send to Seller", "Sent to Seller")
    step(seller, statement, "Acknowledge", "Acknowledged")
    shown = seller.page.locator("[data-fieldname=payable] .control-value").first.inner_text()
    assert figures.shows(shown, admin.value(STATEMENT, statement, "payable"))
    step(manager, statement, "Approve", "Manager Approved")
    step(accountant, statement, "Approve for Payout", "Approved")
    assert accountant.field("docstatus") == 1
    accountant.press("Mark as paid", group="Payout")
    accountant.answer("Mark as paid")
    assert accountant.field("payout_status") == "Paid"


def test_a_seller_sees_their_own_statements_alone(desk):
    seller = desk("seller")
    seller.open("List", STATEMENT)
    rows = seller.all(STATEMENT, fields=["name", "sales_person"])
    assert rows and {row["sales_person"] for row in rows} == {seller.name}
    titles = seller.page.locator(".list-row-container .list-subject a").all_inner_texts()
    assert titles and all(seller.name in title for title in titles)


@pytest.mark.parametrize("language", ["en", "fa"])
def test_dispute_a_line(desk, admin, language):
    # What is granted is an adjustment, and those are the accounts' unless the settings say otherwise.
    seller, accountant = desk("colleague", language), desk("accountant", language)
    filters = {"sales_person": seller.name, "docstatus": 1, "earned": [">", 0]}
    statement = seller.all(STATEMENT, filters, order_by="to_date")[0]["name"]
    seller.form(STATEMENT, statement)
    seller.press("Dispute a line")
    dialog = seller.page.locator(".modal.show")
    line = seller.field("lines")[0]
    dialog.locator("[data-fieldname=line] select").select_option(line["name"])
    dialog.locator("[data-fieldname=claimed_amount] input").fill("90")
    dialog.locator("[data-fieldname=reason] textarea").fill(
        "فروش مشترک با همکارم" if language == "fa" else "It was mine too"
    )
    seller.answer("Dispute")
    dispute = admin.all(
        DISPUTE, {"statement": statement, "status": "Open"}, ["name", "claimed_amount", "line"]
    )[0]
    assert (dispute["claimed_amount"], dispute["line"]) == (90, line["name"])

    accountant.form(DISPUTE, dispute["name"])
    accountant.press("Accept in part", group="Answer")
    dialog = accountant.page.locator(".modal.show")
    dialog.locator("[data-fieldname=granted_amount] input").fill("40")
    dialog.locator("[data-fieldname=answer] textarea").fill("Half of it")
    accountant.answer("Answer")
    assert (accountant.field("status"), accountant.field("granted_amount")) == ("Partly", 40)
    assert accountant.value("Commission Adjustment", accountant.field("adjustment"), "amount") == 40


@pytest.mark.parametrize("language", ["fa"])
def test_a_run_is_stopped_and_resumed(desk, office, language):
    manager = desk("manager", language)
    run = new_run(manager, sales_person="Demo Sales")
    # The worker is held, so that there is time to stop.
    os.kill(office.worker, signal.SIGSTOP)
    try:
        start(manager)
        assert manager.field("status") == "Queued"
        manager.press("Stop")
        assert manager.field("status") == "Stopped"
    finally:
        os.kill(office.worker, signal.SIGCONT)
    start(manager, "Resume")
    finished(manager, run)


@pytest.mark.parametrize("language", ["fa"])
def test_a_draw(desk, admin, language):
    manager = desk("manager", language)
    manager.load("commission-draw/new")
    manager.fill(company=manager.company, sales_person=manager.named("seller"))
    manager.fill(from_date="2030-01-01", every="Month", amount=500, kind="Recoverable")
    name = manager.save()
    manager.submit()
    assert admin.value("Commission Draw", name, "docstatus") == 1
    admin.call("frappe.client.cancel", doctype="Commission Draw", name=name)
    admin.call("frappe.client.delete", doctype="Commission Draw", name=name)
