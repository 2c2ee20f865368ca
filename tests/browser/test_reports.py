"""Every report renders, and its table, summary and chart show the server's numbers, in English and in Persian."""

import json
from pathlib import Path

import pytest

from tests.browser.reports import Report

FOLDER = Path(__file__).resolve().parents[2] / "sales_targets" / "sales_targets" / "report"
NAMES = sorted(json.loads(file.read_text(encoding="utf-8"))["name"] for file in FOLDER.glob("*/*.json"))
# What the demo has nothing for: no contract costs are capitalised.
EMPTY = {"Contract Cost Roll-forward"}
# For those who may see the General Ledger.
OF_THE_BOOKS = {"Credit Reconciliation", "Contract Cost Roll-forward"}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["en", "fa"])
def test_the_screen_shows_what_the_server_answers(desk, language, name):
    screen = desk("accountant" if name in OF_THE_BOOKS else "manager", language)
    report = Report(screen, name, company=screen.company)
    assert report.rows or name in EMPTY
    assert list(report.differences()) == []
