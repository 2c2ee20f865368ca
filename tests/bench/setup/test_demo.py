"""The demo company: made through real documents, credited without a difference, and taken away whole."""

import frappe
import pytest

from sales_targets.crediting import backfill, rebuild
from sales_targets.setup import (
    demo,
    demo_data as data,
    demo_links as links,
    demo_marks as marks,
    demo_remove,
)
from sales_targets.setup.demo_plan import TINY
from sales_targets.setup.demo_remove import EVIDENCE
from tests.bench import factories as make
from tests.bench.desk import notices as told

# Logs, and what Frappe keeps of its own accord.
VOLATILE = {"tabError Log", "tabScheduled Job Log"}


@pytest.fixture(autouse=True)
def no_jobs(monkeypatch):
    """What asks a worker would go on after the test: the demo credits by itself."""
    monkeypatch.setattr(backfill, "_ask", lambda kpi: None)


def quiet(step, done, total):
    """A progress bar that nobody watches."""


def counts():
    tables = frappe.db.get_tables(cached=False)
    return {
        table: frappe.db.sql(f"select count(*) from `{table}`")[0][0]
        for table in sorted(set(tables) - VOLATILE)
    }


def differences():
    found = list(rebuild.verify())
    frappe.db.rollback()
    return found


@pytest.mark.committed
def test_made_verified_and_removed_whole(enable):
    enable("revenue")
    frappe.db.commit()
    before = counts()
    lines = demo.make(quiet, TINY)
    assert lines[0].startswith(data.COMPANY)

    assert differences() == []
    everything_is_there()
    stamped = frappe.get_all("Sales Outcome Stamp", fields=["stamped_on"])
    assert all(str(row.stamped_on) < frappe.utils.today() for row in stamped), (
        "won and lost on their own days"
    )

    made = counts()
    assert "there already" in demo.make(quiet, TINY)[0]
    frappe.db.delete("DefaultValue", {"parent": marks.OWNER, "parenttype": marks.COMPLETE})
    demo.make(quiet, TINY)
    assert counts() == made, "gone on with after an interruption, nothing is made twice"

    refused_while_somebody_uses_it()
    written_by_a_user_inside_it()
    with pytest.raises(demo.DemoError, match="--everything"):
        demo.remove(quiet)

    said = demo.remove(quiet, everything=True)
    after = counts()
    # Frappe's own evidence of who changed whose rights stays, and is named; that of earlier demos is there too.
    kept, earlier = after.pop(f"tab{EVIDENCE}", 0), before.pop(f"tab{EVIDENCE}", 0)
    named = [int(line.split()[0]) for line in said if EVIDENCE in line]
    assert kept - earlier <= sum(named) <= kept and bool(named) == (kept > earlier)
    assert {name: (before[name], after[name]) for name in before if before[name] != after[name]} == {}
    switched_on = frappe.get_all("KPI Definition", {"enabled": 1}, pluck="name")
    assert switched_on == ["revenue"], "what a user had switched on stays on, and nothing else"
    with pytest.raises(demo.DemoError, match="no demo"):
        demo.remove(quiet)


def everything_is_there():
    company = {"company": data.COMPANY}
    assert frappe.db.count("Sales Invoice", {**company, "docstatus": 1}) > TINY.invoices, "with a return"
    assert frappe.db.count("Payment Entry", {**company, "docstatus": 1}) > 0
    assert frappe.db.count("Sales Target", {**company, "docstatus": 1}) > TINY.sellers * 2
    assert frappe.db.count("Sales Target Revision") == 1
    assert frappe.db.count("Incentive Rule", company) == 3
    assert frappe.get_all("Sales Target", {**company, "docstatus": 0}, pluck="status", order_by="name") == [
        "Proposed",
        "Countered",
        "Accepted",
    ]
    assert frappe.db.count("Call Log", {"id": ["like", f"{data.SERIES}%"]}) == TINY.calls
    assert frappe.db.count("Commission Statement", {**company, "docstatus": 1}) > 0
    assert frappe.db.count("Commission Statement", {**company, "docstatus": 0}) > 0
    assert {"Converted", "Lost"} <= set(frappe.get_all("Opportunity", company, pluck="status"))


def refused_while_somebody_uses_it():
    """An invoice of another company for a demo customer, and a document inside the demo company."""
    customer = frappe.db.get_value("Customer", {"customer_name": data.CUSTOMERS[0]})
    own = make.invoice(customer=customer, submit=False)
    centre = make.insert(
        "Cost Center",
        cost_center_name="Ours",
        company=data.COMPANY,
        parent_cost_center=frappe.db.get_value("Cost Center", {"company": data.COMPANY, "is_group": 1}),
    )
    with pytest.raises(demo.DemoError) as refusal:
        demo.remove(quiet)
    assert own.name in str(refusal.value)
    assert centre.name in str(refusal.value)
    with pytest.raises(demo.DemoError, match=own.name):
        demo.remove(quiet, everything=True)
    frappe.db.rollback()
    assert frappe.db.exists("Company", data.COMPANY)


def written_by_a_user_inside_it():
    """A submitted invoice, which ERPNext lets nobody delete."""
    seller = frappe.db.get_value("Sales Person", {"parent_sales_person": data.TEAMS[0]})
    items = [{"item_code": data.ITEMS[0].code, "qty": 1, "rate": 500, "warehouse": None}]
    customer = frappe.db.get_value("Customer", {"customer_name": data.CUSTOMERS[0]})
    series = f"{data.SERIES}USER-.####"
    today = frappe.utils.today()
    make.invoice(
        [(seller, 100)],
        company=data.COMPANY,
        customer=customer,
        items=items,
        date=today,
        naming_series=series,
        debit_to=None,
        cost_center=None,
    )
    frappe.db.commit()


@pytest.mark.committed
def test_a_company_of_that_name_is_not_touched():
    make.company(data.COMPANY, "DSX", "USD")
    frappe.db.commit()
    with pytest.raises(demo.DemoError, match="has not made"):
        demo.make(quiet, TINY)


def test_a_paused_site_is_told_so():
    frappe.db.set_single_value("Sales Targets Settings", "paused", 1)
    with pytest.raises(demo.DemoError, match="paused"):
        demo.make(quiet, TINY)


def test_what_its_people_were_told_goes_with_it(monkeypatch, enable):
    """A site that runs tells them something within the hour."""
    enable("revenue")
    told.on(monkeypatch)
    monkeypatch.setattr(frappe.local.db, "commit", lambda: None)
    who = told.team()
    target = told.year(who.ann, 100)
    assert told.tell_targets() == 2
    make.insert("Sales Notice Preference", user=who.login)
    made = {"User": [who.login, who.lea], "Sales Target": [target.name]}
    found = demo_remove._told(made)
    assert {doctype: len(names) for doctype, names in found.items()} == {
        "Sales Notice": 2,
        "Communication": 2,
        "Email Queue": 2,
    }
    traces, foreign = demo_remove._around(made | found)
    assert not {"Sales Notice", "Sales Notice Preference", "Communication"} & {
        kind for kind, _name in foreign
    }
    demo_remove._delete(made | found, traces, quiet)
    assert told.mails(who.login) == []
    for doctype in (*found, "Sales Notice Preference"):
        field = "user" if doctype == "Sales Notice Preference" else "name"
        names = [who.login] if field == "user" else found[doctype]
        assert not frappe.get_all(doctype, {field: ["in", names]}), doctype


def test_marks_find_documents_again():
    shop = marks.Workshop()
    name = shop.insert("Competitor", "first", competitor_name=make.some("Rival"))
    assert shop.insert("Competitor", "first", competitor_name="Never made") == name
    assert marks.Workshop().insert("Competitor", "first", competitor_name="Never made") == name
    assert marks.documents()["Competitor"] == [name]
    frappe.db.delete("Competitor", {"name": name})
    assert marks.Workshop().insert("Competitor", "first", competitor_name="Made again") == "Made again"


def test_links_of_all_kinds_are_found():
    customer = make.customer()
    doc = make.invoice(customer=customer)
    comment = doc.add_comment("Comment", "Late")
    hits = list(links.Links().to({"Customer": [customer], "Sales Invoice": [doc.name]}))
    found = {(hit.doctype, hit.name) for hit in hits}
    assert ("Sales Invoice", doc.name) in found
    assert ("Comment", comment.name) in found
    assert any(hit.doctype == "GL Entry" for hit in hits)
