"""Who sees whose numbers, through the functions reports use and through Frappe's own lists, forms and API."""

import frappe
import pytest
from frappe.desk.reportview import get as report_view

from sales_targets.targets import people
from tests.bench import factories as make
from tests.bench.targets.credits import credit

pytestmark = pytest.mark.usefixtures("team", "credited")


@pytest.fixture
def team() -> None:
    """Lead above Ann and Bob; Cid beside them. Ann and Lead have logins."""
    make.sales_person("Lead", group=True, user=make.user("Sales User", email="lead@example.com"))
    make.sales_person("Ann", "Lead", user=make.user("Sales User", email="ann@example.com"))
    make.sales_person("Bob", "Lead")
    make.sales_person("Cid")


@pytest.fixture
def targets() -> dict[str, str]:
    """A target each of the four, and of the company; by owner."""
    owners = {name: make.target(name).name for name in ("Lead", "Ann", "Bob", "Cid")}
    owners["company"] = make.target(kind="Company", company=make.EU).name
    return owners


def seen(doctype: str = "Sales Target", **kwargs) -> set[str]:
    return set(frappe.get_list(doctype, pluck="name", limit=0, **kwargs))


def test_a_seller_is_allowed_their_own_subtree():
    assert people.allowed_sellers("ann@example.com") == {"Ann"}
    assert people.allowed_sellers("lead@example.com") == {"Lead", "Ann", "Bob"}


def test_somebody_who_sells_nothing_is_allowed_nobody():
    assert people.allowed_sellers(make.user("Sales User")) == set()
    assert people.allowed_sellers("Guest") == set()


@pytest.mark.parametrize("role", sorted(people.MANAGER_ROLES))
def test_managers_are_allowed_all(role):
    assert people.allowed_sellers(make.user("Sales User", role)) is None


def test_administrator_is_allowed_all():
    assert people.allowed_sellers("Administrator") is None
    assert people.allowed_companies("Administrator") is None


def test_a_user_permission_narrows_a_manager():
    manager = make.user("Sales Manager")
    make.insert("User Permission", user=manager, allow="Sales Person", for_value="Lead")
    make.insert("User Permission", user=manager, allow="Company", for_value=make.US.name)
    assert people.allowed_sellers(manager) == {"Lead", "Ann", "Bob"}
    assert people.allowed_companies(manager) == {make.US.name}


def test_a_company_permission_for_another_doctype_does_not_count():
    manager = make.user("Sales Manager")
    rule = {"user": manager, "allow": "Company", "for_value": make.US.name, "apply_to_all_doctypes": 0}
    make.insert("User Permission", **rule, applicable_for="Sales Invoice")
    assert people.allowed_companies(manager) is None
    assert people.allowed_companies(manager, "Sales Invoice") == {make.US.name}


def test_the_subtree_starts_with_its_top():
    assert people.subtree("Lead") == ["Lead", "Ann", "Bob"]
    assert people.subtree("Bob") == ["Bob"]
    assert people.subtree("Nobody of that name") == []


def test_lists_show_a_seller_their_own_targets(targets):
    frappe.set_user("ann@example.com")
    assert seen() == {targets["Ann"]}
    frappe.set_user("lead@example.com")
    assert seen() == {targets[name] for name in ("Lead", "Ann", "Bob")}


def test_a_manager_sees_all_of_their_companies(targets):
    manager = make.user("Sales Manager")
    frappe.set_user(manager)
    assert set(targets.values()) <= seen()
    frappe.set_user("Administrator")
    make.insert("User Permission", user=manager, allow="Company", for_value=make.US.name)
    frappe.set_user(manager)
    assert targets["company"] not in seen()
    assert targets["Cid"] in seen()


def test_a_form_opens_for_the_own_subtree_alone(targets):
    frappe.set_user("lead@example.com")
    assert frappe.get_doc("Sales Target", targets["Bob"]).has_permission("read")
    for owner in ("Cid", "company"):
        with pytest.raises(frappe.PermissionError):
            frappe.get_doc("Sales Target", targets[owner]).check_permission("read")


def test_a_seller_writes_nothing(targets):
    frappe.set_user("ann@example.com")
    for ptype in ("write", "submit", "cancel", "delete"):
        assert not frappe.has_permission("Sales Target", ptype, targets["Ann"])
    assert not frappe.has_permission("Sales Target", "create")


def test_report_builder_and_export_obey_too(targets):
    frappe.set_user("ann@example.com")
    frappe.local.form_dict = frappe._dict(doctype="Sales Target", fields='["name", "title"]', view="Report")
    names = {row[0] for row in report_view()["values"]}
    assert names == {targets["Ann"]}


def test_a_seller_with_an_employee_permission_still_sees_their_targets(targets):
    employee = frappe.db.get_value("Sales Person", "Ann", "employee")
    make.insert("User Permission", user="ann@example.com", allow="Employee", for_value=employee)
    frappe.set_user("ann@example.com")
    assert seen() == {targets["Ann"]}


def test_credits_of_others_and_of_nobody_stay_hidden():
    for seller in ("Ann", "Bob", "Cid", ""):
        credit(seller, 10)
    frappe.set_user("lead@example.com")
    sellers = set(frappe.get_list("Sales Credit", pluck="sales_person", limit=0))
    assert sellers == {"Ann", "Bob"}
    frappe.set_user(make_manager())
    sellers = set(frappe.get_list("Sales Credit", pluck="sales_person", limit=0))
    assert {"Ann", "Bob", "Cid", ""} <= sellers


def make_manager() -> str:
    frappe.set_user("Administrator")
    return make.user("Sales Manager")


def test_one_credit_is_checked_like_the_list():
    credit("Cid", 10)
    credit("", 10)
    docs = {name: frappe.get_last_doc("Sales Credit", {"sales_person": name}) for name in ("Cid", "")}
    assert not any(people.sales_credit_permission(doc, "read", "lead@example.com") for doc in docs.values())
    manager = make.user("Sales Manager")
    assert all(people.sales_credit_permission(doc, "read", manager) is True for doc in docs.values())
    assert people.sales_credit_total_permission(docs["Cid"], "read", manager) is True


def test_revisions_follow_their_target(targets):
    names = {}
    for owner in ("Ann", "Cid", "company"):
        doc = frappe.get_doc(
            {
                "doctype": "Sales Target Revision",
                "sales_target": targets[owner],
                "kpi": "revenue",
                "line": 1,
                "effective_date": "2026-06-01",
                "reason": "Test",
            }
        )
        doc.flags.by_revise = True
        names[owner] = doc.insert(ignore_permissions=True).name
    frappe.set_user("lead@example.com")
    assert seen("Sales Target Revision") == {names["Ann"]}
    assert frappe.has_permission("Sales Target Revision", "read", names["Ann"])
    assert not frappe.has_permission("Sales Target Revision", "read", names["Cid"])
    frappe.set_user("Administrator")
    manager = make.user("Sales Manager")
    make.insert("User Permission", user=manager, allow="Company", for_value=make.US.name)
    frappe.set_user(manager)
    assert seen("Sales Target Revision") == {names["Ann"], names["Cid"]}
    assert not frappe.has_permission("Sales Target Revision", "read", names["company"])


def test_a_company_name_with_quotes_and_percent_is_only_a_name(targets):
    name = """O'Neil \\ 100%s "Sons" Ltd"""
    make.company(name, "ONS", "USD")
    manager = make.user("Sales Manager")
    make.insert("User Permission", user=manager, allow="Company", for_value=name)
    frappe.set_user(manager)
    assert seen("Sales Target Revision") == set()


@pytest.mark.parametrize("table", ["Sales Target KPI", "Sales Target Period"])
def test_the_tables_of_a_target_show_no_more_than_its_list(targets, table):
    def parents() -> set[str]:
        return set(frappe.get_list(table, parent_doctype="Sales Target", pluck="parent", limit=0))

    frappe.set_user("lead@example.com")
    assert parents() == {targets["Lead"], targets["Ann"], targets["Bob"]}
    frappe.set_user(make.user("Sales User"))
    assert parents() == set()
    frappe.set_user("Administrator")
    manager = make.user("Sales Manager")
    make.insert("User Permission", user=manager, allow="Company", for_value=make.US.name)
    frappe.set_user(manager)
    assert parents() == {targets[name] for name in ("Lead", "Ann", "Bob", "Cid")}
    frappe.set_user("Administrator")
    make.insert("User Permission", user=manager, allow="Sales Person", for_value="Lead")
    frappe.set_user(manager)
    assert parents() == {targets[name] for name in ("Lead", "Ann", "Bob")}


@pytest.mark.parametrize("table", ["Sales Target KPI", "Sales Target Period"])
def test_a_row_of_a_target_opens_like_the_target(targets, table):
    def read(owner: str) -> float:
        filters = {"parent": targets[owner]}
        return frappe.client.get(table, filters=filters, parent="Sales Target")["target"]

    rows = {owner: frappe.get_last_doc(table, {"parent": targets[owner]}) for owner in ("Bob", "Cid")}
    frappe.set_user("lead@example.com")
    assert read("Bob")
    assert frappe.has_permission(table, "print", rows["Bob"])
    for owner in ("Cid", "company"):
        with pytest.raises(frappe.PermissionError):
            read(owner)
    assert not frappe.has_permission(table, "print", rows["Cid"])
