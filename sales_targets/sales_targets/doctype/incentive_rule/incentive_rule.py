"""Incentive Rule: one rate table on one KPI."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate

from sales_targets.engine import tiers as engine
from sales_targets.problems import translated
from sales_targets.sales_targets.doctype.incentive_rule.pay_curve import rate_table, way_of

# Above ten times the target a bound is more likely a percentage that was typed as such.
SUSPICIOUS_SHARE = 10


class IncentiveRule(Document):
    """What it pays is calculated by the engine alone; here is only what makes no sense to ask of it."""

    def validate(self) -> None:
        """Refuse a rule that could not be paid as its owner means it."""
        self.currency = frappe.get_cached_value("Company", self.company, "default_currency")
        self._check_dates()
        self._check_seller()
        self._clear_what_does_not_apply()
        self._check_measure()
        self._check_kpi()
        self._check_tiers()

    def _check_dates(self) -> None:
        if self.to_date and getdate(self.to_date) < getdate(self.from_date):
            frappe.throw(_("{0}: the rule ends before it begins.").format(self._label("to_date")))

    def _check_seller(self) -> None:
        if self.sales_person and not frappe.get_cached_value("Sales Person", self.sales_person, "enabled"):
            message = _("{0}: {1} is disabled.")
            frappe.throw(message.format(self._label("sales_person"), frappe.bold(self.sales_person)))

    def _clear_what_does_not_apply(self) -> None:
        if self.pay != "On Target":
            self.on_target_amount = 0
        for tier in self.tiers:
            tier.set("rate" if self.pay == "Fixed" else "amount", 0)

    def _check_measure(self) -> None:
        if self.pay == "On Target" and flt(self.on_target_amount) <= 0:
            frappe.throw(
                _("{0}: give the amount that reaching the target pays.").format(
                    self._label("on_target_amount")
                )
            )
        if self.every != "Transaction":
            return
        if self.measure == "Attainment":
            frappe.throw(
                _("{0}: a single transaction has no target. Measure it as an amount.").format(
                    self._label("measure")
                )
            )
        if self.pay == "On Target":
            frappe.throw(
                _("{0}: a single transaction reaches no target. Measure a period instead.").format(
                    self._label("every")
                )
            )

    def _check_kpi(self) -> None:
        fields = ["kind", "unit", "enabled", "aggregate", "library_measure"]
        kpi = frappe.db.get_value("KPI Definition", self.kpi, fields, as_dict=True)
        if not kpi:
            return  # Frappe's own check of links says so
        message = self._kpi_problem(kpi)
        if message:
            frappe.throw(_("{0}: {1}").format(self._label("kpi"), message))
        if self.enabled and not kpi.enabled:
            frappe.msgprint(
                _("{0} is not enabled: nothing is credited for it, so the rule pays nothing.").format(
                    frappe.bold(self.kpi)
                ),
                indicator="orange",
                alert=True,
            )

    def _kpi_problem(self, kpi: frappe._dict) -> str:
        name = frappe.bold(self.kpi)
        distinct = kpi.kind == "Measure" and not kpi.library_measure and kpi.aggregate == "Distinct Count"
        if self.every == "Transaction" and (kpi.kind == "Formula" or distinct):
            return _("{0} has a value for a period only, not for a single transaction.").format(name)
        if self.pay == "Rate" and (kpi.kind == "Formula" or kpi.unit != "Currency"):
            return _(
                "a rate is paid on amounts of money, and {0} is none. Pay per unit, or fixed amounts."
            ).format(name)
        if self.pay == "Per Unit" and (kpi.kind == "Formula" or kpi.unit != "Number"):
            return _("only what is counted can be paid per unit, and {0} is not.").format(name)
        return ""

    def _check_tiers(self) -> None:
        table = rate_table(self)
        found = engine.check(table.tiers, mode=table.mode, pay=way_of(self))
        if found:
            lines = [f"{self._label('tiers')}: {translated(problem)}" for problem in found]
            frappe.throw(lines if len(lines) > 1 else lines[0], as_list=len(lines) > 1)
        highest = flt(self.tiers[-1].from_value)
        if self.measure == "Attainment" and highest > SUSPICIOUS_SHARE:
            frappe.msgprint(
                _("Tiers are shares of the target: 1 is 100 %. The last one starts at {0} %.").format(
                    frappe.bold(f"{highest * 100:,.0f}")
                ),
                indicator="orange",
            )

    def _label(self, fieldname: str) -> str:
        return frappe.bold(_(self.meta.get_label(fieldname)))
