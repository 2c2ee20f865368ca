"""Noting a change inside ERPNext's transaction: one INSERT, nothing lost, billing never in danger."""

from contextlib import nullcontext

import frappe
import pytest
from redis.exceptions import ConnectionError as RedisConnectionError

from sales_targets.crediting import events
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import credited


def queued(source: str = "Sales Invoice") -> list[str]:
    """Units of one source in the queue, oldest first."""
    return frappe.get_all("Sales Credit Queue", filters={"source": source}, pluck="unit", order_by="name")


def test_a_submit_costs_one_statement(enable, statements):
    enable("revenue")
    draft = make.invoice([(make.sales_person(), 100)], amount=1000, submit=False)
    with statements() as seen:
        draft.submit()
        events.flush()
    ours = [text for text in seen if "Sales Credit" in text or "Sales Target" in text]
    assert len(ours) == 1 and "INSERT INTO `tabSales Credit Queue`" in ours[0]
    assert queued() == [draft.name]
    assert queued("Customer") == [draft.customer]


def test_a_draft_is_not_noted(enable):
    enable("revenue")
    draft = make.invoice([(make.sales_person(), 100)], amount=1000, submit=False)
    draft.remarks = "changed"
    draft.save()
    events.flush()
    assert queued() == []


def test_rollback_to_a_savepoint_keeps_what_is_noted_before_and_after(enable, settle):
    enable("revenue")
    ann = make.sales_person()
    kept = make.invoice([(ann, 100)], amount=100)
    frappe.db.savepoint("bulk")
    undone = make.invoice([(ann, 100)], amount=1000)
    frappe.db.rollback(save_point="bulk")
    after = make.invoice([(ann, 100)], amount=10)
    settle()
    assert credited("revenue") == {ann: 110}
    assert not frappe.db.exists("Sales Invoice", undone.name) or undone.name in (kept.name, after.name)


def test_a_document_noted_again_after_a_savepoint_rollback_is_credited(enable, settle):
    enable("revenue")
    draft = make.invoice([(make.sales_person(), 100)], amount=1000, submit=False)
    frappe.db.savepoint("first_try")
    draft.submit()
    frappe.db.rollback(save_point="first_try")
    again = frappe.get_doc("Sales Invoice", draft.name)
    again.submit()
    settle()
    assert sum(credited("revenue").values()) == 1000


@pytest.mark.committed
def test_a_full_rollback_forgets_and_the_next_submit_is_noted(enable):
    enable("revenue")
    ann = make.sales_person()
    frappe.db.commit()
    make.invoice([(ann, 100)], amount=1000)
    frappe.db.rollback()
    assert not events._notes()
    invoice = make.invoice([(ann, 100)], amount=500)
    frappe.db.commit()
    assert queued() == [invoice.name]


@pytest.mark.committed
def test_without_redis_an_invoice_is_submitted_and_noted(enable, monkeypatch, asking):
    enable("revenue")
    monkeypatch.setattr(events, "_redis_quiet_until", 0.0)
    asked = []

    def refuse(*args: object, **kwargs: object) -> None:
        key = args[0] if args else kwargs["name"]
        if events.ASKED in str(key):
            asked.append(key)
        raise RedisConnectionError("refused")

    monkeypatch.setattr(frappe.cache, "set", refuse)
    ann = make.sales_person()
    first = make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    second = make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    assert frappe.db.get_value("Sales Invoice", first.name, "docstatus") == 1
    assert queued() == [first.name, second.name]
    assert len(asked) == 1, "after one refusal Redis is left alone for a while"


@pytest.mark.committed
def test_a_full_queue_is_not_told_to_whoever_submits_an_invoice(enable, monkeypatch, asking):
    enable("revenue")
    monkeypatch.setattr(events, "_redis_quiet_until", 0.0)
    frappe.cache.delete_value(events.ASKED)
    monkeypatch.setattr(
        frappe, "enqueue", lambda *args, **named: frappe.throw("Too many queued background jobs")
    )
    invoice = make.invoice([(make.sales_person(), 100)], amount=1000)
    frappe.clear_messages()
    frappe.db.commit()
    assert queued() == [invoice.name]
    assert events._redis_quiet_until > 0, "asked, and refused"
    assert not frappe.local.message_log


@pytest.mark.committed
def test_without_our_table_an_invoice_is_submitted(enable):
    enable("revenue")
    ann = make.sales_person()
    frappe.db.commit()
    frappe.db.sql_ddl("rename table `tabSales Credit Queue` to `tabSales Credit Queue Away`")
    try:
        invoice = make.invoice([(ann, 100)], amount=1000)
        frappe.db.commit()
        assert frappe.db.get_value("Sales Invoice", invoice.name, "docstatus") == 1
        assert frappe.db.count("GL Entry", {"voucher_no": invoice.name}) == 2
    finally:
        frappe.db.sql_ddl("rename table `tabSales Credit Queue Away` to `tabSales Credit Queue`")


def test_a_handler_that_fails_lets_the_invoice_through(enable, monkeypatch):
    enable("revenue")

    def fail(*units: object, **kwargs: object) -> None:
        raise ValueError("broken")

    monkeypatch.setattr(events, "note", fail)
    assert make.invoice([(make.sales_person(), 100)], amount=1000).docstatus == 1


def test_a_deadlock_is_raised_again(enable, monkeypatch):
    enable("revenue")

    def deadlock(*units: object, **kwargs: object) -> None:
        raise frappe.QueryDeadlockError("1213")

    monkeypatch.setattr(events, "note", deadlock)
    with pytest.raises(frappe.QueryDeadlockError):
        make.invoice([(make.sales_person(), 100)], amount=1000)


def test_a_deadlock_in_the_flush_is_raised_again_and_other_errors_are_not(monkeypatch):
    def fail_with(error: Exception):
        def insert(pending: object) -> None:
            raise error

        return insert

    events.note(("Sales Invoice", "X"))
    monkeypatch.setattr(events, "_insert", fail_with(ValueError("broken")))
    events.flush()
    events.note(("Sales Invoice", "X"))
    monkeypatch.setattr(events, "_insert", fail_with(frappe.QueryDeadlockError("1213")))
    with pytest.raises(frappe.QueryDeadlockError):
        events.flush()


@pytest.mark.parametrize("everything_is_gone", [0, 1])
def test_a_time_out_is_raised_again_where_it_takes_the_whole_transaction(monkeypatch, everything_is_gone):
    def wait_too_long(pending: object) -> None:
        raise frappe.QueryTimeoutError("1205")

    monkeypatch.setattr(events, "_insert", wait_too_long)
    monkeypatch.setattr(frappe.db, "sql", lambda *_args, **_kwargs: ((everything_is_gone,),))
    events.note(("Sales Invoice", "X"))
    with pytest.raises(frappe.QueryTimeoutError) if everything_is_gone else nullcontext():
        events.flush()
