"""Who sees what in the reports: enforced in their queries, whoever asks."""

import frappe
import pytest

from sales_targets.sales_targets.report import shared
from tests.bench import factories as make
from tests.bench.report.book import allow, credit, refused, rows, run, summary

Q1 = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-03-31"}
FOR_SELLERS = ("Sales Target Attainment", "KPI Trend", "Sales Credit Ledger")
ALL = (*FOR_SELLERS, "Uncredited Documents")


@pytest.fixture(autouse=True)
def figures(enable):
    """North (Ann, Bob) and South (Cid), each with a target and 100, 20 and 3; 4000 are nobody's."""
    enable("revenue")
    make.team({"North": {"Bob": {}}, "South": ["Cid"]})
    for seller, value in (("Bob", 20), ("Cid", 3), ("", 4000)):
        credit(seller, value, "2026-01-15")
        if seller:
            make.target(seller, [("revenue", 12000)])


@pytest.fixture
def ann() -> str:
    """A seller who can log in, with 100."""
    seller, login = make.seller_user("Ann", "North")
    credit(seller, 100, "2026-01-15")
    return login


@pytest.fixture
def manager() -> str:
    return make.user("Sales Manager")


def test_a_seller_sees_themselves_alone(ann):
    result = run("Sales Target Attainment", ann, kpi="revenue", **Q1)
    assert list(rows(result)) == ["Ann"]
    assert summary(result)["Achieved"] == 100
    assert result["chart"]["data"]["datasets"][1]["values"] == [100, 0, 0]


def test_a_seller_who_leads_a_group_sees_those_below(ann):
    employee = frappe.db.get_value("Sales Person", "Ann", "employee")
    frappe.db.set_value("Sales Person", "Ann", "employee", None)
    frappe.db.set_value("Sales Person", "North", "employee", employee)
    result = run("Sales Target Attainment", ann, kpi="revenue", **Q1)
    assert list(rows(result)) == ["North", "Bob", "Ann"]
    assert rows(result)["North"]["p0_achieved"] == 120


def test_a_seller_cannot_ask_for_others(ann):
    result = run("Sales Target Attainment", ann, kpi="revenue", sales_person="Cid", **Q1)
    assert result["result"] == []
    assert run("Sales Credit Ledger", ann, sales_person="Cid", **Q1)["result"] == []
    assert run("Sales Credit Ledger", ann, without="sales_person", **Q1)["result"] == []


@pytest.mark.parametrize("kind", ["Territory", "Sales Partner", "Company"])
def test_a_seller_cannot_ask_for_the_whole(ann, kind):
    with refused("every seller", error=frappe.PermissionError):
        run("Sales Target Attainment", ann, kpi="revenue", target_for=kind, **Q1)


def test_the_ledger_of_a_seller(ann):
    result = run("Sales Credit Ledger", ann, **Q1)
    assert [(row["sales_person"], row["value"]) for row in result["result"]] == [("Ann", 100)]
    assert (summary(result)["Revenue"], summary(result)["Credits"]) == (100, 1)


@pytest.mark.parametrize("group_by", ["", "Sales Person", "Team", "Territory", "Customer"])
def test_the_trend_of_a_seller(ann, group_by):
    result = run("KPI Trend", ann, kpi="revenue", group_by=group_by, **Q1)
    assert [row["value"] for row in result["result"]] == [100, 0, 0, 100]
    groups = [column["label"] for column in result["columns"] if column["fieldname"].startswith("group_")]
    assert "Cid" not in groups
    assert "South" not in groups


def test_what_nobody_earned_is_for_managers(ann, manager):
    with pytest.raises(frappe.PermissionError):
        run("Uncredited Documents", ann, **Q1)
    found = run("Uncredited Documents", manager, **Q1)["result"]
    assert [row["value"] for row in found if row["state_code"] == "Nobody"] == [4000]


def test_a_role_alone_does_not_show_what_nobody_earned(manager):
    allow(manager, "Sales Person", "Bob")
    with refused("every seller", error=frappe.PermissionError):
        run("Uncredited Documents", manager, **Q1)
    result = run("Sales Target Attainment", manager, kpi="revenue", **Q1)
    assert list(rows(result)) == ["Bob"]


@pytest.mark.parametrize("report", ALL)
def test_a_manager_sees_their_companies_alone(manager, report):
    allow(manager, "Company", make.EU.name)
    with refused(make.US.name, error=frappe.PermissionError):
        run(report, manager, **{**Q1, "kpi": "revenue"})
    run(report, manager, **{**Q1, "company": make.EU.name, "kpi": "revenue"})


@pytest.mark.parametrize("report", FOR_SELLERS)
def test_a_user_who_is_no_seller_is_told_so(report):
    result = run(report, make.user("Sales User"), kpi="revenue", **Q1)
    assert result["result"] == []
    assert "Employee" in result["message"]


@pytest.mark.parametrize("report", ALL)
def test_no_role_no_report(report):
    with pytest.raises(frappe.PermissionError):
        run(report, make.user("Stock User"), kpi="revenue", **Q1)


def test_user_permissions_on_customers_narrow_the_ledger(manager):
    ours, theirs = make.customer(), make.customer()
    credit("Bob", 5, "2026-02-01", customer=ours)
    credit("Bob", 7, "2026-02-01", customer=theirs)
    allow(manager, "Customer", ours)
    result = run("Sales Credit Ledger", manager, **{**Q1, "from_date": "2026-02-01"})
    assert [row["value"] for row in result["result"]] == [5]
    assert summary(result)["Revenue"] == 5


def test_a_permission_for_credits_alone_narrows_the_ledger(manager):
    limits = {"allow": "Sales Person", "for_value": "Bob", "apply_to_all_doctypes": 0}
    make.insert("User Permission", user=manager, applicable_for="Sales Credit", **limits)
    result = run("Sales Credit Ledger", manager, **Q1)
    assert {row["sales_person"] for row in result["result"]} <= {"Bob", ""}
    frappe.set_user(manager)
    listed = frappe.get_list("Sales Credit", {"company": make.US.name}, pluck="sales_person", limit=0)
    assert {row["sales_person"] for row in result["result"]} == set(listed)


def test_no_report_stays_prepared():
    frappe.db.set_value("Report", "KPI Trend", "prepared_report", 1)
    shared.keep_unprepared()
    assert not frappe.get_all("Report", {"module": "Sales Targets", "prepared_report": 1})


def test_a_report_that_somebody_prepared_is_theirs_alone(ann, manager):
    for user in (ann, manager):
        frappe.get_doc("User", user).add_roles("Prepared Report User")
    frappe.set_user(manager)
    prepared = make.insert("Prepared Report", report_name="KPI Trend", filters="{}", status="Completed")
    frappe.set_user("Administrator")
    other = make.insert("Prepared Report", report_name="Lead Details", filters="{}", status="Completed")

    def seen(user: str) -> tuple[set[str], bool]:
        frappe.set_user(user)
        names = set(frappe.get_list("Prepared Report", pluck="name"))
        may_read = frappe.has_permission("Prepared Report", "read", prepared.name)
        return names & {prepared.name, other.name}, may_read

    assert seen(manager) == ({prepared.name, other.name}, True)
    assert seen(ann) == ({other.name}, False)
    assert seen(make.user("System Manager")) == ({other.name}, False)


@pytest.mark.parametrize("report", FOR_SELLERS)
@pytest.mark.parametrize("field", ["company", "kpi", "sales_person", "item_group"])
@pytest.mark.parametrize("value", [{"name": ["like", "%"]}, [["name", "like", "%"]]])
def test_a_filter_that_is_no_name_is_no_filter_of_the_database(ann, report, field, value):
    with refused("does not exist"):
        run(report, ann, **{"company": make.US.name, field: value})


def test_the_filters_of_other_sellers_targets_are_not_named(ann):
    group = make.tree_node("Customer Group", "Secret Group")
    line = {"kpi": "revenue", "target": 10}
    make.target("Cid", [{**line, "customer_group": group}])
    assert "Secret Group" not in run("Sales Target Attainment", ann, kpi="revenue", **Q1)["message"]
    make.target("Ann", [{**line, "customer_group": group}])
    assert "Secret Group" in run("Sales Target Attainment", ann, kpi="revenue", **Q1)["message"]


def test_accountants_read_the_ledger_though_they_may_not_open_a_sales_person():
    accountant = make.user("Accounts Manager")
    assert not frappe.has_permission("Sales Person", "read", user=accountant)
    result = run("Sales Credit Ledger", accountant, **Q1)
    assert {row["sales_person"] for row in result["result"]} >= {"Bob", "Cid"}
