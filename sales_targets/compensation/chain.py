"""The chain of a payee's submitted statements: each hash covers a statement's content and the hash before it."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Context, Decimal
from typing import Any, NamedTuple

import frappe
from frappe import _
from pypika.functions import Cast

from sales_targets.compensation.carried import chains_of
from sales_targets.compensation.payees import Payee
from sales_targets.compensation.trace import text
from sales_targets.engine import statement as engine

STATEMENT, LINE, ADJUSTMENT = (
    "Commission Statement",
    "Commission Statement Line",
    "Commission Statement Adjustment",
)
# What is hashed. Names that a rename rewrites (sellers, KPIs, users) are left out: the seller id stands for them.
HEAD = (
    "payee_type", "seller_id", "company", "currency", "from_date", "to_date", "known_at", "previous_statement",
    "earned", "released", "held", "clawback", "adjustment_total", "draw_topped_up", "draw_recovered",
    "draw_opening", "draw_balance", "net", "brought_forward", "payable",
)  # fmt: skip
OF_LINE = (
    "rule", "lineage", "rule_title", "period_start", "period_end", "measured", "target", "has_target",
    "attainment", "tier", "rate", "earned_to_date", "earned_before", "earned", "released_to_date", "released",
    "held_to_date", "held", "clawback", "clawback_base", "clawback_accelerator", "cause", "trace",
)  # fmt: skip
OF_ADJUSTMENT = (
    "amount", "reason", "adjustment", "dispute", "rule_title", "lineage", "period_start", "period_end",
    "component", "base_earned", "base_released",
)  # fmt: skip
_NUMBERS = frozenset({"Currency", "Float", "Percent"})
# What survives a form, which holds floats.
_STABLE = Context(prec=15)


class Broken(NamedTuple):
    """What is wrong with one statement of a chain, in the user's language."""

    statement: str
    message: str


@frappe.whitelist()
def verify(statement: str) -> list[dict[str, str]]:
    """Whether the statements of this one's chain are as they were submitted: statement and message of each fault."""
    frappe.has_permission(STATEMENT, "read", doc=statement, throw=True)
    fields = ["payee_type", "seller_id", "company", "currency"]
    row = frappe.db.get_value(STATEMENT, statement, fields, as_dict=True)
    payee = Payee(row.payee_type, row.seller_id, "")
    return [one._asdict() for one in verify_chain(row.company, row.currency, [payee])]


def verify_chain(company: str, currency: str, payees: Sequence[Payee]) -> list[Broken]:
    """Every submitted statement of these payees whose content or place in its chain is not as it was hashed."""
    chains = chains_of(company, currency, payees)
    names = [row.name for chain in chains.values() for row in chain]
    contents, stored = read(names), _stored(names)
    found: list[Broken] = []
    for chain in chains.values():
        before, hash_before = "", ""
        for row in chain:
            kept = stored[row.name]
            if canonical(_as_named_then(contents[row.name], kept.canonical)) != kept.canonical:
                found.append(Broken(row.name, _("Its content was changed after it was submitted.")))
            if (row.previous_statement or "") != before or (kept.previous_hash or "") != hash_before:
                found.append(Broken(row.name, _("The statement it builds on was changed or removed.")))
            if engine.chain_hash(kept.canonical or "", kept.previous_hash or "") != kept.content_hash:
                found.append(Broken(row.name, _("Its hash does not belong to its content.")))
            before, hash_before = row.name, kept.content_hash or ""
    return found


def _as_named_then(now: dict[str, Any], kept: str | None) -> dict[str, Any]:
    """A content with the names of company and partner as they were hashed: renaming them is no tampering.

    Whoever moves a statement to another company or partner takes it out of its chain, which is seen there.
    """
    then = json.loads(kept or "{}")
    renamed = ["company", *(["seller_id"] if now["payee_type"] == "Sales Partner" else [])]
    return {**now, **{name: then.get(name, now[name]) for name in renamed}}


def content(
    fields: Mapping[str, Any], lines: Iterable[Mapping[str, Any]], adjustments: Iterable[Mapping[str, Any]]
) -> dict[str, Any]:
    """What of a statement is hashed and compared, as plain text and whole numbers."""
    return {
        **_plain(HEAD, fields),
        "lines": [_plain(OF_LINE, row) for row in lines],
        "adjustments": [_plain(OF_ADJUSTMENT, row) for row in adjustments],
    }


def canonical(of: Mapping[str, Any]) -> str:
    """The text of a content."""
    return engine.canonical(of)


def fingerprint(of: Mapping[str, Any]) -> str:
    """What a draft keeps instead of its text: the same for two contents that say the same, whenever each was known."""
    # As `canonical` writes it, without its look at every value: a run does this for each draft.
    shown = json.dumps({**of, "known_at": ""}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(shown.encode()).hexdigest()


def read(names: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Statement → its content as the database holds it; three queries."""
    if not names:
        return {}
    lines = _children(LINE, OF_LINE, names)
    adjustments = _children(ADJUSTMENT, OF_ADJUSTMENT, names)
    table = frappe.qb.DocType(STATEMENT)
    rows = (
        frappe.qb.from_(table)
        .where(table.name.isin(list(names)))
        .select(table.name, *_columns(STATEMENT, table, HEAD))
    ).run(as_dict=True)
    return {row.name: content(row, lines.get(row.name, ()), adjustments.get(row.name, ())) for row in rows}


def _children(doctype: str, fields: Sequence[str], parents: Sequence[str]) -> dict[str, list[Any]]:
    table = frappe.qb.DocType(doctype)
    rows = (
        frappe.qb.from_(table)
        .where(table.parent.isin(list(parents)) & (table.parenttype == STATEMENT))
        .select(table.parent, *_columns(doctype, table, fields))
        .orderby(table.parent, table.idx)
    ).run(as_dict=True)
    found: dict[str, list[Any]] = {}
    for row in rows:
        found.setdefault(row.parent, []).append(row)
    return found


def _columns(doctype: str, table: Any, fields: Sequence[str]) -> list[Any]:
    """Numbers as text: the driver would make floats of them."""
    meta = frappe.get_meta(doctype)
    return [
        Cast(table[name], "CHAR").as_(name) if meta.get_field(name).fieldtype in _NUMBERS else table[name]
        for name in fields
    ]


def _plain(fields: Sequence[str], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(name, values.get(name)) for name in fields}


def _value(name: str, value: Any) -> Any:
    if name in _AMOUNTS:
        return text(_STABLE.plus(value if type(value) is Decimal else Decimal(value or 0)))
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, int) else value or ""


_TEXTS = frozenset(
    [
        "payee_type",
        "seller_id",
        "company",
        "currency",
        "from_date",
        "to_date",
        "known_at",
        "previous_statement",
        "rule",
        "lineage",
        "rule_title",
        "period_start",
        "period_end",
        "has_target",
        "tier",
        "rate",
        "cause",
        "trace",
        "reason",
        "adjustment",
        "dispute",
        "component",
    ]
)
_AMOUNTS = frozenset({*HEAD, *OF_LINE, *OF_ADJUSTMENT}) - _TEXTS


def _stored(names: Sequence[str]) -> dict[str, Any]:
    rows = frappe.get_all(
        STATEMENT,
        filters={"name": ["in", list(names) or [""]]},
        fields=["name", "canonical", "content_hash", "previous_hash"],
    )
    return {row.name: row for row in rows}
