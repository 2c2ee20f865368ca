"""What the forms of ERPNext's documents say about their credit, in sentences."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from frappe import _
from frappe.model.document import Document
from frappe.utils import getdate

from sales_targets.crediting import drain, kpis as measures
from sales_targets.crediting.world import World
from sales_targets.engine import credit
from sales_targets.targets import dates
from sales_targets.targets.definitions import Kpis

_MOST_NAMES = 3


class Indicator(NamedTuple):
    """The form's indicator: its text, Frappe's name of its colour, and a short text for the page's head, if any."""

    label: str
    colour: str
    short: str = ""


def credited(names: Sequence[str], short: bool, is_return: bool) -> Indicator:
    """Credited to these sellers; `short` where a part is nobody's."""
    listed = list(names[:_MOST_NAMES])
    if len(names) > _MOST_NAMES:
        listed.append(_("{0} more").format(len(names) - _MOST_NAMES))
    people = _together(listed)
    if is_return:
        return Indicator(_("Credit taken back from {0}").format(people), "orange", _("Credit taken back"))
    if short:
        return Indicator(
            _("Credited to {0}, in part to nobody").format(people), "orange", _("Credited in part")
        )
    return Indicator(_("Credited to {0}").format(people), "green", _("Credited"))


def others() -> Indicator:
    """Credited, but to none of the reader's sellers."""
    return Indicator(_("Credited to other sellers"), "blue")


def nobody() -> Indicator:
    """Nobody earns it."""
    label = _("Credited to nobody")
    return Indicator(label, "red", label)


def nothing() -> Indicator:
    """Nothing to be credited."""
    return Indicator(_("Not credited"), "gray")


def waiting() -> Indicator:
    """A change lies in the queue."""
    label = _("Waiting to be credited")
    return Indicator(label, "orange", label)


def parked() -> Indicator:
    """Crediting has failed again and again."""
    label = _("Could not be credited")
    return Indicator(label, "red", label)


def draft(has_seller: bool) -> Indicator:
    """Before it is submitted."""
    if has_seller:
        return Indicator(_("Credited once submitted"), "blue")
    label = _("No seller to credit")
    return Indicator(label, "orange", label)


def cancelled() -> Indicator:
    """What was credited is taken back."""
    return Indicator(_("Cancelled, not credited"), "gray")


def why_waiting(row: Any, manager: bool) -> list[str]:
    """What a row of the queue means; the error is for those who can mend it."""
    if row.parked:
        found = [
            _("It could not be credited after {0} attempts. Uncredited Documents shows it.").format(
                row.attempts
            )
        ]
        return [*found, row.error] if manager and row.error else found
    if drain.paused():
        return [_("Crediting is paused in Sales Targets Settings: the change waits until it goes on.")]
    if row.attempts:
        return [_("Crediting has failed so far, and is tried again in a few minutes.")]
    return [_("A change waits to be credited, which usually takes less than a minute.")]


def once_submitted(has_seller: bool) -> str:
    """Of a draft: who will be credited."""
    if has_seller:
        return _("Nothing is credited before it is submitted. The credit then goes to:")
    return _("Nothing is credited before it is submitted.")


def taken_back() -> str:
    """Of a cancelled document."""
    return _("Cancelled: whatever was credited has been taken back, or is as soon as the change is credited.")


def of_nobody(doc: Document, reasons: Iterable[str]) -> list[str]:
    """Why credit is nobody's, and what to do about it: one sentence for each reason."""
    owner = doc.get("opportunity_owner") or ""
    texts = {
        credit.NO_TEAM: _(
            "It has no sales team, so its credit is nobody's. Add the sellers to the table Sales Team, "
            "after submitting too: the credit follows by itself."
        ),
        credit.TEAM_SHORT: _("The sales team lacks to 100 %: the rest is nobody's."),
        credit.TEAM_OVER: _(
            "The sales team has more than 100 %: what is too much is taken from nobody's credit."
        ),
        credit.UNKNOWN_PERSON: _("The sales team names a Sales Person that no longer exists."),
        credit.NO_USER: _("It has no owner, so its credit is nobody's. Choose the Opportunity Owner."),
        credit.USER_WITHOUT_SELLER: _(
            "{0} is no seller, so the credit is nobody's. Set this user on an Employee, and that Employee on a "
            "Sales Person, or choose another owner."
        ).format(owner),
        credit.NO_SELLER: _("A KPI finds no Sales Person in the document, so its credit is nobody's."),
    }
    return [texts[reason] for reason in dict.fromkeys(reasons) if reason in texts]


def of_returns(doc: Document, returns: Sequence[str]) -> list[str]:
    """What a return, or an invoice that has some, means for credit."""
    if doc.get("is_return") and doc.docstatus == 1:
        if doc.get("return_against"):
            return [
                _("A return of {0}: it takes credit back on its own date.").format(doc.return_against)
            ]  # fmt: skip
        return [_("A credit note without an invoice: it takes credit back on its own date.")]
    if returns:
        listed = _together(list(returns))
        return [_("Returned by {0}, which takes credit back on its own date.").format(listed)]
    return []


def why_nothing(doc: Document, world: World, kpis: Kpis) -> list[str]:
    """Why a submitted document has no credit at all."""
    if doc.get("is_opening") == "Yes":
        return [_("An opening entry is no sale and earns no credit.")]
    if doc.get("is_consolidated"):
        return [_("It only repeats its POS Invoices, which are credited themselves.")]
    if doc.get("is_internal_customer") and doc.get("represents_company") == doc.company:
        return [_("A transfer within the company is no sale, so not credited.")]
    day = getdate(doc.get("posting_date") or doc.get("transaction_date"))
    if world.go_live and day < world.go_live:
        return [
            _("Documents before {0} earn no credit, as Sales Targets Settings say.").format(
                dates.written(world.go_live)
            )
        ]
    if not measures.for_source(measures.load(), doc.doctype):
        return [_("No KPI that counts such documents is enabled. Enable one under KPI Definition.")]
    return [_("There is nothing in it that a KPI counts.")]


def _together(names: Sequence[str]) -> str:
    """ "A, B and C": Frappe's own sets another comma from version 16 on, and translates the names."""
    *first, last = names
    return _("{0} and {1}").format(", ".join(first), last) if first else last
