"""Who is credited for what, as the forms of ERPNext's own documents show it.

A form asks once it is drawn, and shows nothing where the answer is empty. So whoever may not see credits, and
whatever goes wrong here, leaves the form as ERPNext made it: nothing is raised, errors go to the log.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.query_builder.functions import Max, Min, Sum
from pypika.functions import Cast

from sales_targets.crediting import events
from sales_targets.crediting.world import World
from sales_targets.desk import document_words as words, opportunity
from sales_targets.desk.document_words import Indicator
from sales_targets.desk.routes import Link, form, report
from sales_targets.engine.credit import Member, members
from sales_targets.engine.money import ZERO
from sales_targets.targets import definitions, people
from sales_targets.targets.definitions import Kpis

CREDIT = "Sales Credit"
OPPORTUNITY = "Opportunity"
KINDS = ("Sales Invoice", "POS Invoice", "Sales Order", OPPORTUNITY)
_LEDGER, _UNCREDITED = "Sales Credit Ledger", "Uncredited Documents"
_MOST_RETURNS = 5


class Credited(NamedTuple):
    """What one seller ("" is nobody) has of one KPI for the document, corrections taken off; days inclusive."""

    kpi: str
    sales_person: str
    overlay: bool
    reason: str
    currency: str
    first: date
    last: date
    value: Decimal


class Facts(NamedTuple):
    """All that is known about the credit of one document, before anybody's permissions are asked."""

    doc: Document
    company: str
    team: Sequence[Member]
    credited: Sequence[Credited]
    waiting: frappe._dict | None
    world: World
    kpis: Kpis

    @property
    def submittable(self) -> bool:
        """An opportunity earns credit as it is; all others once they are submitted."""
        return self.doc.doctype != OPPORTUNITY

    @property
    def draft(self) -> bool:
        """Nothing can be credited yet."""
        return self.submittable and self.doc.docstatus == 0


@frappe.whitelist()
def credits(doctype: str, name: str) -> dict[str, Any]:
    """Who is credited for what by one document; {} where the user may not see it or something failed.

    `indicator` {label, colour, short}; `sentences` plain texts; `links` [{label, href}]; `kpis` [{code, title, unit}];
    `sellers` [{label, href, pill, share (per cent, of drafts) or None, values: code -> float}]; `currency` of
    the amounts; `waiting` whether it is worth asking again soon; `estimate` of an open opportunity or None.
    """
    try:
        return _answer(frappe.get_doc(doctype, name)) if _check_reader(doctype, name) else {}
    except Exception:
        events.log_failure(f"form of {doctype}")
        return {}


def _check_reader(doctype: str, name: str) -> bool:
    """Whether the user may read the document, and credits at all."""
    return (
        doctype in KINDS
        and frappe.has_permission(CREDIT, "read")
        and bool(frappe.db.exists(doctype, name))
        and frappe.has_permission(doctype, "read", name)
    )


def _answer(doc: Document) -> dict[str, Any]:
    world = World()
    company = doc.get("company") or world.default_company
    companies = people.allowed_companies(doctype=CREDIT)
    if companies is not None and company not in companies:
        return {}
    facts = Facts(
        doc, company, team_of(doc, world), read(doc), _waiting(doc), world, definitions.load()
    )  # fmt: skip
    sellers = people.allowed_sellers()
    shown = [one for one in facts.credited if sees(sellers, one.sales_person)]
    hidden = any(one.sales_person and not sees(sellers, one.sales_person) for one in facts.credited)
    rows = _expected(facts, sellers) if facts.draft else _rows(shown)
    estimate = _estimate(facts, sellers)
    return {
        "indicator": _indicator(facts, shown, hidden)._asdict(),
        "sentences": _sentences(facts, shown, hidden, sellers),
        "links": [link._asdict() for link in _links(facts, shown, sellers)],
        "kpis": [] if facts.draft else _columns(shown, facts.kpis),
        "sellers": rows,
        "currency": world.currencies.get(company) or "",
        "waiting": bool(facts.waiting and not facts.waiting.parked),
        "estimate": estimate,
    }


def sees(sellers: set[str] | None, sales_person: str) -> bool:
    """Whether the sellers allowed (None: all, and nobody's credit too) hold this one."""
    return sellers is None or sales_person in sellers


def team_of(doc: Document, world: World) -> Sequence[Member]:
    """Who the document's credit goes to by what it says now: its team, or the seller behind its owner."""
    if doc.doctype == OPPORTUNITY:
        return world.by_user(doc.opportunity_owner)
    rows = [
        (row.sales_person or "", Decimal(str(row.allocated_percentage or 0)))
        for row in doc.get("sales_team") or ()
    ]
    return members(rows, world.sellers)


def read(doc: Document) -> list[Credited]:
    """What the ledger says of one document, nobody's permissions asked: its own credits, and those of others
    (a customer, a payment) that name it. One query."""
    table = frappe.qb.DocType(CREDIT)
    own = (table.unit_type == doc.doctype) & (table.unit == doc.name)
    names = (table.voucher_no == doc.name) & (table.voucher_type == doc.doctype)
    value = Sum(table.value)
    rows = (
        frappe.qb.from_(table)
        .where(own | names)
        .groupby(table.kpi, table.sales_person, table.overlay, table.reason, table.currency)
        .having(value != 0)
        .select(
            table.kpi,
            table.sales_person,
            table.overlay,
            table.reason,
            table.currency,
            Min(table.posting_date),
            Max(table.posting_date),
            Cast(value, "CHAR"),
        )
    ).run()
    return [
        Credited(kpi, person or "", bool(overlay), reason or "", currency, first, last, Decimal(amount))
        for kpi, person, overlay, reason, currency, first, last, amount in rows
    ]


def _waiting(doc: Document) -> frappe._dict | None:
    rows = frappe.get_all(
        "Sales Credit Queue",
        filters={"source": doc.doctype, "unit": doc.name},
        fields=["parked", "attempts", "error"],
        order_by="parked desc",
        limit=1,
    )
    return rows[0] if rows else None


def _rows(shown: Iterable[Credited]) -> list[dict[str, Any]]:
    """One row per seller, overlay credit apart, nobody last."""
    found: dict[tuple[str, bool], dict[str, Decimal]] = {}
    for one in shown:
        values = found.setdefault((one.sales_person, one.overlay), {})
        values[one.kpi] = values.get(one.kpi, ZERO) + one.value
    linked = frappe.has_permission("Sales Person", "read")
    ranked = sorted(found, key=lambda key: (not key[0], key[1], key[0]))
    return [
        _row(
            person,
            linked,
            pill=_("Overlay") if overlay else "",
            values={code: float(value) for code, value in found[person, overlay].items()},
        )
        for person, overlay in ranked
    ]


def _expected(facts: Facts, sellers: set[str] | None) -> list[dict[str, Any]]:
    """Of a draft: the members of its team with their shares."""
    shares: dict[str, Decimal] = {}
    for member in facts.team:
        if sees(sellers, member.sales_person):
            shares[member.sales_person] = shares.get(member.sales_person, ZERO) + member.percent
    linked = frappe.has_permission("Sales Person", "read")
    return [_row(person, linked, share=float(share)) for person, share in shares.items() if share]


def _row(person: str, linked: bool, **more: Any) -> dict[str, Any]:
    href = form("Sales Person", person) if person and linked else ""
    return {"label": person or _("Nobody"), "href": href, "pill": "", "share": None, "values": {}, **more}


def _columns(shown: Iterable[Credited], kpis: Kpis) -> list[dict[str, str]]:
    """The KPIs among what is shown, amounts first."""
    codes = {one.kpi for one in shown}
    found = [
        {"code": code, "title": _(kpis[code].title), "unit": kpis[code].unit}
        if code in kpis
        else {"code": code, "title": code, "unit": "Number"}
        for code in codes
    ]
    return sorted(found, key=lambda kpi: (kpi["unit"] != "Currency", kpi["code"] != "revenue", kpi["title"]))


def _indicator(facts: Facts, shown: Sequence[Credited], hidden: bool) -> Indicator:
    if facts.waiting:
        return words.parked() if facts.waiting.parked else words.waiting()
    if facts.draft:
        return words.draft(any(member.sales_person for member in facts.team))
    if facts.submittable and facts.doc.docstatus == 2:
        return words.cancelled()
    names = list(dict.fromkeys(one.sales_person for one in shown if one.sales_person))
    if names:
        short = any(not one.sales_person for one in shown)
        return words.credited(names, short, bool(facts.doc.get("is_return")))
    if hidden:
        return words.others()
    if shown or not any(member.sales_person for member in facts.team):
        return words.nobody()
    return words.nothing()


def _sentences(facts: Facts, shown: Sequence[Credited], hidden: bool, sellers: set[str] | None) -> list[str]:
    doc = facts.doc
    found: list[str] = []
    if facts.waiting:
        found += words.why_waiting(facts.waiting, people.is_manager())
    if facts.draft:
        found.append(words.once_submitted(any(member.sales_person for member in facts.team)))
    elif facts.submittable and doc.docstatus == 2:
        found.append(words.taken_back())
    elif not facts.submittable:
        found += opportunity.sentences(doc, facts.team, sellers)
    elif not facts.credited and not facts.waiting:
        found += words.why_nothing(doc, facts.world, facts.kpis)
    if not (facts.submittable and doc.docstatus == 2):
        found += words.of_nobody(doc, [*(one.reason for one in facts.team), *(one.reason for one in shown)])
    if hidden or (facts.draft and any(_is_other(one, sellers) for one in facts.team)):
        found.append(_("Credit of sellers you may not see is left out."))
    found += words.of_returns(doc, _returns(doc))
    currency = facts.world.currencies.get(facts.company)
    if shown and doc.get("currency") and currency and doc.currency != currency:
        found.append(_("Amounts are in {0}, the currency of the company.").format(currency))
    return found


def _is_other(member: Member, sellers: set[str] | None) -> bool:
    return bool(member.sales_person) and not sees(sellers, member.sales_person)


def _returns(doc: Document) -> list[str]:
    """Submitted returns of an invoice, the first few."""
    if doc.doctype not in ("Sales Invoice", "POS Invoice") or doc.docstatus != 1 or doc.get("is_return"):
        return []
    filters = {"return_against": doc.name, "docstatus": 1, "is_return": 1}
    return frappe.get_list(
        doc.doctype, filters=filters, pluck="name", order_by="posting_date", limit=_MOST_RETURNS
    )


def _links(facts: Facts, shown: Sequence[Credited], sellers: set[str] | None) -> list[Link]:
    doc, found = facts.doc, []
    if shown:
        days = {
            "from_date": str(min(one.first for one in shown)),
            "to_date": str(max(one.last for one in shown)),
        }
        found.append(
            report(_("Open the credits"), _LEDGER, company=facts.company, voucher_no=doc.name, **days)
        )
    # The report is for those who see nobody's credit.
    if people.is_manager() and sellers is None and _belongs_to_nobody(facts, shown):
        day = str(doc.get("posting_date") or doc.get("transaction_date") or frappe.utils.today())
        found.append(
            report(_("Uncredited Documents"), _UNCREDITED, company=facts.company, from_date=day, to_date=day)
        )  # fmt: skip
    return found


def _belongs_to_nobody(facts: Facts, shown: Sequence[Credited]) -> bool:
    parked = bool(facts.waiting and facts.waiting.parked)
    return parked or any(not one.sales_person for one in shown)


def _estimate(facts: Facts, sellers: set[str] | None) -> dict[str, Any] | None:
    """What an open opportunity would pay its seller, to those who may see the seller."""
    if facts.doc.doctype != OPPORTUNITY or facts.doc.status in opportunity.OVER:
        return None
    person = next((member.sales_person for member in facts.team), "")
    if not person or not sees(sellers, person):
        return None
    try:
        return opportunity.estimate_of(facts.doc, facts.company, person, facts.world)
    except Exception:
        # Who is credited is worth showing without it.
        events.log_failure("estimate")
        return None
