"""Filters of a KPI: what Frappe's filter widget writes, checked and written down in one way.

A filter is [DocType, field, operator, value]. The ledger is a function of documents, so a filter must say
the same tomorrow: operators and values relative to today are refused.
"""

from __future__ import annotations

import json
from typing import Any

import frappe
from frappe import _
from frappe.utils import escape_html, getdate

from sales_targets.sales_targets.doctype.kpi_definition.source import DATES, Source, bold

COMPARISONS = ("=", "!=", ">", "<", ">=", "<=", "like", "not like")
LISTS = ("in", "not in")
TREES = (
    "descendants of",
    "descendants of (inclusive)",
    "not descendants of",
    "ancestors of",
    "not ancestors of",
)
OPERATORS = (*COMPARISONS, *LISTS, "is", "between", *TREES)
RELATIVE_OPERATORS = ("timespan", "previous", "next")
RELATIVE_VALUES = {"today", "now", "yesterday", "tomorrow", "now_datetime", "nowdate"}


class NoFilter(ValueError):
    """Text that holds no list of filters; the message is translated."""


def parse(text: str | None) -> list[list[Any]]:
    """The filters of `filters_json` as lists of four. Raises NoFilter where the text holds no such list."""
    try:
        filters = json.loads(text or "[]")
    except ValueError:
        raise NoFilter(_("The filters are no valid JSON.")) from None
    if not isinstance(filters, list):
        raise NoFilter(_("The filters must be a list."))
    for number, one in enumerate(filters, 1):
        # The filter widget adds a fifth element: whether it shows the filter.
        if (
            not isinstance(one, list)
            or len(one) not in (4, 5)
            or not all(isinstance(x, str) for x in one[:3])
        ):
            raise NoFilter(
                _("Filter {0} is no filter: it must be a list of DocType, field, operator and value.").format(
                    number
                )
            )
    return [one[:4] for one in filters]


def canonical(text: str | None) -> str:
    """The filters written in one way, '' for none: the same filters give the same text."""
    filters = parse(text)
    return json.dumps(filters, ensure_ascii=False, separators=(",", ":")) if filters else ""


def find_problems(text: str | None, source: Source) -> list[str]:
    """Translated messages about filters that cannot be used on `source`; empty where all can."""
    try:
        filters = parse(text)
    except NoFilter as error:
        return [str(error)]
    found = [_problem(source, *one) for one in filters]
    return [
        _("Filter {0}: {1}").format(number, message) for number, message in enumerate(found, 1) if message
    ]


def _problem(source: Source, doctype: str, fieldname: str, operator: str, value: Any) -> str:
    if doctype != source.doctype:
        if any(df.options == doctype for df in source.meta.get_table_fields()):
            return _("{0} is a table inside {1}: a document with two such rows would count twice.").format(
                _(doctype), _(source.doctype)
            )
        return _("it is about {0}, not about {1}.").format(bold(doctype), _(source.doctype))
    if fieldname not in source.columns:
        return source.unknown(fieldname, list(source.columns))
    operator = operator.lower()
    if operator in RELATIVE_OPERATORS or _is_relative(source, fieldname, value):
        return _(
            "{0} means another thing tomorrow: give fixed dates, or leave the date to the target."
        ).format(bold(value if isinstance(value, str) else operator))
    if operator not in OPERATORS:
        known = f"<bdi>{escape_html(', '.join(OPERATORS))}</bdi>"
        return _("{0} is no operator. Operators are: {1}").format(bold(operator), known)
    return _value_problem(source, fieldname, operator, value)


def _is_relative(source: Source, fieldname: str, value: Any) -> bool:
    values = value if isinstance(value, list) else [value]
    is_date = source.columns[fieldname].fieldtype in DATES
    return is_date and any(isinstance(one, str) and one.strip().lower() in RELATIVE_VALUES for one in values)


def _value_problem(source: Source, fieldname: str, operator: str, value: Any) -> str:
    if operator == "is":
        known = isinstance(value, str) and value.lower() in ("set", "not set")
        return "" if known else _("after the operator is comes set or not set.")
    if operator == "between":
        if not isinstance(value, list) or len(value) != 2:
            return _("between needs two values.")
    elif operator in LISTS:
        if not value or not isinstance(value, str | list):
            return _("{0} needs at least one value.").format(bold(operator))
    elif operator in TREES:
        if not source.is_tree(fieldname):
            return _("{0} is no tree: {1} does not apply.").format(bold(fieldname), bold(operator))
    if isinstance(value, dict) or (isinstance(value, list) and operator not in (*LISTS, "between")):
        return _("the value must be a text or a number.")
    if value is None:
        return _("it has no value.")
    return _date_problem(source, fieldname, operator, value)


def _date_problem(source: Source, fieldname: str, operator: str, value: Any) -> str:
    if source.columns[fieldname].fieldtype not in DATES or "like" in operator:
        return ""
    values = value if isinstance(value, list) else [value]
    for one in values:
        try:
            readable = bool(one) and getdate(one) is not None
        except Exception:  # getdate raises whatever the parser does, and shows a message of its own
            frappe.clear_last_message()
            readable = False
        if not readable:
            return _("{0} is no date.").format(bold(str(one)))
    return ""
