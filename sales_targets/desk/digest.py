"""The weekly digest: each seller's standing, and for those who lead, who needs help and why.

It goes out on the day of Sales Targets Settings, in the morning of each reader's own time zone, once: its
key in Sales Notice and its e-mail in Frappe's queue are written in one transaction. A run that is
interrupted, or a site that slept through the morning, goes on where it stopped.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import frappe
from frappe import _
from frappe.utils import get_system_timezone, get_url, getdate, now_datetime, today
from frappe.utils.jinja_globals import is_rtl
from rq.timeouts import JobTimeoutException

from sales_targets.compensation import duties
from sales_targets.crediting import events as crediting_events
from sales_targets.desk import audience, digest_rows, preferences, routes, telling
from sales_targets.desk.audience import Reader, Tree
from sales_targets.targets import dates
from sales_targets.targets.standing import Standing, standings

WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MORNING = 6
# A site that was down on the day sends it later, but not when the next one is near.
LATE_DAYS = 3
TEMPLATE = "sales_targets_digest"
CHUNK = 100


def send_due() -> int:
    """Queue the digest of everybody whose morning of the digest day has come; the number queued. Commits each.

    What fails for one reader is logged and tried again by the next run.
    """
    if not int(duties.setting("digest_on") or 0):
        return 0
    tree = Tree()
    due = _due(tree)
    if not due or not telling.can_mail():
        return 0
    found = _all_standings()
    if not found:
        return 0
    return sum(_guarded(reader, week, tree, found) for reader, week in due)


def week_of(reader: Reader, now: datetime) -> date | None:
    """The digest day that is due for this reader at `now` (in the site's time zone), or None.

    The reader's own clock decides: their date, from six in the morning.
    """
    there = now.replace(tzinfo=ZoneInfo(get_system_timezone())).astimezone(_zone(reader))
    chosen = str(duties.setting("digest_day") or WEEKDAYS[0])
    since = (there.weekday() - WEEKDAYS.index(chosen)) % 7
    if since > LATE_DAYS or (since == 0 and there.hour < MORNING):
        return None
    return there.date() - timedelta(days=since)


def compose(reader: Reader, tree: Tree, found: Mapping[str, Standing]) -> dict[str, object] | None:
    """What the digest of this reader says: the arguments of its template, in the present language.

    None where there is nothing to say. Reads what the present user may read: to be called as the reader.
    """
    seen = _seen(found)
    own_names = {one.name for one in tree.of_user(reader.user)}
    own = [one for one in seen if one.target.owner_kind == "Sales Person" and one.target.owner in own_names]
    others = [one for one in seen if one not in own] if _leads(reader.user, tree) else []
    helped = digest_rows.who_needs_help(others)
    if not own and not others:
        return None
    side = ("right", "left") if is_rtl() else ("left", "right")
    return {
        "rtl": is_rtl(),
        "start": side[0],
        "end": side[1],
        "name": reader.full_name or reader.user,
        "day": dates.shown(today()),
        "own": [digest_rows.lines_of(one) for one in own],
        "leads": bool(others),
        "helped": helped.rows,
        "more": dates.digits(helped.more) if helped.more else "",
        "on_track": digest_rows.sentence_of_rest(others, helped),
        "waiting": digest_rows.waiting(),
        "home": get_url(routes.page("sales-targets")),
        "choose": get_url(routes.listing(preferences.DOCTYPE)),
    }


def _due(tree: Tree) -> list[tuple[Reader, date]]:
    """Readers who want it, have not got this week's, and whose time has come."""
    users = audience.readers({one.user for one in tree.sellers.values()} | _managers())
    wishes = preferences.of_users(users)
    now = now_datetime()
    weeks = {
        user: week_of(reader, now)
        for user, reader in users.items()
        if preferences.DIGEST in wishes[user].kinds
    }
    events = {user: _event(week) for user, week in weeks.items() if week}
    known = telling.told(events.items())
    return [
        (users[user], weeks[user]) for user, event in sorted(events.items()) if (user, event) not in known
    ]


def _managers() -> set[str]:
    """Users with the role Sales Manager: they see every seller of their companies."""
    return set(
        frappe.get_all("Has Role", filters={"role": "Sales Manager", "parenttype": "User"}, pluck="parent")
    )


def _all_standings() -> dict[str, Standing]:
    """Where all targets in force stand, worked out once for all readers."""
    day = getdate(today())
    names = frappe.get_all(
        "Sales Target",
        filters={"docstatus": 1, "from_date": ["<=", day], "to_date": [">=", day]},
        pluck="name",
        order_by="name",
    )
    found: dict[str, Standing] = {}
    for start in range(0, len(names), CHUNK):
        found.update({one.target.name: one for one in standings(names[start : start + CHUNK])})
    return found


def _guarded(reader: Reader, week: date, tree: Tree, found: Mapping[str, Standing]) -> int:
    try:
        sent = _send(reader, week, tree, found)
        frappe.db.commit()
        return int(sent)
    except JobTimeoutException:
        raise
    except Exception:
        frappe.db.rollback()
        crediting_events.log_failure("digest")
        return 0


def _send(reader: Reader, week: date, tree: Tree, found: Mapping[str, Standing]) -> bool:
    with audience.reading_as(reader.language):
        with acting_as(reader.user):
            args = compose(reader, tree, found)
        if args is None:
            return False
        subject = _("Your week in sales: {0}").format(dates.shown(week))
        event = _event(week)
        name = telling.key(reader.user, event)
        values = {
            "kind": preferences.DIGEST,
            "event": event,
            "for_user": reader.user,
            "email": reader.email,
        }
        if not telling.claim(name, subject=subject, **values):
            return False
        frappe.sendmail(
            recipients=[reader.email],
            subject=subject,
            template=TEMPLATE,
            args=args,
            reference_doctype=preferences.NOTICE,
            reference_name=name,
        )
    return True


@contextmanager
def acting_as(user: str) -> Iterator[None]:
    """Read as this user, with their permissions, in the present language; afterwards be whoever one was."""
    before, language = frappe.session.user, frappe.local.lang
    frappe.set_user(user)
    frappe.local.lang = language
    try:
        yield
    finally:
        frappe.set_user(before)
        frappe.local.lang = language


def _seen(found: Mapping[str, Standing]) -> list[Standing]:
    """Those of the standings that the present user may see, in their order."""
    if not frappe.has_permission("Sales Target", "read"):
        return []
    names = set(frappe.get_list("Sales Target", filters={"docstatus": 1}, pluck="name", limit=0))
    return [one for name, one in found.items() if name in names]


def _leads(user: str, tree: Tree) -> bool:
    """Whether there are sellers below this user, or they manage all of them."""
    return "Sales Manager" in frappe.get_roles(user) or any(
        one.rgt > one.lft + 1 for one in tree.of_user(user)
    )


def _zone(reader: Reader) -> ZoneInfo:
    try:
        return ZoneInfo(reader.time_zone)
    except Exception:
        return ZoneInfo(get_system_timezone())  # a zone that this machine does not know


def _event(week: date) -> str:
    return telling.event_of(preferences.DIGEST, str(week))
