"""What the form of Sales Target calls on the server exists, may be called, and takes what it is given."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
FORM = ROOT / "sales_targets/sales_targets/doctype/sales_target"
CALL = re.compile(r'xcall\("(sales_targets\.[\w.]+)",\s*(?:\{(.*?)\}|\w)', re.DOTALL)


def calls() -> list[tuple[str, str, str]]:
    """(file, method, text of its arguments) of every call in the form's scripts."""
    return [
        (path.name, *found) for path in sorted(FORM.glob("*.js")) for found in CALL.findall(path.read_text())
    ]


def function(method: str) -> ast.FunctionDef:
    module, _dot, name = method.rpartition(".")
    tree = ast.parse((ROOT / (module.replace(".", "/") + ".py")).read_text())
    return next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == name)


def test_there_are_calls():
    assert len(calls()) >= 9


@pytest.mark.parametrize("file, method, arguments", calls())
def test_the_method_exists_and_is_whitelisted(file, method, arguments):
    decorators = [ast.unparse(one) for one in function(method).decorator_list]
    assert decorators == ["frappe.whitelist()"]


@pytest.mark.parametrize("file, method, arguments", calls())
def test_it_takes_the_arguments_it_is_given(file, method, arguments):
    known = {one.arg for one in function(method).args.args}
    named = set(re.findall(r"(?:^|,|\{)\s*(\w+)\s*(?=:|,|$)", arguments))
    assert named <= known


@pytest.mark.parametrize("path", sorted(FORM.glob("*.js")), ids=lambda path: path.name)
def test_what_is_included_is_there(path):
    for included in re.findall(r'{% include "(.+?)" %}', path.read_text()):
        assert (ROOT / included).is_file()
