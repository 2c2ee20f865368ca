"""From a KPI that is off to a first target in force, and what then becomes of it."""

import datetime

import pytest
from playwright.sync_api import expect

from tests.browser import figures
from tests.browser.documents import cancel_and_delete

TARGET = "Sales Target"
YEAR = datetime.date.today().year


@pytest.fixture
def taken_away(admin):
    """`taken_away(doctype, name)`: cancel and delete it when the test is over."""
    made: list[tuple[str, str]] = []
    yield lambda doctype, name: made.append((doctype, name))
    for doctype, name in reversed(made):
        cancel_and_delete(admin, doctype, name)


@pytest.fixture
def meetings(admin):
    """A KPI that nobody has switched on, off again afterwards."""
    yield "meetings"
    for name in admin.all(TARGET, [["Sales Target KPI", "kpi", "=", "meetings"]]):
        cancel_and_delete(admin, TARGET, name["name"])
    admin.call(
        "frappe.client.set_value", doctype="KPI Definition", name="meetings", fieldname="enabled", value=0
    )


@pytest.mark.parametrize("language", ["en", "fa"])
def test_install_to_first_target(desk, admin, meetings, language):
    admin.form("KPI Definition", meetings)
    admin.press("Enable")
    assert admin.value("KPI Definition", meetings, "enabled") == 1

    manager = desk("manager", language)
    manager.load(f"{TARGET.lower().replace(' ', '-')}/new")
    manager.fill(company=manager.company, target_for="Sales Person", sales_person=manager.named("seller"))
    manager.fill(from_date=f"{YEAR}-01-01", to_date=f"{YEAR}-12-31", break_into="Month")
    manager.page.evaluate("() => cur_frm.clear_table('kpis')")
    manager.row("kpis", kpi=meetings, target=24, weight=100)
    name = manager.save()
    manager.action("Put in Force")
    manager.answer("Yes")
    assert manager.field("docstatus") == 1, manager.said()
    expect(manager.page.locator(".page-head:visible .indicator-pill").first).to_have_text(
        manager.text(manager.value(TARGET, name, "status"))
    )
    assert len(manager.field("periods")) == 12

    own = desk("seller", language)
    own.form(TARGET, name)
    assert own.field("name") == name
    assert not own.button("Revise").count(), "a seller revises nothing"


def test_revise(desk, admin):
    manager = desk("manager")
    filters = {
        "sales_person": admin.named("seller"),
        "break_into": "Month",
        "docstatus": 1,
        "company": admin.company,
    }
    name = manager.all(TARGET, filters)[0]["name"]
    manager.form(TARGET, name)
    old = manager.field("kpis")[0]["target"]
    new = round(old * 1.1, -2)
    manager.press("Revise")
    dialog = manager.page.locator(".modal.show")
    dialog.locator("[data-fieldname=new_target] input").fill(str(new))
    dialog.locator("[data-fieldname=new_target] input").press("Tab")
    dialog.locator("[data-fieldname=reason] textarea").fill("A new region since this month")
    expect(dialog.locator("[data-fieldname=preview] tbody tr").first).to_be_visible()
    shown = figures.numbers(dialog.locator("[data-fieldname=preview] tfoot td").last.inner_text())
    manager.answer("Revise")
    assert manager.field("kpis")[0]["target"] == pytest.approx(new)
    revisions = manager.all(
        "Sales Target Revision", {"sales_target": name}, ["new_target", "reason"], order_by="creation desc"
    )
    assert revisions[0]["new_target"] == pytest.approx(new)
    total = sum(
        row["target"] for row in manager.field("periods") if row["kpi"] == manager.field("kpis")[0]["kpi"]
    )
    assert shown[0] == pytest.approx(total, abs=0.02)


@pytest.mark.parametrize("language", ["fa"])
def test_a_jalali_target(desk, taken_away, language):
    manager = desk("manager", language)
    manager.load("sales-target/new")
    manager.fill(company=manager.company, target_for="Sales Person", sales_person=manager.named("colleague"))
    # 21 March 2027 is 1 Farvardin 1406.
    manager.fill(calendar="Jalali", from_date="2027-03-21", to_date="2028-03-19", break_into="Month")
    manager.page.evaluate("() => cur_frm.clear_table('kpis')")
    manager.row("kpis", kpi="revenue", target=120000, weight=100)
    name = manager.save()
    taken_away(TARGET, name)
    periods = manager.field("periods")
    assert len(periods) == 12
    assert (periods[0]["from_date"], periods[0]["to_date"]) == ("2027-03-21", "2027-04-20")
    text = manager.page.locator("[data-fieldname=periods]").inner_text()
    assert "فروردین" in text
    assert "Farvardin" not in text


@pytest.mark.parametrize("language", ["fa"])
def test_a_proposal_is_countered_and_put_in_force(desk, taken_away, language):
    manager, seller = desk("manager"), desk("seller", language)
    manager.load("sales-target/new")
    manager.fill(company=manager.company, target_for="Sales Person", sales_person=seller.name)
    manager.fill(from_date=f"{YEAR + 2}-01-01", to_date=f"{YEAR + 2}-12-31", break_into="Quarter")
    manager.page.evaluate("() => cur_frm.clear_table('kpis')")
    manager.row("kpis", kpi="revenue", target=200000, weight=100)
    name = manager.save()
    taken_away(TARGET, name)
    manager.action("Propose")
    manager.answer("Propose")
    assert manager.field("workflow_state") == "Proposed"

    seller.form(TARGET, name)
    seller.page.locator("[data-step='Counter-Propose']").click()
    dialog = seller.page.locator(".modal.show")
    dialog.locator("[data-fieldname=line_1] input").fill("150000")
    dialog.locator("[data-fieldname=words] textarea").fill("بازار این منطقه کوچک‌تر شده است")
    seller.answer("Counter-Propose")
    assert seller.field("workflow_state") == "Countered"

    manager.form(TARGET, name)
    manager.page.locator("[data-take-over]").click()
    manager.rest()
    assert manager.field("kpis")[0]["target"] == 150000
    manager.save()
    manager.action("Put in Force")
    manager.answer("Yes")
    assert manager.field("docstatus") == 1
