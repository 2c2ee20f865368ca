"""The nightly run and the rebuild where something is broken, was changed meanwhile, or is paused."""

import frappe
import pytest

from sales_targets import tasks
from sales_targets.crediting import backfill, drain, polling, queue, rebuild, shadow
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import credited, totals


def own_measure(**fields: object) -> str:
    """A KPI of the site's own that counts leads unless told otherwise; its code."""
    code = f"own_{frappe.generate_hash(length=6)}"
    values = {
        "code": code,
        "title": code,
        "kind": "Measure",
        "document_type": "Lead",
        "date_field": "creation",
        "aggregate": "Count",
        "credited_to": "Company",
        "unit": "Number",
    }
    make.insert("KPI Definition", **{**values, **fields})
    return code


def break_it(code: str, **fields: str) -> None:
    """Change a definition behind its checks, as an app that goes takes its fields and DocTypes along."""
    frappe.db.set_value("KPI Definition", code, fields, update_modified=False)
    frappe.db.commit()


def status_of(code: str) -> tuple[str, str]:
    return frappe.db.get_value("KPI Definition", code, ["backfill_status", "backfill_message"])


@pytest.mark.committed
def test_a_doctype_that_went_with_its_app_stops_nothing(enable):
    code, ann = own_measure(), make.sales_person()
    enable("revenue", code)
    make.invoice([(ann, 100)], amount=1000)
    frappe.db.sql("delete from `tabSales Credit Queue`")
    break_it(code, document_type="Appraisal of Nobody")
    polling.poll()
    tasks.verify_and_fix()
    assert credited("revenue") == totals("revenue") == {ann: 1000}
    assert [one for one in rebuild.verify() if one.kpi in (code, "revenue")] == []
    shadow.rebuild_from_nothing()
    assert credited("revenue") == {ann: 1000}


@pytest.mark.committed
def test_a_measure_that_fails_says_so_and_keeps_what_it_credited(enable):
    code = own_measure(aggregate="Sum", value_expression="annual_revenue")
    enable(code)
    make.lead(make.user("Sales User"), annual_revenue=5)
    frappe.db.commit()
    backfill.run_backfill(code)
    assert status_of(code)[0] == "Done"
    assert credited(code) == {"": 5}
    break_it(code, value_expression="lead_name")  # a text
    backfill.run_backfill(code)
    status, message = status_of(code)
    assert status == "Failed"
    assert "lead_name" in message
    assert backfill.pending() == [code]
    shadow.rebuild_from_nothing()
    assert credited(code) == totals(code) == {"": 5}


@pytest.mark.committed
def test_a_step_that_fails_does_not_keep_the_next_from_running(enable, monkeypatch):
    enable("revenue")
    ann = make.sales_person()
    make.target(ann, [("revenue", 5000)], submit=True)
    make.invoice([(ann, 100)], amount=1000)
    frappe.db.set_value("KPI Definition", "revenue", "backfill_status", "Pending", update_modified=False)
    frappe.db.commit()

    def fail(*_args: object, **_kwargs: object) -> None:
        raise ValueError("no rebuild")

    monkeypatch.setattr(rebuild, "rebuild", fail)
    with pytest.raises(ValueError, match="no rebuild"):
        tasks.verify_and_fix()
    assert credited("revenue") == {ann: 1000}
    assert status_of("revenue")[0] == "Failed"
    assert frappe.db.count("Sales Credit Queue") == 0


@pytest.mark.committed
def test_a_poll_that_fails_does_not_keep_the_drain_from_running(enable, monkeypatch):
    enable("revenue")
    ann = make.sales_person()
    make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    monkeypatch.setattr(polling, "poll", lambda: 1 / 0)
    tasks.every_minute()
    assert credited("revenue") == {ann: 1000}


@pytest.mark.committed
def test_nothing_is_credited_while_crediting_is_paused(enable):
    enable("revenue")
    ann = make.sales_person()
    make.invoice([(ann, 100)], amount=1000)
    settings = frappe.get_doc("Sales Targets Settings")
    settings.paused = 1
    settings.save()
    backfill.enqueue_backfill("revenue")
    frappe.db.commit()
    backfill.run_backfill("revenue")
    tasks.verify_and_fix()
    assert credited("revenue") == {}
    assert status_of("revenue")[0] == "Pending"
    settings.paused = 0
    settings.save()
    frappe.db.commit()
    tasks.verify_and_fix()
    assert credited("revenue") == {ann: 1000}


@pytest.mark.committed
def test_a_measure_that_reads_other_documents_now_takes_its_old_credits_back(enable):
    code = own_measure()
    enable(code)
    lead = make.lead(make.user("Sales User"))
    frappe.db.commit()
    backfill.run_backfill(code)
    assert credited(code, unit=lead.name) == {"": 1}
    kpi = frappe.get_doc("KPI Definition", code)
    kpi.update({"document_type": "Quotation", "date_field": "transaction_date"})
    kpi.save()
    frappe.db.commit()
    assert lead.name in [one.unit for one in rebuild.verify() if one.kpi == code]
    backfill.run_backfill(code)
    assert credited(code, unit_type="Lead") == {}
    assert totals(code) == credited(code)
    assert [one for one in rebuild.verify() if one.kpi == code] == []


@pytest.mark.committed
def test_a_long_rebuild_does_not_put_back_what_was_changed_meanwhile(enable, monkeypatch):
    enable("opportunities_created")
    ann, login = make.seller_user("Ann")
    bob = make.sales_person("Bob")
    for _ in range(4):
        make.opportunity(login, amount=100)
    frappe.db.commit()
    drain.drain()
    monkeypatch.setattr(rebuild.batches, "__defaults__", ("", 2))
    original, batches = rebuild._repeat_busy, []

    def another_seller_after_the_first_batch(source: str, units: list[str], *args: object):
        outcome = original(source, units, *args)
        batches.append(units)
        if len(batches) == 1:
            employee = frappe.db.get_value("Sales Person", ann, "employee")
            frappe.db.set_value("Sales Person", ann, "employee", None)
            frappe.db.set_value("Sales Person", bob, "employee", employee)
            queue.note("Sales Person", [ann, bob])
            frappe.db.commit()
            for _round in range(2):
                drain.drain()
        return outcome

    monkeypatch.setattr(rebuild, "_repeat_busy", another_seller_after_the_first_batch)
    rebuild.rebuild(["Opportunity"], resume=False)
    assert len(batches) > 1
    assert credited("opportunities_created") == {bob: 4}


@pytest.mark.committed
def test_a_long_rebuild_hears_of_another_go_live_date(enable, other_session, monkeypatch):
    enable("revenue")
    ann = make.sales_person()
    for day in ("2026-01-10", "2026-01-11", "2026-03-10"):
        make.invoice([(ann, 100)], amount=100, date=day)
    frappe.db.commit()
    monkeypatch.setattr(rebuild.batches, "__defaults__", ("", 1))
    original = rebuild._repeat_busy

    def another_day_after_the_first_batch(*args: object):
        outcome = original(*args)
        with other_session():
            frappe.db.set_single_value("Sales Targets Settings", "go_live_date", "2026-02-01")
            frappe.db.commit()
        return outcome

    monkeypatch.setattr(rebuild, "_repeat_busy", another_day_after_the_first_batch)
    rebuild.rebuild(["Sales Invoice"], resume=False)
    days = frappe.get_all("Sales Credit", {"kpi": "revenue"}, pluck="posting_date", order_by="posting_date")
    assert [str(day) for day in days] == ["2026-01-10", "2026-03-10"]


@pytest.mark.committed
def test_verify_reads_one_moment_whatever_the_servers_level(enable, other_session):
    enable("revenue", "units")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    frappe.db.commit()
    drain.drain()
    rebuild.rebuild()
    frappe.db.sql("set session transaction isolation level read committed")
    frappe.db.commit()
    try:
        done: list[str] = []

        def change_meanwhile(source: str, *_counts: int) -> None:
            if not done:
                done.append(source)
                with other_session():
                    frappe.db.sql(
                        "update `tabSales Credit Total` set value = value + 1 where sales_person = %s", ann
                    )
                    frappe.db.commit()

        found = list(rebuild.verify(change_meanwhile))
        assert done
        assert found == []
        assert frappe.db.sql("select @@session.tx_isolation")[0][0] == "READ-COMMITTED"
    finally:
        frappe.db.sql("set session transaction isolation level repeatable read")
        frappe.db.commit()
    assert invoice.docstatus == 1


@pytest.mark.committed
def test_what_another_document_decides_is_polled_too(enable):
    enable("converted_leads", "tickets_closed")
    ann, of_ann = make.seller_user("Ann")
    bob, of_bob = make.seller_user("Bob")
    lead, ticket = make.lead(of_ann), make.issue(of_ann, status="Closed")
    buyer = make.customer(lead_name=lead.name)
    frappe.db.commit()
    polling.poll()  # the first poll marks where polling starts
    rebuild.rebuild()
    assert credited("converted_leads") == credited("tickets_closed") == {ann: 1}
    lead.reload()
    lead.lead_owner = of_bob
    lead.save()
    for todo in frappe.get_all("ToDo", {"reference_name": ticket.name}, pluck="name"):
        frappe.delete_doc("ToDo", todo)
    make.insert(
        "ToDo", reference_type="Issue", reference_name=ticket.name, allocated_to=of_bob, description="Late"
    )
    long_ago = "2020-01-01 00:00:00"
    for doctype, name in (("Customer", buyer), ("Issue", ticket.name)):
        frappe.db.set_value(doctype, name, "modified", long_ago, update_modified=False)
    frappe.db.commit()
    polling.poll()
    drain.drain()
    assert credited("converted_leads") == {bob: 1}
    assert credited("tickets_closed") == {bob: 1}


@pytest.mark.committed
def test_a_renamed_document_that_is_polled_keeps_its_credit(enable):
    code = own_measure(document_type="Project", company_field="company")
    enable(code)
    names = [make.insert("Project", project_name=name, company=make.US.name).name for name in "AB"]
    frappe.db.commit()
    backfill.run_backfill(code)
    polling.poll()
    drain.drain()
    long_ago = frappe.utils.add_to_date(None, hours=-1)
    for name in names:
        frappe.db.set_value("Project", name, "modified", long_ago, update_modified=False)
    frappe.rename_doc("Project", names[0], "Tom & Jerry", force=True, rebuild_search=False)
    frappe.rename_doc("Project", names[1], "Tom & Jerry", force=True, merge=True, rebuild_search=False)
    frappe.db.commit()
    polling.poll()
    drain.drain()
    assert credited(code, unit="Tom & Jerry") == credited(code) == {"": 1}
    assert [one for one in rebuild.verify() if one.kpi == code] == []


@pytest.mark.committed
def test_a_clock_set_back_hides_no_document(enable):
    enable("leads_created")
    frappe.db.commit()
    polling.poll()
    ahead = frappe.utils.add_to_date(None, hours=2)
    frappe.db.set_value("Sales Credit Source", "Lead", "polled_upto", ahead, update_modified=False)
    make.lead(make.user("Sales User"))
    frappe.db.commit()
    polling.poll()
    drain.drain()
    assert credited("leads_created") == {"": 1}
