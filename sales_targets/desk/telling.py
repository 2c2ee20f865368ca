"""Telling users what happened: once, in their language, in the desk and by e-mail as they wish.

Every event has a key for each user, which is the name of its Sales Notice: the database itself refuses to
tell it twice, however often the job runs and on however many machines. Events of one kind that one user is
told in one run come in one notice. The notice, its e-mail in Frappe's queue and the keys of what it tells are
one transaction.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import frappe
from frappe import _
from frappe.email.doctype.email_account.email_account import EmailAccount
from frappe.utils import escape_html, get_url, get_url_to_form
from frappe.utils.jinja_globals import is_rtl
from rq.timeouts import JobTimeoutException

from sales_targets.crediting import events as crediting_events
from sales_targets.desk import audience, preferences, routes
from sales_targets.desk.audience import Reader
from sales_targets.desk.preferences import NOTICE, Wish
from sales_targets.targets import dates

SAVEPOINT = "sales_targets_notice"
NO_MAIL = "Sales Targets: notices are not mailed"


class Event(NamedTuple):
    """Something to tell one user. `words` gives subject and sentence; it is called in the user's language."""

    kind: str
    user: str
    about: str
    doctype: str
    name: str
    words: Callable[[], tuple[str, str]]

    @property
    def event(self) -> str:
        """Of kind and what exactly happened, whoever is told."""
        return event_of(self.kind, self.about)

    @property
    def key(self) -> str:
        """Of user and event: the name of the notice."""
        return key(self.user, self.event)


def event_of(kind: str, about: str) -> str:
    """Names what happened, whoever is told: 40 hex digits."""
    return _hash(kind, about)


def key(user: str, event: str) -> str:
    """The name of the notice that tells `user` of this event: 40 hex digits."""
    return _hash(user, event)


def _hash(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:40]


def told(pairs: Iterable[tuple[str, str]]) -> set[tuple[str, str]]:
    """Which of these (user, event) were told already, whatever the user was called then."""
    wanted = set(pairs)
    if not wanted:
        return set()
    filters = {"event": ["in", sorted({event for _user, event in wanted})]}
    rows = frappe.get_all(NOTICE, filters=filters, fields=["for_user", "event"])
    return wanted & {(row.for_user, row.event) for row in rows}


def tell(found: Sequence[Event]) -> int:
    """Tell each user what they want to hear and have not heard; the number of notices made. Commits each.

    What fails is logged and tried again by the next run; the others are told all the same.
    """
    users = audience.readers(event.user for event in found)
    wishes = preferences.of_users(users)
    known = told((event.user, event.event) for event in found)
    waiting: dict[tuple[str, str], dict[str, Event]] = {}
    for event in found:
        wanted = event.user in users and event.kind in wishes[event.user].kinds
        if wanted and (event.user, event.event) not in known:
            waiting.setdefault((event.user, event.kind), {})[event.key] = event
    made = 0
    by_mail = bool(waiting) and can_mail()
    for (user, _kind), events in sorted(waiting.items()):
        made += _guarded(users[user], wishes[user]._replace(by_mail=by_mail and wishes[user].by_mail), events)
    return made


def can_mail() -> bool:
    """Whether the site can send e-mail. Where it cannot, an Error Log says so, once."""
    if EmailAccount.find_outgoing(match_by_doctype=NOTICE):
        return True
    if not frappe.db.exists("Error Log", {"method": NO_MAIL}):
        message = _("There is no outgoing Email Account: notices are shown in the desk alone.")
        frappe.log_error(title=NO_MAIL, message=message)
        frappe.db.commit()
    return False


def claim(name: str, **values: object) -> bool:
    """Write the notice of this name; False where another run was first. Nothing of it remains then."""
    notice = frappe.new_doc(NOTICE)
    notice.update(values)
    frappe.db.savepoint(SAVEPOINT)
    try:
        notice.insert(ignore_permissions=True, ignore_links=True, set_name=name)
    except frappe.DuplicateEntryError:
        frappe.db.rollback(save_point=SAVEPOINT)
        frappe.clear_last_message()
        return False
    return True


def _guarded(reader: Reader, wish: Wish, events: dict[str, Event]) -> int:
    try:
        with audience.reading_as(reader.language):
            made = _tell(reader, wish, events)
        frappe.db.commit()
        return made
    except JobTimeoutException:
        raise
    except Exception:
        frappe.db.rollback()
        crediting_events.log_failure("notice")
        return 0


def _tell(reader: Reader, wish: Wish, events: dict[str, Event]) -> int:
    """One notice of all these events; those after the first only keep their keys. Returns 1, or 0 if all were told.

    The last of the keys in their order carries the words: it is written once it is known what is new.
    """
    allowed = {
        name: event
        for name, event in events.items()
        if audience.may_read(reader.user, event.doctype, event.name)
    }
    names = sorted(allowed)
    if not names:
        return 0
    head = names[-1]
    others = [name for name in names[:-1] if claim(name, told_with=head, **_plain(reader, allowed[name]))]
    fresh = [event for name, event in allowed.items() if name == head or name in others]
    values = _plain(reader, allowed[head]) | _words(fresh)
    if claim(head, in_desk=1, by_mail=int(wish.by_mail), **values):
        return 1
    if others:  # another run told the head alone meanwhile: the others wait for the next run
        frappe.db.rollback()
    return 0


def _plain(reader: Reader, event: Event) -> dict[str, object]:
    return {
        "kind": event.kind,
        "event": event.event,
        "for_user": reader.user,
        "email": reader.email,
        "subject": event.words()[0],
        "reference_doctype": event.doctype,
        "reference_name": event.name,
    }


def _words(events: Sequence[Event]) -> dict[str, str]:
    """Subject and message of one notice about all of these."""
    subject = events[0].words()[0]
    if len(events) > 1:
        subject = _("{0}, and {1} more").format(subject, dates.digits(len(events) - 1))
    parts = [_paragraph(event) for event in events]
    return {"subject": subject, "message": page("".join(parts) + footer())}


def _paragraph(event: Event) -> str:
    subject, sentence = event.words()
    link = get_url_to_form(event.doctype, event.name)
    title = f'<a href="{escape_html(link)}"><b>{escape_html(subject)}</b></a>'
    return f"<p>{title}<br>{escape_html(sentence)}</p>"


def page(body: str) -> str:
    """HTML in the direction of the present language."""
    direction, side = ("rtl", "right") if is_rtl() else ("ltr", "left")
    return f'<div dir="{direction}" style="direction: {direction}; text-align: {side}">{body}</div>'


def footer() -> str:
    """Where a user chooses what they are told."""
    text = escape_html(_("Choose what you are told"))
    link = escape_html(get_url(routes.listing(preferences.DOCTYPE)))
    return f'<p style="font-size: 12px"><a href="{link}">{text}</a></p>'
