"""Commission Runs: in chunks, resumable, safe twice, shared by two workers."""

import frappe
import pytest

from sales_targets.compensation import locking, run as runs
from tests.bench import factories as make
from tests.bench.factories import statements as pay
from tests.bench.support.sessions import in_threads, other_session

pytestmark = pytest.mark.committed


@pytest.fixture
def sellers(enable, settle, monkeypatch):
    """Six sellers with an invoice each, in chunks of two."""
    monkeypatch.setattr(runs, "SIZE", 2)
    enable("revenue")
    names = [make.sales_person() for _number in range(6)]
    make.rule([(0, 0.05)], members=names, title="Base")
    for name in names:
        make.invoice([(name, 100)], amount=1000, date="2026-01-20")
    settle()
    frappe.db.commit()
    return names


def started(doc):
    runs.prepare(doc.name)
    frappe.db.commit()
    return doc


def made(doc):
    return frappe.get_all("Commission Statement", filters={"commission_run": doc.name}, pluck="sales_person")


def test_a_run_makes_a_draft_for_everybody(sellers):
    doc = started(pay.run())
    runs.run(doc.name)
    doc.reload()
    assert (doc.status, doc.progress, doc.failed) == ("Done", 100, 0)
    assert doc.made == 6 and sorted(made(doc)) == sorted(sellers)


def test_twice_is_once(sellers):
    doc = started(pay.run())
    runs.run(doc.name)
    before = frappe.get_all("Commission Statement", fields=["name", "modified"], order_by="name")
    started(doc)
    runs.run(doc.name)
    doc.reload()
    assert (doc.status, doc.made) == ("Done", 0) and doc.unchanged >= 6
    assert before == frappe.get_all("Commission Statement", fields=["name", "modified"], order_by="name")


def test_stopped_and_resumed(sellers, monkeypatch):
    doc = started(pay.run())
    whole = runs.store.write
    calls = []

    def stop_after_the_first(found, run_name):
        calls.append(len(found))
        if len(calls) == 1:
            runs._set(run_name, {"status": "Stopped"})
        return whole(found, run_name)

    monkeypatch.setattr(runs.store, "write", stop_after_the_first)
    runs.run(doc.name)
    doc.reload()
    assert doc.status == "Stopped" and 0 < doc.done < doc.total
    known_at = doc.known_at
    started(doc)
    runs.run(doc.name)
    doc.reload()
    assert (doc.status, doc.made, doc.known_at) == ("Done", 6, known_at)
    assert sum(calls) == doc.total


def test_a_worker_that_dies_leaves_nothing_half_done(sellers, monkeypatch):
    doc = started(pay.run())
    whole = runs._note

    def die(run_name, chunk, count, outcome):
        if frappe.db.get_value("Commission Run", run_name, "done"):
            raise KeyboardInterrupt
        whole(run_name, chunk, count, outcome)

    monkeypatch.setattr(runs, "_note", die)
    with pytest.raises(KeyboardInterrupt):
        runs.run(doc.name)
    frappe.db.rollback()
    assert len(made(doc)) <= 2
    monkeypatch.setattr(runs, "_note", whole)
    started(doc)
    runs.run(doc.name)
    assert sorted(made(doc)) == sorted(sellers)
    doc.reload()
    assert doc.made == 6


def test_two_workers_share_a_run(sellers):
    doc = started(pay.run())
    in_threads(lambda: runs.run(doc.name), lambda: runs.run(doc.name))
    doc.reload()
    assert (doc.status, doc.made, doc.failed) == ("Done", 6, 0)
    assert sorted(made(doc)) == sorted(sellers)


def test_two_runs_at_once_make_each_statement_once(sellers):
    first, second = started(pay.run()), started(pay.run())
    in_threads(lambda: runs.run(first.name), lambda: runs.run(second.name))
    who = frappe.get_all("Commission Statement", pluck="sales_person")
    assert sorted(who) == sorted(sellers)


def test_an_error_of_one_does_not_stop_the_others(sellers, settle):
    bob = make.sales_person("Bob")
    make.rule([(0, 0.05)], measure="Attainment", members=[bob], title="Quota")
    make.invoice([(bob, 100)], amount=1000, date="2026-01-20")
    settle()
    frappe.db.commit()
    doc = started(pay.run())
    runs.run(doc.name)
    doc.reload()
    assert (doc.status, doc.made, doc.failed) == ("Done", 6, 1)
    assert "Bob: Quota: no target" in doc.log


def test_a_team_alone(sellers, settle):
    doc = started(pay.run(sales_person=sellers[0]))
    runs.run(doc.name)
    assert made(doc) == [sellers[0]]


class TestTheDocument:
    def test_days_in_order(self):
        with pytest.raises(frappe.ValidationError, match="after the last"):
            pay.run(from_date="2026-03-01")

    def test_a_started_run_is_not_edited(self, sellers):
        doc = started(pay.run())
        doc.reload()
        with pytest.raises(frappe.ValidationError):
            doc.save()

    @pytest.mark.parametrize("role", ["Sales User", "Stock User"])
    def test_who_may_not_start(self, sellers, role):
        doc = pay.run()
        frappe.set_user(make.user(role))
        for method in (runs.start, runs.stop):
            with pytest.raises(frappe.PermissionError):
                method(doc.name)

    def test_starting_asks_for_as_many_workers(self, sellers, monkeypatch):
        asked = []
        monkeypatch.setattr(
            frappe, "enqueue", lambda method, **kwargs: asked.append((method, kwargs.get("run_name")))
        )
        doc = pay.run()
        frappe.set_user(make.user("Sales Manager"))
        asked.clear()
        runs.start(doc.name, workers=2)
        assert asked == [("sales_targets.compensation.run.run", doc.name)] * 2
        frappe.set_user("Administrator")
        runs.stop(doc.name)
        doc.reload()
        assert doc.status == "Stopped"


def test_what_another_run_is_at_is_no_failure(sellers):
    doc = started(pay.run())
    mine = frappe.local.db
    with other_session():
        theirs = frappe.local.db
        assert locking.until_end([locking.key(pay.payee(sellers[0]), make.US.name, "USD")])
        frappe.local.db = mine
        runs.run(doc.name)
        frappe.local.db = theirs
    doc.reload()
    assert (doc.status, doc.made, doc.failed) == ("Done", 5, 0)
    assert sellers[0] in doc.log and "Another run" in doc.log
