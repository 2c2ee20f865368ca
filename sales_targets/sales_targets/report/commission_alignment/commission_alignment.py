"""Commission Alignment: what the rules pay for against what the targets ask for.

By KPI and by perspective the share of pay stands beside the weight of the targets, and a score says how far
they agree. By rule it shows what each pays for; by payee what a unit of revenue and of margin costs, and who
is paid well while a KPI of some weight is missed. Pay is what approved statements say was earned.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.utils import flt

from sales_targets.compensation import alignment
from sales_targets.compensation.alignment import Picture
from sales_targets.engine import alignment as engine
from sales_targets.engine.money import ZERO, add_up, round_money
from sales_targets.sales_targets.report import pay, shared
from sales_targets.sales_targets.report.commission_alignment import payees
from sales_targets.sales_targets.report.shared import Column, Row

KPI, PERSPECTIVE, RULE, PAYEE = "KPI", "Perspective", "Rule", "Payee"
BY = (KPI, PERSPECTIVE, RULE, PAYEE)


@shared.for_charts
def execute(filters: dict[str, Any] | None = None) -> tuple:
    """(columns, rows, message, chart, summary) of the report."""
    filters = frappe._dict(filters or {})
    asked = pay.asked_of(filters)
    by = shared.choice(filters, "group_by", BY, KPI, _("By"))
    limits = limits_of(filters)
    picture = alignment.read(asked)
    if by == PAYEE:
        found = alignment.sellers(picture)
        spite = alignment.paid_in_spite(found, *limits)
        shown = payees.columns(), payees.rows(picture, found, spite), payees.chart(picture, found)
        extra = payees.summary(spite)
    else:
        shown, extra = (get_columns(by), get_data(picture, by), get_chart(picture, by)), []
    columns, rows, chart = shown
    return columns, rows, get_message(picture), chart, get_summary(picture) + extra


def limits_of(filters: Mapping[str, Any]) -> tuple[Decimal, Decimal]:
    """(least weight, bound of attainment) of a missed KPI, as parts of one."""
    found = []
    for field, default in (("least_weight", 20), ("missed_below", 80)):
        value = filters.get(field)
        number = flt(default if value in (None, "") else value)
        if not 0 <= number <= 1000:
            shared.refuse(_("Enter percentages of 0 or more."))
        found.append(Decimal(repr(number)) / shared.HUNDRED)
    return found[0], found[1]


def get_columns(by: str) -> list[Column]:
    """What is paid for, the pay, its share, the weight, and how far they are apart."""
    labels = {KPI: _("KPI"), PERSPECTIVE: _("Perspective"), RULE: _("Rule")}
    columns = [shared.text("title", labels[by], 200)]
    if by == KPI:
        columns.append(shared.text("perspective", _("Perspective"), 150))
    if by != RULE:
        columns.append(shared.text("rules", _("Rules"), 220))
    else:
        columns.append(shared.text("kpis", _("Pays For"), 220))
    return [
        *columns,
        pay.money("pay", _("Pay"), 130, drill={}),
        pay.part("pay_share", _("Share of Pay"), 120),
        pay.part("weight", _("Weight in Targets"), 140),
        pay.part("gap", _("Difference"), 110),
        shared.currency_column(),
    ]


def get_data(picture: Picture, by: str) -> list[Row]:
    """The largest differences first, and the sum of all."""
    rows = {KPI: _kpi_rows, PERSPECTIVE: _perspective_rows, RULE: _rule_rows}[by](picture)
    rows.sort(key=lambda row: (-abs(row["gap"] or 0), row["title"]))
    if len(rows) > 1:
        whole = add_up(picture.pay.values())
        total = {"title": _("Total"), "is_total": 1}
        rows.append(pay.amounts(total, picture.asked.currency, pay=whole))
    return rows


def _kpi_rows(picture: Picture) -> list[Row]:
    shares = picture.pay_shares
    rows = []
    for code in sorted({*picture.pay, *picture.weights}):
        row = {
            "title": title(picture, code),
            "perspective": perspective_label(picture.perspectives.get(code, "")),
            "rules": _rules(picture, {code}),
            "drill": _drill(picture, code),
        }
        weight = picture.weights.get(code, ZERO)
        rows.append(_row(picture, row, picture.pay.get(code, ZERO), shares.get(code, ZERO), weight))
    return rows


def _perspective_rows(picture: Picture) -> list[Row]:
    paid, asked = picture.by_perspective(picture.pay), picture.by_perspective(picture.weights)
    shares = engine.shares(paid)
    rows = []
    for name in sorted({*paid, *asked}):
        codes = {code for code in picture.pay if picture.perspectives.get(code, "") == name}
        row = {"title": perspective_label(name), "rules": _rules(picture, codes)}
        rows.append(_row(picture, row, paid.get(name, ZERO), shares.get(name, ZERO), asked.get(name, ZERO)))
    return rows


def _rule_rows(picture: Picture) -> list[Row]:
    paid = {lineage: add_up(amounts.values()) for lineage, amounts in picture.by_rule.items()}
    shares = engine.shares(paid)
    rows = []
    for lineage, amounts in picture.by_rule.items():
        kpis = ", ".join(title(picture, code) for code in sorted(amounts))
        row = {"title": picture.titles[lineage], "kpis": kpis}
        if len(amounts) == 1:
            row["drill"] = _drill(picture, next(iter(amounts)))
        amount, weight = alignment.rule_share(picture, lineage)
        rows.append(_row(picture, row, amount, shares.get(lineage, ZERO), weight))
    return rows


def _row(picture: Picture, row: Row, amount: Decimal, share: Decimal, weight: Decimal) -> Row:
    parts = {
        "pay_share": shared.percent(share),
        "weight": shared.percent(weight),
        "gap": shared.percent(share - weight),
    }
    return pay.amounts({**row, **parts}, picture.asked.currency, pay=amount)


def _drill(picture: Picture, code: str) -> dict[str, str]:
    asked = picture.asked
    return pay.drill(asked, asked.first, asked.last) | pay.of_kpi(code)


def _rules(picture: Picture, codes: set[str]) -> str:
    paying = [lineage for lineage, amounts in picture.by_rule.items() if codes & set(amounts)]
    return ", ".join(sorted(picture.titles[lineage] for lineage in paying))


def title(picture: Picture, code: str) -> str:
    """The KPI's title in the user's language."""
    kpi = picture.kpis.get(code)
    return _(kpi.title) if kpi else code or _("Scorecard")


def perspective_label(name: str) -> str:
    """The perspective in the user's language."""
    return {
        "Financial": _("Financial"),
        "Customer": _("Customer"),
        "Internal Process": _("Internal Process"),
        "Learning and Growth": _("Learning and Growth"),
    }.get(name, name or _("Not given"))


def get_message(picture: Picture) -> str | None:
    """Why there is nothing, or the score with its formula."""
    if not picture.lines:
        return pay.nothing(picture.asked)
    score = picture.score()
    if score is None:
        if not picture.weights:
            return _("No approved targets hold on these days: there is nothing to compare the pay with.")
        return _("Nothing was earned on these days.")
    return _(
        "Alignment score of the KPIs: {0} = 100 × (1 − ½ × the sum of |share of pay − weight in targets|). "
        "100: the pay follows the targets; 0: it pays for what no target asks."
    ).format(frappe.bold(str(round_money(score, 1))))


def get_chart(picture: Picture, by: str) -> Row | None:
    """Shares of pay beside weights."""
    rows = [row for row in get_data(picture, by) if not row.get("is_total")][:12]
    if not rows or not picture.lines:
        return None
    datasets = [
        {"name": _("Share of Pay"), "values": [row["pay_share"] for row in rows]},
        {"name": _("Weight in Targets"), "values": [row["weight"] for row in rows]},
    ]
    return shared.chart("bar", [row["title"] for row in rows], datasets, "Percent", None)


def get_summary(picture: Picture) -> list[Row]:
    """The scores and the pay."""
    if not picture.lines:
        return []
    whole = add_up(picture.pay.values())
    items = [shared.summary(_("Pay"), shared.edge(whole), "Currency", picture.asked.currency)]
    for label, score in (
        (_("Alignment Score"), picture.score()),
        (_("Score of Perspectives"), picture.score_of_perspectives()),
    ):
        if score is not None:
            colour = "Green" if score >= 80 else "Orange" if score >= 50 else "Red"
            items.append(shared.summary(label, float(round_money(score, 1)), "Number", indicator=colour))
    return items
