"""DocType files and their controllers agree, and what they name exists."""

import ast
import json
import re

import pytest

from tests.unit.static import source

LAYOUT = {"Section Break", "Column Break", "Tab Break"}
# DocTypes of Frappe and ERPNext that ours link to.
FOREIGN = {
    "Account",
    "Brand",
    "Company",
    "Cost Center",
    "Currency",
    "Customer",
    "Customer Group",
    "Designation",
    "DocType",
    "Employee",
    "Holiday List",
    "Issue",
    "Item",
    "Item Group",
    "Lead",
    "Monthly Distribution",
    "Opportunity",
    "Opportunity Lost Reason",
    "Project",
    "Sales Partner",
    "Sales Person",
    "Supplier",
    "Territory",
    "User",
    "Workflow State",
}
DOCTYPES = source.doctypes()
each_doctype = pytest.mark.parametrize("name", sorted(DOCTYPES))


def scrub(name: str) -> str:
    return name.replace(" ", "_").replace("-", "_").lower()


def fields(name: str) -> list[dict]:
    return DOCTYPES[name][1]["fields"]


@each_doctype
def test_files_are_where_frappe_looks(name):
    path, content = DOCTYPES[name]
    folder = source.MODULE / "doctype" / scrub(name)
    assert path == folder / f"{scrub(name)}.json"
    assert (folder / "__init__.py").exists()
    assert content["module"] == "Sales Targets"
    assert content["doctype"] == "DocType"
    dotted = f"sales_targets.sales_targets.doctype.{scrub(name)}.{scrub(name)}.{name.replace(' ', '').replace('-', '')}"
    assert source.defines(dotted, (ast.ClassDef,))


@each_doctype
def test_fields_are_ordered_and_unique(name):
    names = [field["fieldname"] for field in fields(name)]
    assert names == DOCTYPES[name][1]["field_order"]
    assert len(names) == len(set(names))
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", fieldname) for fieldname in names)


@each_doctype
def test_fields_are_labelled(name):
    shown = [
        field for field in fields(name) if field["fieldtype"] not in LAYOUT and field["fieldtype"] != "HTML"
    ]
    assert not [field["fieldname"] for field in shown if not field.get("label")]
    labels = [field["label"] for field in shown]
    assert not {label for label in labels if labels.count(label) > 1}


@each_doctype
def test_what_fields_point_to_exists(name):
    for field in fields(name):
        kind, options = field["fieldtype"], field.get("options")
        if kind == "Link":
            assert options in DOCTYPES or options in FOREIGN, f"{field['fieldname']} -> {options}"
        elif kind in ("Table", "Table MultiSelect"):
            assert DOCTYPES[options][1].get("istable"), f"{field['fieldname']} -> {options}"
        elif kind == "Select":
            choices = (options or "").split("\n")
            assert len(choices) == len(set(choices)) > 1
            assert field.get("default") in (None, *choices)


@each_doctype
def test_settings_name_fields(name):
    content = DOCTYPES[name][1]
    known = {field["fieldname"] for field in fields(name)} | {"name", "creation", "modified", "owner", "idx"}
    named = [content.get("title_field"), content.get("sort_field"), content.get("image_field")]
    named += (content.get("search_fields") or "").split(",")
    for key in ("depends_on", "mandatory_depends_on", "read_only_depends_on"):
        for field in fields(name):
            named += re.findall(r"doc\.(\w+)", field.get(key) or "")
    named += [field["fetch_from"].split(".")[0] for field in fields(name) if field.get("fetch_from")]
    assert (
        not {field.strip() for field in named if field and field.strip()} - known - {"docstatus", "__islocal"}
    )


@each_doctype
def test_who_may_read_it(name):
    content = DOCTYPES[name][1]
    if content.get("istable"):
        assert not content.get("permissions")
    else:
        assert any(rule.get("read") for rule in content.get("permissions", []))


def test_the_ledger_blocks_no_billing():
    """Its rows are no documents to cancel first, and no link of theirs is unique."""
    for name in ("Sales Credit", "Sales Credit Total", "Sales Credit Queue"):
        assert not DOCTYPES[name][1].get("is_submittable")
        assert not [field["fieldname"] for field in fields(name) if field.get("unique")]
        assert not [field["fieldname"] for field in fields(name) if field["fieldtype"] == "Dynamic Link"]


def test_reports_are_where_frappe_looks():
    for path in sorted(source.MODULE.glob("report/*/*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        folder = scrub(content["name"])
        assert (path.parent.name, path.stem) == (folder, folder)
        assert content["ref_doctype"] in DOCTYPES
        assert not content.get("prepared_report"), "a prepared report is readable by every role of the report"
        assert source.defines(f"sales_targets.sales_targets.report.{folder}.{folder}.execute")


@pytest.mark.parametrize("name", sorted(name for name in DOCTYPES if DOCTYPES[name][1].get("istable")))
def test_each_row_refuses_to_be_written_by_itself(name):
    path, _content = DOCTYPES[name]
    tree = ast.parse(path.with_suffix(".py").read_text(encoding="utf-8"))
    (controller,) = [node for node in tree.body if isinstance(node, ast.ClassDef)]
    assert [base.id for base in controller.bases] == ["GuardedRow"]
    # Saving its document writes a row past these methods; an own one would open a way beside it.
    own = {node.name for node in controller.body if isinstance(node, ast.FunctionDef)}
    assert not own & {"insert", "save", "_save", "delete", "on_trash", "before_rename", "before_discard"}
