"""The demo's pay: a draw, statements of past months on every step of their way, and a dispute.

Each step is taken by the person whose it is: the head of sales sends and approves, sellers acknowledge and dispute,
the accountant approves for payout and notes what was paid.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import frappe
from frappe.model.document import Document
from frappe.model.workflow import apply_workflow

from sales_targets.compensation import disputes, run as running, workflow
from sales_targets.compensation.payouts import actions
from sales_targets.setup import demo_data as data, demo_marks as marks, demo_plan as planning
from sales_targets.setup.demo_marks import Workshop
from sales_targets.setup.demo_masters import Masters
from sales_targets.setup.demo_plan import Plan, Window

RUN, STATEMENT, DISPUTE, DRAW = (
    "Commission Run",
    "Commission Statement",
    "Commission Dispute",
    "Commission Draw",
)
Step = Callable[[], None]
# How far the statements of the last month are, one after the other: the first waits for its manager, and so on.
LAST_MONTH = (
    workflow.DRAFT,
    workflow.SENT,
    workflow.ACKNOWLEDGED,
    workflow.MANAGER_APPROVED,
    workflow.APPROVED,
)


def pay(
    shop: Workshop,
    made: Masters,
    plan: Plan,
    progress: Callable[[str, int, int], None],
    stepper: Callable[[Callable[[str, int, int], None], str, int], Step],
) -> None:
    """Make a draw and the statements of the past months; `stepper` commits and moves a bar on. Commits as it goes."""
    windows = planning.pay_windows(plan.years)
    _draw(shop, made, windows[-2])
    step = stepper(progress, "Statements", len(windows))
    for window in windows:
        names = _run(shop, made, window)
        if window == windows[-1]:
            _last_month(shop, made, names)
        else:
            for name in names:
                _bring(name, workflow.APPROVED)
                _note_paid(name, window)
                frappe.db.commit()
        step()


def _draw(shop: Workshop, made: Masters, window: Window) -> None:
    """What the second seller is sure of each month, to be recovered from later pay."""

    def build() -> Document:
        values = {"sales_person": made.sellers[1], "company": made.company, "amount": 400, "every": "Month"}
        doc = frappe.get_doc({"doctype": DRAW, **values, "from_date": window.first, "kind": "Recoverable"})
        doc.insert(ignore_permissions=True)
        doc.flags.ignore_permissions = True
        doc.submit()
        return doc

    shop.once(DRAW, "draw", build)


def _run(shop: Workshop, made: Masters, window: Window) -> list[str]:
    """A run over the window, worked off here and now; its statements, partners' last."""
    name = shop.insert(
        RUN, f"run {window.last}", company=made.company, from_date=window.first, to_date=window.last
    )
    frappe.db.commit()
    if frappe.db.get_value(RUN, name, "status") != running.DONE:
        running.prepare(name)
        frappe.db.commit()
        running.run(name)
    known = set(marks.documents().get(STATEMENT, ()))
    order = "payee_type desc, name"
    names = frappe.get_all(STATEMENT, {"commission_run": name}, pluck="name", order_by=order)
    for statement in names:
        if statement not in known:
            marks.note(STATEMENT, statement, statement)
    frappe.db.commit()
    return names


def _last_month(shop: Workshop, made: Masters, names: Sequence[str]) -> None:
    """Statements on every step of their way, the first seller's at its beginning. The last other one with a line is
    disputed."""
    place = {seller: number for number, seller in enumerate(made.sellers)}
    docs = [frappe.get_doc(STATEMENT, name) for name in names]
    docs.sort(key=lambda doc: place.get(doc.sales_person, len(place)))
    doubtful = next((doc.name for doc in reversed(docs) if doc.lines and place.get(doc.sales_person)), None)
    rest = [doc.name for doc in docs if doc.name != doubtful]
    for number, name in enumerate(rest):
        _bring(name, LAST_MONTH[min(number, len(LAST_MONTH) - 1)])
        frappe.db.commit()
    if doubtful:
        _bring(doubtful, workflow.SENT)
        shop.once(DISPUTE, "dispute", lambda: _dispute(doubtful))
        frappe.db.commit()


def _bring(name: str, state: str) -> None:
    """Take a statement on its way as far as `state`, from wherever an interrupted run has left it."""
    doc = frappe.get_doc(STATEMENT, name)
    seller = workflow.duties.user_of(doc.sales_person)
    head, accountant = data.email(*data.HEAD), data.email(*data.ACCOUNTANT)
    way = [
        (workflow.SENT, head, "Send to Seller"),
        *([(workflow.ACKNOWLEDGED, seller, "Acknowledge")] if seller else []),
        (workflow.MANAGER_APPROVED, head, "Approve"),
        (workflow.APPROVED, accountant, "Approve for Payout"),
    ]
    states = [workflow.DRAFT, *(one for one, _user, _action in way)]
    if doc.workflow_state not in states or state not in states:
        return
    for _state, user, action in way[states.index(doc.workflow_state) : states.index(state)]:
        with marks.acting(user):
            doc = apply_workflow(doc, action)


def _note_paid(name: str, window: Window) -> None:
    """The demo posts no payout: the accountant notes what was paid, in the week after the month."""
    if frappe.db.get_value(STATEMENT, name, "payout_status") == "Pending":
        with marks.acting(data.email(*data.ACCOUNTANT)):
            actions.mark_paid(name, window.last + timedelta(days=5))


def _dispute(statement: str) -> Document:
    doc = frappe.get_doc(STATEMENT, statement)
    with marks.acting(workflow.duties.user_of(doc.sales_person) or data.email(*data.HEAD)):
        name = disputes.open_dispute(
            statement,
            doc.lines[0].name,
            120,
            "Half of the deal with my first customer was mine, and it is not here.",
        )
    return frappe.get_doc(DISPUTE, name)
