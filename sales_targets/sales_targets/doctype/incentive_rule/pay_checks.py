"""How a rule measures and what it pays: what would not make sense, and what looks mistyped."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cint, flt, getdate

from sales_targets.compensation.terms import rate_table, way_of
from sales_targets.engine import tiers as engine
from sales_targets.engine.calendar import EVERY
from sales_targets.problems import translated
from sales_targets.sales_targets.doctype.incentive_rule.checks import label, refuse, refuse_row, strong, warn

# Above ten times the target a bound is more likely a percentage that was typed as such; so is a share.
SUSPICIOUS_SHARE = 10
# Half of what is sold, as commission, is more likely half a per cent.
SUSPICIOUS_RATE = 0.5
# What is written per hundred and is not above one and a half was more likely meant as a part of one.
SUSPICIOUS_PERCENT = 1.5
# Measures whose credits are invoices, so that payments of these can release the pay.
COLLECTED = ("revenue", "margin", "units")


def check(rule: Document) -> None:
    """Refuse what cannot be paid as it is written."""
    _check_dates(rule)
    _check_measure(rule)
    _check_scorecard(rule)
    _check_cumulative(rule)
    _check_kpi(rule)
    _check_tiers(rule)
    _check_attainment_rows(rule)
    _check_limits(rule)
    _check_collection(rule)
    _check_ramp(rule)
    _check_capitalising(rule)


def clear_what_does_not_apply(rule: Document) -> None:
    """Columns and fields that the form hides keep no value."""
    if rule.pay != "On Target":
        rule.on_target_amount = 0
    for tier in rule.tiers:
        tier.set("rate" if rule.pay == "Fixed" else "amount", 0)
    if rule.measure == "Amount":
        rule.attainment_cap = 0
    if rule.measure == "Scorecard":
        rule.kpi = None
    if not flt(rule.cap):
        rule.cap_per, rule.carry = "Measurement Period", 0
    if not rule.has_clawback_limit:
        rule.clawback_days = 0
    if not flt(rule.holdback):
        rule.holdback_until = None
    if not rule.capitalise:
        rule.amortise_months = 0
    if rule.every == "Transaction":
        rule.prorate = 0


def warn_of_typing(rule: Document) -> None:
    """What could be a percentage typed as a part of one, or the other way round."""
    highest = flt(rule.tiers[-1].from_value) if rule.tiers else 0
    if rule.measure != "Amount" and highest > SUSPICIOUS_SHARE:
        message = _("Tiers are shares of the target: 1 is 100 %. The last one starts at {0} %.")
        warn(message.format(frappe.bold(f"{highest * 100:,.0f}")))
    rates = [flt(tier.rate) for tier in rule.tiers]
    if rule.pay == "Rate" and max(rates, default=0) >= SUSPICIOUS_RATE:
        message = _("The highest rate pays {0} % of what is sold: 0.05 is 5 %.")
        warn(message.format(frappe.bold(f"{max(rates) * 100:,.0f}")))
    if rule.pay == "On Target" and max(rates, default=0) > SUSPICIOUS_SHARE:
        message = _("The highest tier pays {0} % of the on-target amount: 1 is all of it.")
        warn(message.format(frappe.bold(f"{max(rates) * 100:,.0f}")))
    percents = [flt(row.least) for row in rule.gates] + [flt(rule.attainment_cap)]
    if any(0 < percent <= SUSPICIOUS_PERCENT for percent in percents):
        warn(_("Attainment of gates and limits is written per hundred: 80 is 80 %."))
    if any(flt(row.factor) > SUSPICIOUS_SHARE for row in rule.multipliers):
        warn(_("A factor of 1.1 pays a tenth more."))


def _check_dates(rule: Document) -> None:
    if rule.to_date and getdate(rule.to_date) < getdate(rule.from_date):
        refuse(rule, "to_date", _("the rule ends before it begins."))


def _check_measure(rule: Document) -> None:
    if rule.pay == "On Target" and flt(rule.on_target_amount) <= 0:
        refuse(rule, "on_target_amount", _("give the amount that reaching the target pays."))
    if rule.every != "Transaction":
        return
    if rule.measure != "Amount":
        refuse(rule, "measure", _("a single transaction has no target. Measure it as an amount."))
    if rule.pay == "On Target":
        refuse(rule, "every", _("a single transaction reaches no target. Measure a period instead."))


def _check_scorecard(rule: Document) -> None:
    if rule.measure != "Scorecard":
        return
    if rule.pay not in ("On Target", "Fixed"):
        refuse(
            rule,
            "pay",
            _("a scorecard is no amount: it pays fixed amounts or shares of an on-target amount."),
        )
    if rule.credit_of != "Own":
        refuse(rule, "credit_of", _("a scorecard is that of the seller's own target."))


def _check_cumulative(rule: Document) -> None:
    if not rule.cumulative:
        return
    if rule.every == "Transaction":
        refuse(rule, "cumulative", _("deals that are rated one by one have no total."))
    if EVERY.index(rule.cumulative) <= EVERY.index(rule.every):
        refuse(rule, "cumulative", _("{0} is no longer than {1}.").format(_(rule.cumulative), _(rule.every)))


def _check_kpi(rule: Document) -> None:
    if rule.measure == "Scorecard":
        return
    if not rule.kpi:
        refuse(rule, "kpi", _("say what is paid for."))
    fields = ["kind", "unit", "enabled", "aggregate", "library_measure"]
    kpi = frappe.db.get_value("KPI Definition", rule.kpi, fields, as_dict=True)
    if not kpi:
        return  # Frappe's own check of links says so
    message = _kpi_problem(rule, kpi)
    if message:
        refuse(rule, "kpi", message)
    if not kpi.enabled and not rule.flags.quiet:
        message = _("{0} is not enabled: nothing is credited for it, so the rule pays nothing.")
        warn(message.format(strong(rule.kpi)))


def _kpi_problem(rule: Document, kpi: frappe._dict) -> str:
    name = strong(rule.kpi)
    distinct = kpi.kind == "Measure" and not kpi.library_measure and kpi.aggregate == "Distinct Count"
    if rule.every == "Transaction" and (kpi.kind == "Formula" or distinct):
        return _("{0} has a value for a period only, not for a single transaction.").format(name)
    if rule.pay == "Rate" and (kpi.kind == "Formula" or kpi.unit != "Currency"):
        return _(
            "a rate is paid on amounts of money, and {0} is none. Pay per unit, or fixed amounts."
        ).format(name)
    if rule.pay == "Per Unit" and (kpi.kind == "Formula" or kpi.unit != "Number"):
        return _("only what is counted can be paid per unit, and {0} is not.").format(name)
    return ""


def _check_tiers(rule: Document) -> None:
    for row in rule.tiers:
        if flt(row.from_value) < 0:
            refuse_row(rule, "tiers", row, _("a tier does not start below 0."))
        if rule.pay == "Rate" and flt(row.rate) > 1:
            message = _("a rate above 1 pays more than is sold: {0} is {1} %. Type 0.05 for 5 %.")
            refuse_row(
                rule, "tiers", row, message.format(f"{flt(row.rate):g}", f"{flt(row.rate) * 100:,.0f}")
            )
    table = rate_table(rule)
    found = engine.check(table.tiers, mode=table.mode, pay=way_of(rule))
    if found:
        lines = [f"{label(rule, 'tiers')}: {translated(problem)}" for problem in found]
        frappe.throw(lines if len(lines) > 1 else lines[0], as_list=len(lines) > 1)


def _check_attainment_rows(rule: Document) -> None:
    seen: set[str] = set()
    for row in rule.gates:
        if flt(row.least) <= 0:
            refuse_row(rule, "gates", row, _("the least attainment is above 0 %."))
        if row.kpi in seen:
            refuse_row(rule, "gates", row, _("{0} has a gate already.").format(strong(row.kpi)))
        seen.add(row.kpi)
    last: dict[str, float] = {}
    for row in rule.multipliers:
        start = flt(row.from_attainment)
        if flt(row.factor) < 0:
            refuse_row(rule, "multipliers", row, _("a factor is not below 0."))
        if row.kpi not in last and start:
            refuse_row(
                rule, "multipliers", row, _("the first row of {0} starts at 0.").format(strong(row.kpi))
            )
        if row.kpi in last and start <= last[row.kpi]:
            message = _("this row of {0} starts above the one before.")
            refuse_row(rule, "multipliers", row, message.format(strong(row.kpi)))
        last[row.kpi] = start


def _check_limits(rule: Document) -> None:
    for fieldname in ("cap", "attainment_cap", "clawback_days", "holdback"):
        if flt(rule.get(fieldname)) < 0:
            refuse(rule, fieldname, _("a negative number makes no sense here."))
    if flt(rule.holdback) > 100:
        refuse(rule, "holdback", _("no more than everything can be held back."))
    if flt(rule.holdback) and not rule.holdback_until:
        refuse(
            rule, "holdback_until", _("say until when {0} % is held back.").format(f"{flt(rule.holdback):g}")
        )
    if rule.holdback_until and getdate(rule.holdback_until) <= getdate(rule.from_date):
        refuse(rule, "holdback_until", _("the day is not after the rule's first."))


def _check_collection(rule: Document) -> None:
    if rule.pay_on != "Collection":
        return
    if rule.measure == "Scorecard":
        refuse(rule, "pay_on", _("a scorecard has no invoices whose payment could release it."))
    measure = frappe.db.get_value("KPI Definition", rule.kpi, "library_measure")
    if measure not in COLLECTED:
        message = _("{0} is not credited from invoices, so no payment releases it.")
        refuse(rule, "pay_on", message.format(strong(rule.kpi)))
    needed = ("revenue", "collections")
    enabled = frappe.get_all(
        "KPI Definition", filters={"library_measure": ["in", needed], "enabled": 1}, pluck="library_measure"
    )
    missing = [code for code in needed if code not in enabled]
    if missing:
        message = _("what was collected is known only while these KPIs are enabled: {0}.")
        refuse(rule, "pay_on", message.format(strong(", ".join(missing))))


def _check_ramp(rule: Document) -> None:
    if rule.ramp and rule.measure == "Amount":
        refuse(rule, "ramp", _("it lowers the target, and this rule asks for none. Measure attainment."))
    for number, row in enumerate(rule.ramp, 1):
        if cint(row.month) != number:
            refuse_row(
                rule, "ramp", row, _("the months follow each other from 1: this is month {0}.").format(number)
            )
        if not 0 <= flt(row.percent) <= 100:
            refuse_row(rule, "ramp", row, _("a part of the target lies between 0 and 100 %."))


def _check_capitalising(rule: Document) -> None:
    if not rule.capitalise:
        return
    if cint(rule.amortise_months) <= 0:
        refuse(rule, "amortise_months", _("say over how many months the cost is spread."))
    unit = frappe.db.get_value("KPI Definition", rule.kpi, "unit") if rule.kpi else None
    if rule.measure == "Scorecard" or unit != "Currency":
        message = _(
            "only pay for contracts is a cost of obtaining them; scorecards and activities are expensed."
        )
        refuse(rule, "capitalise", message)
