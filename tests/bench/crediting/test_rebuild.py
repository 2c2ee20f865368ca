"""Rebuild, verify, backfill and poll, on a committed site."""

from datetime import timedelta
from decimal import Decimal

import frappe
import pytest
from frappe.utils import now_datetime

from sales_targets.crediting import backfill, drain, polling, rebuild, rollup, shadow
from sales_targets.crediting.locks import read_committed
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import credited, rows, totals


@pytest.mark.committed
def test_rebuild_credits_what_no_event_told_of(enable):
    enable("revenue")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    frappe.db.sql("delete from `tabSales Credit Queue`")
    frappe.db.sql("update `tabSales Invoice Item` set base_net_amount = 900 where parent = %s", invoice.name)
    frappe.db.commit()
    rebuild.rebuild()
    assert credited("revenue", unit=invoice.name) == {ann: 900}
    assert totals("revenue")[ann] == 900
    assert rebuild.rebuild().posted == 0


@pytest.mark.committed
def test_verify_names_each_difference_and_changes_nothing(enable):
    enable("revenue")
    ann, bob = make.sales_person(), make.sales_person()
    invoice = make.invoice([(ann, 60), (bob, 40)], amount=1000)
    frappe.db.commit()
    drain.drain()
    rebuild.rebuild()
    assert list(rebuild.verify()) == []
    frappe.db.sql("update `tabSales Team` set allocated_percentage = 50 where parent = %s", invoice.name)
    frappe.db.commit()
    found = {(one.unit, one.sales_person): (one.ledger, one.documents) for one in rebuild.verify()}
    assert found == {(invoice.name, ann): (600, 500), (invoice.name, bob): (400, 500)}
    assert credited("revenue", unit=invoice.name) == {ann: 600, bob: 400}


@pytest.mark.committed
def test_verify_leaves_out_what_waits(enable):
    enable("revenue")
    invoice = make.invoice([(make.sales_person(), 100)], amount=1000)
    frappe.db.commit()
    assert not [one for one in rebuild.verify() if one.unit == invoice.name]


@pytest.mark.committed
def test_verify_sees_totals_that_went_wrong(enable):
    enable("revenue")
    ann = make.sales_person()
    make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    drain.drain()
    frappe.db.sql("update `tabSales Credit Total` set value = value + 1 where sales_person = %s", ann)
    frappe.db.commit()
    wrong = [one for one in rebuild.verify() if one.sales_person == ann]
    assert [(one.source, one.ledger, one.documents) for one in wrong] == [("Sales Credit Total", 1001, 1000)]
    rebuild.rebuild()
    assert totals("revenue")[ann] == 1000 and not rollup.wrong()


@pytest.mark.committed
def test_a_document_that_vanished_without_an_event_is_taken_back(enable):
    enable("revenue")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    drain.drain()
    frappe.db.sql("delete from `tabSales Invoice` where name = %s", invoice.name)
    frappe.db.commit()
    assert [one.documents for one in rebuild.verify() if one.unit == invoice.name] == [0]
    rebuild.rebuild()
    assert credited("revenue", unit=invoice.name) == {}
    assert len(rows("revenue", unit=invoice.name)) == 2


@pytest.mark.committed
def test_an_interrupted_rebuild_goes_on_where_it_stopped(enable, monkeypatch):
    enable("revenue")
    ann = make.sales_person()
    for _ in range(5):
        make.invoice([(ann, 100)], amount=100)
    frappe.db.sql("delete from `tabSales Credit Queue`")
    frappe.db.commit()
    monkeypatch.setattr(rebuild.batches, "__defaults__", ("", 2))
    seen: list[str] = []
    original = rebuild._repeat_busy

    def stop_after_two(source: str, units: list[str], *args: object):
        if len(seen) >= 4:
            raise KeyboardInterrupt
        seen.extend(units)
        return original(source, units, *args)

    monkeypatch.setattr(rebuild, "_repeat_busy", stop_after_two)
    with pytest.raises(KeyboardInterrupt):
        rebuild.rebuild(["Sales Invoice"])
    frappe.db.rollback()
    cursor = frappe.db.get_value("Sales Credit Source", "Sales Invoice", "rebuild_cursor")
    assert cursor == seen[-1]
    again: list[str] = []

    def record(source: str, units: list[str], *args: object):
        again.extend(units)
        return original(source, units, *args)

    monkeypatch.setattr(rebuild, "_repeat_busy", record)
    rebuild.rebuild(["Sales Invoice"])
    assert again and min(again) > cursor
    assert credited("revenue") == {ann: 500}


@pytest.mark.committed
def test_enabling_backfills_from_go_live(enable):
    ann = make.sales_person()
    make.invoice([(ann, 100)], amount=1000, date="2026-01-10")
    make.invoice([(ann, 100)], amount=500, date="2026-03-10")
    frappe.db.set_single_value("Sales Targets Settings", "go_live_date", "2026-02-01")
    frappe.db.commit()
    drain.drain()
    assert credited("revenue") == {}
    enable("revenue")
    frappe.db.commit()
    backfill.run_backfill("revenue")
    kpi = frappe.get_doc("KPI Definition", "revenue")
    assert credited("revenue", sales_person=ann) == {ann: 500}
    assert (kpi.backfill_status, str(kpi.credited_from) <= "2026-03-10") == ("Done", True)


@pytest.mark.committed
def test_polled_documents_are_credited_changed_and_taken_back(enable):
    enable("leads_created", "qualified_leads")
    ann, login = make.seller_user()
    frappe.db.commit()
    polling.poll()  # the first poll marks where polling starts
    lead = make.lead(login)
    frappe.db.commit()
    polling.poll()
    drain.drain()
    assert credited("leads_created") == {ann: 1}
    lead.reload()
    lead.update({"qualification_status": "Qualified", "qualified_by": login, "qualified_on": "2026-03-12"})
    lead.save()
    frappe.db.commit()
    polling.poll()
    drain.drain()
    assert credited("qualified_leads") == {ann: 1}
    frappe.delete_doc("Lead", lead.name, force=True)
    frappe.db.commit()
    polling.poll()
    drain.drain()
    frappe.db.commit()
    assert credited("leads_created") == credited("qualified_leads") == {}


@pytest.mark.committed
def test_a_meeting_counts_once_its_time_has_come(enable):
    enable("meetings")
    ann, login = make.seller_user()
    frappe.db.commit()
    polling.poll()
    event = make.event(login)
    soon = now_datetime() + timedelta(hours=2)
    event.update({"starts_on": soon, "status": "Open", "event_category": "Meeting"})
    event.save()
    frappe.db.set_value("Event", event.name, "owner", login)
    frappe.db.commit()
    polling.poll()
    drain.drain()
    assert credited("meetings") == {}
    # Time passes: nothing is saved, yet the next poll finds it.
    moment = now_datetime() - timedelta(minutes=1)
    frappe.db.sql(
        "update `tabEvent` set starts_on = %s, modified = %s where name = %s",
        (moment, now_datetime() - timedelta(days=1), event.name),
    )
    frappe.db.commit()
    polling.poll()
    drain.drain()
    frappe.db.commit()
    assert credited("meetings") == {ann: Decimal(1)}


@pytest.mark.committed
def test_from_nothing_writes_the_same_ledger_and_keeps_disabled_kpis(enable):
    enable("revenue", "units")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    drain.drain()
    enable("revenue")
    frappe.db.sql("update `tabSales Credit` set value = 1 where kpi = 'revenue' and unit = %s", invoice.name)
    frappe.db.commit()
    shadow.rebuild_from_nothing()
    assert credited("revenue", unit=invoice.name) == {ann: 1000}
    assert credited("units", unit=invoice.name) == {ann: 1}
    assert totals("revenue")[ann] == 1000 and not rollup.wrong()
    assert not frappe.db.sql("show tables like 'tabSales Credit %%away'")
    assert frappe.db.sql("show index from `tabSales Credit` where column_name = 'unit'")


@pytest.mark.committed
def test_totals_written_anew_while_a_drain_posts(enable, other_session, monkeypatch):
    enable("revenue")
    ann = make.sales_person()
    make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    real, posted = frappe.db.sql, []

    def post_first(query: str, *args: object, **kwargs: object):
        if "insert into `tabSales Credit Total`" in str(query) and not posted:
            with other_session():
                posted.append(drain.drain().posted)
        return real(query, *args, **kwargs)

    monkeypatch.setattr(frappe.db, "sql", post_first)
    with read_committed():
        rebuild.rewrite_totals()
    assert posted == [1]
    assert credited("revenue") == totals("revenue") == {ann: 1000}
