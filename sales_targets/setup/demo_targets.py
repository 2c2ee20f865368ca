"""The demo's plans for this fiscal year: targets of company, teams and sellers, a revision, incentive rules."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import frappe
from frappe.model.document import Document

from sales_targets.setup import demo_data as data, demo_marks as marks, demo_plan as planning
from sales_targets.setup.demo_marks import Workshop
from sales_targets.setup.demo_masters import Masters
from sales_targets.setup.demo_plan import Plan
from sales_targets.targets import distribute, revise

TARGET = "Sales Target"
# What this year is to bring beside last year.
AIM = Decimal("1.18")


def targets(shop: Workshop, made: Masters, plan: Plan, step: Callable[[], None]) -> None:
    """Targets in force: the company's by quarter, the teams' by month and distributed, activities by quarter."""
    sellers = range(len(made.sellers))
    last_year = [plan.sold(number, plan.years.last, plan.years.this) for number in sellers]
    revenue = _thousands(sum(last_year, Decimal(0)) * AIM)
    _target(
        shop,
        made,
        plan,
        "company",
        [("revenue", revenue, 70), ("new_customers", max(plan.size.customers // 3, 1), 30)],
        target_for="Company",
        break_into="Quarter",
        spread="Monthly Distribution",
        monthly_distribution=made.season,
    )
    step()
    for name in made.teams:
        members = [number for number in sellers if _team(made, number) == name]
        brought = sum((last_year[number] for number in members), Decimal(0))
        _team_target(shop, made, plan, name, _thousands(brought * AIM))
        step()
    for number, name in enumerate(made.sellers):
        _activity_target(shop, made, plan, name, number)
        step()
    _revise(shop, made, plan)
    step()


def _team(made: Masters, seller: int) -> str:
    return frappe.db.get_value("Sales Person", made.sellers[seller], "parent_sales_person")


def _team_target(shop: Workshop, made: Masters, plan: Plan, team: str, revenue: Decimal) -> None:
    """By month, then split among the members by what each can be asked for, and all of it in force."""
    lines = [("revenue", revenue, 60), ("collections", _thousands(revenue * 3 / 4), 20), ("win_rate", 50, 20)]
    name = _target(
        shop,
        made,
        plan,
        team,
        lines,
        sales_person=team,
        break_into="Month",
        spread="Monthly Distribution",
        monthly_distribution=made.season,
    )
    # Members who have theirs already are left out, so an interrupted run makes only what is missing.
    skill = dict(zip(made.sellers, (one.skill for one in data.SELLERS), strict=False))
    for child in distribute.create(name, by=distribute.BY_WEIGHT, weights=skill)["created"]:
        marks.note(TARGET, child, child)
        _submit(frappe.get_doc(TARGET, child))


def _activity_target(shop: Workshop, made: Masters, plan: Plan, seller: str, number: int) -> None:
    """Leading KPIs, the same for everybody."""
    # What an average seller has a chance to do in a year.
    deals = max(plan.size.deals * 6 // 10 // max(len(made.sellers), 1), 3)
    calls = plan.size.calls // max(len(made.sellers), 1)
    lines = [
        ("opportunities_created", _in_quarters(deals), 30),
        ("proposals_sent", _in_quarters(deals // 2), 20),
        ("won_count", _in_quarters(deals // 3), 20),
        ("calls", _in_quarters(calls), 30),
    ]
    _target(shop, made, plan, f"activity {number}", lines, sales_person=seller, break_into="Quarter")


def _in_quarters(count: int) -> int:
    """A number near it that has a whole part for each quarter."""
    return max(round(count / 4), 1) * 4


def _target(
    shop: Workshop, made: Masters, plan: Plan, key: str, lines: list[tuple[str, Any, int]], **fields: Any
) -> str:
    def build() -> Document:
        doc = frappe.get_doc(
            {
                "doctype": TARGET,
                "target_for": "Sales Person",
                "company": made.company,
                "from_date": plan.years.this,
                "to_date": plan.years.end,
                "calendar": "Fiscal",
                "spread": "Evenly",
                **fields,
                "kpis": [
                    {"kpi": kpi, "target": float(target), "weight": weight} for kpi, target, weight in lines
                ],
            }
        )
        doc.flags.quiet = True
        doc.insert(ignore_permissions=True)
        return _submit(doc)

    return shop.once(TARGET, key, build)


def _submit(doc: Document) -> Document:
    doc.flags.ignore_permissions = True
    doc.flags.quiet = True
    doc.submit()
    return doc


def _revise(shop: Workshop, made: Masters, plan: Plan) -> None:
    """The first team takes over a part of the region in the middle of the year."""
    name = shop.once(TARGET, made.teams[0], _missing)
    if frappe.db.exists("Sales Target Revision", {"sales_target": name}):
        return
    old = Decimal(str(frappe.db.get_value("Sales Target KPI", {"parent": name, "idx": 1}, "target")))
    year = plan.years
    late = year.this + timedelta(days=(year.end - year.this).days * 7 // 10)
    day = min(late, year.today).replace(day=1)
    revise.revise(
        name,
        1,
        float(max(_thousands(old * Decimal("1.05")), old + 1000)),
        str(max(day, year.this)),
        "Two customers of the neighbouring region moved to this team.",
    )


def _missing() -> Document:
    raise marks.DemoError("A target of the demo was deleted. Remove the demo and make it again.")


# Key → what an incentive rule says: an accelerator on a seller's revenue, a fee for each new customer, and the share
# of the partner.
RULES: dict[str, dict[str, Any]] = {
    "commission": {
        "title": "Demo commission on revenue",
        "kpi": "revenue",
        "every": "Month",
        "cumulative": "Quarter",
        "measure": "Attainment",
        "pay": "Rate",
        "mode": "Marginal",
        "tiers": [
            {"from_value": 0, "rate": 0.02},
            {"from_value": 0.8, "rate": 0.04},
            {"from_value": 1, "rate": 0.06},
        ],
    },
    "bounty": {
        "title": "Demo fee for a new customer",
        "kpi": "new_customers",
        "every": "Month",
        "measure": "Amount",
        "pay": "Per Unit",
        "mode": "Whole",
        "tiers": [{"from_value": 0, "rate": 150}],
    },
    "partner": {
        "title": "Demo share of a partner",
        "kpi": "revenue",
        "payee": "Sales Partner",
        "every": "Month",
        "measure": "Amount",
        "pay": "Rate",
        "mode": "Marginal",
        "tiers": [{"from_value": 0, "rate": 0.05}],
    },
}


def rules(shop: Workshop, made: Masters, plan: Plan) -> None:
    """The incentive rules, in force for everybody below the top team, or for the partner."""
    for key, values in RULES.items():
        fields = {**values, "members": [{"sales_person": made.top_team, "include_subtree": 1}]}
        if values.get("payee"):
            fields["members"] = [{"sales_partner": made.partner}]
        if values["measure"] == "Amount":
            # No target is asked for, so the months paid for may lie before this year.
            fields["from_date"] = planning.pay_windows(plan.years)[0].first
        _rule(shop, made, plan, key, **fields)


def _rule(shop: Workshop, made: Masters, plan: Plan, key: str, **fields: Any) -> None:
    """A rule in force. The Administrator, who makes the demo, may approve it."""

    def build() -> Document:
        doc = frappe.get_doc(
            {
                "doctype": "Incentive Rule",
                "company": made.company,
                "from_date": plan.years.this,
                **fields,
            }
        )
        doc.flags.quiet = True
        doc.insert(ignore_permissions=True)
        return _submit(doc)

    shop.once("Incentive Rule", key, build)


def _thousands(amount: Decimal) -> Decimal:
    return max((amount / 1000).quantize(Decimal(1), ROUND_HALF_UP) * 1000, Decimal(1000))
