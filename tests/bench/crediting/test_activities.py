"""Leads, quotations, calls, e-mails, meetings and tickets: one document, one count."""

import datetime
import json
from decimal import Decimal

import frappe
import pytest
from frappe.utils import add_to_date, getdate, now_datetime

from sales_targets.crediting import drain, stamps
from sales_targets.engine import kpi
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows, totals


@pytest.fixture
def ann() -> str:
    """The user of the seller Ann."""
    login = make.user("Sales User")
    make.sales_person("Ann", user=login)
    return login


@pytest.fixture
def bob() -> str:
    """The user of the seller Bob."""
    login = make.user("Sales User")
    make.sales_person("Bob", user=login)
    return login


def credit(doc) -> None:
    """Credit one document of a polled source, as the poll's note would have it done."""
    drain.process(doc.doctype, [doc.name], commit=False)
    assert_settled()


def assert_counted(code: str, **sums: object) -> None:
    assert credited(code) == totals(code) == sums


def days(code: str) -> set[str]:
    return {str(row.posting_date) for row in rows(code) if row.value > 0}


def test_leads_created_and_qualified(enable, ann, bob):
    enable("leads_created", "qualified_leads")
    territory = make.leaf("Territory")
    lead = make.lead(ann, territory=territory)
    credit(lead)
    assert_counted("leads_created", Ann=1)
    assert_counted("qualified_leads")
    lead.update({"qualification_status": "Qualified", "qualified_by": bob, "qualified_on": "2026-02-03"})
    lead.save()
    credit(lead)
    assert_counted("leads_created", Ann=1)
    assert_counted("qualified_leads", Bob=1)
    assert (days("leads_created"), days("qualified_leads")) == ({str(getdate())}, {"2026-02-03"})
    assert rows("qualified_leads")[0].territory == territory
    lead.qualification_status = "In Process"
    lead.save()
    credit(lead)
    assert_counted("qualified_leads")
    lead.delete()
    credit(lead)
    assert_counted("leads_created")


def test_a_qualified_lead_without_qualifier_and_day(enable, ann):
    enable("qualified_leads")
    lead = make.lead(ann, qualification_status="Qualified")
    lead.db_set({"qualified_by": None, "qualified_on": None})
    credit(lead)
    assert_counted("qualified_leads", Ann=1)
    assert days("qualified_leads") == {str(getdate())}


def test_conversion_rate_of_sums(enable, ann):
    enable("conversion_rate")
    leads = [make.lead(ann) for _ in range(4)]
    buyer = make.customer(lead_name=leads[0].name)
    drain.process("Lead", [lead.name for lead in leads], commit=False)
    drain.process("Customer", [buyer], commit=False)
    sums = {code: credited(code)["Ann"] for code in ("converted_leads", "leads_created")}
    formula = frappe.db.get_value("KPI Definition", "conversion_rate", "formula")
    assert kpi.evaluate(formula, sums) == Decimal("0.25")
    assert_settled()


def test_proposals_sent(enable, ann):
    enable("proposals_sent")
    frappe.set_user("Administrator")
    quote = make.quotation(submit=False, date="2026-02-03")
    quote.db_set("owner", ann)
    credit(quote)
    assert_counted("proposals_sent")
    quote.reload()
    quote.submit()
    credit(quote)
    assert_counted("proposals_sent", Ann=1)
    (row,) = rows("proposals_sent")
    assert (str(row.posting_date), row.customer) == ("2026-02-03", quote.party_name)
    make.lose(quote)
    credit(quote)
    assert_counted("proposals_sent", Ann=1)  # it was sent all the same
    quote.reload()
    quote.cancel()
    credit(quote)
    assert_counted("proposals_sent")


def test_calls(enable, ann):
    enable("calls")
    call = make.call(ann, at="2026-02-03 23:59:00", status="Ringing")
    credit(call)
    assert_counted("calls")
    call.db_set("status", "Completed")
    credit(call)
    assert_counted("calls", Ann=1)
    assert days("calls") == {"2026-02-03"}
    # Outgoing calls name no employee: whoever logged it made it.
    other = make.call(None, type="Outgoing")
    other.db_set("owner", ann)
    credit(other)
    assert_counted("calls", Ann=2)
    missed = make.call(ann, status="No Answer")
    credit(missed)
    assert_counted("calls", Ann=2)


def test_emails(enable, ann):
    enable("emails")
    mail = make.email(ann, at="2026-02-03 10:00:00")
    credit(mail)
    assert_counted("emails", Ann=1)
    assert days("emails") == {"2026-02-03"}
    for other in (
        make.email(ann, sent_or_received="Received"),
        make.email(ann, communication_medium="Phone"),
        make.email(ann, communication_type="Automated Message"),
    ):
        credit(other)
    assert_counted("emails", Ann=1)
    by_sender = make.email(ann)
    by_sender.db_set("user", None)
    credit(by_sender)
    assert_counted("emails", Ann=2)


def test_a_call_counts_for_the_company_that_employs_its_user(enable, settle):
    enable("calls")
    login = make.user("Sales User")
    employee = make.make_employee(user=login, name="Eva", company=make.EU.name)
    make.sales_person("Eva", employee=employee.name)
    settle()
    credit(make.call(login))
    assert {row.company for row in rows("calls")} == {make.EU.name}
    employee.reload()
    employee.company = make.US.name
    employee.save()
    settle()
    assert_counted("calls", Eva=1)
    assert_settled()
    standing = {}
    for row in rows("calls"):
        standing[row.company] = standing.get(row.company, 0) + row.value
    assert standing == {make.EU.name: 0, make.US.name: 1}


def test_meetings_closed_or_past(enable, ann):
    enable("meetings")
    past, later = "2026-02-03 10:00:00", str(add_to_date(now_datetime(), days=2))
    credit(make.event(ann, at=past))
    assert_counted("meetings", Ann=1)
    credit(make.event(ann, at=past, category="Other"))
    credit(make.event(ann, at=past, status="Cancelled"))
    planned = make.event(ann, at=later)
    credit(planned)
    assert_counted("meetings", Ann=1)
    planned.db_set("status", "Closed")
    credit(planned)
    assert_counted("meetings", Ann=2)
    moved = make.event(ann, at=past)
    credit(moved)
    assert_counted("meetings", Ann=3)
    moved.reload()
    moved.update({"starts_on": later, "ends_on": None})
    moved.save()
    credit(moved)
    assert_counted("meetings", Ann=2)


def test_a_ticket_closed_reopened_and_closed_again(enable, ann, bob):
    enable("tickets_closed")
    issue = make.issue(ann, bob)
    credit(issue)
    assert_counted("tickets_closed")
    # The button of the list writes the status past every event.
    frappe.db.set_value("Issue", issue.name, "status", "Closed")
    credit(issue)
    assert_counted("tickets_closed", Ann=Decimal("0.5"), Bob=Decimal("0.5"))
    assert days("tickets_closed") == {str(getdate())}
    issue.reload()
    issue.status = "Open"
    issue.save()
    credit(issue)
    assert_counted("tickets_closed")
    issue.status = "Resolved"
    issue.save()
    credit(issue)
    assert_counted("tickets_closed", Ann=Decimal("0.5"), Bob=Decimal("0.5"))


def test_a_ticket_keeps_its_day_when_it_is_edited_later(enable, ann):
    enable("tickets_closed")
    issue = make.issue(ann, status="Closed")
    frappe.db.set_value("Issue", issue.name, "modified", "2026-02-03 10:00:00", update_modified=False)
    credit(issue)
    assert days("tickets_closed") == {"2026-02-03"}
    issue.reload()
    issue.subject = "It leaked"
    issue.save()
    credit(issue)
    assert days("tickets_closed") == {"2026-02-03"}


def test_the_day_of_resolution_under_a_service_level(enable, ann):
    enable("tickets_closed")
    issue = make.issue(ann)
    frappe.db.set_value(
        "Issue", issue.name, {"status": "Resolved", stamps.issue_resolved_field(): "2026-02-04 16:00:00"}
    )
    credit(issue)
    assert days("tickets_closed") == {"2026-02-04"}


def test_three_assignees_share_one_ticket_exactly(enable, ann, bob):
    enable("tickets_closed")
    cid = make.user("Sales User")
    make.sales_person("Cid", user=cid)
    issue = make.issue(ann, bob, cid, status="Closed")
    credit(issue)
    found = credited("tickets_closed")
    assert sorted(found.values()) == [Decimal("0.333333"), Decimal("0.333333"), Decimal("0.333334")]
    assert sum(found.values()) == 1


def test_who_closes_the_assignment_has_still_worked_on_it(enable, ann, bob):
    enable("tickets_closed")
    issue = make.issue(ann, bob)
    todo = frappe.get_doc("ToDo", {"reference_name": issue.name, "allocated_to": ann})
    todo.status = "Closed"
    todo.save()
    assert json.loads(frappe.db.get_value("Issue", issue.name, "_assign")) == [bob]
    frappe.db.set_value("Issue", issue.name, "status", "Closed")
    credit(issue)
    assert_counted("tickets_closed", Ann=Decimal("0.5"), Bob=Decimal("0.5"))


def test_assignees_who_are_no_sellers_and_nobody(enable, ann):
    enable("tickets_closed")
    credit(make.issue(ann, make.user("Support Team"), status="Closed"))
    assert credited("tickets_closed") == {"Ann": Decimal("0.5"), "": Decimal("0.5")}
    assert rows("tickets_closed", sales_person="")[0].reason == "user_without_seller"
    credit(make.issue(status="Closed"))
    assert credited("tickets_closed") == {"Ann": Decimal("0.5"), "": Decimal("1.5")}
    assert {row.reason for row in rows("tickets_closed", sales_person="")} == {
        "user_without_seller",
        "no_user",
    }


@pytest.mark.parametrize(
    ("code", "factory"),
    [
        ("leads_created", make.lead),
        ("calls", make.call),
        ("emails", make.email),
        ("meetings", make.event),
        ("tickets_closed", lambda user: make.issue(user, status="Closed")),
    ],
)
def test_the_number_of_queries_does_not_grow_with_the_batch(enable, ann, statements, code, factory):
    enable(code)
    docs = [factory(ann) for _ in range(4)]
    names = [doc.name for doc in docs]
    drain.process(docs[0].doctype, names, commit=False)
    assert_counted(code, Ann=4)

    def count(units):
        with statements() as seen:
            drain.process(docs[0].doctype, units, commit=False)
        return len(seen)

    assert count(names[:1]) == count(names)


def test_a_document_without_a_day_counts_on_the_day_it_was_made(enable, ann):
    enable("calls", "emails")
    call, mail = make.call(ann), make.email(ann)
    made = datetime.datetime(2026, 2, 3, 12)
    frappe.db.set_value("Call Log", call.name, {"start_time": None, "creation": made})
    frappe.db.set_value("Communication", mail.name, {"communication_date": None, "creation": made})
    drain.process("Call Log", [call.name], commit=False)
    credit(mail)
    assert days("calls") == days("emails") == {"2026-02-03"}
