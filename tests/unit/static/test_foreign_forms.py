"""What this app adds to the forms of others must not be able to break them."""

import re
import sys

import pytest

from tests.unit.static import source

OWN = {"Sales Targets Settings"}
SCRIPTS = sorted(
    {
        path
        for doctype, paths in source.hooks()["doctype_js"].items()
        if not doctype.startswith("Commission") and doctype not in OWN
        for path in source.strings(paths)
    }
)


def test_there_are_scripts():
    assert SCRIPTS


def test_dashboards_import_the_standard_library_and_frappe_alone():
    """Frappe loads them with the form's definition, outside any guard."""
    for path in source.strings(source.hooks()["override_doctype_dashboards"]):
        module = source.named(path.rpartition(".")[0])
        names = {name.split(".")[0] for name, _node in source.imports(module)}
        assert names <= {*sys.stdlib_module_names, "frappe"}, module.path


@pytest.mark.parametrize("path", SCRIPTS)
def test_scripts_ask_past_calls_that_freeze_and_complain(path):
    code = (source.PACKAGE / path).read_text(encoding="utf-8")
    for included in re.findall(r'{% include "sales_targets/(.+?)" %}', code):
        code += (source.PACKAGE / included).read_text(encoding="utf-8")
    noisy = re.findall(r"frappe\.(?:x?call|throw|msgprint|show_alert|db\.\w+)\(|console\.\w+\(", code)
    assert not noisy, f"{path}: {noisy}"
