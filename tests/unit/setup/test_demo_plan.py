"""The demo on paper: the same each time, inside its days, and with everything it promises."""

from datetime import date

import pytest

from sales_targets.setup import demo_data as data, demo_plan as planning
from sales_targets.setup.demo_plan import TINY, Size, Years

AUTUMN = Years(date(2025, 1, 1), date(2026, 1, 1), date(2026, 12, 31), date(2026, 11, 23))
NEW_YEAR = Years(date(2025, 1, 1), date(2026, 1, 1), date(2026, 12, 31), date(2026, 1, 2))
APRIL = Years(date(2024, 4, 1), date(2025, 4, 1), date(2026, 3, 31), date(2026, 2, 28))

ALL = pytest.mark.parametrize("years", [AUTUMN, NEW_YEAR, APRIL], ids=["autumn", "new year", "april"])


@ALL
def test_the_same_each_time(years):
    assert planning.make(years) == planning.make(years)


@ALL
def test_nothing_happens_outside_its_days(years):
    plan = planning.make(years)
    days = [sale.day for sale in plan.sales] + [deal.day for deal in plan.deals]
    days += [day for sale in plan.sales for day, _percent in sale.payments]
    days += [sale.returned for sale in plan.sales if sale.returned]
    days += [deal.quoted for deal in plan.deals if deal.quoted]
    days += [deal.closed for deal in plan.deals if deal.outcome != "Open"]
    assert years.last <= min(days)
    assert max(days) <= years.today


@ALL
@pytest.mark.parametrize("size", [Size(), TINY], ids=["full", "tiny"])
def test_it_has_what_it_promises(years, size):
    plan = planning.make(years, size)
    assert len(plan.sales) == size.invoices
    assert len(plan.deals) == size.deals
    for sale in plan.sales:
        assert sum(percent for _seller, percent in sale.team) in (0, 100)
        assert len({seller for seller, _percent in sale.team}) == len(sale.team)
        assert sum(percent for _day, percent in sale.payments) <= 100
        assert sale.amount > 0
        assert sale.amount == int(sale.amount)
        assert {seller for seller, _percent in sale.team} <= set(range(size.sellers))
        assert {row.item for row in sale.rows} <= set(range(size.items))


@ALL
def test_the_full_one_shows_everything(years):
    plan = planning.make(years)
    assert {deal.outcome for deal in plan.deals} == {"Won", "Lost", "Open"}
    assert all(
        deal.quoted and deal.day <= deal.quoted <= deal.closed for deal in plan.deals if deal.outcome == "Won"
    )
    assert any(sale.returned for sale in plan.sales)
    assert any(not sale.team for sale in plan.sales)
    assert {len(sale.team) for sale in plan.sales} == {0, 1, 2, 3}
    assert all(plan.sold(seller, years.last, years.this) > 0 for seller in range(len(data.SELLERS)))


def test_formulas_come_after_their_parts():
    for formula, parts in {
        "win_rate": ("won_count", "closed_count"),
        "sales_cycle_days": ("won_days", "won_count"),
        "average_deal_value": ("won_value", "won_count"),
    }.items():
        assert all(data.KPIS.index(part) < data.KPIS.index(formula) for part in parts)
    assert sum(data.SEASON) == 100
