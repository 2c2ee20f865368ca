"""What the four reports share: filters and their messages, columns by unit, labels of periods."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import wraps
from typing import Any

import frappe
from frappe import _
from frappe.core.doctype.user_permission.user_permission import get_user_permissions
from frappe.permissions import get_allowed_docs_for_doctype
from frappe.utils import cint, escape_html, fmt_money, getdate
from frappe.utils.jinja_globals import is_rtl

from sales_targets.desk import routes, usual
from sales_targets.engine import credit
from sales_targets.engine.calendar import CALENDARS, EVERY, Period
from sales_targets.targets import calendars, people, reporting
from sales_targets.targets.reporting import Figure

# Filter → the DocType it names and the field of a credit it narrows.
DIMENSIONS = {
    "item_group": "Item Group",
    "brand": "Brand",
    "territory": "Territory",
    "customer_group": "Customer Group",
}
MOST_PERIODS = 120
# Letters that a chart shows below each of twelve values.
CHART_LABEL = 8
HUNDRED = Decimal(100)

Row = dict[str, Any]
Column = dict[str, Any]


def refuse(message: str) -> None:
    """Stop the report with a message about a filter."""
    frappe.throw(message, title=_("Filters"))


def keep_unprepared() -> None:
    """Undo what Frappe does to a report that once took 15 seconds: prepared, it could be read by all its roles."""
    report = frappe.qb.DocType("Report")
    mine = (report.module == "Sales Targets") & (report.prepared_report == 1)
    frappe.qb.update(report).set(report.prepared_report, 0).where(mine).run()


def company_of(filters: Mapping[str, Any]) -> str:
    """The company asked for, else the user's default; refused where the user may not see it."""
    allowed = people.allowed_companies()
    company = _company_named(filters, allowed)
    if not company:
        refuse(_("Choose a company."))
    if not frappe.db.exists("Company", company):
        refuse(_("Company {0} does not exist.").format(frappe.bold(escape_html(company))))
    if allowed is not None and company not in allowed:
        frappe.throw(
            _("You are not permitted to see company {0}.").format(frappe.bold(escape_html(company))),
            frappe.PermissionError,
        )
    return company


def _company_named(filters: Mapping[str, Any], allowed: set[str] | None) -> str:
    company = _text_of(filters, "company") or frappe.defaults.get_user_default("Company")
    return company or (next(iter(allowed)) if allowed and len(allowed) == 1 else "")


def has_company(filters: Mapping[str, Any]) -> bool:
    """Whether `company_of` finds a company to look at, permitted or not."""
    return bool(_company_named(filters, people.allowed_companies()))


def no_company() -> str:
    """What a user reads who has no company to look at."""
    return _("You have no default company. Choose one in your session defaults, or make a {0}.").format(
        routes.anchor(_("Company"), routes.listing("Company"))
    )


def for_charts(execute: Callable[..., tuple]) -> Callable[..., tuple]:
    """A report that charts of the workspace are made of: a chart can neither ask nor show a message.

    Without any company it is empty. An empty `calendar` or `kpi` is that of the targets that run today. Rows
    without a chart have an empty one: Frappe would draw one of nothing.
    """

    @wraps(execute)
    def asked(filters: dict[str, Any] | None = None) -> tuple:
        if not has_company(filters or {}):
            return [], [], no_company()
        result = execute(_as_targets(filters or {}))
        if len(result) > 3 and result[1] and not result[3]:
            return (*result[:3], {"data": {}}, *result[4:])
        return result

    return asked


def _as_targets(filters: Mapping[str, Any]) -> dict[str, Any]:
    left_open = [field for field in ("calendar", "kpi") if field in filters and not filters[field]]
    if not left_open:
        return dict(filters)
    found = usual.usual(company_of(filters), default_kpi())
    known = {"calendar": found.period.calendar, "kpi": found.kpi}
    return {**filters, **{field: known[field] for field in left_open}}


def figure_of(filters: Mapping[str, Any]) -> Figure | None:
    """The KPI asked for, else the first enabled one; None where no KPI is enabled at all."""
    code = _text_of(filters, "kpi") or default_kpi()
    if not code:
        return None
    figure = reporting.load_figure(code)
    if figure is None:
        refuse(_("KPI {0} does not exist.").format(frappe.bold(escape_html(code))))
    return figure


def default_kpi() -> str | None:
    """Revenue where it is enabled, else the first enabled KPI by title."""
    codes = frappe.get_all("KPI Definition", filters={"enabled": 1}, order_by="title asc", pluck="name")
    return "revenue" if "revenue" in codes else next(iter(codes), None)


def dates_of(filters: Mapping[str, Any], company: str) -> tuple[date, date]:
    """The first and last day, both inclusive: as given, else those of the fiscal year named or running."""
    first, last = day(filters, "from_date", _("From Date")), day(filters, "to_date", _("To Date"))
    if not (first and last):
        start, end = _year_of(filters.get("fiscal_year"), company)
        first, last = first or start, last or end
    if last < first:
        refuse(_("The last day is before the first."))
    return first, last


def day(filters: Mapping[str, Any], field: str, label: str) -> date | None:
    """The date in a filter, None where it is empty; refused where it is none."""
    value = filters.get(field)
    if not value:
        return None
    try:
        return getdate(value)
    except Exception:
        frappe.clear_last_message()
        refuse(_("{0}: {1} is not a date.").format(label, frappe.bold(escape_html(str(value)))))


def _year_of(name: str | None, company: str) -> tuple[date, date]:
    years = calendars.fiscal_years(company)
    today = getdate()
    for year in years:
        if year.name == name if name else year.start <= today < year.end:
            return year.start, year.end - timedelta(days=1)
    if name:
        refuse(_("Fiscal year {0} does not exist for this company.").format(frappe.bold(escape_html(name))))
    return date(today.year, 1, 1), date(today.year, 12, 31)


def periods_of(filters: Mapping[str, Any], company: str, first: date, last: date) -> list[Period]:
    """The periods of the time asked for, by the filters `period` and `calendar`."""
    every = choice(filters, "period", EVERY, "Month", _("Period"))
    kind = choice(filters, "calendar", CALENDARS, "Fiscal", _("Calendar"))
    found = calendars.periods(first, last, every=every, calendar=kind, company=company)
    if len(found) > MOST_PERIODS:
        refuse(
            _("{0} periods are too many for one table: choose longer periods or a shorter time.").format(
                len(found)
            )
        )
    return found


def choice(filters: Mapping[str, Any], field: str, allowed: Iterable[str], default: str, label: str) -> str:
    """The filter's value if it is one of those allowed."""
    value = filters.get(field) or default
    if value not in allowed:
        refuse(_("{0}: {1} is none of the choices.").format(label, frappe.bold(escape_html(str(value)))))
    return value


def named(filters: Mapping[str, Any], field: str, doctype: str) -> str | None:
    """The document a Link filter names; refused where it does not exist."""
    name = _text_of(filters, field)
    if name and not frappe.db.exists(doctype, name):
        refuse(_("{0} {1} does not exist.").format(_(doctype), frappe.bold(escape_html(name))))
    return name or None


def _text_of(filters: Mapping[str, Any], field: str) -> str:
    """A filter that names something: never a list or an object, which the query builder would write out raw."""
    return str(filters.get(field) or "")


def dimensions_of(filters: Mapping[str, Any]) -> dict[str, list[str]]:
    """Conditions on item group, brand, territory and customer group; a group node means its subtree."""
    found = {}
    for field, doctype in DIMENSIONS.items():
        name = named(filters, field, doctype)
        if name:
            found[field] = reporting.below(doctype, name)
    return found


def names_of(filters: Mapping[str, Any]) -> dict[str, str]:
    """The filters on item group, brand, territory and customer group as they were given."""
    return {field: _text_of(filters, field) for field in DIMENSIONS if filters.get(field)}


def permitted(doctype: str, in_doctype: str = "Sales Target") -> frozenset[str] | None:
    """The documents that User Permissions allow the user to see in `in_doctype`; None means all."""
    rules = get_user_permissions().get(doctype) or []
    names = get_allowed_docs_for_doctype(rules, in_doctype)
    return frozenset(names) if names else None


def sellers_of(filters: Mapping[str, Any]) -> frozenset[str] | None:
    """The sellers whose credits count: those the user may see, in the subtree asked for. None: all."""
    allowed = people.allowed_sellers()
    top = named(filters, "sales_person", "Sales Person")
    if not top:
        return None if allowed is None else frozenset(allowed)
    wanted = frozenset(people.subtree(top))
    return wanted if allowed is None else wanted & allowed


def ticked(filters: Mapping[str, Any], field: str) -> bool:
    """Is this box ticked?"""
    return bool(cint(filters.get(field)))


def no_seller() -> str:
    """What a user reads who is no seller and no manager."""
    return _("You have no seller to look at: your user has no Employee that a Sales Person names.")


def no_kpi() -> str:
    """What is said where no KPI is enabled."""
    return _("No KPI is enabled yet. Enable one in {0}, and its credits appear here.").format(
        routes.anchor(_("KPI Definition"), routes.listing("KPI Definition"))
    )


def not_enabled(figure: Figure) -> str | None:
    """Which of a figure's KPIs earn no credit, since they are switched off; None where all are on."""
    off = figure.kpis.switched_off(figure.kpi.code)
    return (
        _("Not credited, since not enabled: {0}.").format(", ".join(map(frappe.bold, off))) if off else None
    )


def reason_labels() -> dict[str, str]:
    """Why a credit is nobody's, in the user's language."""
    return {
        credit.NO_TEAM: _("No sales team"),
        credit.TEAM_SHORT: _("The team lacks to 100 %"),
        credit.TEAM_OVER: _("The team has more than 100 %"),
        credit.UNKNOWN_PERSON: _("Unknown Sales Person"),
        credit.NO_USER: _("No user"),
        credit.USER_WITHOUT_SELLER: _("User without a Sales Person"),
        credit.NO_SELLER: _("No Sales Person"),
    }


# Columns and figures


def amount(fieldname: str, label: str, unit: str, width: int = 120, **more: Any) -> Column:
    """A column of figures in a KPI's unit; amounts are in the row's `currency`."""
    column: Column = {"fieldname": fieldname, "label": label, "width": width, "unit": unit, "align": "right"}
    column |= more
    if unit == "Currency":
        column |= {"fieldtype": "Currency", "options": "currency"}
    elif unit == "Percent":
        column |= {"fieldtype": "Percent", "precision": 1}
    else:
        column |= {"fieldtype": "Float", "precision": 1 if unit == "Days" else 2}
    return column


def text(fieldname: str, label: str, width: int = 120, **more: Any) -> Column:
    """A column of plain text."""
    return _left({"fieldname": fieldname, "label": label, "fieldtype": "Data", "width": width, **more})


def link(fieldname: str, label: str, doctype: str, width: int = 130, **more: Any) -> Column:
    """A column of links to documents; of plain text for those who may not read their kind."""
    if not frappe.has_permission(doctype, "read"):
        # Frappe refuses the whole report for one such link, as Sales Person is to accountants.
        return text(fieldname, label, width, **more)
    column = {"fieldname": fieldname, "label": label, "fieldtype": "Link", "options": doctype, "width": width}
    return _left(column | more)


def document(fieldname: str, type_field: str, label: str, width: int = 210) -> Column:
    """A column of links to documents of the type another column names."""
    column = {"fieldname": fieldname, "label": label, "fieldtype": "Dynamic Link", "width": width}
    return _left(column | {"options": type_field})


def plain(fieldname: str, label: str, fieldtype: str, width: int = 120) -> Column:
    """A column of dates, whole numbers or ticks."""
    return _left({"fieldname": fieldname, "label": label, "fieldtype": fieldtype, "width": width})


def _left(column: Column) -> Column:
    # Without it the table takes a column whose first cell is empty for numbers. It knows no "start".
    return column | {"align": "right" if is_rtl() else "left"}


def currency_column() -> Column:
    """The hidden column that tells amounts their currency."""
    return text("currency", _("Currency"), 80, hidden=1)


def unit_of(units: Iterable[str]) -> str:
    """The unit of a column that holds several KPIs: theirs where they agree, else a plain number."""
    found = set(units)
    return found.pop() if len(found) == 1 else "Number"


def edge(value: Decimal | None) -> float | None:
    """A figure for Frappe: a float; None (no data) stays None and is shown empty."""
    return None if value is None else float(value)


def percent(value: Decimal | None) -> float | None:
    """A part of one, for Frappe: 0.5 becomes 50."""
    return None if value is None else float(value * HUNDRED)


def summary(label: str, value: Any, unit: str = "", currency: str | None = None, indicator: str = "") -> Row:
    """One figure of the report's summary; `unit` "Count" is a whole number. Frappe writes the label as HTML."""
    label = escape_html(label)
    if unit == "Percent":
        return _summary_percent(label, value, indicator)
    datatype = {"Currency": "Currency", "Count": "Int", "Text": "Data"}.get(unit, "Float")
    item: Row = {"label": label, "value": value, "datatype": datatype, "indicator": indicator}
    return item | {"currency": currency} if datatype == "Currency" else item


def _summary_percent(label: str, value: float | None, indicator: str) -> Row:
    """Written here: Frappe tells a summary's percentage no number of decimals, and newer releases fill them up."""
    if value is None:
        return {"label": label, "value": None, "datatype": "Data", "indicator": indicator}
    value = round(value, 1)
    shown = fmt_money(value, precision=0 if value == int(value) else 1) + "%"
    # From right to left a minus would otherwise stand behind its number.
    shown = f"\u2066{shown}\u2069" if value < 0 and is_rtl() else shown
    return {"label": label, "value": shown, "figure": value, "datatype": "Data", "indicator": indicator}


def chart(
    kind: str,
    labels: Sequence[str],
    datasets: Sequence[Row],
    unit: str,
    currency: str | None,
    company: str | None = None,
) -> Row:
    """A chart with its tooltips in the KPI's unit; with a `company` on the workspace, too, in its currency."""
    result: Row = {"data": {"labels": list(labels), "datasets": list(datasets)}, "type": kind}
    if unit == "Currency":
        # A workspace has no document beside its chart: it asks for the currency of the user's company.
        options = "Company:company:default_currency" if company else "currency"
        result |= {"fieldtype": "Currency", "options": options, "company": company, "currency": currency}
    else:
        result["fieldtype"] = {"Percent": "Percent", "Count": "Int"}.get(unit, "Float")
    return result


def chart_labels(periods: Sequence[Period]) -> list[str]:
    """The periods below a chart, which cuts long labels off: of many months with long names only the month."""
    labels = [calendars.label(period) for period in periods]
    if len(periods) <= 6 or periods[0].every != "Month" or max(map(len, labels)) <= CHART_LABEL:
        return labels
    return [re.sub(r"\s*\b\d{4}\b\s*", "", label) for label in labels]
