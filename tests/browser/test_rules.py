"""A rule is tried on the past, and a new version of it takes over once somebody else approves."""

import pytest
from playwright.sync_api import expect

from tests.browser import figures

RULE = "Incentive Rule"
TITLE = "Demo commission on revenue"


def in_force(desk) -> str:
    rules = desk.all(
        RULE, [["title", "=", TITLE], ["docstatus", "=", 1], ["superseded_from", "is", "not set"]]
    )
    return rules[0]["name"]


@pytest.mark.parametrize("language", ["en", "fa"])
def test_simulate(desk, language):
    manager = desk("manager", language)
    manager.form(RULE, in_force(manager))
    manager.press("Simulate")
    # Quarters that had targets.
    manager.page.locator(".rule-simulation [data-fieldname=periods] input").fill("1")
    with manager.answers("simulate.answer") as heard:
        manager.answer("Run")
        totals = manager.page.locator(".rule-simulation table").first
        expect(totals).to_be_visible()
    result = heard[-1]["result"]
    assert heard[-1]["state"] == "Done"
    cost = totals.locator("tr", has_text=manager.text("Total cost")).locator("td").nth(1).inner_text()
    assert figures.shows(cost, result["typed"]["total"]) and result["typed"]["total"] > 0
    rows = manager.page.locator(".rule-simulation table").last.locator("tbody tr, tr").all()[1:]
    shown = {row.locator("td").first.inner_text(): row.locator("td").nth(1).inner_text() for row in rows}
    assert set(shown) == {one["payee"] for one in result["sellers"]}
    assert all(figures.shows(shown[one["payee"]], one["typed"]) for one in result["sellers"])
    expect(manager.page.locator(".rule-simulation svg.frappe-chart")).to_be_visible()
    manager.dismiss()


def test_a_new_version(desk):
    """What has paid is never cancelled again, so the new version stays."""
    manager, accountant = desk("manager"), desk("accountant")
    first = in_force(manager)
    manager.form(RULE, first)
    version = manager.field("version")
    manager.press("New Version")
    manager.page.wait_for_function("name => cur_frm.doc.name !== name", arg=first)
    manager.rest()
    assert "nothing limits" in manager.dismiss(), "what the checks have to say comes with every save"
    second = manager.field("name")
    assert (manager.field("version"), manager.field("previous_version")) == (version + 1, first)
    manager.page.evaluate(
        "() => frappe.model.set_value(cur_frm.doc.tiers[2].doctype, cur_frm.doc.tiers[2].name, 'rate', 0.07)"
    )
    manager.save()
    manager.dismiss()
    manager.press("Submit for Approval")
    assert manager.field("status") == "Pending Approval"

    accountant.form(RULE, second)
    accountant.submit()
    assert accountant.field("approved_by") == accountant.user
    assert accountant.value(RULE, first, "status") == "Superseded"
