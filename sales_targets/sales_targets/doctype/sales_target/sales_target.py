"""A target: what somebody is to achieve on which KPIs in which time."""

from __future__ import annotations

from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate, today

from sales_targets.crediting import events, queue, sellers
from sales_targets.desk import onboarding, target_print
from sales_targets.targets import (
    agreement,
    answers,
    calendars,
    definitions,
    loader,
    planning,
    refresh,
    status,
    validation,
)


class SalesTarget(Document):
    """Planned as a draft, in force once submitted, changed afterwards by revisions alone."""

    def _set_defaults(self) -> None:
        # What the site or the user has as a default must not become an owner or a filter that nobody chose,
        # and the default currency says nothing about this company's.
        given = {name: self.get(name) for name in ("currency", *loader.OWNER_FIELDS.values())}
        filters = [{name: line.get(name) for name in loader.FILTER_FIELDS} for line in self.get("kpis") or []]
        super()._set_defaults()
        self.update(given)
        for line, values in zip(self.get("kpis") or [], filters, strict=True):
            line.update(values)

    def onload(self) -> None:
        self.set_onload("agreement", answers.shown(self))

    def has_permission(self, permtype: str = "read", *args: Any, **kwargs: Any) -> bool:
        # Sellers may write no target; of one that is proposed to them they write the answer, and nothing else.
        if permtype == "write" and agreement.is_answer(self):
            return super().has_permission("read", *args, **kwargs)
        return super().has_permission(permtype, *args, **kwargs)

    def validate(self) -> None:
        agreement.check_step(self)
        kpis = definitions.load()
        validation.check(self, kpis)
        if self._action == "save" and not self.flags.quiet:
            validation.check_enabled(self, kpis, refuse=False)
        planning.fill_periods(self, kpis)
        self.seller_id = sellers.id_of(self.sales_person) if self.target_for == "Sales Person" else None
        self.title = self._title()
        self._set_status()

    def before_submit(self) -> None:
        validation.check_enabled(self, definitions.load(), refuse=True)
        # Read again under a lock: another submit may have come in between.
        validation.check_overlap(self, lock=True)
        self.status = self._status(docstatus=1)
        agreement.check_submit(self)

    def on_submit(self) -> None:
        refresh.refresh([self.name])
        # Once more after the commit: what a drain posts meanwhile is not seen here, nor this target there.
        events.note((queue.TARGET, self.name))
        onboarding.refresh()

    def on_change(self) -> None:
        # After the version is written: figures that follow from documents are no changes of the target.
        if self.docstatus == 1:
            self._read_achieved()

    def before_update_after_submit(self) -> None:
        # Achieved figures are written behind an open form: what it brings back is out of date.
        self._read_achieved()

    def before_cancel(self) -> None:
        refresh.refresh([self.name])
        self._read_achieved()
        if any(row.has_data for row in self.periods):
            frappe.throw(
                _("{0} has results already, so it cannot be cancelled. Revise it instead.").format(
                    frappe.bold(self.title)
                ),
                title=_("Target with results"),
            )
        self.status = status.CANCELLED
        agreement.note_cancel(self)

    def on_trash(self) -> None:
        for name in frappe.get_all("Sales Target Revision", {"sales_target": self.name}, pluck="name"):
            revision = frappe.get_doc("Sales Target Revision", name)
            revision.flags.with_target = True
            revision.delete(ignore_permissions=True)

    def printed(self) -> dict[str, Any]:
        """What its print shows: lines, periods and revisions in the reader's words."""
        return target_print.printed(self)

    def _title(self) -> str:
        time = calendars.time_label(
            getdate(self.from_date), getdate(self.to_date), calendar=self.calendar, company=self.company
        )
        return f"{loader.owner_of(self)} · {time}"[:140]

    def _set_status(self) -> None:
        self.status = self._status(docstatus=self.docstatus)
        if self.docstatus == 0:
            self.status = agreement.status_of(self)

    def _status(self, docstatus: int) -> str:
        return status.status_of(
            int(docstatus), getdate(self.from_date), getdate(self.to_date), getdate(today())
        )

    def _read_achieved(self) -> None:
        """Take the stored figures into this document."""
        self.refreshed_at = frappe.db.get_value(self.doctype, self.name, "refreshed_at")
        for doctype, rows, fields in (
            ("Sales Target Period", self.periods, ["name", "achieved", "has_data"]),
            ("Sales Target KPI", self.kpis, ["name", "achieved"]),
        ):
            stored = {row.name: row for row in frappe.get_all(doctype, {"parent": self.name}, fields)}
            for row in rows:
                row.update({key: stored[row.name][key] for key in fields[1:] if row.name in stored})
