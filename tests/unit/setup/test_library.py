"""The library as data, without a site: every KPI of the table, with parts that exist."""

import ast
from pathlib import Path

import pytest

from sales_targets.engine import kpi as engine
from sales_targets.setup.library import BY_CODE, LIBRARY

ROOT = Path(__file__).resolve().parents[3] / "sales_targets"

CODES = [
    "revenue",
    "margin",
    "units",
    "collections",
    "orders_value",
    "new_customers",
    "opportunities_created",
    "won_value",
    "won_count",
    "lost_count",
    "closed_count",
    "lost_to_competitor_count",
    "lost_no_decision_count",
    "win_rate",
    "lost_to_competitor_rate",
    "lost_no_decision_rate",
    "average_deal_value",
    "sales_cycle_days",
    "leads_created",
    "qualified_leads",
    "converted_leads",
    "conversion_rate",
    "proposals_sent",
    "calls",
    "emails",
    "meetings",
    "tickets_closed",
]
# The additive part of sales_cycle_days.
PARTS = {"won_days"}


def test_every_code_is_there_and_no_other():
    assert set(BY_CODE) == set(CODES) | PARTS
    assert len(LIBRARY) == len(BY_CODE), "no code twice"


@pytest.mark.parametrize("kpi", LIBRARY, ids=lambda kpi: kpi.code)
def test_each_is_whole(kpi):
    assert kpi.title
    assert kpi.description.endswith(".")
    assert bool(kpi.document_type) != bool(kpi.formula)
    assert kpi.values()["enabled"] == 0
    assert kpi.values()["library_measure"] == ("" if kpi.formula else kpi.code)


@pytest.mark.parametrize("kpi", [kpi for kpi in LIBRARY if kpi.formula], ids=lambda kpi: kpi.code)
def test_formulas_are_sound_and_made_of_measures(kpi):
    assert not engine.check_formula(kpi.formula, list(BY_CODE))
    assert all(not BY_CODE[code].formula for code in engine.names(kpi.formula))


def test_select_values_are_those_of_the_form():
    import json

    path = ROOT / "sales_targets/doctype/kpi_definition/kpi_definition.json"
    fields = {field["fieldname"]: field for field in json.loads(path.read_text())["fields"]}
    for kpi in LIBRARY:
        for name in ("kind", "unit", "direction", "indicator", "perspective"):
            assert kpi.values()[name] in fields[name]["options"].split("\n")


def test_engine_findings_are_known_to_translators():
    """Each text of the engine stands in problems.py inside `_()`, letter by letter."""
    translated = {
        node.args[0].value
        for node in ast.walk(ast.parse((ROOT / "problems.py").read_text()))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "_"
        and isinstance(node.args[0], ast.Constant)
    }
    found = set()
    for module in ("kpi", "tiers"):
        for node in ast.walk(ast.parse((ROOT / f"engine/{module}.py").read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "Problem":
                found.add(node.args[1].value)
    assert found
    assert found <= translated


def test_each_custom_field_has_its_drop():
    """Uninstalling drops exactly the columns that installing adds."""

    def constant(path, name):
        for node in ast.parse((ROOT / path).read_text()).body:
            targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
            if any(getattr(target, "id", "") == name for target in targets):
                return node.value
        raise AssertionError(name)

    fields = constant("setup/install.py", "CUSTOM_FIELDS")
    added = sum(len(fields_of.elts) for fields_of in fields.values)
    dropped = constant("setup/uninstall.py", "DROP_COLUMNS")
    assert len(dropped.keys) == added
    for key, statement in zip(dropped.keys, dropped.values, strict=True):
        doctype, column = (part.value for part in key.elts)
        assert statement.value == f"ALTER TABLE `tab{doctype}` DROP COLUMN IF EXISTS `{column}`"
