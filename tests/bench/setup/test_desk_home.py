"""The icon and the sidebar of version 16: there for those who may open what they lead to, and gone with the app.

Version 15 has no sidebars, and icons of another kind, and must not notice.
"""

import json
from collections.abc import Callable
from functools import wraps

import frappe

from sales_targets.desk import onboarding
from sales_targets.setup import desk_home, uninstall
from tests.bench import factories as make

KINDS = (desk_home.ICON, desk_home.SIDEBAR)


def on_the_new_desk(test: Callable[..., None]) -> Callable[..., None]:
    """For what only version 16 has: on 15 there is nothing of it before and after."""

    @wraps(test)
    def checked(*args: object, **kwargs: object) -> None:
        if known():
            return test(*args, **kwargs)
        desk_home.sync()
        desk_home.remove()
        assert not frappe.db.table_exists(desk_home.SIDEBAR)
        assert not frappe.db.exists(desk_home.ICON, desk_home.TITLE), "the icons of 15 are another thing"

    return checked


def known() -> bool:
    return all(frappe.db.exists("DocType", kind) for kind in KINDS)


def left() -> list[tuple[str, str]]:
    """Rows of the desk that are ours, or lead to us, in any table."""
    if not known():
        return []
    found = [
        (kind, name) for kind in KINDS for name in frappe.get_all(kind, {"app": desk_home.APP}, pluck="name")
    ]
    found += [(kind, desk_home.TITLE) for kind in KINDS if frappe.db.exists(kind, desk_home.TITLE)]
    for table in ("Workspace Sidebar Item", "Has Role"):
        where = {"parenttype": ["in", KINDS], "parent": ["like", f"{desk_home.TITLE}%"]}
        found += [(table, name) for name in frappe.get_all(table, where, pluck="name")]
    return found


def desk_of(user: str) -> tuple[list[str], list[str]]:
    """The labels of the icons a user has after login, and where our sidebar leads."""
    from frappe.boot import load_desktop_data
    from frappe.desk.doctype.desktop_icon.desktop_icon import get_desktop_icons

    frappe.set_user(user)
    try:
        frappe.cache.hdel("desktop_icons", user)
        boot = frappe._dict()
        load_desktop_data(boot)
        icons = [icon.label for icon in get_desktop_icons(bootinfo=boot)]
        sidebar = boot.workspace_sidebar_item.get(desk_home.TITLE.lower(), {"items": []})
        return icons, [item["link_to"] for item in sidebar["items"] if item["type"] == "Link"]
    finally:
        frappe.set_user("Administrator")


def test_they_are_there_exactly_where_frappe_knows_them():
    for kind in KINDS:
        ours = frappe.db.table_exists(kind) and frappe.db.exists(kind, desk_home.TITLE)
        assert bool(ours) == known()


@on_the_new_desk
def test_every_link_of_the_sidebar_leads_somewhere():
    sidebar = frappe.get_doc(desk_home.SIDEBAR, desk_home.TITLE)
    assert (sidebar.app, sidebar.standard, sidebar.module) == (desk_home.APP, 1, desk_home.TITLE)
    assert sidebar.module_onboarding == onboarding.ONBOARDING
    links = [row for row in sidebar.items if row.type == "Link"]
    assert [row.label for row in links if not frappe.db.exists(row.link_type, row.link_to)] == []
    icon = frappe.get_doc(desk_home.ICON, desk_home.TITLE)
    assert (icon.app, icon.standard, icon.link_to, icon.hidden) == (desk_home.APP, 1, sidebar.name, 0)


@on_the_new_desk
def test_a_seller_comes_to_my_targets_first():
    make.team({"North": {}})
    icons, links = desk_of(make.seller_user("Ann", "North")[1])
    assert desk_home.TITLE in icons
    assert links[:2] == ["my-targets", "sales-leaderboard"]
    assert "Commission Run" not in links, "sellers may not read it"


@on_the_new_desk
def test_a_manager_finds_everything():
    icons, links = desk_of(make.user("Sales Manager"))
    assert desk_home.TITLE in icons
    assert {"my-targets", "Sales Target", "Commission Run", "Sales Target Attainment"} <= set(links)


@on_the_new_desk
def test_who_sells_nothing_has_no_icon():
    assert desk_home.TITLE not in desk_of(make.user("Stock User"))[0]


@on_the_new_desk
def test_ours_replace_what_frappe_made_of_the_workspace():
    """On a site that comes from version 15: newer than our files, without an app."""
    for kind in KINDS:
        frappe.db.set_value(kind, desk_home.TITLE, {"app": None, "standard": 0})
    frappe.db.delete("Workspace Sidebar Item", {"parent": desk_home.TITLE})
    desk_home.sync()
    for kind in KINDS:
        assert frappe.db.get_value(kind, desk_home.TITLE, ["app", "standard"]) == (desk_home.APP, 1)
    first = {"parent": desk_home.TITLE, "parenttype": desk_home.SIDEBAR, "idx": 1}
    assert frappe.db.get_value("Workspace Sidebar Item", first, "link_to") == "my-targets"


@on_the_new_desk
def test_what_users_changed_in_ours_stays():
    frappe.db.set_value(desk_home.ICON, desk_home.TITLE, "idx", 77)
    desk_home.sync()
    assert frappe.db.get_value(desk_home.ICON, desk_home.TITLE, "idx") == 77


def test_nothing_is_left_after_uninstalling():
    others = {"app": ["!=", desk_home.APP]}
    kept = [frappe.db.count(kind, others) for kind in KINDS] if known() else []
    uninstall.before_uninstall()
    assert left() == []
    assert kept == ([frappe.db.count(kind) for kind in KINDS] if known() else [])


@on_the_new_desk
def test_a_users_own_sidebar_and_desk_forget_the_app():
    user = make.user("Sales Manager")
    own = frappe.copy_doc(frappe.get_doc(desk_home.SIDEBAR, desk_home.TITLE), ignore_no_copy=False)
    own.update({"title": f"{desk_home.TITLE}-{user}", "for_user": user, "standard": 0})
    own.insert()
    icons = [{"label": desk_home.TITLE, "idx": 1}, {"label": "Selling", "idx": 2}]
    layout = make.insert(desk_home.LAYOUT, user=user, layout=json.dumps(icons))
    desk_home.remove()
    assert left() == []
    assert json.loads(frappe.db.get_value(desk_home.LAYOUT, layout.name, "layout")) == icons[1:]
