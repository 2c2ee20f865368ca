"""Splitting a team's target among its members, to the cent: shown first, then written as draft targets."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils.data import get_link_to_form

from sales_targets.engine.calendar import spread
from sales_targets.engine.money import ONE, ZERO, share
from sales_targets.targets import achieved, calendars, definitions, loader, overlaps, planning
from sales_targets.targets.definitions import Kpis
from sales_targets.targets.loader import Line, Target

EVENLY, LAST_YEAR, BY_WEIGHT = "Evenly", "Last Year", "By Weight"
HUNDRED = Decimal(100)
# Figures of a line that are split with its target.
_SPLIT = ("target", "threshold", "stretch", "baseline")


@dataclass(frozen=True)
class Part:
    """What one member gets. `amounts` are by line number; `existing` names a target that is there already."""

    member: str
    is_group: bool
    weight: Decimal
    amounts: Mapping[int, Mapping[str, Decimal | None]]
    existing: str = ""


@dataclass(frozen=True)
class Split:
    """A target and its parts, one per member; `notes` are sentences for the user."""

    target: Target
    parts: Sequence[Part]
    notes: Sequence[str]


@frappe.whitelist()
def preview(target: str, by: str = EVENLY, weights: str | dict[str, float] | None = None) -> dict[str, Any]:
    """What each member of the team would get; writes nothing. Needs write permission on the target.

    `by` is "Evenly", "Last Year" or "By Weight"; `weights` (JSON or a dict) give the members' relative
    weights, 0 leaves one out. Members without a weight given count as 1.
    """
    split = _split(target, by, weights)
    lines = split.target.lines
    return {
        "currency": split.target.currency,
        "lines": [{"number": line.number, "title": _(line.title), "unit": line.unit} for line in lines],
        "members": [
            {
                "member": part.member,
                "is_group": part.is_group,
                "weight": float(part.weight),
                "existing": part.existing,
                "amounts": {
                    line.number: float(part.amounts[line.number]["target"] or ZERO) for line in lines
                },
            }
            for part in split.parts
        ],
        "totals": {line.number: float(_whole(line)) for line in lines},
        "notes": list(split.notes),
    }


@frappe.whitelist()
def create(target: str, by: str = EVENLY, weights: str | dict[str, float] | None = None) -> dict[str, Any]:
    """Write a draft target for each member, as `preview` shows it: {"created": [names], "skipped": [sentences]}.

    Members that have an overlapping target already, or get nothing, are skipped and named. Needs write
    permission on the target and the permission to create targets.
    """
    frappe.has_permission("Sales Target", "create", throw=True)
    split = _split(target, by, weights)
    created, skipped = [], []
    for part in split.parts:
        if part.existing:
            message = _("{0} has an overlapping target already: {1}")
            skipped.append(message.format(part.member, get_link_to_form("Sales Target", part.existing)))
        elif not _lines_of(split.target, part):
            skipped.append(_("{0} would get nothing").format(part.member))
        else:
            created.append(_draft(split.target, part).name)
    return {"created": created, "skipped": skipped}


def _split(name: str, by: str, weights: str | dict[str, float] | None) -> Split:
    doc = frappe.get_doc("Sales Target", name)
    doc.check_permission("write")
    if doc.docstatus == 2:
        frappe.throw(_("A cancelled target is not distributed."), title=_("Cancelled"))
    kpis = definitions.load()
    target = loader.load([name], kpis)[0]
    members = _members(target)
    existing = {
        other.owner_name: other.name
        for _line, other in overlaps.find(doc, owners=[row.name for row in members], drafts=True)
    }
    if by == LAST_YEAR:
        by_line, notes = _by_last_year(doc, target, members, kpis)
        weight = dict.fromkeys((row.name for row in members), ONE)
    else:
        weight = _weights(members, weights if by == BY_WEIGHT else None)
        by_line, notes = {line.number: list(weight.values()) for line in target.lines}, []
    amounts = {line.number: _amounts(line, by_line[line.number]) for line in target.lines}
    parts = [
        Part(
            member=row.name,
            is_group=bool(row.is_group),
            weight=weight[row.name],
            amounts={number: figures[index] for number, figures in amounts.items()},
            existing=existing.get(row.name, ""),
        )
        for index, row in enumerate(members)
    ]
    return Split(target, parts, notes)


def _members(target: Target) -> list[frappe._dict]:
    """The enabled sellers and teams right below the target's owner."""
    if target.owner_kind != "Sales Person":
        frappe.throw(_("Only a team's target can be distributed."), title=_("No team"))
    members = frappe.get_all(
        "Sales Person",
        filters={"parent_sales_person": target.owner, "enabled": 1},
        fields=["name", "is_group"],
        order_by="lft",
    )
    if not members:
        message = _("There is no enabled Sales Person below {0}.")
        frappe.throw(message.format(frappe.bold(target.owner)), title=_("No team"))
    return members


def _weights(members: Sequence[frappe._dict], given: str | dict[str, float] | None) -> dict[str, Decimal]:
    values = frappe.parse_json(given) if given else {}
    weights = {row.name: Decimal(str(values.get(row.name, 1) or 0)) for row in members}
    if any(weight < 0 for weight in weights.values()) or not any(weights.values()):
        frappe.throw(
            _("Give at least one member a weight above zero, and none one below."), title=_("Weights")
        )
    return weights


def _by_last_year(
    doc: Any, target: Target, members: Sequence[frappe._dict], kpis: Kpis
) -> tuple[dict[int, list[Decimal]], list[str]]:
    """Line number -> what each member brought on the same days a year before."""
    spans = [planning.year_before(doc, day) for day in (target.start, target.end)]
    slots = [
        planning.slot_of(doc, line, *spans)._replace(owner=row.name) for line in doc.kpis for row in members
    ]
    figures = achieved.values(slots, kpis)
    weights, notes = {}, []
    for number, line in enumerate(target.lines):
        values = figures[number * len(members) : (number + 1) * len(members)]
        weights[line.number] = [max(value or ZERO, ZERO) for value in values]
        if not line.repeats and not any(weights[line.number]):
            message = _("{0} has no figures for the same days a year before, so it is split evenly.")
            notes.append(message.format(_(line.title)))
    return weights, notes


def _whole(line: Line) -> Decimal:
    """What is split: the line's periods as revised."""
    return line.whole_target


def _amounts(line: Line, weights: Sequence[Decimal]) -> list[dict[str, Decimal | None]]:
    """Target, threshold, stretch and baseline of one line for each member; a ratio's hold for everybody."""
    places = loader.places(line.unit)
    columns: dict[str, Sequence[Decimal | None]] = {}
    for name in _SPLIT:
        value = _whole(line) if name == "target" else getattr(line, name)
        if value is None or line.repeats:
            columns[name] = [value] * len(weights)
        else:
            columns[name] = share(value, weights, places)
    return [{name: columns[name][index] for name in _SPLIT} for index in range(len(weights))]


def _lines_of(target: Target, part: Part) -> list[Line]:
    """The lines of which a member gets something; by weight 0 none at all."""
    if not part.weight:
        return []
    lines = [line for line in target.lines if part.amounts[line.number]["target"] or line.repeats]
    # Ratios alone are no share of anything.
    return (
        lines if any(not line.repeats for line in lines) or all(line.repeats for line in target.lines) else []
    )


def _draft(target: Target, part: Part) -> Any:
    """Insert one member's target. Its weights total 100 again where lines fell away."""
    lines = _lines_of(target, part)
    weights = share(HUNDRED, [line.weight for line in lines], loader.FIGURE_PLACES)
    by_hand = target.spread == planning.BY_HAND or _is_revised(target)
    doc = frappe.get_doc(
        {
            "doctype": "Sales Target",
            "target_for": "Sales Person",
            "sales_person": part.member,
            "parent_target": target.name,
            "company": target.company,
            "currency": target.currency,
            "from_date": target.start,
            "to_date": target.last,
            "calendar": target.calendar,
            "break_into": target.break_into,
            "spread": planning.BY_HAND if by_hand else target.spread,
            "monthly_distribution": target.monthly_distribution or None,
            "holiday_list": target.holiday_list or None,
            "kpis": [
                _child_line(line, part.amounts[line.number], weight)
                for line, weight in zip(lines, weights, strict=True)
            ],
        }
    )
    if by_hand:
        doc.set("periods", _child_periods(doc, lines, part))
    doc.flags.quiet = True
    return doc.insert()


def _child_line(line: Line, amounts: Mapping[str, Decimal | None], weight: Decimal) -> dict[str, Any]:
    return {
        "kpi": line.kpi,
        "weight": float(weight),
        **{name: float(amounts[name] or ZERO) for name in _SPLIT},
        **{name: getattr(line, name) or None for name in loader.FILTER_FIELDS},
    }


def _child_periods(doc: Any, lines: Sequence[Line], part: Part) -> list[dict[str, Any]]:
    """The team's own pattern over the periods, for plans made by hand and for revised ones."""
    spans = planning.periods_of(doc)
    rows = []
    for number, line in enumerate(lines, 1):
        total, places = part.amounts[line.number]["target"] or ZERO, loader.places(line.unit)
        pattern = [row.target for row in line.periods] if len(line.periods) == len(spans) else None
        amounts = (
            [total] * len(spans) if line.repeats else spread(total, spans, places=places, weights=pattern)
        )
        rows += [
            {
                "kpi": line.kpi,
                "line": number,
                "label": calendars.label(span),
                "from_date": span.start,
                "to_date": span.last,
                "target": float(amount),
            }
            for span, amount in zip(spans, amounts, strict=True)
        ]
    return rows


def _is_revised(target: Target) -> bool:
    return any(row.target != row.planned for line in target.lines for row in line.periods)
