"""The life of a target: status, submit, what may still be edited, cancel, delete; and its refresh."""

import frappe
import pytest
from frappe.utils import add_days, strip_html, today

from sales_targets.targets import refresh, status
from tests.bench import factories as make
from tests.bench.targets.credits import credit, credits

pytestmark = pytest.mark.usefixtures("credited")


@pytest.fixture
def seller() -> str:
    return make.sales_person("Ann")


def stored(doc, fieldname: str = "achieved") -> list:
    """The field in the database, of the periods in order."""
    return frappe.get_all("Sales Target Period", {"parent": doc.name}, order_by="idx", pluck=fieldname)


def test_a_draft_is_a_draft(seller):
    assert make.target(seller, submit=False).status == "Draft"


@pytest.mark.parametrize(
    "first, last, expected", [(1, 10, "Upcoming"), (0, 0, "In Force"), (-5, 0, "In Force"), (-5, -1, "Ended")]
)
def test_submitting_puts_it_in_force(seller, first, last, expected):
    doc = make.target(seller, first=add_days(today(), first), last=add_days(today(), last))
    assert doc.status == expected
    assert frappe.db.get_value("Sales Target", doc.name, "status") == expected


def test_statuses_follow_the_days(seller):
    doc = make.target(seller, first=add_days(today(), 1), last=add_days(today(), 10))
    modified = frappe.db.get_value("Sales Target", doc.name, "modified")
    for day, expected in ((1, "In Force"), (10, "In Force"), (11, "Ended")):
        assert status.update_statuses(frappe.utils.getdate(add_days(today(), day))) >= 1 or day == 10
        assert frappe.db.get_value("Sales Target", doc.name, "status") == expected
    assert frappe.db.get_value("Sales Target", doc.name, "modified") == modified


def test_drafts_and_cancelled_ones_keep_their_status(seller):
    draft = make.target(seller, submit=False)
    gone = make.target(make.sales_person(), first="2020-01-01", last="2020-12-31")
    gone.cancel()
    status.update_statuses()
    assert frappe.db.get_value("Sales Target", draft.name, "status") == "Draft"
    assert frappe.db.get_value("Sales Target", gone.name, "status") == "Cancelled"


def test_submitting_computes_what_is_achieved_at_once(seller):
    credits(seller, {"2026-01-10": 30, "2026-02-10": 50, "2026-02-11": 5})
    doc = make.target(seller, every="Quarter")
    assert [row.achieved for row in doc.periods] == [85, 0, 0, 0] == stored(doc)
    assert [row.has_data for row in doc.periods] == [1, 0, 0, 0] == stored(doc, "has_data")
    assert doc.kpis[0].achieved == 85
    assert doc.refreshed_at


def test_achieved_figures_are_no_changes_of_the_target(seller):
    credits(seller, {"2026-01-10": 30})
    doc = make.target(seller, every="Quarter")
    versions = frappe.get_all("Version", {"docname": doc.name}, pluck="data")
    assert not any("achieved" in data for data in versions)


def test_refresh_stores_without_touching_modified(seller):
    doc = make.target(seller, every="Quarter")
    before = frappe.db.get_value("Sales Target", doc.name, ["modified", "modified_by"])
    credits(seller, {"2026-05-10": 30})
    refresh.refresh([doc.name])
    assert stored(doc) == [0, 30, 0, 0]
    assert frappe.db.get_value("Sales Target KPI", doc.kpis[0].name, "achieved") == 30
    assert frappe.db.get_value("Sales Target", doc.name, ["modified", "modified_by"]) == before
    assert frappe.get_doc("Sales Target", doc.name).periods[1].achieved == 30


def test_refresh_takes_back_what_is_no_longer_so(seller):
    credits(seller, {"2026-05-10": 30})
    doc = make.target(seller, every="Quarter")
    credits(seller, {"2026-05-10": -30})
    refresh.refresh([doc.name])
    assert stored(doc) == [0, 0, 0, 0]
    frappe.db.delete("Sales Credit Total", {"sales_person": seller})
    refresh.refresh([doc.name])
    assert stored(doc, "has_data") == [0, 0, 0, 0]


def test_refresh_stores_percent_per_hundred(seller):
    credits(seller, {"2026-05-10": 1}, "won_count")
    credits(seller, {"2026-05-10": 4}, "closed_count")
    doc = make.target(seller, [("win_rate", 40)], every="Quarter")
    assert stored(doc) == [0, 25, 0, 0]


def test_refresh_of_many_takes_few_statements(seller, statements):
    names = [make.target(make.sales_person(), every="Quarter").name for _number in range(4)]
    refresh.refresh(names[:1])
    with statements() as one:
        refresh.refresh(names[:1])
    with statements() as four:
        refresh.refresh(names)
    assert len(four) == len(one)


def test_refresh_passes_over_drafts_and_what_is_gone(seller):
    credits(seller, {"2026-05-10": 30})
    draft = make.target(seller, every="Quarter", submit=False)
    refresh.refresh([draft.name, "ST-NONE"])
    assert stored(draft) == [0, 0, 0, 0]


def test_refresh_tells_the_documents_own_room(seller, monkeypatch):
    doc = make.target(seller, every="Quarter")
    said = []
    monkeypatch.setattr(
        frappe, "publish_realtime", lambda event, message, **kwargs: said.append((event, message, kwargs))
    )
    refresh.refresh([doc.name])
    room = f"doc:Sales Target/{doc.name}"
    assert said == [("sales_target_refreshed", {"name": doc.name}, {"room": room, "after_commit": True})]


def test_an_event_that_cannot_be_sent_stops_nothing(seller, monkeypatch):
    doc = make.target(seller, every="Quarter")
    credits(seller, {"2026-05-10": 30})

    def fail(*_args, **_kwargs):
        raise ConnectionError("no Redis")

    monkeypatch.setattr(frappe, "publish_realtime", fail)
    refresh.refresh([doc.name])
    assert stored(doc) == [0, 30, 0, 0]


def test_refresh_all_takes_ended_targets_and_statuses_too(seller):
    doc = make.target(seller, every="Year", first="2024-01-01", last="2024-12-31")
    frappe.db.set_value("Sales Target", doc.name, "status", "In Force")
    credits(seller, {"2024-05-10": 30})
    refresh.refresh_all()
    assert stored(doc) == [30]
    assert frappe.db.get_value("Sales Target", doc.name, "status") == "Ended"


def test_a_period_target_cannot_be_edited_once_in_force(seller):
    doc = make.target(seller, every="Quarter")
    doc.periods[0].target = 1
    with pytest.raises(frappe.UpdateAfterSubmitError, match="Target"):
        doc.save()


@pytest.mark.parametrize("change", ["line", "days", "row"])
def test_nor_can_lines_days_or_rows(seller, change):
    doc = make.target(seller, every="Quarter")
    if change == "line":
        doc.kpis[0].target = 1
    elif change == "days":
        doc.to_date = "2026-11-30"
    else:
        doc.append("periods", {"kpi": "revenue", "line": 1, "target": 5})
    with pytest.raises(frappe.UpdateAfterSubmitError):
        doc.save()


def test_notes_can_and_a_stale_form_brings_no_old_figures_back(seller):
    doc = make.target(seller, every="Quarter")
    credits(seller, {"2026-05-10": 30})
    refresh.refresh([doc.name])
    doc.notes = "Agreed with Ann"
    doc.save()
    assert stored(doc) == [0, 30, 0, 0]
    assert doc.kpis[0].achieved == 30
    assert frappe.db.get_value("Sales Target", doc.name, "notes") == "Agreed with Ann"


def test_a_target_with_results_is_revised_not_cancelled(seller):
    doc = make.target(seller, every="Quarter")
    credit(seller, 10, "2026-05-10")  # not refreshed yet: it counts all the same
    with pytest.raises(frappe.ValidationError) as refused:
        doc.cancel()
    assert (
        strip_html(str(refused.value))
        == "Ann · 2026 has results already, so it cannot be cancelled. Revise it instead."
    )


def test_a_target_without_results_can_be_cancelled_amended_and_deleted(seller):
    doc = make.target(seller, every="Quarter")
    doc.cancel()
    assert doc.status == "Cancelled"
    again = frappe.copy_doc(doc)
    again.update({"amended_from": doc.name, "docstatus": 0})
    again.insert()
    again.submit()
    assert again.status == "In Force"
    assert again.name == f"{doc.name}-1"


def test_deleting_a_seller_with_a_target_is_refused(seller):
    make.target(seller, every="Quarter", submit=False)
    with pytest.raises(frappe.LinkExistsError):
        frappe.delete_doc("Sales Person", seller)


def test_a_renamed_owner_keeps_target_and_results(seller):
    credits(seller, {"2026-05-10": 30})
    doc = make.target(seller, every="Quarter")
    frappe.rename_doc("Sales Person", seller, "Ann 5% O'Lee", force=True)
    refresh.refresh([doc.name])
    doc.reload()
    assert doc.sales_person == "Ann 5% O'Lee"
    assert doc.title == "Ann 5% O'Lee · 2026"
    assert doc.kpis[0].achieved == 30


def test_an_owner_that_is_gone_stops_no_refresh(seller):
    credits(seller, {"2026-05-10": 30})
    doc = make.target(seller, every="Quarter")
    frappe.db.delete("Sales Person", {"name": seller})
    refresh.refresh([doc.name])
    assert doc.kpis[0].achieved == 30
