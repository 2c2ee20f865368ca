"""KPI Scorecard: the KPIs of somebody's targets by perspective of the balanced scorecard, leading beside lagging."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from sales_targets.desk import leaderboard, routes
from sales_targets.engine.money import ZERO, add_up
from sales_targets.sales_targets.report import shared, times
from sales_targets.sales_targets.report.kpi_scorecard import scorecard
from sales_targets.sales_targets.report.kpi_scorecard.scorecard import LAGGING, LEADING, Asked, Score
from sales_targets.sales_targets.report.sales_target_attainment.sales_target_attainment import PACE_COLOURS
from sales_targets.sales_targets.report.shared import Column, Row
from sales_targets.targets import people, reporting

EARLIER = 5
BARS = "▁▂▃▄▅▆▇█"
NO_BAR = "·"


def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    asked = check(frappe._dict(filters or {}))
    if isinstance(asked, str):
        return [], [], asked
    scores = scorecard.read(asked)
    return (
        get_columns(asked),
        get_data(asked, scores),
        get_message(asked, scores),
        get_chart(scores),
        get_summary(scores, asked.cap),
    )


def check(filters: Mapping[str, Any]) -> Asked | str:
    """What is asked for, refused with a message where it makes no sense; a message where there is nobody to show."""
    if not shared.has_company(filters):
        return shared.no_company()
    company = shared.company_of(filters)
    cap = flt(filters.get("cap"))
    if not 0 <= cap <= 1000:
        shared.refuse(_("Enter a percentage from 0 to 1000."))
    owner = _owner(filters, company)
    if isinstance(owner, str):
        return owner
    kind, name, within = owner
    return Asked(
        company=company,
        currency=frappe.get_cached_value("Company", company, "default_currency"),
        kind=kind,
        owner=name,
        within=within,
        windows=times.windows(filters, company, EARLIER),
        cap=Decimal(repr(cap)) / shared.HUNDRED if cap else None,
    )


def _owner(filters: Mapping[str, Any], company: str) -> tuple[str, str, frozenset[str] | None] | str:
    """(kind, name, the owner and all below it). Who does not see every seller sees one of their own."""
    seller, territory = (
        shared.named(filters, "sales_person", "Sales Person"),
        shared.named(filters, "territory", "Territory"),
    )
    if seller and territory:
        shared.refuse(_("Choose a seller or a territory, not both."))
    allowed = people.allowed_sellers()
    if territory:
        return "Territory", territory, _territories(territory, allowed)
    if allowed is None and not seller:
        return "Company", company, None
    if allowed is not None and not seller:
        seller = next((name for name in leaderboard.own_sellers() if name in allowed), None)
    if not seller:
        return _("Choose a seller: you do not see all of them.") if allowed else shared.no_seller()
    if allowed is not None and seller not in allowed:
        _refuse_to_show(seller)
    within = frozenset(people.subtree(seller))
    return "Sales Person", seller, within if allowed is None else within & allowed


def _territories(name: str, allowed: set[str] | None) -> frozenset[str]:
    if allowed is not None:
        frappe.throw(
            _("Targets of territories, sales partners and companies are seen by those who see every seller."),
            frappe.PermissionError,
        )
    permitted = shared.permitted("Territory")
    if permitted is not None and name not in permitted:
        _refuse_to_show(name)
    inside = frozenset(reporting.below("Territory", name))
    return inside if permitted is None else inside & permitted


def _refuse_to_show(name: str) -> None:
    frappe.throw(
        _("You are not permitted to see {0}.").format(frappe.bold(frappe.utils.escape_html(name))),
        frappe.PermissionError,
    )


def get_columns(asked: Asked) -> list[Column]:
    """The KPI, its weight and figures, its attainment as leading or lagging, and how it moves."""
    window = asked.windows[-1]
    days = {"from_date": str(window.start), "to_date": str(window.last)}
    columns = [
        shared.text("title", _("Perspective and KPI"), 260),
        shared.amount("weight", _("Weight"), "Percent", 90),
        shared.amount("target", _("Target"), "Number", 140),
        shared.amount("achieved", _("Achieved"), "Number", 140, drill=days),
        shared.amount("attainment", _("Attainment"), "Percent", 110),
        shared.amount("leading", _("Leading"), "Percent", 100),
        shared.amount("lagging", _("Lagging"), "Percent", 100),
        shared.amount("to_date", _("Of What Is Due"), "Percent", 150),
        shared.amount("before", _("Period Before"), "Percent", 130),
        shared.amount("change", _("Change in Points"), "Points", 150) | {"precision": 1},
        shared.text("trend", _("Trend"), 110),
        shared.text("pace", _("Pace"), 130),
        shared.currency_column(),
    ]
    if asked.cap is not None:
        columns.insert(5, shared.amount("counted", _("Counted"), "Percent", 100))
    return columns


def get_data(asked: Asked, scores: Sequence[Score]) -> list[Row]:
    """Each perspective with its KPIs below it, and the whole."""
    rows = []
    for perspective in scorecard.PERSPECTIVES:
        inside = [one for one in scores if one.perspective == perspective]
        if inside:
            key = f"perspective {perspective}"
            rows.append(_sum_row(asked, inside, perspective_label(perspective)) | {"key": key, "indent": 0})
            rows += [_kpi_row(asked, one) | {"parent": key, "indent": 1} for one in inside]
    if rows:
        rows.append(_sum_row(asked, scores, _("Scorecard")) | {"key": "scorecard", "indent": 0})
    return rows


def _kpi_row(asked: Asked, score: Score) -> Row:
    kind = score.indicator.lower()
    attained = shared.percent(score.attainment)
    return {
        "key": " ".join(("kpi", score.kpi.code, *score.measure.filters)),
        "title": title(score),
        "kpi": score.kpi.code,
        "unit": score.kpi.unit,
        "weight": shared.percent(score.weight),
        "target": shared.edge(score.cell.target),
        "achieved": shared.edge(score.cell.achieved),
        "attainment": attained,
        "counted": shared.percent(_capped(score.attainment, asked.cap)),
        "leading": attained if kind == "leading" else None,
        "lagging": attained if kind == "lagging" else None,
        "to_date": shared.percent(score.to_date),
        "before": shared.percent(score.before),
        "change": shared.percent(score.change),
        "pace": _(score.pace) if score.pace else "",
        "pace_colour": PACE_COLOURS.get(score.pace, "").lower(),
        "currency": asked.currency,
        "drill": _drill(asked, score),
        **_trend(asked, [*score.earlier, score.to_date]),
    }


def _sum_row(asked: Asked, scores: Sequence[Score], label: str) -> Row:
    """The weighted means of several KPIs; a KPI without data counts in none of them."""

    def mean(of: str, indicator: str = "") -> Decimal | None:
        return scorecard.weighted([one for one in scores if indicator in ("", one.indicator)], of)

    attained, to_date, before = mean("attainment"), mean("to_date"), mean("before")
    return {
        "title": label,
        "is_total": 1,
        "weight": shared.percent(add_up(one.weight for one in scores)),
        "attainment": shared.percent(attained),
        "counted": shared.percent(scorecard.weighted(scores, "attainment", asked.cap)),
        "leading": shared.percent(mean("attainment", LEADING)),
        "lagging": shared.percent(mean("attainment", LAGGING)),
        "to_date": shared.percent(to_date),
        "before": shared.percent(before),
        "change": shared.percent(scorecard.difference(to_date, before)),
    }


def _capped(value: Decimal | None, cap: Decimal | None) -> Decimal | None:
    return value if value is None or cap is None else min(value, cap)


def _drill(asked: Asked, score: Score) -> Row:
    """Which credits a KPI is made of, as filters of the ledger."""
    found: Row = {"company": asked.company, "kpi": json.dumps([score.kpi.code]), **score.measure.only}
    if asked.kind == "Sales Person":
        return found | {"sales_person": asked.owner}
    found["without_overlay"] = 1
    return found if asked.kind == "Company" else found | {"territory": asked.owner}


def _trend(asked: Asked, values: Sequence[Decimal | None]) -> Row:
    """The attainment of each window as a bar, and in words for those who do not see bars."""
    none = _("No data")
    words = [
        f"{times.label(window)}: {none if value is None else f'{round(shared.percent(value))}%'}"
        for window, value in zip(asked.windows, values, strict=True)
    ]
    return {"trend": bars(values), "trend_words": ", ".join(words)}


def bars(values: Sequence[Decimal | None]) -> str:
    """The values as bars of text, from 0 to the largest of them, 1 at least; a dot where there is none."""
    top = max([Decimal(1), *(value for value in values if value is not None)])
    if all(value is None for value in values):
        return ""
    return "".join(
        NO_BAR if value is None else BARS[min(int(max(value, ZERO) / top * len(BARS)), len(BARS) - 1)]
        for value in values
    )


def title(score: Score) -> str:
    """The KPI's title with the filters of its lines."""
    only = ", ".join(score.measure.only.values())
    return f"{_(score.kpi.title)} ({only})" if only else _(score.kpi.title)


def perspective_label(name: str) -> str:
    """The perspective in the user's language."""
    return {
        "Financial": _("Financial"),
        "Customer": _("Customer"),
        "Internal Process": _("Internal Process"),
        "Learning and Growth": _("Learning and Growth"),
    }.get(name, _("Without a perspective"))


def get_message(asked: Asked, scores: Sequence[Score]) -> str:
    """Whose scorecard it is and when, what counts, and what to do where something is missing."""
    escaped = frappe.utils.escape_html
    head = f"{frappe.bold(escaped(asked.owner))} · {escaped(times.label(asked.windows[-1]))}"
    if not scores:
        link = routes.anchor(_("Sales Target"), routes.listing("Sales Target"))
        return f"{head}<br>" + _(
            "No targets in this time yet. Submit a {0}, and its KPIs appear here."
        ).format(link)
    lines = [head]
    if asked.cap is not None:
        lines.append(
            _(
                "Attainment is shown as it is; of it a KPI counts at most {0} %, in Counted and in the score above."
            ).format(f"{float(asked.cap * 100):g}")
        )
    off = sorted({code for one in scores for code in ([one.kpi.code] if not one.kpi.enabled else [])})
    if off:
        lines.append(_("Not credited, since not enabled: {0}.").format(", ".join(map(frappe.bold, off))))
    if not any(one.indicator == LEADING for one in scores):
        lines.append(_("No leading KPI is among these targets: they tell what came, not what is coming."))
    return "<br>".join(lines)


def get_chart(scores: Sequence[Score]) -> Row | None:
    """Leading beside lagging, by perspective."""
    if all(one.attainment is None for one in scores):
        return None
    names = [name for name in scorecard.PERSPECTIVES if any(one.perspective == name for one in scores)]

    def values(indicator: str) -> list[float]:
        found = [
            scorecard.weighted(
                [one for one in scores if (one.perspective, one.indicator) == (name, indicator)],
                "attainment",
            )
            for name in names
        ]
        return [round(shared.percent(value) or 0, 1) for value in found]

    datasets = [
        {"name": _("Leading"), "values": values(LEADING)},
        {"name": _("Lagging"), "values": values(LAGGING)},
    ]
    chart = shared.chart("bar", [perspective_label(name) for name in names], datasets, "Percent", None)
    return chart | {"colors": ["#7cd6fd", "#2490ef"]}


def get_summary(scores: Sequence[Score], cap: Decimal | None) -> list[Row]:
    """The whole scorecard as it counts, and its leading and its lagging part as they are."""
    items = []
    for label, indicators, most in (
        (_("Scorecard"), (LEADING, LAGGING), cap),
        (_("Leading"), (LEADING,), None),
        (_("Lagging"), (LAGGING,), None),
    ):
        inside = [one for one in scores if one.indicator in indicators]
        value = scorecard.weighted(inside, "attainment", most)
        if value is not None:
            items.append(shared.summary(label, shared.percent(value), "Percent"))
    return items
