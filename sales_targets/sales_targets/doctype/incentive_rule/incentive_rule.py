"""Incentive Rule: who is paid what for which KPI, in versions that are approved before they are in force."""

from __future__ import annotations

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from sales_targets.compensation import lifecycle, linting
from sales_targets.problems import translated
from sales_targets.sales_targets.doctype.incentive_rule import approval, pay_checks, versions, who_checks
from sales_targets.sales_targets.doctype.incentive_rule.checks import strong

# A user's or the site's default value must not become a narrowing that nobody chose.
NO_DEFAULTS = ("currency", "kpi", "pool_team", "cost_center", "expense_account")
TABLES_WITHOUT_DEFAULTS = ("members", "filters", "gates", "multipliers")


class IncentiveRule(Document):
    """What it pays is calculated by the engine alone; here is what makes no sense to ask of it, and its life."""

    def _set_defaults(self) -> None:
        given = {name: self.get(name) for name in NO_DEFAULTS}
        rows = [(row, _links(row)) for table in TABLES_WITHOUT_DEFAULTS for row in self.get(table) or []]
        super()._set_defaults()
        self.update(given)
        for row, links in rows:
            row.update(links)

    def before_insert(self) -> None:
        versions.begin(self)

    def validate(self) -> None:
        """Refuse a rule that could not be paid as its writer means it."""
        if not (self.company and self.from_date):
            return  # what is mandatory is asked for next
        versions.keep_bookkeeping(self)
        pay_checks.clear_what_does_not_apply(self)
        who_checks.check(self)
        pay_checks.check(self)
        versions.check(self)
        who_checks.check_exclusive(self)
        if not self.flags.quiet:
            pay_checks.warn_of_typing(self)

    def on_update(self) -> None:
        if self.docstatus == 0 and not self.flags.quiet:
            self._lint()

    def before_submit(self) -> None:
        approval.approve(self)
        self.status = lifecycle.status_of(self, getdate(today()), docstatus=1)

    def on_submit(self) -> None:
        versions.take_over(self)

    def before_cancel(self) -> None:
        statement = lifecycle.was_paid(self.lineage)
        if statement:
            frappe.throw(
                _("{0} is paid in statement {1}. A rule that has paid is changed by a new version.").format(
                    strong(self.title), strong(statement)
                ),
                title=_("A rule that has paid"),
            )
        self.status = lifecycle.CANCELLED

    def on_cancel(self) -> None:
        versions.give_back(self)

    def _lint(self) -> None:
        found = [translated(one.problem) for one in linting.findings(self)]
        if found:
            frappe.msgprint(found, title=_("Worth a look"), indicator="orange", as_list=True)


def _links(row: Document) -> dict[str, str | None]:
    return {df.fieldname: row.get(df.fieldname) for df in row.meta.get_link_fields()}
