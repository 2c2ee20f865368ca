"""By payee: what a unit of revenue and of margin costs, and who is paid well while a weighted KPI is missed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from frappe import _

from sales_targets.compensation import alignment
from sales_targets.compensation.alignment import Picture, Seller
from sales_targets.engine import alignment as engine
from sales_targets.engine.alignment import Reached
from sales_targets.engine.money import round_money
from sales_targets.sales_targets.report import pay, shared
from sales_targets.sales_targets.report.shared import Column, Row

Spite = Mapping[tuple[str, str], Sequence[Reached]]


def columns() -> list[Column]:
    """Pay beside revenue and margin, and what was missed."""
    return [
        *pay.payee_columns(),
        pay.money("pay", _("Pay"), 130),
        pay.money("revenue", _("Revenue"), 130, drill=pay.of_kpi(alignment.REVENUE)),
        pay.part("per_revenue", _("Pay per Revenue"), 140),
        pay.money("margin", _("Margin"), 130, drill=pay.of_kpi(alignment.MARGIN)),
        pay.part("per_margin", _("Pay per Margin"), 140),
        shared.text("missed", _("Paid Well while Missing"), 300),
        shared.currency_column(),
    ]


def rows(picture: Picture, found: Sequence[Seller], spite: Spite) -> list[Row]:
    """One row per payee, the best paid first."""
    asked = picture.asked
    result = []
    for one in found:
        field = "sales_person" if one.kind == "Sales Person" else "sales_partner"
        row: Row = {
            "payee": one.name,
            "payee_type": one.kind,
            "per_revenue": shared.percent(engine.ratio(one.pay, one.revenue)),
            "per_margin": shared.percent(engine.ratio(one.pay, one.margin)),
            "missed": ", ".join(_missed(picture, each) for each in spite.get((one.name, one.kind), ())),
            "drill": pay.drill(asked, asked.first, asked.last) | {field: one.name},
        }
        amounts = {"pay": one.pay, "revenue": one.revenue, "margin": one.margin}
        result.append(pay.amounts(row, asked.currency, **amounts))
    return result


def _missed(picture: Picture, one: Reached) -> str:
    kpi = picture.kpis.get(one.kpi)
    return _("{0}: {1} % of a weight of {2} %").format(
        _(kpi.title) if kpi else one.kpi,
        round_money(one.attainment * shared.HUNDRED, 0),
        round_money(one.weight * shared.HUNDRED, 0),
    )


def chart(picture: Picture, found: Sequence[Seller]) -> Row | None:
    """What a hundred of revenue costs, of the best paid."""
    shown = [(one, engine.ratio(one.pay, one.revenue)) for one in found]
    shown = [(one, value) for one, value in shown if value is not None][:12]
    if not shown:
        return None
    values = [shared.percent(value) for _one, value in shown]
    names = [one.name for one, _value in shown]
    return shared.chart("bar", names, [{"name": _("Pay per Revenue"), "values": values}], "Percent", None)


def summary(spite: Spite) -> list[Row]:
    """How many are paid well while missing what their targets weigh."""
    return [
        shared.summary(
            _("Paid Well while Missing"), len(spite), "Count", indicator="Red" if spite else "Green"
        )
    ]
