"""The way in: from what one sees after login to My Targets and on, on the desk of either version."""

import pytest

LANGUAGES = pytest.mark.parametrize("language", ["en", "fa"])
ONBOARDING = "Sales Targets Onboarding"


def new_desk(screen) -> bool:
    """Whether the desk has icons and a sidebar, as from version 16 on."""
    return screen.page.evaluate("() => Boolean(frappe.boot.workspace_sidebar_item)")


def stays_while(screen, step) -> bool:
    """Whether the desk is not loaded anew by what happens."""
    screen.page.evaluate("() => { window.st_same = true; }")
    step()
    screen.rest()
    return bool(screen.page.evaluate("() => window.st_same"))


@LANGUAGES
def test_a_seller_is_one_click_away_from_their_targets(desk, language):
    seller = desk("seller", language)
    seller.load("")
    way = ".desktop-icon[data-id='Sales Targets']" if new_desk(seller) else ".st-my-targets-link a"
    link = seller.page.locator(way)
    assert seller.text("Sales Targets" if new_desk(seller) else "My Targets") in link.inner_text()
    assert stays_while(seller, link.click)
    seller.page.locator(".st-mine-card").first.wait_for()
    assert seller.page.url.split("?")[0].endswith("/my-targets")


def test_only_sellers_have_the_link_in_the_bar(desk):
    accountant = desk("accountant")
    accountant.load("sales-targets")
    assert accountant.page.locator(".st-my-targets-link").count() == 0


def test_links_of_my_targets_do_not_load_the_desk_anew(desk):
    seller = desk("seller")
    seller.load("my-targets")
    link = seller.page.locator(".st-mine-card h2 a[href*='sales-target']").first
    assert stays_while(seller, link.click)
    assert seller.page.evaluate("() => cur_frm && cur_frm.doctype") == "Sales Target"


@LANGUAGES
@pytest.mark.parametrize(
    ("page", "content"), [("my-targets", ".st-mine-card"), ("sales-leaderboard", ".st-list")]
)
def test_pages_keep_off_the_sides(desk, page, content, language):
    seller = desk("seller", language)
    seller.load(page)
    card = seller.page.locator(content).first
    card.wait_for()
    main, box = seller.page.locator(f"#page-{page}").bounding_box(), card.bounding_box()
    end = main["x"] + main["width"] - box["x"] - box["width"]
    assert (end if language == "fa" else box["x"] - main["x"]) >= 12


@LANGUAGES
def test_the_sidebar_is_there_on_every_screen(desk, language):
    manager = desk("manager", language)
    if not new_desk(manager):
        assert manager.page.locator(".body-sidebar").count() == 0, "version 15 has no sidebar of an app's own"
        return
    for path in (
        "my-targets",
        "sales-leaderboard",
        "sales-targets",
        "sales-target",
        "query-report/KPI Trend",
    ):
        manager.load(path)
        header = manager.page.locator(".sidebar-header .header-title")
        assert header.inner_text().strip() == manager.text("Sales Targets"), path
        picture = manager.page.locator(".sidebar-header img")
        assert picture.evaluate("one => one.naturalWidth") > 0, "the icon's file is served"


@pytest.fixture
def at_the_beginning(admin):
    """Nothing of the onboarding is done; afterwards it is as it was."""
    steps = admin.call("frappe.client.get", doctype="Module Onboarding", name=ONBOARDING)["steps"]
    rows = [("Module Onboarding", ONBOARDING), *(("Onboarding Step", row["step"]) for row in steps)]
    was = {row: admin.value(*row, "is_complete") for row in rows}
    setting = ("System Settings", "System Settings", "enable_onboarding")
    shown = admin.value(*setting)
    _set(admin, dict.fromkeys(rows, 0), setting, 1)
    yield [row["step"] for row in steps]
    _set(admin, was, setting, shown)


def _set(admin, values, setting, shown):
    for (doctype, name), value in values.items():
        fields = {"is_complete": int(value or 0)}
        if doctype == "Module Onboarding":
            fields["documentation_url"] = "/"  # version 15 saves none without it
        admin.call("frappe.client.set_value", doctype=doctype, name=name, fieldname=fields)
    doctype, name, field = setting
    admin.call("frappe.client.set_value", doctype=doctype, name=name, fieldname=field, value=int(shown or 0))


@LANGUAGES
def test_a_manager_is_shown_how_to_begin(desk, at_the_beginning, language):
    manager = desk("manager", language)
    manager.load("sales-targets")
    box = manager.page.locator(".onb-panel" if new_desk(manager) else ".onboarding-widget-box").first
    box.wait_for()
    step = "Choose KPIs" if new_desk(manager) else "Enable a Sales KPI"
    assert manager.text(step) in box.inner_text()
    seller = desk("seller", language)
    seller.load("sales-targets")
    assert seller.page.locator(".onb-panel:visible, .onboarding-widget-box:visible").count() == 0
