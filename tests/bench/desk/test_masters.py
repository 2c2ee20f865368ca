"""Targets, statements and credit on the forms of Sales Person, Sales Partner and Customer."""

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from sales_targets.crediting import events
from sales_targets.desk import masters
from tests.bench import factories as make
from tests.bench.factories.commission import rule_row, statement_row
from tests.bench.report.book import allow
from tests.bench.support.site import DESK


@pytest.fixture(autouse=True)
def kpis(enable) -> None:
    enable("revenue")


def shown(doctype, name, user="Administrator") -> frappe._dict:
    """What the form shows the user."""
    frappe.set_user(user)
    try:
        return frappe._dict(masters.standing_of(doctype, name))
    finally:
        frappe.set_user("Administrator")


def this_year() -> dict[str, str]:
    """The days of a target that is in force today."""
    year = getdate(today()).year
    return {"first": f"{year}-01-01", "last": f"{year}-12-31"}


def labels(rows) -> list[str]:
    return [row["label"] for row in rows]


class TestSeller:
    """A Sales Person or a Sales Partner."""

    def test_targets_in_force_and_where_they_stand(self, enable, settle):
        enable("revenue", "units")
        seller = make.sales_person("Ann")
        target = make.target(seller, [("revenue", 1000)], **this_year())
        make.target(seller, [("revenue", 1000)], first="2025-01-01", last="2025-12-31", every="Year")
        make.target(seller, [("units", 5)], submit=False, **this_year())
        make.invoice([(seller, 100)], amount=500, date=today())
        settle()
        answer = shown("Sales Person", seller)
        assert labels(answer.targets) == [target.title]
        assert answer.targets[0]["score"] == 0.5
        assert answer.targets[0]["pace"]
        assert answer.targets[0]["href"] == f"{DESK}/sales-target/{target.name}"

    def test_the_last_statements(self):
        seller = make.sales_person("Ann")
        rule = rule_row()
        for month in ("01", "02", "03", "04"):
            statement_row(
                seller, [{"rule": rule, "earned": 10}], first=f"2026-{month}-01", last=f"2026-{month}-28"
            )
        answer = shown("Sales Person", seller)
        assert [row["to_date"] for row in answer.statements] == ["2026-04-28", "2026-03-28", "2026-02-28"]
        assert (answer.statements[0]["payable"], answer.statements[0]["currency"]) == (10, "USD")

    def test_nothing_yet(self):
        answer = shown("Sales Person", make.sales_person("Ann"))
        assert (answer.targets, answer.statements) == ([], [])
        assert "No target of Ann is in force today." in answer.sentences
        assert any("No user stands behind" in text for text in answer.sentences)

    def test_a_user_behind_it_is_not_missed(self):
        seller, _login = make.seller_user("Ann")
        assert not any("No user" in text for text in shown("Sales Person", seller).sentences)
        make.team({"North": ["Bob"]})
        assert not any("No user" in text for text in shown("Sales Person", "North").sentences)

    def test_a_seller_sees_their_own_subtree_alone(self):
        make.sales_person("North", group=True)
        seller, login = make.seller_user("Ann", "North")
        for name in ("Ann", "North"):
            make.target(name, **this_year())
        assert shown("Sales Person", seller, login).targets
        assert shown("Sales Person", "North", login) == {}

    def test_another_companys_target_is_left_out(self):
        seller = make.sales_person("Ann")
        make.target(seller, **this_year())
        european = make.target(seller, company=make.EU, **this_year())
        manager = make.user("Sales Manager")
        assert len(shown("Sales Person", seller, manager).targets) == 2
        allow(manager, "Company", make.EU.name)
        assert labels(shown("Sales Person", seller, manager).targets) == [european.title]

    def test_a_partner_is_for_managers(self):
        partner = make.sales_partner()
        make.target(partner, kind="Sales Partner", **this_year())
        assert len(shown("Sales Partner", partner).targets) == 1
        _seller, login = make.seller_user("Ann")
        assert shown("Sales Partner", partner, login) == {}

    def test_who_reads_no_targets_sees_nothing(self):
        seller = make.sales_person("Ann")
        assert shown("Sales Person", seller, make.user("Stock User")) == {}
        assert masters.standing_of("Sales Person", "no such person") == {}
        assert masters.standing_of("User", "Administrator") == {}


class TestCustomer:
    """Whose credit it is."""

    def test_each_seller_the_most_first_with_target_and_statement(self, settle):
        make.team(["Ann", "Bob"])
        customer = make.customer()
        target = make.target("Bob", **this_year())
        make.invoice([("Ann", 40), ("Bob", 60)], amount=1000, customer=customer, date=today())
        make.invoice([("Ann", 100)], amount=9000, date=today())
        statement = statement_row("Bob", [{"rule": rule_row(), "earned": 10}])
        settle()
        answer = shown("Customer", customer)
        assert [(row["label"], row["value"]) for row in answer.sellers] == [("Bob", 600), ("Ann", 400)]
        assert labels(answer.sellers[0]["targets"]) == [target.title]
        assert answer.sellers[0]["statement"]["label"] == statement.name
        assert (answer.sellers[1]["targets"], answer.sellers[1]["statement"]) == ([], None)
        assert answer.kpi == {"title": "Revenue", "unit": "Currency"}
        assert f"customer={customer.replace(' ', '+')}" in answer.links[0]["href"]

    def test_what_lies_longer_back_does_not_count(self, settle):
        customer = make.customer()
        make.invoice([(make.sales_person("Ann"), 100)], customer=customer, date=add_days(today(), -400))
        settle()
        answer = shown("Customer", customer)
        assert answer.sellers == []
        assert "In the last twelve months nobody was credited" in answer.sentences[0]

    def test_returns_and_till_slips_count_and_companies_stand_apart(self, settle):
        make.sales_person("Ann")
        customer = make.customer()
        invoice = make.invoice([("Ann", 100)], amount=1000, customer=customer, date=today())
        make.credit_note(invoice, date=today())
        make.invoice([("Ann", 100)], amount=200, customer=customer, company=make.EU, date=today())
        till = make.pos_profile()
        make.pos_opening(till)
        make.pos_invoice(till, [("Ann", 100)], amount=50, customer=customer, date=today())
        settle()
        rows = shown("Customer", customer).sellers
        assert [(row["company"], row["currency"], row["value"]) for row in rows] == [
            (make.EU.name, "EUR", 200),
            (make.US.name, "USD", 50),
        ]

    def test_a_seller_sees_their_own_part(self, settle):
        seller, login = make.seller_user("Ann")
        make.sales_person("Bob")
        customer = make.customer()
        make.invoice([(seller, 50), ("Bob", 50)], amount=1000, customer=customer, date=today())
        make.invoice(amount=70, customer=customer, date=today())
        settle()
        answer = shown("Customer", customer, login)
        assert labels(answer.sellers) == ["Ann"]
        assert answer.sentences == ["Credit of sellers you may not see is left out."]
        assert labels(shown("Customer", customer).sellers) == ["Ann", "Bob", "Nobody"]

    def test_another_companys_credit_is_left_out(self, settle):
        make.sales_person("Ann")
        customer = make.customer()
        for company in (make.US, make.EU):
            make.invoice([("Ann", 100)], customer=customer, company=company, date=today())
        settle()
        manager = make.user("Sales Manager")
        allow(manager, "Company", make.EU.name)
        answer = shown("Customer", customer, manager)
        assert [row["company"] for row in answer.sellers] == [make.EU.name]
        assert len(answer.links) == 1

    def test_no_kpi_is_enabled(self, enable):
        enable()
        answer = shown("Customer", make.customer())
        assert answer.sellers == [] and "No KPI that counts invoices" in answer.sentences[0]

    def test_an_error_is_logged_and_nothing_shown(self, monkeypatch):
        logged = []
        monkeypatch.setattr(events, "log_failure", logged.append)
        monkeypatch.setattr(masters.customer_sellers, "credited", lambda *given: 1 / 0)
        assert shown("Customer", make.customer()) == {}
        assert logged == ["form of Customer"]

    def test_as_many_queries_for_many_sellers(self, statements, settle):
        make.team(["Ann", "Bob", "Cid"])
        customers = [make.customer(), make.customer()]
        for seller in ("Ann", "Bob", "Cid"):
            make.target(seller, **this_year())
        make.invoice([("Ann", 100)], customer=customers[0], date=today())
        for _number in range(2):
            make.invoice([("Ann", 40), ("Bob", 30), ("Cid", 30)], customer=customers[1], date=today())
        settle()
        for customer in customers:
            shown("Customer", customer)
        with statements() as few:
            shown("Customer", customers[0])
        with statements() as many:
            shown("Customer", customers[1])
        assert len(many) <= len(few)
