"""The reports as Frappe finds them: their JSON, their scripts, and nothing that costs a worker its start."""

import ast
import json
import re
from pathlib import Path

import pytest

FOLDER = Path(__file__).resolve().parents[3] / "sales_targets" / "sales_targets" / "report"
MANAGERS = {"Sales Manager", "Accounts Manager", "System Manager"}
REPORTS = {
    "Sales Target Attainment": MANAGERS | {"Sales User"},
    "KPI Trend": MANAGERS | {"Sales User"},
    "Sales Credit Ledger": MANAGERS | {"Sales User"},
    "Uncredited Documents": MANAGERS,
    "Commission Summary": MANAGERS | {"Sales User"},
    "Payout Register": MANAGERS | {"Sales User"},
    "Commission Alignment": MANAGERS | {"Sales User"},
    "Commission Accrual": MANAGERS,
    "Contract Cost Roll-forward": MANAGERS,
    "Credit Reconciliation": MANAGERS,
}


def file(report: str, suffix: str) -> Path:
    name = report.lower().replace(" ", "_").replace("-", "_")
    return FOLDER / name / f"{name}.{suffix}"


@pytest.mark.parametrize("report", REPORTS)
def test_definition(report):
    values = json.loads(file(report, "json").read_text())
    assert values["name"] == values["report_name"] == report
    assert (values["is_standard"], values["module"]) == ("Yes", "Sales Targets")
    assert values["report_type"] == "Script Report"
    # A prepared report is readable by every role of the report, whoever it was made for.
    assert values["prepared_report"] == 0
    assert {row["role"] for row in values["roles"]} == REPORTS[report]


@pytest.mark.parametrize("report", REPORTS)
def test_script_is_for_this_report_and_its_includes_exist(report):
    script = file(report, "js").read_text()
    assert f'frappe.query_reports["{report}"]' in script
    for path in re.findall(r'{% include "([^"]+)" %}', script):
        app, rest = path.split("/", 1)
        assert (FOLDER.parents[2] / app / rest).is_file()


@pytest.mark.parametrize("report", REPORTS)
def test_parts_in_their_order(report):
    tree = ast.parse(file(report, "py").read_text())
    names = [node.name for node in tree.body if isinstance(node, ast.FunctionDef)]
    order = ["execute", "get_columns", "get_data", "get_chart", "get_summary"]
    assert [name for name in names if name in order] == order


def test_pandas_is_imported_inside_functions_alone():
    for path in FOLDER.rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            named = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            assert "pandas" not in named, path
            assert getattr(node, "module", "") != "pandas", path
