"""Who sees what in the reports on commissions: seller, manager, accountant, outsider, and a second company."""

import frappe
import pytest

from tests.bench import factories as make
from tests.bench.factories.commission import rule_row, statement_row
from tests.bench.report.book import allow, credit, refused, run, summary

Q1 = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-03-31"}
FOR_SELLERS = ("Commission Summary", "Payout Register", "Commission Alignment")
OF_BOOKS = ("Commission Accrual", "Contract Cost Roll-forward", "Credit Reconciliation")
ALL = FOR_SELLERS + OF_BOOKS


@pytest.fixture(autouse=True)
def figures(enable) -> None:
    """Bob is paid 20 and Cid 3, in the other company Bob 500; a partner gets 7."""
    enable("revenue")
    make.team({"North": {"Bob": {}}, "South": ["Cid"]})
    rule = rule_row("Base", capitalise=1, amortise_months=12)
    for seller, amount in (("Bob", 20), ("Cid", 3)):
        statement_row(seller, [{"rule": rule, "earned": amount}])
        credit(seller, amount * 10, "2026-01-15")
        make.target(seller, [("revenue", 1200)])
    eu = rule_row("Base EU", company=make.EU, capitalise=1)
    statement_row("Bob", [{"rule": eu, "earned": 500}], company=make.EU)
    partner = rule_row("Partner", payee="Sales Partner")
    statement_row(make.sales_partner(), [{"rule": partner, "earned": 7}], payee_type="Sales Partner")


@pytest.fixture
def ann() -> str:
    """A seller below North who can log in, paid 100."""
    seller, login = make.seller_user("Ann", "North")
    statement_row(seller, [{"rule": rule_row("Hers"), "earned": 100}])
    credit(seller, 1000, "2026-01-15")
    make.target(seller, [("revenue", 1200)])
    return login


@pytest.fixture
def manager() -> str:
    return make.user("Sales Manager")


@pytest.fixture
def accountant() -> str:
    return make.user("Accounts Manager")


def everything(result) -> str:
    """All that is sent to the browser, as text."""
    return frappe.as_json(result)


def paid(result) -> float:
    """What the report comes to."""
    found = summary(result)
    return found.get("Earned", found.get("Pay", found.get("Payable", found.get("Capitalised"))))


@pytest.mark.parametrize("report", FOR_SELLERS)
def test_a_seller_sees_themselves_alone(report, ann):
    result = run(report, ann, **Q1)
    assert paid(result) == 100
    for name in ("Bob", "Cid", "Partner"):
        assert name not in everything({**result, "filters": None})


@pytest.mark.parametrize("report", FOR_SELLERS)
def test_a_seller_cannot_ask_for_others(report, ann):
    partner = frappe.db.get_value("Commission Statement", {"payee_type": "Sales Partner"}, "sales_partner")
    for filters in ({"sales_person": "Cid"}, {"sales_partner": partner}):
        assert not paid(run(report, ann, **{**Q1, **filters}))


@pytest.mark.parametrize("by", ["Payee", "Rule", "Item Group", "Territory"])
def test_every_grouping_of_a_seller_is_their_own(by, ann):
    result = run("Commission Summary", ann, group_by=by, period="Month", **Q1)
    assert paid(result) == 100
    assert sum(line["values"][0] for line in result["chart"]["data"]["datasets"][:1]) == 100


@pytest.mark.parametrize("by", ["KPI", "Perspective", "Rule", "Payee"])
def test_every_view_of_alignment_of_a_seller_is_their_own(by, ann):
    result = run("Commission Alignment", ann, group_by=by, **Q1)
    assert paid(result) == 100
    assert "Bob" not in everything(result)
    assert "Cid" not in everything(result)


@pytest.mark.parametrize("report", FOR_SELLERS)
def test_a_seller_who_leads_a_group_sees_those_below(report, ann):
    employee = frappe.db.get_value("Sales Person", "Ann", "employee")
    frappe.db.set_value("Sales Person", "Ann", "employee", None)
    frappe.db.set_value("Sales Person", "North", "employee", employee)
    assert paid(run(report, ann, **Q1)) == 120


@pytest.mark.parametrize("report", OF_BOOKS)
def test_a_seller_sees_nothing_of_the_books(report, ann):
    with pytest.raises(frappe.PermissionError):
        run(report, ann, **Q1)


@pytest.mark.parametrize("report", OF_BOOKS)
def test_a_role_alone_does_not_show_the_whole_of_the_books(report, accountant):
    allow(accountant, "Sales Person", "Bob")
    with refused("every seller", error=frappe.PermissionError):
        run(report, accountant, **Q1)


@pytest.mark.parametrize("report", FOR_SELLERS)
def test_a_user_permission_narrows_a_manager(report, manager):
    allow(manager, "Sales Person", "Bob")
    assert paid(run(report, manager, **Q1)) == 20


@pytest.mark.parametrize("report", FOR_SELLERS)
def test_a_user_permission_on_a_partner_hides_the_others(report, manager):
    allow(manager, "Sales Partner", make.sales_partner())
    assert paid(run(report, manager, **Q1)) == 23


@pytest.mark.parametrize("report", [*FOR_SELLERS, "Commission Accrual"])
def test_managers_and_accountants_see_everybody(report, manager, accountant):
    assert paid(run(report, manager, **Q1)) == 30
    assert paid(run(report, accountant, **Q1)) == 30


def test_the_roll_forward_and_the_reconciliation_of_managers_and_accountants(manager, accountant):
    for user in (manager, accountant):
        assert paid(run("Contract Cost Roll-forward", user, **Q1)) == 23
    assert summary(run("Credit Reconciliation", accountant, **Q1))["Credits"] == 230
    # Its sums are those of the General Ledger.
    with refused("GL Entry", error=frappe.PermissionError):
        run("Credit Reconciliation", manager, **Q1)


@pytest.mark.parametrize("report", ALL)
@pytest.mark.parametrize("role", ["Sales Manager", "Accounts Manager"])
def test_another_company_never_leaks(report, role):
    user = make.user(role, "Accounts Manager")
    allow(user, "Company", make.EU.name)
    with refused(make.US.name, error=frappe.PermissionError):
        run(report, user, **Q1)
    result = run(report, user, **{**Q1, "company": make.EU.name})
    assert "Cid" not in everything(result)
    if paid(result) is not None:
        assert paid(result) == 500


@pytest.mark.parametrize("report", FOR_SELLERS)
def test_a_user_who_is_no_seller_is_told_so(report):
    result = run(report, make.user("Sales User"), **Q1)
    assert result["result"] == []
    assert "Employee" in result["message"]


@pytest.mark.parametrize("report", ALL)
def test_no_role_no_report(report):
    with pytest.raises(frappe.PermissionError):
        run(report, make.user("Stock User"), **Q1)


@pytest.mark.parametrize("report", ALL)
def test_a_filter_that_is_no_name_is_no_filter_of_the_database(report, accountant):
    with refused("does not exist"):
        run(report, accountant, company={"name": ["like", "%"]})


@pytest.mark.parametrize("report", ["Commission Summary", "Payout Register", "Commission Alignment"])
@pytest.mark.parametrize("field", ["sales_person", "sales_partner"])
def test_a_payee_that_is_no_name_is_refused(report, field, accountant):
    with refused("does not exist"):
        run(report, accountant, **{**Q1, field: [["name", "like", "%"]]})


@pytest.mark.parametrize("report", ALL)
def test_an_empty_company_shows_a_helpful_message(report):
    frappe.db.delete("Commission Statement")
    frappe.db.delete("Incentive Rule")
    frappe.db.delete("Sales Credit")
    assert run(report, **Q1)["message"]
