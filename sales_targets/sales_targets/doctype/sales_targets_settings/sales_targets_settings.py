"""Sales Targets Settings: from when documents are credited, when a target counts as behind, how is paid."""

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import flt, getdate, nowdate

from sales_targets.compensation.payouts import settings as payout_settings
from sales_targets.crediting import backfill, events, queue
from sales_targets.targets import dates

NO_DECISION_KPI = "lost_no_decision_count"
EARLIEST = "1950-01-01"
MAX_HISTORY_DAYS = 3660


class SalesTargetsSettings(Document):
    """What changes the credits of past documents has them credited anew, in the background."""

    def validate(self) -> None:
        """Refuse limits that contradict each other and days that cannot be meant."""
        self._check_pace()
        self._check_days()
        payout_settings.check(self)

    def on_update(self) -> None:
        """Credit anew what the change touches, and drain what waited while crediting was paused."""
        for kpi in self._kpis_to_credit_again():
            backfill.enqueue_backfill(kpi)
        if self.has_value_changed("paused") and not self.paused:
            frappe.db.after_commit.add(events.ask_for_drain)
            for kpi in backfill.pending():
                backfill.enqueue_backfill(kpi)

    def _check_pace(self) -> None:
        for field in ("at_risk_below", "behind_below"):
            if not 0 <= flt(self.get(field)) <= 100:
                frappe.throw(
                    _("{0} must lie between 0 and 100.").format(frappe.bold(_(self.meta.get_label(field))))
                )
        if flt(self.behind_below) > flt(self.at_risk_below):
            frappe.throw(
                _("{0} ({1} %) must not be above {2} ({3} %): what is behind is at risk already.").format(
                    frappe.bold(_("Behind below (%)")),
                    flt(self.behind_below),
                    frappe.bold(_("At risk below (%)")),
                    flt(self.at_risk_below),
                )
            )

    def _check_days(self) -> None:
        if not 1 <= (self.history_days or 0) <= MAX_HISTORY_DAYS:
            frappe.throw(
                _("{0} must lie between 1 and {1}.").format(
                    frappe.bold(_("Days of history for win rates")), MAX_HISTORY_DAYS
                )
            )
        if not self.go_live_date:
            return
        if getdate(self.go_live_date) < getdate(EARLIEST):
            frappe.throw(_("{0}: this day is too long ago.").format(frappe.bold(_("Credit documents from"))))
        if self.has_value_changed("go_live_date") and getdate(self.go_live_date) > getdate(nowdate()):
            frappe.msgprint(
                _("Nothing is credited before {0}.").format(dates.written(self.go_live_date)),
                indicator="orange",
                alert=True,
            )

    def _kpis_to_credit_again(self) -> list[str]:
        """Enabled measures whose credits the change touches."""
        filters: dict[str, object] = {"enabled": 1, "kind": "Measure"}
        if not self._day_moved():
            if not self._reasons_moved():
                return []
            filters["name"] = NO_DECISION_KPI
        return frappe.get_all("KPI Definition", filters=filters, pluck="name")

    def _day_moved(self) -> bool:
        before = self.get_doc_before_save()
        return getdate_or_none(before and before.go_live_date) != getdate_or_none(self.go_live_date)

    def _reasons_moved(self) -> bool:
        before = self.get_doc_before_save()
        earlier = {row.lost_reason for row in before.no_decision_reasons} if before else set()
        return earlier != {row.lost_reason for row in self.no_decision_reasons}


def getdate_or_none(value: object) -> object:
    """The day, or None for none: `getdate` would take that for today."""
    return getdate(value) if value else None


@frappe.whitelist()
def waiting() -> dict[str, int]:
    """How many changed documents wait to be credited and how many are parked."""
    frappe.has_permission("Sales Targets Settings", "read", throw=True)
    return queue.pending()


@frappe.whitelist()
def salary_components(kind: str) -> list[str]:
    """Names of the Salary Components of type Earning or Deduction; none where HRMS is missing."""
    frappe.has_permission("Sales Targets Settings", "write", throw=True)
    if not payout_settings.has_hrms():
        return []
    filters = {"type": kind, "disabled": 0}
    return frappe.get_all("Salary Component", filters=filters, pluck="name", order_by="name")
