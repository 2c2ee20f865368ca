"""Who reads which incentive rule, and its tables."""

import frappe
import pytest
from frappe.desk.reportview import get as report_view

from tests.bench import factories as make

RULE = "Incentive Rule"
TABLES = (
    "Incentive Tier",
    "Incentive Rule Member",
    "Incentive Rule Filter",
    "Incentive Gate",
    "Incentive Multiplier",
    "Incentive Ramp",
)
LEAD, ANN = "lead@example.com", "ann@example.com"


@pytest.fixture
def rules(enable) -> dict[str, str]:
    """Lead above Ann (a closer) and Bob; Cid beside them. Rules by whom they are for."""
    enable("revenue", "units")
    closer = make.insert("Designation", designation_name=make.some("Closer")).name
    make.sales_person("Lead", group=True, user=make.user("Sales User", email=LEAD))
    ann = make.make_employee(make.user("Sales User", email=ANN), "Ann", designation=closer).name
    make.sales_person("Ann", "Lead", employee=ann)
    make.sales_person("Bob", "Lead")
    make.sales_person("Cid")
    partner = make.sales_partner()
    below = {"sales_person": "Lead", "include_subtree": 1}
    made = {
        "everybody": make.rule(),
        "lead alone": make.rule(members=["Lead"]),
        "lead's team": make.rule(members=[below]),
        "ann": make.rule(members=["Ann"]),
        "bob": make.rule(members=["Bob"]),
        "cid": make.rule(members=["Cid"]),
        "closers": make.rule(members=[{"designation": closer}]),
        "lead's closers": make.rule(members=[{**below, "designation": closer}]),
        "pool": make.rule(credit_of="Pool", pool_team="Lead"),
        "partner": make.rule(payee="Sales Partner", members=[{"sales_partner": partner}]),
        "draft": make.rule(submit=False),
        "europe": make.rule(company=make.EU),
    }
    return {whom: doc.name for whom, doc in made.items()}


def seen(rules: dict[str, str]) -> set[str]:
    """By the current user in the list, which every other way must agree with."""
    names = set(frappe.get_list(RULE, pluck="name", limit=0))
    by_form = {name for name in rules.values() if frappe.has_permission(RULE, "read", name)}
    assert by_form == names & set(rules.values())
    tiers = frappe.get_list("Incentive Tier", parent_doctype=RULE, pluck="parent", limit=0)
    assert set(tiers) & set(rules.values()) == by_form
    return {whom for whom, name in rules.items() if name in names}


def test_a_seller_reads_what_pays_them(rules):
    frappe.set_user(ANN)
    assert seen(rules) == {
        "everybody",
        "lead's team",
        "ann",
        "closers",
        "lead's closers",
        "pool",
        "europe",
    }


def test_a_lead_reads_what_pays_those_below(rules):
    frappe.set_user(LEAD)
    assert seen(rules) == set(rules) - {"cid", "partner", "draft"}


def test_an_outsider_reads_nothing(rules):
    frappe.set_user(make.user("Sales User"))
    assert seen(rules) == set()
    frappe.set_user("Administrator")
    frappe.set_user(make.user("Purchase User"))
    with pytest.raises(frappe.PermissionError):
        frappe.get_list(RULE)


@pytest.mark.parametrize("role", ["Sales Manager", "Accounts Manager", "System Manager"])
def test_managers_read_all_of_their_companies(rules, role):
    manager = make.user(role)
    frappe.set_user(manager)
    assert seen(rules) == set(rules)
    frappe.set_user("Administrator")
    make.insert("User Permission", user=manager, allow="Company", for_value=make.US.name)
    frappe.set_user(manager)
    assert seen(rules) == set(rules) - {"europe"}


def test_a_permission_on_oneself_hides_no_rule_with_others(rules):
    make.insert("User Permission", user=ANN, allow="Sales Person", for_value="Ann")
    both = make.rule(members=["Ann", "Bob"]).name
    frappe.set_user(ANN)
    assert "ann" in seen(rules)
    assert frappe.has_permission(RULE, "read", both)


@pytest.mark.parametrize("table", TABLES)
def test_tables_show_no_more_than_the_list(rules, table):
    full = make.rule(
        members=["Cid"],
        measure="Attainment",
        filters=[{"dimension": "Item Group", "value": make.root("Item Group")}],
        gates=[{"kpi": "units", "least": 80}],
        multipliers=[{"kpi": "units", "from_attainment": 0, "factor": 1}],
        ramp=[{"month": 1, "percent": 50}],
    ).name

    def parents() -> set[str]:
        return set(frappe.get_list(table, parent_doctype=RULE, pluck="parent", limit=0))

    assert full in parents()
    frappe.set_user(ANN)
    assert full not in parents()
    frappe.set_user("Administrator")
    manager = make.user("Sales Manager")
    make.insert("User Permission", user=manager, allow="Company", for_value=make.EU.name)
    frappe.set_user(manager)
    assert full not in parents()


def test_a_seller_changes_nothing(rules):
    frappe.set_user(ANN)
    for ptype in ("write", "submit", "cancel", "delete", "create"):
        assert not frappe.has_permission(RULE, ptype, rules["ann"])


def test_report_builder_and_export_obey(rules):
    frappe.set_user(ANN)
    frappe.local.form_dict = frappe._dict(doctype=RULE, fields='["name", "title"]', view="Report")
    names = {row[0] for row in report_view()["values"]}
    assert rules["ann"] in names
    assert not {rules["cid"], rules["draft"], rules["partner"]} & names
