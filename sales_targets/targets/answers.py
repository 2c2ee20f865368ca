"""The steps on the way to a target as the form takes them: on the document that was read, with words and figures."""

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.model.workflow import apply_workflow

from sales_targets.engine.money import round_money
from sales_targets.targets import agreement, definitions, exchange, loader, parties, people, validation

MOST_WORDS = 2000


@frappe.whitelist()
def take(
    target: str,
    action: str,
    modified: str,
    words: str = "",
    figures: str | dict[str, Any] | None = None,
) -> None:
    """Take one of the steps of `agreement.STEPS` on a target, as it was when the caller read it.

    `modified` is the document's; one that was changed since raises TimestampMismatchError, since nobody agrees to
    figures they have not seen. `words` go with the step. For a counter-proposal `figures` are the targets asked
    for, by the number of the line; a reason is needed, and at least one figure that differs.
    """
    frappe.has_permission("Sales Target", "read", doc=target, throw=True)
    doc = frappe.get_doc("Sales Target", target)
    if not agreement.in_force():
        frappe.throw(_("Targets are not agreed by this workflow here."))
    if str(doc.modified) != modified:
        message = _("Somebody has just changed this target. Read it again before you answer.")
        frappe.throw(message, frappe.TimestampMismatchError, title=_("Target has changed"))
    doc.flags.words = words.strip()
    if len(doc.flags.words) > MOST_WORDS:
        frappe.throw(_("Say it in at most {0} characters.").format(MOST_WORDS), title=_("Too long"))
    if action == agreement.COUNTER:
        parties.check_party(doc)
        doc.flags.asked = _asked(doc, frappe.parse_json(figures) or {})
        if not doc.flags.words:
            frappe.throw(_("Say why you ask for other figures."), title=_("Reason missing"))
    apply_workflow(doc, action)


def shown(doc: Document) -> dict[str, Any]:
    """What the form says beside the fields: who answers, the names of those who spoke; {} without the workflow."""
    if not agreement.in_force():
        return {}
    party = parties.user_of_owner(doc)
    users = {row.user for row in doc.get(exchange.TABLE) or []} | {party} - {None}
    return {
        "party": party,
        "mine": party == frappe.session.user,
        "plans": people.may_plan(),
        "names": {user: frappe.utils.get_fullname(user) for user in users},
    }


def _asked(doc: Document, figures: Mapping[str, Any]) -> dict[int, Decimal]:
    """The figures of a counter-proposal, each checked as a target's own would be."""
    kpis, offered = definitions.load(), exchange.figures(doc)
    lines = {line.idx: line for line in doc.kpis}
    asked: dict[int, Decimal] = {}
    for number, value in figures.items():
        line = lines.get(frappe.utils.cint(number))
        if line is None or line.kpi not in kpis:
            frappe.throw(_("There is no line {0}.").format(number), title=_("Line missing"))
        figure = _number(line.idx, value)
        kpi = kpis[line.kpi]
        validation.check_target(line, kpi, figure)
        places = loader.places(kpi.unit)
        same = round_money(figure, places) == round_money(offered[line.idx], places)
        asked[line.idx] = offered[line.idx] if same else round_money(figure, places)
    if all(asked[number] == offered[number] for number in asked):
        frappe.throw(
            _("These are the figures that are proposed. Accept them, or change one."),
            title=_("Counter-proposal"),
        )
    return asked


def _number(row: int, value: Any) -> Decimal:
    try:
        figure = Decimal(str(value))
    except InvalidOperation:
        figure = Decimal("NaN")
    if not figure.is_finite():
        frappe.throw(_("Row {0}: {1}").format(row, _("this is no number.")), title=_("No number"))
    return figure
