"""A backfill credits one KPI: what waits for the others must go on waiting."""

import frappe
import pytest

from sales_targets import tasks
from sales_targets.crediting import backfill, drain, queue, rebuild
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import credited


@pytest.mark.committed
def test_a_backfill_leaves_the_notes_of_other_kpis(enable):
    enable("revenue", "units")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], items=[(None, 3, 100)])
    frappe.db.commit()
    backfill.run_backfill("units")
    assert credited("units", unit=invoice.name) == {ann: 3}
    assert invoice.name in [row.unit for row in queue.candidates()]
    drain.drain()
    assert credited("revenue", unit=invoice.name) == {ann: 300}
    assert credited("units", unit=invoice.name) == {ann: 3}
    assert list(rebuild.verify()) == []


@pytest.mark.committed
def test_a_backfill_leaves_the_note_of_a_deleted_document(enable):
    enable("revenue", "units")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], items=[(None, 3, 100)])
    frappe.db.commit()
    drain.drain()
    for doctype in ("Sales Invoice", "Sales Invoice Item", "Sales Team"):
        field = "name" if doctype == "Sales Invoice" else "parent"
        frappe.db.delete(doctype, {field: invoice.name})
    queue.note("Sales Invoice", [invoice.name])
    frappe.db.commit()
    backfill.run_backfill("units")
    drain.drain()
    assert credited("revenue", unit=invoice.name) == {}
    assert credited("units", unit=invoice.name) == {}


@pytest.mark.committed
def test_a_whole_rebuild_settles_what_waits(enable):
    enable("revenue", "units")
    invoice = make.invoice([(make.sales_person(), 100)])
    frappe.db.commit()
    rebuild.rebuild()
    assert invoice.name not in [row.unit for row in queue.candidates()]


@pytest.mark.committed
def test_a_backfill_whose_worker_was_killed_is_finished_at_night(enable):
    enable("revenue")
    ann = make.sales_person()
    make.invoice([(ann, 100)], amount=10)
    frappe.db.set_value("KPI Definition", "revenue", "backfill_status", "Running")
    frappe.db.commit()
    tasks.verify_and_fix()
    assert frappe.db.get_value("KPI Definition", "revenue", "backfill_status") == "Done"
    assert credited("revenue") == {ann: 10}
