"""The drain: one lock per unit, exact deletion, failures apart. Tests of several sessions commit."""

import frappe
import pytest
from pymysql.err import OperationalError

from sales_targets.crediting import backfill, bulk, drain, queue, sources
from sales_targets.crediting.locks import held, read_committed
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_exact, credited, rows, totals
from tests.bench.support.sessions import in_threads


def waiting() -> list[str]:
    """Units in the queue that are no targets."""
    return frappe.get_all("Sales Credit Queue", filters={"source": ["!=", "Sales Target"]}, pluck="unit")


@pytest.mark.committed
def test_drain_credits_and_empties_the_queue(enable):
    enable("revenue")
    ann = make.sales_person()
    make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    outcome = drain.drain()
    assert credited("revenue") == totals("revenue") == {ann: 1000}
    assert waiting() == []
    assert outcome.posted == 1 and not outcome.failed
    assert_exact()


@pytest.mark.committed
def test_draining_again_posts_nothing(enable):
    enable("revenue")
    invoice = make.invoice([(make.sales_person(), 100)], amount=1000)
    frappe.db.commit()
    drain.drain()
    queue.note("Sales Invoice", [invoice.name, invoice.name])
    frappe.db.commit()
    assert drain.drain().posted == 0
    assert len(rows("revenue")) == 1


@pytest.mark.committed
def test_the_isolation_level_is_restored(enable):
    before = frappe.db.sql("select @@session.tx_isolation")[0][0]
    with read_committed():
        assert frappe.db.sql("select @@session.tx_isolation")[0][0] == "READ-COMMITTED"
    assert frappe.db.sql("select @@session.tx_isolation")[0][0] == before


@pytest.mark.committed
@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_an_error_takes_back_what_was_not_committed(error):
    def half() -> None:
        with read_committed():
            queue.note("Sales Invoice", ["half a batch"])
            raise error

    with pytest.raises(error):
        half()
    assert waiting() == []


@pytest.mark.committed
def test_a_unit_that_another_worker_holds_is_left_to_it(enable, other_session):
    enable("revenue")
    ann = make.sales_person()
    mine = make.invoice([(ann, 100)], amount=1000)
    theirs = make.invoice([(ann, 100)], amount=10)
    frappe.db.commit()
    with other_session(), held("Sales Invoice", [theirs.name]) as got:
        assert got == [theirs.name]
        first = frappe.local.db
        frappe.connect()
        try:
            drain.drain()
            assert credited("revenue") == {ann: 1000}
            assert waiting() == [theirs.name]
            assert mine.name not in waiting()
        finally:
            frappe.local.db.close()
            frappe.local.db = first
    frappe.db.commit()
    drain.drain()
    frappe.db.commit()
    assert credited("revenue") == {ann: 1010}


@pytest.mark.committed
def test_a_submit_while_a_drain_holds_its_claim_neither_waits_nor_is_lost(enable, other_session, monkeypatch):
    enable("revenue")
    ann, bob = make.sales_person(), make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    original, done = sources.derive, []

    def edit_meanwhile(*args: object):
        derived = original(*args)
        if not done:
            done.append(True)
            with other_session():
                frappe.db.sql("set session innodb_lock_wait_timeout = 1")
                make.edit_team(frappe.get_doc("Sales Invoice", invoice.name), [(bob, 100)])
                make.invoice([(bob, 100)], amount=7)
                frappe.db.commit()
        return derived

    monkeypatch.setattr(drain, "derive", edit_meanwhile)
    drain.drain()
    frappe.db.commit()
    assert credited("revenue") == totals("revenue") == {bob: 1007}
    assert_exact()


@pytest.mark.committed
def test_two_drains_on_the_same_units_credit_each_once(enable):
    enable("revenue")
    ann = make.sales_person()
    invoices = [make.invoice([(ann, 100)], amount=100) for _ in range(6)]
    queue.note("Sales Invoice", [invoice.name for invoice in invoices] * 3)
    frappe.db.commit()
    in_threads(drain.drain, drain.drain, drain.drain)
    frappe.db.commit()
    drain.drain()
    frappe.db.commit()
    assert credited("revenue") == totals("revenue") == {ann: 600}
    assert len(rows("revenue")) == 6
    assert waiting() == []


@pytest.mark.committed
def test_one_bad_unit_does_not_hold_up_the_others_and_is_parked_after_five_attempts(enable, monkeypatch):
    enable("revenue")
    ann = make.sales_person()
    good, bad = (make.invoice([(ann, 100)], amount=amount) for amount in (1000, 1))
    frappe.db.commit()
    original = drain.derive

    def fail_on_bad(source: str, units: list[str], *args: object):
        if bad.name in units:
            raise ValueError("no such thing")
        return original(source, units, *args)

    monkeypatch.setattr(drain, "derive", fail_on_bad)
    drain.drain()
    assert credited("revenue") == {ann: 1000}
    assert good.name not in waiting()
    for _ in range(6):
        frappe.db.sql("update `tabSales Credit Queue` set next_try = null where parked = 0")
        frappe.db.commit()
        drain.drain()
    row = frappe.get_all("Sales Credit Queue", filters={"unit": bad.name}, fields=["*"])[0]
    assert (row.attempts, row.parked, row.error) == (5, 1, "ValueError: no such thing")
    monkeypatch.setattr(drain, "derive", original)
    queue.retry([row.name])
    frappe.db.commit()
    drain.drain()
    frappe.db.commit()
    assert credited("revenue") == {ann: 1001}
    assert waiting() == []


@pytest.mark.committed
def test_an_unknown_source_is_counted_and_a_vanished_voucher_is_let_go(enable):
    enable("revenue")
    queue.note("No Such DocType", ["X-1"])
    queue.note("Sales Invoice", ["SINV-GONE"])
    frappe.db.commit()
    drain.drain()
    frappe.db.commit()
    assert waiting() == ["X-1"]
    assert "No Such DocType" in frappe.db.get_value("Sales Credit Queue", {"unit": "X-1"}, "error")


@pytest.mark.committed
def test_a_paused_site_keeps_what_is_noted(enable):
    enable("revenue")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    frappe.db.set_single_value("Sales Targets Settings", "paused", 1)
    frappe.db.commit()
    drain.drain()
    assert invoice.name in waiting()
    frappe.db.set_single_value("Sales Targets Settings", "paused", 0)
    frappe.db.commit()
    drain.drain()
    frappe.db.commit()
    assert credited("revenue") == {ann: 1000}


@pytest.mark.committed
def test_a_kpi_enabled_while_a_drain_is_under_way(enable, other_session, monkeypatch):
    """Its backfill credits the document, which then changes: the drain answers that change for both KPIs."""
    enable("revenue")
    ann, bob = make.sales_person(), make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    enabled: list[str] = []

    def enable_first(source: str, units: list[str]):
        if not enabled and source == "Sales Invoice":
            enabled.append("units")
            with other_session():
                enable("revenue", "units")
                frappe.db.commit()
                backfill.run_backfill("units")
                make.edit_team(invoice, [(bob, 100)])
                frappe.db.commit()
        return held(source, units)

    monkeypatch.setattr(drain, "held", enable_first)
    drain.drain()
    assert enabled
    assert credited("revenue") == {bob: 1000}
    assert credited("units") == {bob: 1}


@pytest.mark.committed
def test_a_deadlock_is_no_attempt(enable, monkeypatch):
    enable("revenue")
    invoice = make.invoice([(make.sales_person(), 100)], amount=1000)
    frappe.db.commit()

    def deadlock(*_args: object) -> None:
        raise OperationalError(1213, "Deadlock found when trying to get lock; try restarting transaction")

    monkeypatch.setattr(bulk, "insert", deadlock)
    assert drain.drain().failed == 1
    row = frappe.db.get_value("Sales Credit Queue", {"unit": invoice.name}, ["attempts", "next_try"])
    assert row == (0, None)


@pytest.mark.committed
def test_one_target_that_cannot_be_refreshed_keeps_no_other_from_it(enable):
    enable("revenue")
    targets = [make.target(make.sales_person(), [("revenue", 1000)], submit=True).name for _ in range(5)]
    frappe.db.commit()  # writes the notes of the submits
    frappe.db.sql("delete from `tabSales Credit Queue`")
    queue.note(queue.TARGET, targets)
    frappe.db.commit()
    done: set[str] = set()

    def refresh(names: list[str]) -> None:
        if targets[1] in names:
            raise ValueError
        done.update(names)

    drain.drain(refresh=refresh)
    assert done == set(targets) - {targets[1]}
    left = frappe.get_all("Sales Credit Queue", fields=["unit", "attempts", "error"])
    assert [(row.unit, row.attempts, row.error) for row in left] == [(targets[1], 1, "ValueError: ")]
