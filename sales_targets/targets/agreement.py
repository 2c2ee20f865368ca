"""The way of a target: a manager drafts and proposes it, the seller accepts or counter-proposes, the manager closes.

The states and steps are data here; `setup/workflow.py` makes Frappe's Workflow of them, which draws the buttons
and asks for the role. What a role cannot say stands in the checks below. A manager may put a draft in force
without asking, as on sites that have no such workflow: what was and was not agreed is written down.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import cstr, flt, getdate

from sales_targets.targets import exchange, loader, notices, parties, people
from sales_targets.targets.states import (
    ACCEPTED,
    CANCELLED,
    COUNTERED,
    DRAFT,
    IN_FORCE,
    NAME,
    PROPOSED,
    in_force as in_force,
)
from sales_targets.targets.ways import State, Step, Way

SELLER, MANAGER, SYSTEM = "Sales User", "Sales Manager", "System Manager"
PROPOSE, ACCEPT, COUNTER = "Propose", "Accept", "Counter-Propose"
PUT_IN_FORCE, TAKE_BACK, CANCEL = "Put in Force", "Take Back", "Cancel"
# In these the seller looks at the figures, or has agreed to them: they hold still.
HELD = frozenset({PROPOSED, ACCEPTED})

# Whose permissions allow it edits; nobody where the figures are held.
ANYBODY, NOBODY = "All", "Administrator"
STATES = (
    State(DRAFT, "", 0, ANYBODY),
    State(PROPOSED, "", 0, NOBODY, "Primary"),
    State(COUNTERED, "", 0, ANYBODY, "Warning"),
    State(ACCEPTED, "", 0, NOBODY, "Info"),
    State(IN_FORCE, "", 1, ANYBODY, "Success"),
    State(CANCELLED, "", 2, ANYBODY, "Inverse"),
)
_DRAFTS = frozenset(state.name for state in STATES if state.docstatus == 0)

# The user behind the seller, as a condition of Frappe's workflow can say it.
_USER = (
    'frappe.db.get_value("Employee", {"name": frappe.db.get_value('
    '"Sales Person", doc.sales_person, "employee") or ""}, "user_id")'
)
_OF_SELLER = 'doc.target_for == "Sales Person" and doc.sales_person and '
OWN = f"{_OF_SELLER}{_USER} == frappe.session.user"
OF_ANOTHER = f'{_OF_SELLER}{_USER} not in (None, "", frappe.session.user)'

STEPS = (
    *(
        Step(state, PROPOSE, PROPOSED, role, OF_ANOTHER)
        for state in (DRAFT, COUNTERED)
        for role in (MANAGER, SYSTEM)
    ),
    # A seller may well be a manager of others.
    *(Step(PROPOSED, ACCEPT, ACCEPTED, role, OWN) for role in (SELLER, MANAGER)),
    *(Step(PROPOSED, COUNTER, COUNTERED, role, OWN) for role in (SELLER, MANAGER)),
    *(
        Step(state, PUT_IN_FORCE, IN_FORCE, role)
        for state in (DRAFT, PROPOSED, COUNTERED, ACCEPTED)
        for role in (MANAGER, SYSTEM)
    ),
    *(
        Step(state, TAKE_BACK, DRAFT, role)
        for state in (PROPOSED, COUNTERED, ACCEPTED)
        for role in (MANAGER, SYSTEM)
    ),
    *(Step(IN_FORCE, CANCEL, CANCELLED, role) for role in (MANAGER, SYSTEM)),
)
# Lists show the target's status, which says more than its state; nobody's list of open actions fills up.
WAY = Way(NAME, "Sales Target", STATES, STEPS, shown=False, listed=False)


def check_step(doc: Document) -> None:
    """For the start of `validate`: put back what this user may not write, then take the step the new state means.

    Raises ValidationError where the step makes no sense, PermissionError where it is another person's.
    """
    before = doc.get_doc_before_save()
    exchange.keep(doc, before)
    if not in_force():
        return
    if before is None:
        doc.workflow_state = DRAFT
        return
    if not (doc.flags.ignore_permissions or people.may_plan() or _may_write(before)):
        _keep(doc, before)
    earlier, state = before.workflow_state or DRAFT, doc.workflow_state or DRAFT
    if earlier in HELD and _terms(doc) != _terms(before):
        message = _("{0} is proposed or accepted as it is. Take it back before you change it.")
        frappe.throw(message.format(frappe.bold(doc.title)), title=_("Figures are held"))
    if doc.docstatus != 0 or state == earlier:
        return
    if state not in _DRAFTS:
        doc.workflow_state = earlier  # only submitting puts it in force
        return
    _STEPS[state](doc)


def check_submit(doc: Document) -> None:
    """For `before_submit`: write down who puts it in force; refuse somebody who sets their own target alone."""
    if not in_force():
        return
    asked = exchange.begun(doc)
    parties.check_not_alone(doc)
    exchange.note(doc, exchange.PUT_IN_FORCE)
    if asked:
        _tell_party(doc, lambda lang: _("{0} has put your target {1} in force", lang))


def note_cancel(doc: Document) -> None:
    """For `before_cancel`: the state after it."""
    if in_force():
        doc.workflow_state = CANCELLED


def status_of(doc: Document) -> str:
    """The status of a document that is not submitted: where it is on its way."""
    state = doc.get("workflow_state")
    return state if in_force() and state in _DRAFTS else DRAFT


def is_answer(doc: Document) -> bool:
    """Whether saving `doc` would only be the answer of the person it is proposed to.

    They may not write targets; this is the one step that is theirs. See `check_step` for what else they send.
    """
    if doc.docstatus != 0 or doc.get("workflow_state") not in (ACCEPTED, COUNTERED) or not in_force():
        return False
    fields = ["workflow_state", "target_for", "sales_person", "docstatus"]
    stored = frappe.db.get_value("Sales Target", doc.name, fields, as_dict=True)
    if not stored or stored.docstatus != 0 or stored.workflow_state != PROPOSED:
        return False
    return parties.is_party(stored)


def _propose(doc: Document) -> None:
    parties.check_can_answer(doc)
    exchange.note(doc, exchange.PROPOSED, offered=exchange.figures(doc))
    _tell_party(doc, lambda lang: _("{0} proposes your target {1}", lang))


def _accept(doc: Document) -> None:
    parties.check_party(doc)
    exchange.note(doc, exchange.ACCEPTED)
    _tell_proposer(doc, lambda lang: _("{0} accepts the target {1}", lang))


def _counter(doc: Document) -> None:
    parties.check_party(doc)
    asked = doc.flags.asked
    if not asked or not doc.flags.words:
        frappe.throw(_("Say which figures you would take, and why."), title=_("Counter-proposal"))
    exchange.note(doc, exchange.COUNTERED, offered=exchange.figures(doc), asked=asked)
    _tell_proposer(doc, lambda lang: _("{0} counter-proposes on the target {1}", lang))


def _take_back(doc: Document) -> None:
    exchange.note(doc, exchange.TAKEN_BACK)
    _tell_party(doc, lambda lang: _("{0} has taken the target {1} back to work on it", lang))


_STEPS: dict[str, Callable[[Document], None]] = {
    PROPOSED: _propose,
    ACCEPTED: _accept,
    COUNTERED: _counter,
    DRAFT: _take_back,
}


def _tell_party(doc: Document, words: Callable[[str | None], str]) -> None:
    _tell(parties.user_of_owner(doc), doc, words)


def _tell_proposer(doc: Document, words: Callable[[str | None], str]) -> None:
    _tell(exchange.proposer(doc), doc, words)


def _tell(user: str | None, doc: Document, words: Callable[[str | None], str]) -> None:
    who = frappe.utils.get_fullname(frappe.session.user)
    escape = frappe.utils.escape_html
    notices.tell_one(user, lambda lang: words(lang).format(escape(who), escape(doc.title)), doc)


def _may_write(before: Document) -> bool:
    """Whether it is more than the answer that the user may write, such as where the document is shared with them."""
    return bool(frappe.has_permission("Sales Target", "write", doc=before))


def _keep(doc: Document, before: Document) -> None:
    """Whatever else a client sends: of a proposal its reader writes the answer alone."""
    for field in doc.meta.get("fields"):
        if field.fieldname in ("workflow_state", exchange.TABLE):
            continue
        if field.fieldtype == "Table" or field.fieldname in doc.meta.get_valid_columns():
            doc.set(field.fieldname, before.get(field.fieldname))


_AGREED = (
    "target_for",
    "sales_person",
    "company",
    "from_date",
    "to_date",
    "calendar",
    "break_into",
    "spread",
    "monthly_distribution",
)


def _terms(doc: Document) -> tuple[Any, ...]:
    """What the two agree on: whose, when, and each line; typed periods too."""
    head = tuple(
        str(getdate(doc.get(name))) if name.endswith("_date") else cstr(doc.get(name)) for name in _AGREED
    )
    figures = ("target", "weight", "threshold", "stretch", "baseline")
    lines = tuple(
        (line.kpi, *(flt(line.get(name), 9) for name in figures))
        + tuple(cstr(line.get(name)) for name in loader.FILTER_FIELDS)
        for line in doc.kpis
    )
    by_hand = tuple(flt(row.target, 9) for row in doc.periods) if doc.spread == "By Hand" else ()
    return head, lines, by_hand


def _for_translators() -> None:
    # The states and actions above, where translators look for texts; Frappe translates them on the form.
    _("Draft")
    _("Proposed")
    _("Countered")
    _("Accepted")
    _("In Force")
    _("Cancelled")
    _("Propose")
    _("Accept")
    _("Counter-Propose")
    _("Put in Force")
    _("Take Back")
    _("Cancel")
