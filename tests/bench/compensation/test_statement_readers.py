"""Who sees and changes statements, runs and draws: seller, manager of a team, sales manager, accountant, outsider."""

import frappe
import pytest

from sales_targets.compensation import chain, run, store
from tests.bench import factories as make
from tests.bench.factories import statements as pay
from tests.bench.report.book import allow

TABLES = ("Commission Statement Line", "Commission Statement Adjustment", "Commission Run Chunk")


@pytest.fixture
def paid(enable, settle):
    """(Ann's statement, her user, her team leader's user)."""
    enable("revenue")
    lead, leader = make.seller_user("Lead")
    frappe.db.set_value("Sales Person", lead, "is_group", 1)
    ann, login = make.seller_user("Ann")
    doc = frappe.get_doc("Sales Person", ann)
    doc.parent_sales_person = lead
    doc.save()
    make.rule([(0, 0.05)], members=[ann])
    make.invoice([(ann, 100)], amount=1000, date="2026-01-20")
    settle()
    return pay.draft(ann), login, leader


def seen(doctype, user):
    frappe.set_user(user)
    try:
        return frappe.get_list(doctype, pluck="name")
    except frappe.PermissionError:
        return []
    finally:
        frappe.set_user("Administrator")


def may(doc, ptype, user):
    return bool(frappe.has_permission(doc.doctype, ptype, doc=doc, user=user))


class TestStatements:
    def test_the_seller_and_their_leader_read_them(self, paid):
        doc, login, leader = paid
        for user in (login, leader):
            assert seen(doc.doctype, user) == [doc.name]
            assert may(doc, "read", user) and not may(doc, "submit", user)

    def test_another_seller_and_an_outsider_do_not(self, paid):
        doc, _login, _leader = paid
        for user in (make.seller_user()[1], make.user("Stock User"), make.user("Sales User")):
            assert seen(doc.doctype, user) == []
            assert not may(doc, "read", user)

    @pytest.mark.parametrize(("role", "submits"), [("Sales Manager", False), ("Accounts Manager", True)])
    def test_managers_see_all(self, paid, role, submits):
        doc, _login, _leader = paid
        user = make.user(role)
        assert doc.name in seen(doc.doctype, user)
        assert may(doc, "submit", user) is submits

    def test_a_manager_of_another_company_does_not(self, paid):
        doc, _login, _leader = paid
        user = make.user("Sales Manager")
        allow(user, "Company", make.EU.name)
        assert doc.name not in seen(doc.doctype, user) and not may(doc, "read", user)

    @pytest.mark.parametrize("doctype", TABLES)
    def test_rows_are_not_read_around_the_document(self, paid, doctype):
        doc, login, _leader = paid
        stranger = make.seller_user()[1]
        parent = "Commission Run" if doctype.startswith("Commission Run") else doc.doctype
        frappe.set_user(stranger)
        try:
            found = frappe.get_list(doctype, parent_doctype=parent, pluck="parent")
        except frappe.PermissionError:
            found = []
        assert found == []
        frappe.set_user(login)
        if doctype == "Commission Statement Line":
            assert frappe.get_list(doctype, parent_doctype=parent, pluck="parent") == [doc.name]

    def test_methods_ask_first(self, paid):
        doc, login, _leader = paid
        for user in (make.seller_user()[1], make.user("Stock User")):
            frappe.set_user(user)
            for method in (store.recompute, chain.verify):
                with pytest.raises(frappe.PermissionError):
                    method(doc.name)
        frappe.set_user(login)
        assert chain.verify(doc.name) == []
        with pytest.raises(frappe.PermissionError):
            store.recompute(doc.name)
        frappe.set_user(make.user("Sales Manager"))
        assert store.recompute(doc.name) is False

    def test_a_seller_cannot_delete_their_statement(self, paid):
        doc, login, _leader = paid
        frappe.set_user(login)
        with pytest.raises(frappe.PermissionError):
            frappe.delete_doc(doc.doctype, doc.name)


class TestRunsAndDraws:
    def test_runs_are_for_managers(self):
        doc = pay.run()
        for role, sees in (
            ("Sales Manager", 1),
            ("Accounts Manager", 1),
            ("Sales User", 0),
            ("Stock User", 0),
        ):
            assert (doc.name in seen("Commission Run", make.user(role))) is bool(sees)

    def test_a_run_of_another_company(self):
        doc = pay.run()
        user = make.user("Sales Manager")
        allow(user, "Company", make.EU.name)
        frappe.set_user(user)
        with pytest.raises(frappe.PermissionError):
            run.start(doc.name)

    def test_a_seller_sees_their_own_draw(self):
        ann, login = make.seller_user("Ann")
        doc = pay.draw(ann, 100)
        assert seen(doc.doctype, login) == [doc.name]
        assert not may(doc, "write", login)
        other = make.seller_user()[1]
        assert seen(doc.doctype, other) == [] and not may(doc, "read", other)


def test_a_renamed_partner_keeps_the_chain(enable, settle):
    enable("revenue")
    partner, ann = make.sales_partner(), make.sales_person("Ann")
    make.rule([(0, 0.10)], payee="Sales Partner", members=[{"sales_partner": partner}])
    make.invoice([(ann, 100)], amount=1000, date="2026-01-20", sales_partner=partner)
    settle()
    first = pay.paid(pay.payee(partner, "Sales Partner"))
    new = make.base.some("Partner")
    frappe.rename_doc("Sales Partner", partner, new)
    first.reload()
    assert first.seller_id == new
    make.invoice([(ann, 100)], amount=100, date="2026-02-20", sales_partner=new)
    settle()
    doc = pay.draft(pay.payee(new, "Sales Partner"), 2)
    assert (doc.earned, doc.previous_statement) == (10, first.name)
    one = pay.payee(new, "Sales Partner")
    assert chain.verify_chain(make.US.name, first.currency, [one]) == []


def test_a_renamed_company_keeps_the_chain(enable, settle):
    enable("revenue")
    ann = make.sales_person("Ann")
    make.rule([(0, 0.10)], company=make.EU.name)
    make.invoice([(ann, 100)], amount=1000, company=make.EU.name, date="2026-01-20")
    settle()
    first = pay.paid(pay.payee(ann), company=make.EU.name)
    new = make.base.some("Company")
    frappe.db.set_value("Commission Statement", first.name, "company", new)
    assert chain.verify_chain(new, first.currency, [pay.payee(ann)]) == []
