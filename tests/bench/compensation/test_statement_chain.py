"""One open statement at a time, and a chain that shows every change of what was submitted."""

import frappe
import pytest

from sales_targets.compensation import chain, seal, store
from tests.bench import factories as make
from tests.bench.factories import payouts, statements as pay

JAN, FEB = "2026-01-20", "2026-02-20"


@pytest.fixture
def ann(enable):
    enable("revenue")
    return make.sales_person("Ann")


def sell(seller, amount, day=JAN, **fields):
    return make.invoice([(seller, 100)], amount=amount, date=day, **fields)


class TestOneAtATime:
    def test_run_twice_is_run_once(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000)
        settle()
        first = pay.draft(ann)
        again = pay.calculate(ann)
        assert (again.made, again.unchanged) == ([], 1)
        assert frappe.get_doc(first.doctype, first.name).modified == first.modified

    def test_another_period_waits_for_the_open_statement(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000)
        settle()
        pay.draft(ann, 1)
        outcome = pay.calculate(ann, first="2026-02-01", last="2026-02-28")
        ((who, message),) = outcome.failed
        assert who == ann and "still open" in message

    def test_a_draft_that_comes_to_nothing_goes(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sale = sell(ann, 1000)
        settle()
        doc = pay.draft(ann)
        sale.cancel()
        settle()
        assert pay.draft(ann) is None
        assert not frappe.db.exists(doc.doctype, doc.name)

    def test_a_period_still_open_is_provisional(self, ann, settle):
        today = frappe.utils.getdate()
        first, last = frappe.utils.get_first_day(today), frappe.utils.get_last_day(today)
        make.rule([(0, 0.05)], members=[ann], cumulative="Quarter")
        sell(ann, 1000, str(today))
        settle()
        outcome = pay.calculate(ann, first=str(first), last=str(last))
        doc = frappe.get_doc("Commission Statement", outcome.made[0])
        assert doc.provisional
        with pytest.raises(frappe.ValidationError, match="provisional"):
            pay.approve(doc)

    def test_what_was_carried_is_read_again_at_submit(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000)
        settle()
        doc = pay.draft(ann)
        other = make_submitted_beside(doc)
        with pytest.raises(frappe.ValidationError, match="recomputed"):
            pay.approve(doc)
        assert store.rewrite(doc.name) is True or not frappe.db.exists(doc.doctype, doc.name)
        assert other


def make_submitted_beside(doc):
    """Another submitted statement of the same payee, as if it came in between."""
    from tests.bench.factories.commission import statement_row

    return statement_row(doc.sales_person, [{"rule": doc.lines[0].rule, "earned": 50}], first="2026-01-01")


class TestChain:
    def test_only_the_last_is_cancelled(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000), sell(ann, 1000, FEB)
        settle()
        first, second = pay.paid(ann, 1), pay.paid(ann, 2)
        with pytest.raises(frappe.ValidationError, match="cancel that one first"):
            first.cancel()
        second.reload()
        second.cancel()
        first.reload()
        first.cancel()
        doc = pay.draft(ann, 2)
        assert doc.earned == 100 and not doc.previous_statement

    def test_tampering_shows(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000), sell(ann, 1000, FEB)
        settle()
        first, second = pay.paid(ann, 1), pay.paid(ann, 2)
        assert second.previous_hash == first.content_hash
        assert chain.verify(second.name) == []
        frappe.db.set_value("Commission Statement Line", first.lines[0].name, "earned", 51)
        assert [one["statement"] for one in chain.verify(second.name)] == [first.name]

    def test_a_whole_forgery_breaks_the_chain(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000), sell(ann, 1000, FEB)
        settle()
        first, second = pay.paid(ann, 1), pay.paid(ann, 2)
        from sales_targets.engine.statement import chain_hash

        frappe.db.set_value("Commission Statement Line", first.lines[0].name, "earned", 51)
        text = chain.canonical(chain.read([first.name])[first.name])
        values = {"canonical": text, "content_hash": chain_hash(text, "")}
        frappe.db.set_value("Commission Statement", first.name, values)
        assert [one["statement"] for one in chain.verify(first.name)] == [second.name]

    def test_amounts_of_a_draft_are_not_typed_in(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000)
        settle()
        doc = pay.draft(ann)
        doc.net = doc.payable = 5000
        doc.lines[0].earned = 5000
        doc.save()
        doc.reload()
        assert (doc.net, doc.lines[0].earned) == (50, 50)

    def test_nobody_makes_one_by_hand(self, ann):
        with pytest.raises(frappe.ValidationError, match="Commission Run"):
            frappe.get_doc({"doctype": "Commission Statement", "sales_person": ann}).insert()


class TestClosedBooks:
    def test_a_late_change_to_closed_books_needs_accounts(self, ann, settle):
        make.rule([(0, 0.05)], members=[ann])
        sale = sell(ann, 1000)
        settle()
        pay.paid(ann, 1)
        sale.cancel()
        settle()
        doc = pay.draft(ann, 2)
        make.freeze_books("2026-01-31")
        frappe.set_user(make.user("System Manager"))
        with pytest.raises(frappe.PermissionError, match="Accounts Manager"):
            seal._check_books(frappe.get_doc(doc.doctype, doc.name))
        frappe.set_user(make.user("Accounts Manager"))
        seal._check_books(frappe.get_doc(doc.doctype, doc.name))


class TestRemarks:
    def test_a_seller_without_an_employee_is_told(self, ann, settle):
        payouts.pays_by("Journal Entry")
        make.rule([(0, 0.05)], members=[ann])
        sell(ann, 1000)
        settle()
        outcome = pay.calculate(ann)
        ((who, message),) = outcome.notes
        assert who == ann and "employee" in message
        assert frappe.db.get_value("Commission Statement", outcome.made[0], "problems") == message
