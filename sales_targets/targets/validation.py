"""What may not be saved as a Sales Target, each with a message that says where and what to do."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, NoReturn

import frappe
from frappe import _
from frappe.utils import fmt_money, getdate
from frappe.utils.data import get_link_to_form

from sales_targets.engine.money import ZERO, round_money
from sales_targets.targets import dates, loader, overlaps
from sales_targets.targets.definitions import Kpi, Kpis

HUNDRED = Decimal(100)
# Frappe keeps figures in DECIMAL(21, 9); ERPNext's amounts end there as well.
MOST = Decimal(999_999_999_999)


def check(doc: Any, kpis: Kpis) -> None:
    """Refuse a target that makes no sense, draft or not; raises frappe.ValidationError."""
    clear_roots(doc)
    check_owner(doc)
    check_time(doc)
    check_currency(doc)
    check_spread(doc)
    check_lines(doc, kpis)
    check_weights(doc)
    check_overlap(doc)


def clear_roots(doc: Any) -> None:
    """Empty the filters that name the root of a tree: they narrow nothing.

    Nobody need have chosen them: Frappe fills Link fields called territory and customer_group with the
    defaults of Selling Settings, in every new row.
    """
    for fieldname, doctype in loader.FILTER_TREES.items():
        named = {line.get(fieldname) for line in doc.kpis if line.get(fieldname)}
        if not named:
            continue
        top = {"name": ["in", sorted(named)], f"parent_{fieldname}": ["in", ["", None]]}
        roots = set(frappe.get_all(doctype, filters=top, pluck="name"))
        for line in doc.kpis:
            if line.get(fieldname) in roots:
                line.set(fieldname, None)


def check_owner(doc: Any) -> None:
    """The owner is named, exists and still sells; owners of other kinds are cleared."""
    for kind, fieldname in loader.OWNER_FIELDS.items():
        if kind != doc.target_for:
            doc.set(fieldname, None)
    owner = loader.owner_of(doc)
    kind = _(doc.target_for)
    if not owner:
        _refuse(_("Choose the {0} this target is for.").format(kind), _("Owner missing"))
    # Links are checked by Frappe too, but not for documents that another app saves without that check.
    if not frappe.db.exists(doc.target_for, owner):
        _refuse(_("There is no {0} {1}.").format(kind, frappe.bold(owner)), _("Owner missing"))
    if doc.target_for == "Sales Person" and not frappe.db.get_value("Sales Person", owner, "enabled"):
        message = _("{0} is disabled. Enable the Sales Person or choose another one.")
        _refuse(message.format(frappe.bold(owner)), _("Disabled seller"))


def check_time(doc: Any) -> None:
    """First and last day are given and in order."""
    if not doc.from_date or not doc.to_date:
        _refuse(_("Enter the first and the last day of the target."), _("Days missing"))
    if getdate(doc.to_date) < getdate(doc.from_date):
        message = _("The last day {0} is before the first day {1}.")
        days = [frappe.bold(dates.written(day)) for day in (doc.to_date, doc.from_date)]
        _refuse(message.format(*days), _("To is before From"))


def check_currency(doc: Any) -> None:
    """A target on amounts is in its company's currency, and in no other."""
    currency = frappe.get_cached_value("Company", doc.company, "default_currency")
    if not doc.currency:
        doc.currency = currency
    if doc.currency != currency:
        message = _("Targets of {0} are in its currency {1}, not in {2}.")
        names = [frappe.bold(name) for name in (doc.company, currency, doc.currency)]
        _refuse(message.format(*names), _("Another company's currency"))


def check_spread(doc: Any) -> None:
    """A spread by Monthly Distribution names one."""
    if doc.spread == "Monthly Distribution" and not doc.monthly_distribution:
        _refuse(_("Choose the Monthly Distribution to spread by."), _("Monthly Distribution missing"))


def check_lines(doc: Any, kpis: Kpis) -> None:
    """There are lines; each names a sound KPI once and a target that can be worked towards."""
    if not doc.kpis:
        _refuse(_("Add at least one KPI with its target."), _("No targets"))
    seen: dict[tuple[str, ...], int] = {}
    for line in doc.kpis:
        kpi = kpis.get(line.kpi or "")
        if not kpi:
            message = _("there is no KPI {0}.") if line.kpi else _("choose a KPI.")
            _refuse_row(line, message.format(frappe.bold(line.kpi)), _("KPI missing"))
        for problem in kpis.problems(kpi.code):
            message = _("the formula of {0} cannot be calculated: {1}.")
            _refuse_row(line, message.format(_link(kpi), problem), _("Broken formula"))
        check_figures(line, kpi)
        first = seen.setdefault(overlaps.key(line), line.idx)
        if first != line.idx:
            message = _("{0} is in row {1} already, with the same filters.")
            _refuse_row(line, message.format(frappe.bold(_(kpi.title)), first), _("KPI given twice"))


def check_figures(line: Any, kpi: Kpi) -> None:
    """Target, baseline, threshold and stretch of one line fit each other and the KPI's direction."""
    check_target(line, kpi, loader.decimal(line.target))
    target, reduce = loader.decimal(line.target), kpi.direction == "Reduce"
    threshold, stretch = loader.decimal(line.threshold), loader.decimal(line.stretch)
    _check_size(line, kpi, threshold, stretch)
    if threshold and (threshold < target if reduce else threshold > target):
        message = (
            _("{0} is to be reduced, so the threshold cannot be below the target.")
            if reduce
            else _("the threshold of {0} cannot be above its target.")
        )
        _refuse_row(line, message.format(frappe.bold(_(kpi.title))), _("Threshold beyond the target"))
    if stretch and (stretch > target if reduce else stretch < target):
        message = (
            _("{0} is to be reduced, so the stretch cannot be above the target.")
            if reduce
            else _("the stretch of {0} cannot be below its target.")
        )
        _refuse_row(line, message.format(frappe.bold(_(kpi.title))), _("Stretch short of the target"))


def check_target(line: Any, kpi: Kpi, target: Decimal) -> None:
    """A target that can be reached, measured from its baseline. Also asked of a revision's new target."""
    baseline, title = loader.decimal(line.baseline), frappe.bold(_(kpi.title))
    _check_size(line, kpi, target, baseline)
    if kpi.direction != "Reduce" and target <= 0:
        _refuse_row(line, _("the target of {0} must be more than zero.").format(title), _("No target"))
    if kpi.direction == "Reduce" and not target and not baseline:
        message = _("to reduce {0} to zero, enter the baseline it starts from.")
        _refuse_row(line, message.format(title), _("Baseline missing"))
    if not baseline:
        return
    if target == baseline:
        message = _("target and baseline of {0} are the same, so there is nothing to reach.")
        _refuse_row(line, message.format(title), _("Target equals baseline"))
    if (target > baseline) == (kpi.direction == "Reduce"):
        message = (
            _("{0} is to be reduced, so its target must be below the baseline.")
            if kpi.direction == "Reduce"
            else _("{0} is to be raised, so its target must be above the baseline.")
        )
        _refuse_row(line, message.format(title), _("Target on the wrong side"))


def _check_size(line: Any, kpi: Kpi, *figures: Decimal) -> None:
    if any(abs(figure) > MOST for figure in figures):
        message = _("the figures of {0} cannot be larger than {1}, the most that is stored.")
        names = (frappe.bold(_(kpi.title)), fmt_money(MOST, precision=0))
        _refuse_row(line, message.format(*names), _("Too large"))


def check_weights(doc: Any) -> None:
    """The weights of all lines total 100, to two decimals; none is negative."""
    weights = [loader.decimal(line.weight) for line in doc.kpis]
    for line, weight in zip(doc.kpis, weights, strict=True):
        if weight < 0:
            _refuse_row(line, _("a weight cannot be negative."), _("Weights"))
    total = round_money(sum(weights, ZERO), 2)
    if total != HUNDRED:
        message = _("The weights of the KPIs add up to {0} %, not to 100 %.")
        _refuse(message.format(frappe.bold(f"{total.normalize():f}")), _("Weights"))


def check_overlap(doc: Any, lock: bool = False) -> None:
    """No other target in force measures the same on any of these days."""
    for number, other in overlaps.find(doc, lock=lock):
        line = doc.kpis[number - 1]
        message = _("{0} has a target for {1} in force on these days already: {2}.")
        link = get_link_to_form("Sales Target", other.name, other.title or other.name)
        names = (frappe.bold(loader.owner_of(doc)), frappe.bold(_title(line)), link)
        _refuse_row(line, message.format(*names), _("Overlapping target"))


def check_enabled(doc: Any, kpis: Kpis, *, refuse: bool) -> None:
    """KPIs earn credit only while enabled: a draft is warned, submitting is refused."""
    for line in doc.kpis:
        off = kpis.switched_off(line.kpi)
        if not off:
            continue
        links = ", ".join(_link(kpis[code]) for code in off)
        message = _("Row {0}: {1} is measured only once enabled: {2}.").format(
            line.idx, frappe.bold(_title(line)), links
        )
        if refuse:
            _refuse(message, _("KPI not enabled"))
        frappe.msgprint(message, title=_("KPI not enabled"), indicator="orange")


def _title(line: Any) -> str:
    return _(frappe.get_cached_value("KPI Definition", line.kpi, "title") or line.kpi)


def _link(kpi: Kpi) -> str:
    return get_link_to_form("KPI Definition", kpi.code, frappe.utils.escape_html(_(kpi.title)))


def _refuse_row(line: Any, message: str, title: str) -> NoReturn:
    _refuse(_("Row {0}: {1}").format(line.idx, message), title)


def _refuse(message: str, title: str) -> NoReturn:
    frappe.throw(message, title=title)
    raise AssertionError  # frappe.throw always raises
