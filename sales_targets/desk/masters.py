"""A seller's targets and statements on the form of Sales Person and Sales Partner; whose credit a Customer is.

As for documents: an answer is empty for whoever may not see it and where something fails, and the form shows
nothing then.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import frappe
from frappe import _
from frappe.utils import today

from sales_targets.crediting import events
from sales_targets.desk import customer_sellers
from sales_targets.desk.routes import Link, form, report
from sales_targets.targets import people, standing

PERSON, PARTNER, CUSTOMER = "Sales Person", "Sales Partner", "Customer"
FIELDS = {PERSON: "sales_person", PARTNER: "sales_partner"}
_TARGET, _STATEMENT, _CREDIT = "Sales Target", "Commission Statement", "Sales Credit"
_MOST_TARGETS, _MOST_STATEMENTS = 20, 3


@frappe.whitelist()
def standing_of(doctype: str, name: str) -> dict[str, Any]:
    """Targets, statements and credit around a Sales Person, Sales Partner or Customer; {} where not to be seen.

    `sentences`, `links` [{label, href}], `targets` and `statements` of a seller or partner (see `targets_of`
    and `statements_of`), `sellers` and `kpi` of a customer (see `customer_sellers.credited`).
    """
    try:
        if not _check_reader(doctype, name):
            return {}
        return _of_customer(name) if doctype == CUSTOMER else _of_seller(doctype, name)
    except Exception:
        events.log_failure(f"form of {doctype}")
        return {}


def _check_reader(doctype: str, name: str) -> bool:
    if doctype not in (*FIELDS, CUSTOMER) or not frappe.db.exists(doctype, name):
        return False
    if not frappe.has_permission(doctype, "read", name) or not frappe.has_permission(_TARGET, "read"):
        return False
    sellers = people.allowed_sellers()
    if doctype == PARTNER:
        return people.is_manager()
    if doctype == CUSTOMER:
        return bool(frappe.has_permission(_CREDIT, "read"))
    return sellers is None or name in sellers


def _of_seller(doctype: str, name: str) -> dict[str, Any]:
    targets = targets_of(doctype, [name])
    sentences = [] if targets else [_("No target of {0} is in force today.").format(name)]
    if doctype == PERSON and people.is_manager():
        sentences += _without_user(name)
    companies = [one["company"] for one in targets]
    return {
        "sentences": sentences,
        "links": [link._asdict() for link in _links(doctype, name, next(iter(companies), ""))],
        "targets": targets,
        "statements": statements_of(doctype, [name])[:_MOST_STATEMENTS],
    }


def _of_customer(name: str) -> dict[str, Any]:
    kpi = customer_sellers.kpi()
    if not kpi:
        text = _("No KPI that counts invoices is enabled, so this customer is nobody's credit.")
        return {"sentences": [text], "links": [], "sellers": [], "kpi": None}
    rows, hidden = customer_sellers.credited(name, kpi.code)
    named = [row["seller"] for row in rows if row["seller"]]
    by_seller = _grouped(targets_of(PERSON, named), statements_of(PERSON, named))
    for row in rows:
        row |= by_seller.get((row["seller"], row["company"]), {"targets": [], "statement": None})
    sentences = []
    if not rows and not hidden:
        sentences.append(_("In the last twelve months nobody was credited for this customer."))
    if hidden:
        sentences.append(_("Credit of sellers you may not see is left out."))
    links = [
        report(
            _("Open the credits in {0}").format(company),
            "Sales Credit Ledger",
            company=company,
            customer=name,
            from_date=customer_sellers.first_day(),
            to_date=today(),
        )._asdict()
        for company in dict.fromkeys(row["company"] for row in rows)
    ]
    return {
        "sentences": sentences,
        "links": links,
        "sellers": rows,
        "kpi": {"title": _(kpi.title), "unit": kpi.unit},
    }


def targets_of(doctype: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """Targets in force today of sellers or of partners, as far as the user may read them.

    `seller`, `company`, `label`, `href`, `to_date`, and where it stands: `score` and `expected` as parts of 1
    (None: no data) and `pace`.
    """
    if not names:
        return []
    field = FIELDS[doctype]
    rows = frappe.get_list(
        _TARGET,
        filters={
            "target_for": doctype,
            field: ["in", list(names)],
            "docstatus": 1,
            "from_date": ["<=", today()],
            "to_date": [">=", today()],
        },
        fields=["name", "title", "company", "to_date", field],
        order_by="to_date asc, name asc",
        limit=_MOST_TARGETS,
    )
    reached = standing.progress([row.name for row in rows]) if rows else {}
    nothing = {"score": None, "expected": None, "pace": ""}
    return [
        {
            "seller": row[field],
            "company": row.company,
            "label": row.title or row.name,
            "href": form(_TARGET, row.name),
            "to_date": str(row.to_date),
            **reached.get(row.name, nothing),
        }
        for row in rows
    ]


def statements_of(doctype: str, names: Sequence[str]) -> list[dict[str, Any]]:
    """Statements of sellers or of partners that the user may read, the latest first, a hundred at most.

    `seller`, `company`, `currency`, `label`, `href`, `from_date`, `to_date`, `status` and `payable`.
    """
    if not names or not frappe.has_permission(_STATEMENT, "read"):
        return []
    field = FIELDS[doctype]
    rows = frappe.get_list(
        _STATEMENT,
        filters={"payee_type": doctype, field: ["in", list(names)], "docstatus": ["<", 2]},
        fields=["name", "company", "currency", "from_date", "to_date", "status", "payable", field],
        order_by="to_date desc, name desc",
        limit=100,
    )
    return [
        {
            "seller": row[field],
            "company": row.company,
            "currency": row.currency,
            "label": row.name,
            "href": form(_STATEMENT, row.name),
            "from_date": str(row.from_date),
            "to_date": str(row.to_date),
            "status": row.status,
            "payable": row.payable,
        }
        for row in rows
    ]


def _grouped(
    targets: Iterable[dict[str, Any]], statements: Iterable[dict[str, Any]]
) -> dict[tuple[str, str], dict[str, Any]]:
    """(seller, company) -> its targets and its last statement."""
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for kind, rows in (("targets", targets), ("statement", statements)):
        for row in rows:
            entry = found.setdefault((row["seller"], row["company"]), {"targets": [], "statement": None})
            if kind == "targets":
                entry["targets"].append(row)
            else:
                entry["statement"] = entry["statement"] or row
    return found


def _without_user(name: str) -> list[str]:
    """What a seller without a user misses; a team needs none."""
    person = frappe.db.get_value(PERSON, name, ["is_group", "employee"], as_dict=True)
    if person.is_group or (person.employee and frappe.db.get_value("Employee", person.employee, "user_id")):
        return []
    return [
        _(
            "No user stands behind this Sales Person, so opportunities and activities are not credited, and "
            "nobody sees these targets as their own. Set its Employee, and on that Employee the user."
        )
    ]


def _links(doctype: str, name: str, company: str) -> list[Link]:
    field = FIELDS[doctype]
    company = company or frappe.defaults.get_user_default("Company") or ""
    return [
        report(_("Open the credits"), "Sales Credit Ledger", company=company, **{field: name}),
        report(
            _("Sales Target Attainment"),
            "Sales Target Attainment",
            company=company,
            target_for=doctype,
            **({field: name} if doctype == PERSON else {}),
        ),
        report(_("Commission Summary"), "Commission Summary", company=company),
    ]
