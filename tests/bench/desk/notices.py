"""For tests of what people are told: a day, a team, and what reached whom."""

import re
from email import message_from_string, policy

import frappe

from sales_targets.desk import digest, happenings, telling
from sales_targets.targets import standing
from tests.bench import factories as make
from tests.bench.targets.credits import credits

DAY = "2026-03-20"
KINDS = ("Target Behind", "Milestone Reached", "Stretch Reached", "Target Revised", "Statement Waits")


def on(monkeypatch, day: str = DAY) -> None:
    """Let it be this day."""
    for module in (standing, happenings, digest):
        monkeypatch.setattr(module, "today", lambda: day)


def team() -> frappe._dict:
    """North, led by Lea; Ann, who can log in, and Bob, who cannot, are in it."""
    north, lea = make.seller_user(make.some("North"), roles=("Sales User",))
    frappe.db.set_value("Sales Person", north, "is_group", 1)
    ann, login = make.seller_user(make.some("Ann"), north)
    bob = make.sales_person(make.some("Bob"), north)
    return frappe._dict(north=north, lea=lea, ann=ann, login=login, bob=bob)


def year(seller: str, achieved: float = 0, target: float = 12000, **line):
    """A target of 1000 a month on revenue, with something achieved in March."""
    doc = make.target(seller, [{"kpi": "revenue", "target": target, **line}])
    if achieved:
        credits(seller, {"2026-03-02": achieved})
    return doc


def tell_targets() -> int:
    """What the hourly job does; how many notices it made."""
    return sum(telling.tell(found) for found in happenings.of_targets())


def notices(user: str, kind: str | None = None) -> list[frappe._dict]:
    """The notices a user was given, without those told with another."""
    filters = {"for_user": user, "told_with": ["is", "not set"]}
    if kind:
        filters["kind"] = kind
    fields = ["name", "kind", "subject", "message", "in_desk", "by_mail", "reference_name"]
    found = frappe.get_all("Sales Notice", filters=filters, fields=fields, order_by="kind, creation")
    for one in found:
        one.message = _plain(one.message)
    return found


def kinds(user: str) -> list[str]:
    """Kinds of the notices of a user, sorted."""
    return sorted(one.kind for one in notices(user))


def bells(user: str) -> list[str]:
    """Subjects in the user's list of notifications in the desk."""
    filters = {"for_user": user, "document_type": "Sales Notice"}
    return frappe.get_all("Notification Log", filters=filters, pluck="subject", order_by="creation")


def mails(user: str) -> list[str]:
    """HTML of the mails in Frappe's queue to a user: nothing of them leaves the machine."""
    queue, recipient = frappe.qb.DocType("Email Queue"), frappe.qb.DocType("Email Queue Recipient")
    rows = (
        frappe.qb.from_(queue)
        .join(recipient)
        .on(recipient.parent == queue.name)
        .where(recipient.recipient == user)
        .select(queue.message)
        .orderby(queue.creation)
    ).run(pluck=True)
    return [_html(message) for message in rows]


def _html(message: str) -> str:
    parsed = message_from_string(message, policy=policy.default)
    return _plain(parsed.get_body(preferencelist=("html",)).get_content())


def _plain(text: str | None) -> str:
    """With spaces that may break, and without marks of direction."""
    return re.sub("[\u2066\u2069]", "", (text or "").replace("\u00a0", " ").replace("&nbsp;", " "))
