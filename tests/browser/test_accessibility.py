"""No serious finding of axe-core in the parts of the screens that are this app's."""

import pytest
from axe_playwright_python.sync_playwright import Axe

SERIOUS = ("serious", "critical")
# What to open as whom, and the part of it that is ours.
SCREENS = {
    "my targets": ("seller", "my-targets", ".st-mine"),
    "leaderboard": ("manager", "sales-leaderboard", ".st-leaderboard"),
}
FORMS = {
    "target": (
        "manager",
        "Sales Target",
        {"docstatus": 1, "break_into": "Month"},
        "[data-fieldname=standing_area]",
    ),
    "proposal": ("seller", "Sales Target", {"workflow_state": "Proposed"}, ".sales-target-agreement"),
    "statement": ("manager", "Commission Statement", {"docstatus": 1}, "[data-fieldname=trace_area]"),
    "rule": ("manager", "Incentive Rule", {"docstatus": 1}, "[data-fieldname=curve_area]"),
    "run": ("manager", "Commission Run", {}, "[data-fieldname=progress_area]"),
    "opportunity": ("manager", "Opportunity", {"status": "Open"}, ".sales-targets-body"),
}


def findings(desk, part: str) -> list[str]:
    desk.page.locator(part).first.wait_for()
    found = Axe().run(desk.page, context=part).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {one['help']}: {[node['html'][:160] for node in one['nodes'][:3]]}"
        for one in found
        if one["impact"] in SERIOUS
    ]


@pytest.mark.parametrize("language", ["en", "fa"])
@pytest.mark.parametrize("name", SCREENS)
def test_pages(desk, name, language):
    role, path, part = SCREENS[name]
    screen = desk(role, language)
    screen.load(path)
    screen.page.wait_for_timeout(500)
    assert findings(screen, part) == []


@pytest.mark.parametrize("name", FORMS)
def test_forms(desk, name):
    role, doctype, filters, part = FORMS[name]
    screen = desk(role)
    found = screen.all(doctype, {"company": screen.company, **filters}, order_by="creation")
    assert found
    screen.form(doctype, found[0]["name"])
    if doctype == "Opportunity":
        screen.page.locator(".page-head:visible .sales-targets-indicator").first.click()
    assert findings(screen, part) == []
