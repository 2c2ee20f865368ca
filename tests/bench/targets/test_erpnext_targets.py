"""Copying the targets that ERPNext keeps itself."""

import frappe
import pytest

from sales_targets.targets import erpnext_targets
from tests.bench import factories as make

pytestmark = pytest.mark.usefixtures("credited")


@pytest.fixture
def seasons() -> list[str]:
    months = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ]
    rows = [{"month": month, "percentage_allocation": 100 / 12} for month in months]
    return [
        make.insert("Monthly Distribution", distribution_id=name, percentages=rows).name
        for name in ("Even", "Other")
    ]


def row(year: str, season: str, amount: float = 0, quantity: float = 0, group: str | None = None) -> dict:
    return {
        "fiscal_year": year,
        "distribution_id": season,
        "target_amount": amount,
        "target_qty": quantity,
        "item_group": group,
    }


def test_years_and_distributions_are_offered_latest_first(seasons):
    even, other = seasons
    rows = [
        row("2025", even, 900),
        row("2026", even, 1000, 50),
        row("2026", even, 500),
        row("2026", other, 7),
    ]
    ann = make.sales_person("Ann", targets=rows)
    found = erpnext_targets.choices("Sales Person", ann)
    assert [
        (one["fiscal_year"], one["monthly_distribution"], one["amount"], one["quantity"], one["lines"])
        for one in found
    ] == [
        ("2026", "Even", 1500, 50, 3),
        ("2026", "Other", 7, 0, 1),
        ("2025", "Even", 900, 0, 1),
    ]
    assert (found[0]["from_date"], found[0]["to_date"]) == ("2026-01-01", "2026-12-31")


def test_amounts_become_revenue_and_quantities_units(seasons):
    group = make.tree_node("Item Group")
    top = make.root("Item Group")
    rows = [
        row("2026", "Even", 1000, 50, group),
        row("2026", "Even", 500, 0, group),
        row("2026", "Even", 200, 0, top),
        row("2026", "Other", 7),
    ]
    ann = make.sales_person("Ann", targets=rows)
    fields = erpnext_targets.copy("Sales Person", ann, "2026", "Even")
    assert {
        name: fields[name]
        for name in (
            "target_for",
            "sales_person",
            "from_date",
            "to_date",
            "spread",
            "monthly_distribution",
            "break_into",
        )
    } == {
        "target_for": "Sales Person",
        "sales_person": "Ann",
        "from_date": "2026-01-01",
        "to_date": "2026-12-31",
        "spread": "Monthly Distribution",
        "monthly_distribution": "Even",
        "break_into": "Month",
    }
    assert [
        (one["kpi"], one["item_group"], one["target"], one["weight"], one["unit"]) for one in fields["kpis"]
    ] == [
        ("revenue", group, 1500, 33.34, "Currency"),
        ("units", group, 50, 33.33, "Number"),
        ("revenue", None, 200, 33.33, "Currency"),
    ]


@pytest.mark.parametrize("kind", ["Sales Person", "Territory", "Sales Partner"])
def test_the_copy_can_be_saved_and_submitted(seasons, kind):
    rows = [row("2026", "Even", 1200)]
    owner = {
        "Sales Person": lambda: make.sales_person(targets=rows),
        "Sales Partner": lambda: make.sales_partner(targets=rows),
        "Territory": lambda: make.tree_node("Territory"),
    }[kind]()
    if kind == "Territory":
        doc = frappe.get_doc("Territory", owner)
        doc.append("targets", rows[0])
        doc.save()
    fields = erpnext_targets.copy(kind, owner, "2026", "Even")
    doc = frappe.get_doc({"doctype": "Sales Target", "company": make.US.name, **fields}).insert()
    doc.submit()
    assert [period.target for period in doc.periods] == [100] * 12


def test_nothing_to_copy():
    ann = make.sales_person("Ann")
    assert erpnext_targets.choices("Sales Person", ann) == []
    with pytest.raises(frappe.ValidationError, match="has no targets for"):
        erpnext_targets.copy("Sales Person", ann, "2026", "Even")
    with pytest.raises(frappe.ValidationError, match="ERPNext keeps no targets for a Company"):
        erpnext_targets.choices("Company", make.US.name)


def test_who_may_copy():
    ann = make.sales_person("Ann")
    frappe.set_user(make.user("Sales User"))
    for call in (erpnext_targets.choices, erpnext_targets.copy):
        with pytest.raises(frappe.PermissionError):
            call("Sales Person", ann, *(["2026"] if call is erpnext_targets.copy else []))
