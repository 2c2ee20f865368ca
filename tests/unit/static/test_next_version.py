"""The app holds for Frappe 15 and 16: what the scanner `prefly` knows of 16, and what it does not look at."""

import ast
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.static import source

DECIMALS = {"Float", "Currency", "Percent"}
# The decimals that a column has when a field sets no precision.
STORED = 9
# The desk's address as it was on 15, where a route begins: in quotation marks, after a host or a placeholder.
DESK = re.compile(r"""(?:["'`(=]|\}|localhost:\d+|\]\()/app(?=[/"'`?#])""")
WRITTEN = ("*.js", "*.html", "*.md", "*.json", "*.txt")


def test_no_error_for_v16():
    pytest.importorskip("preflight", reason="prefly is not installed")
    command = [sys.executable, "-m", "preflight", "--path", ".", "--target", "v16", "--format", "json"]
    done = subprocess.run([*command, "--fail-on", "never"], cwd=source.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    errors = [found for found in report["findings"] if found.get("severity") == "error"]
    assert report["apps"]
    assert not errors


def test_no_field_stores_fewer_decimals_than_are_reckoned_with():
    """Frappe 15.101 and 16 make `decimal(21,2)` of a precision of 2: what was hashed would not be what is stored."""
    fields = [
        (name, field) for name, (_path, content) in source.doctypes().items() for field in content["fields"]
    ]
    decimals = [(name, field) for name, field in fields if field["fieldtype"] in DECIMALS]
    assert len(decimals) > 50
    wrong = [
        f"{name}.{field['fieldname']}: precision {field['precision']}"
        for name, field in decimals
        if field.get("precision") not in (None, "", STORED, str(STORED))
    ]
    # The length is the column's width: a smaller one cuts the amount, or its decimals with it.
    wrong += [f"{name}.{field['fieldname']}: length" for name, field in decimals if field.get("length")]
    assert not wrong, source.listed(wrong)


def test_custom_fields_and_property_setters_leave_the_decimals_alone():
    wrong = [
        module.where(node)
        for module in source.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Dict) and _narrows(node)
    ]
    assert not wrong, source.listed(wrong)


def _narrows(node: ast.Dict) -> bool:
    given = {
        key.value: value.value
        for key, value in zip(node.keys, node.values, strict=True)
        if isinstance(key, ast.Constant) and isinstance(value, ast.Constant)
    }
    setter = given.get("property") == "precision" or given.get("doctype") == "Property Setter"
    field = given.get("fieldtype") in DECIMALS and "fieldname" in given and "insert_after" in given
    return bool((setter or field) and str(given.get("precision", STORED)) not in ("", str(STORED)))


def test_routes_are_made_by_frappe():
    """The desk is at /app on 15 and at /desk on 16; `frappe.utils.get_url_to_form` and its like know."""
    wrong = [where for where, text in texts() if DESK.search(text)]
    assert not wrong, source.listed(wrong)


@pytest.mark.parametrize(
    "text",
    [
        'href: "/app/my-targets"',
        '`<a href="/app/x/${y}">`',
        "`/app/${slug}?${query}`",
        "get_url('/app/x')",
        '"/app"',
        "[here](/app/x)",
        "{{ url }}/app/x",
        "<a href=/app/x>",
    ],
)
def test_a_route_of_15_would_be_seen(text):
    assert DESK.search(text)


@pytest.mark.parametrize("text", ["sales_targets/app/x", '"/apps/x"', '"/application"', '"/desk/x"'])
def test_other_paths_are_none(text):
    assert not DESK.search(text)


def texts() -> Iterator[tuple[str, str]]:
    """Where something is written in the package, and the line: scripts, templates, and the strings of Python."""
    for path in _files(source.PACKAGE):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            yield f"{path.relative_to(source.ROOT)}:{number}", line
    for module in source.modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                # In quotation marks, as a string that begins with a route has none of its own.
                yield module.where(node), f'"{node.value}"'


def _files(folder: Path) -> Iterator[Path]:
    for pattern in WRITTEN:
        yield from (path for path in sorted(folder.rglob(pattern)) if "node_modules" not in path.parts)


def test_lists_are_limited_by_the_argument_that_stays():
    """`limit_page_length` goes in Frappe 17; `limit` is the same on every version, 0 for all rows."""
    wrong = [
        module.where(node)
        for module in source.modules()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.keyword) and node.arg == "limit_page_length"
    ]
    wrong += [where for where, text in texts() if "limit_page_length" in text]
    assert not wrong, source.listed(wrong)
