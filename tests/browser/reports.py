"""A report on the screen: its table, its summary and its chart, beside what the server answers for it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.browser import charts, figures
from tests.browser.desk import Desk

NUMBERS = ("Currency", "Float", "Int", "Percent")
_CELLS = """() => [...document.querySelectorAll("#page-query-report .dt-scrollable .dt-row[data-row-index]")].map(row => [
    Number(row.dataset.rowIndex),
    Object.fromEntries([...row.querySelectorAll(".dt-cell")].map(cell => [cell.dataset.colIndex, cell.innerText]))
])"""
_COLUMNS = """() => Object.fromEntries(frappe.query_report.datatable.getColumns()
    .filter(column => column.fieldname).map(column => [column.colIndex, column.fieldname]))"""
_PLACE = "#page-query-report .chart-wrapper"


class Report:
    """The report that is open, with the server's answer to the same filters."""

    def __init__(self, desk: Desk, name: str, **filters: str) -> None:
        self.desk, self.name = desk, name
        desk.open("query-report", name, **filters)
        desk.page.wait_for_function(
            "name => frappe.query_report?.report_name === name && frappe.query_report.report_settings",
            arg=name,
        )
        desk.rest()
        self.filters = desk.page.evaluate("() => frappe.query_report.get_filter_values()")
        self.answer = desk.call(
            "frappe.desk.query_report.run",
            report_name=name,
            filters=json.dumps(self.filters),
            ignore_prepared_report=True,
        )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The server's rows by field name."""
        fields = [column["fieldname"] for column in self.answer["columns"]]
        return [
            row if isinstance(row, dict) else dict(zip(fields, row, strict=False))
            for row in self.answer["result"]
        ]

    def differences(self) -> Iterator[str]:
        """Where the screen does not show what the server answers."""
        if not self.rows:
            if (
                not self.desk.page.locator("#page-query-report")
                .get_by_text(self.desk.text("Nothing to show"))
                .count()
            ):
                yield "a blank area"
            return
        yield from self._table()
        yield from self._summary()
        yield from self._chart()

    def _table(self) -> Iterator[str]:
        shown, columns = self.desk.page.evaluate(_CELLS), self.desk.page.evaluate(_COLUMNS)
        types = {column["fieldname"]: column.get("fieldtype") for column in self.answer["columns"]}
        rows = self.rows
        if not shown:
            yield "no row of the table is on the screen"
        for index, cells in shown:
            if index >= len(rows):
                continue  # Frappe's own line of totals
            for column, text in cells.items():
                field = columns.get(column)
                if field and types.get(field) in NUMBERS and not figures.shows(text, rows[index].get(field)):
                    yield f"row {index}, {field}: {text!r} on the screen, {rows[index].get(field)!r} from the server"

    def _summary(self) -> Iterator[str]:
        shown = self.desk.page.locator("#page-query-report .report-summary .summary-value").all_inner_texts()
        wanted = self.answer.get("report_summary") or []
        values = [one for one in wanted if one.get("type") != "separator"]
        if len(shown) != len(values):
            yield f"{len(values)} figures in the summary, {len(shown)} on the screen"
        for text, one in zip(shown, values, strict=False):
            value = one.get("figure", one["value"])
            if isinstance(value, int | float) and not figures.shows(text, value):
                yield f"summary: {text!r} on the screen, {value!r} from the server"

    def _chart(self) -> Iterator[str]:
        chart = self.answer.get("chart") or {}
        yield from charts.differences(self.desk, [self.answer], _PLACE)
        if charts.series(chart) and not self.desk.page.locator(f"{_PLACE} svg").count():
            yield "no chart on the screen"
