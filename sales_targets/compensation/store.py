"""The only writer of Commission Statements: drafts made and made anew, and the seal of a submitted one.

A draft holds what the calculation says and nothing that anybody typed. Submitting needs that the statement
before it is still the one it builds on; from then on it never changes.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import frappe
from frappe import _
from frappe.utils import now_datetime

from sales_targets.compensation import chain, locking, rows
from sales_targets.compensation.basis import basis
from sales_targets.compensation.build import Draft, Failed, statements
from sales_targets.compensation.chain import STATEMENT
from sales_targets.compensation.payees import SALES_PERSON, Payee
from sales_targets.targets import dates, people

DRAFT = "Draft"


@dataclass
class Outcome:
    """What writing drafts came to: statements made or changed, unchanged, and (payee, message) of failures.

    `busy` are payees whose statement somebody else is writing at this moment, which is no failure of a run.
    """

    made: list[str] = field(default_factory=list)
    unchanged: int = 0
    failed: list[tuple[str, str]] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    busy: list[tuple[str, str]] = field(default_factory=list)


def write(found: Sequence[Draft | Failed], run: str | None = None) -> Outcome:
    """Write drafts of one company, each under its payee's lock, in the caller's transaction.

    A draft that says the same stays as it is. One that is under way (sent, disputed, approved) is left, and
    reported where it would change. Empty drafts are not written, and take an earlier one away.
    """
    outcome = Outcome()
    drafts = [one for one in found if isinstance(one, Draft)]
    for one in found:
        if isinstance(one, Failed):
            outcome.failed.append((one.payee.name or one.payee.id, one.message))
    if not drafts:
        return outcome
    keys = {_key(draft): draft for draft in drafts}
    free = locking.until_end(list(keys))
    for key in keys.keys() - free:
        busy = keys[key].payee
        outcome.busy.append((busy.name or busy.id, _("Another run is working on this payee.")))
    mine = [draft for key, draft in keys.items() if key in free]
    opened = _open([draft.payee for draft in mine], mine[0].fields) if mine else {}
    new: list[tuple[str | None, Draft]] = []
    gone: list[str] = []
    for draft in mine:
        _sort(draft, opened.get(draft.payee), outcome, new, gone)
    rows.delete_rows([*(name for name, _draft in new if name), *gone])
    rows.delete_heads(gone)
    outcome.made += [*rows.write_drafts(new, run), *gone]
    return outcome


def _key(draft: Draft) -> str:
    return locking.key(draft.payee, draft.fields["company"], draft.fields["currency"])


def _sort(
    draft: Draft,
    standing: Any | None,
    outcome: Outcome,
    new: list[tuple[str | None, Draft]],
    gone: list[str],
) -> None:
    """Decide what becomes of a draft beside the open statement, if there is one."""
    who = draft.payee.name or draft.payee.id
    if standing is None:
        covered = draft.covered_to is not None and draft.covered_to >= draft.fields["to_date"]
        if draft.empty or covered:
            outcome.unchanged += 1
        else:
            new.append((None, draft))
            if draft.fields["problems"]:
                outcome.notes.append((who, draft.fields["problems"]))
    elif (standing.from_date, standing.to_date) != (draft.fields["from_date"], draft.fields["to_date"]):
        days = [dates.written(day) for day in (standing.from_date, standing.to_date)]
        message = _("{0} for {1} to {2} is still open.").format(standing.name, *days)
        outcome.failed.append((who, message))
    elif _says(draft, standing):
        outcome.unchanged += 1
    elif standing.status not in (DRAFT, "", None):
        message = _("{0} would change, but is under way: reject it to have it calculated anew.")
        outcome.notes.append((who, message.format(standing.name)))
        outcome.unchanged += 1
    elif draft.empty:
        gone.append(standing.name)
    else:
        new.append((standing.name, draft))


def _says(draft: Draft, standing: Any) -> bool:
    of = chain.content(draft.fields, draft.lines, draft.adjustments)
    return standing.provisional == draft.fields["provisional"] and chain.fingerprint(of) == standing.canonical


def _open(payees: Sequence[Payee], fields: Mapping[str, Any]) -> dict[Payee, Any]:
    """Payee → their open statement as it is now, whatever this transaction saw before it had the lock."""
    table = frappe.qb.DocType(STATEMENT)
    found = (
        frappe.qb.from_(table)
        .where((table.docstatus == 0) & (table.company == fields["company"]))
        .where(table.currency == fields["currency"])
        .where(table.seller_id.isin([payee.id for payee in payees]))
        .select(
            table.name, table.payee_type, table.seller_id, table.from_date, table.to_date, table.status,
            table.provisional, table.canonical,
        )
        .for_update()
    ).run(as_dict=True)  # fmt: skip
    by_key = {(row.payee_type, row.seller_id): row for row in found}
    return {payee: by_key[payee[:2]] for payee in payees if payee[:2] in by_key}


@frappe.whitelist()
def recompute(statement: str) -> bool:
    """Calculate an open statement anew with everything recorded by now; whether anything changed.

    Needs write permission and a role that decides. A statement under way goes back to draft if it changes.
    """
    frappe.has_permission(STATEMENT, "write", doc=statement, throw=True)
    if not people.is_manager():
        frappe.throw(_("Only who decides on pay has it calculated anew."), frappe.PermissionError)
    return rewrite(statement)


def take_up_adjustments(statement: str) -> bool:
    """Have an open statement hold the adjustments granted to its payee; the caller has checked who may grant."""
    return rewrite(statement)


def rewrite(statement: str) -> bool:
    """Calculate an open statement anew; whether anything changed. Raises what a run would report."""
    row = head_of(statement)
    if row.docstatus != 0:
        frappe.throw(_("{0} is submitted: it never changes.").format(statement))
    of = basis(row.company, row.from_date, row.to_date)
    payee = payee_of(row)
    found = statements(of, [payee])
    if isinstance(found[0], Failed):
        frappe.throw(found[0].message)
    if row.status != DRAFT and not _says(found[0], row):
        rows.update_head(
            statement, {"status": DRAFT, "workflow_state": DRAFT, "acknowledged_on": None}, now_datetime()
        )
    outcome = write(found, row.commission_run)
    for _who, message in (*outcome.failed, *outcome.busy):
        frappe.throw(message)
    if outcome.made and frappe.db.exists(STATEMENT, statement):
        frappe.get_doc(STATEMENT, statement).notify_update()
    return bool(outcome.made)


def head_of(statement: str) -> Any:
    """The fields of a statement that its writing depends on."""
    fields = (
        "name", "docstatus", "status", "payee_type", "seller_id", "sales_person", "sales_partner", "company",
        "currency", "from_date", "to_date", "known_at", "provisional", "previous_statement", "canonical",
        "commission_run",
    )  # fmt: skip
    return frappe.db.get_value(STATEMENT, statement, fields, as_dict=True)


def payee_of(row: Any) -> Payee:
    """Whose statement it is, with today's name."""
    name = row.sales_person if row.payee_type == SALES_PERSON else row.sales_partner
    return Payee(row.payee_type, row.seller_id, name or "")
