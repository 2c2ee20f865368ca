"""What the desk is told by files and by addresses, which nothing checks before a user clicks."""

import json
import re

from tests.unit.static import source

ADDRESS = re.compile(r"""["'`(]/desk\b|href=["']?/desk\b""")
TITLE, FILE = "Sales Targets", "sales_targets"


def read(*parts: str) -> dict:
    return json.loads(source.PACKAGE.joinpath(*parts).read_text(encoding="utf-8"))


def test_no_address_of_the_new_desk_is_written_out_either():
    """Frappe's helpers know where the desk is (sales_targets.desk.routes, frappe.router)."""
    wrong = []
    for kind in ("py", "js", "html", "json"):
        for path in sorted(source.PACKAGE.rglob(f"*.{kind}")):
            text = path.read_text(encoding="utf-8")
            wrong += [f"{path.relative_to(source.ROOT)}: {found[0]}" for found in ADDRESS.finditer(text)]
    assert not wrong, source.listed(wrong)


def test_icon_sidebar_and_pictures_have_the_names_frappe_looks_for():
    icon, sidebar = read("desktop_icon", f"{FILE}.json"), read("workspace_sidebar", f"{FILE}.json")
    assert icon["name"] == icon["label"] == icon["link_to"] == sidebar["name"] == sidebar["title"] == TITLE
    assert icon["app"] == sidebar["app"] == FILE
    # With another module the sidebar is hidden from users who have ours, and the forms get a sidebar made up for it.
    assert sidebar["module"] == TITLE
    for variant in ("solid", "subtle"):
        picture = source.PACKAGE / "public" / "icons" / "desktop_icons" / variant / f"{FILE}.svg"
        assert picture.read_text(encoding="utf-8").startswith("<svg ")


def test_the_icon_is_for_those_who_may_open_where_it_leads():
    first = next(
        item for item in read("workspace_sidebar", f"{FILE}.json")["items"] if item["type"] == "Link"
    )
    assert (first["link_type"], first["link_to"]) == ("Page", "my-targets")
    page = read("sales_targets", "page", "my_targets", "my_targets.json")
    icon = read("desktop_icon", f"{FILE}.json")
    assert [row["role"] for row in icon["roles"]] == [row["role"] for row in page["roles"]]


def test_the_sidebar_has_what_the_workspace_has():
    workspace = read("sales_targets", "workspace", "sales_targets", "sales_targets.json")
    sidebar = read("workspace_sidebar", f"{FILE}.json")
    rows = [row for row in workspace["links"] + workspace["shortcuts"] if row.get("link_to")]
    wanted = {row["link_to"] for row in rows}
    assert wanted <= {item.get("link_to") for item in sidebar["items"]}


def test_labels_of_connections_are_translated_where_they_are_drawn():
    """A form's definition is kept for readers of all languages."""
    modules = [one for one in source.modules() if one.module.endswith(("_dashboard", "desk.connections"))]
    assert modules
    wrong = [one.module for one in modules if re.search(r"\b_lt?\(", one.path.read_text(encoding="utf-8"))]
    assert not wrong, source.listed(wrong)
