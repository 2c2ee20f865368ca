"""My Targets: one answer with everything about one seller, and a sentence wherever there is nothing."""

from datetime import date

import frappe
import pytest
from frappe.utils import add_days, getdate, today

from sales_targets.desk import documents, mine as desk, my_tasks
from tests.bench import factories as make
from tests.bench.factories import commission
from tests.bench.support.site import DESK

COMPANY = "Targets Test"
YEAR = date.today().year


@pytest.fixture
def ann(enable):
    enable("revenue", "proposals_sent", "qualified_leads", "tickets_closed")
    return make.seller_user("Ann")


@pytest.fixture
def as_ann(ann):
    make.rule([(0, 0.05)], title="Base", first=f"{YEAR}-01-01")
    frappe.set_user(ann[1])
    return ann


def target(seller, lines=(("revenue", 12000),), **fields):
    return make.target(seller, lines, first=f"{YEAR}-01-01", last=f"{YEAR}-12-31", **fields)


def sell(seller, amount, day=None):
    return make.invoice([(seller, 100)], amount=amount, date=day or today())


def asked(**asked):
    return desk.mine(**{"company": COMPANY, **asked})


class TestLines:
    def test_this_period_with_what_is_still_needed(self, ann, settle):
        seller, login = ann
        target(seller, [{"kpi": "revenue", "target": 12000, "stretch": 15000}])
        sell(seller, 300)
        settle()
        frappe.set_user(login)
        found = asked()
        (one,) = found["targets"]
        (line,) = one["lines"]
        now = line["now"]
        assert (now["target"], now["achieved"], now["missing"], now["attainment"]) == (1000, 300, 700, 0.3)
        assert now["label"] == getdate(today()).strftime("%b %Y")
        assert now["per_day"] is None or now["per_day"] > 0
        assert (line["whole"]["target"], line["title"], line["unit"]) == (12000, "Revenue", "Currency")
        marks = [(mark["label"], mark["figure"], mark["reached"]) for mark in line["milestones"]]
        assert marks == [
            ("25 %", 250, True),
            ("50 %", 500, False),
            ("75 %", 750, False),
            ("Target", 1000, False),
            ("Stretch", 1250, False),
        ]
        assert found["pipeline"]["gap"]["missing"] == 700

    def test_a_target_that_is_over_is_not_there(self, ann):
        seller, login = ann
        make.target(seller, first=f"{YEAR - 1}-01-01", last=f"{YEAR - 1}-12-31")
        frappe.set_user(login)
        found = asked()
        assert found["targets"] == []
        assert found["no_target"]["text"] == "No target is in force for you today. Your manager sets them."

    def test_the_next_one_is_named(self, ann):
        seller, login = ann
        make.target(seller, first=f"{YEAR + 1}-01-01", last=f"{YEAR + 1}-12-31")
        frappe.set_user(login)
        assert asked()["no_target"]["text"].startswith("No target is in force today. The next one begins on")

    def test_a_proposal_waits_for_the_seller(self, ann):
        seller, login = ann
        waiting = target(seller, submit=False)
        frappe.db.set_value("Sales Target", waiting.name, "workflow_state", "Proposed")
        target(seller, [("proposals_sent", 5)], submit=False)
        frappe.set_user(login)
        assert [one["href"] for one in asked()["proposed"]] == [f"{DESK}/sales-target/{waiting.name}"]

    def test_a_ratio_without_data(self, ann, enable):
        seller, login = ann
        enable("win_rate")
        target(seller, [("win_rate", 40)])
        frappe.set_user(login)
        (line,) = asked()["targets"][0]["lines"]
        assert (line["now"]["achieved"], line["now"]["attainment"], line["now"]["pace"]) == (
            None,
            None,
            "No Data",
        )


class TestPay:
    def test_so_far_and_one_more_of_the_usual_deal(self, as_ann, settle):
        seller, login = as_ann
        frappe.set_user("Administrator")
        sell(seller, 1000)
        sell(seller, 1460)
        settle()
        frappe.set_user(login)
        told = asked()["commission"]
        assert (told["earned"], told["usual"], told["one_more"]["pays"]) == (123, 1200, 60)
        assert [part["title"] for part in told["parts"]] == ["Base"]

    def test_no_rule_says_so(self, ann):
        frappe.set_user(ann[1])
        told = asked()["commission"]
        assert (told["earned"], told["one_more"]) == (None, None)
        assert told["reason"].startswith("No incentive rule of")

    def test_the_amount_that_is_typed(self, as_ann):
        seller, _login = as_ann
        assert desk.one_more(seller, COMPANY, "2000")["pays"] == 100
        assert desk.one_more(seller, COMPANY, "0")["reason"] == "Enter an amount above 0."

    def test_nobody_else_s(self, as_ann):
        other = make.sales_person("Bob")
        with pytest.raises(frappe.PermissionError):
            desk.one_more(other, COMPANY, 2000)

    def test_the_last_statements(self, as_ann):
        seller, login = as_ann
        frappe.set_user("Administrator")
        rule = frappe.db.get_value("Incentive Rule", {"title": "Base"})
        for month in range(1, 8):
            days = {"first": f"{YEAR - 1}-{month:02}-01", "last": f"{YEAR - 1}-{month:02}-28"}
            commission.statement_row(seller, [{"rule": rule, "earned": month}], **days)
        commission.statement_row(make.sales_person("Bob"), [{"rule": rule, "earned": 9}])
        frappe.set_user(login)
        rows = asked()["statements"]["rows"]
        assert [row["payable"] for row in rows] == [7, 6, 5, 4, 3]

    def test_a_statement_that_was_sent_waits_for_its_seller(self, as_ann):
        seller, login = as_ann
        frappe.set_user("Administrator")
        rule = frappe.db.get_value("Incentive Rule", {"title": "Base"})
        sent = commission.statement_row(seller, [{"rule": rule, "earned": 5}], submit=False)
        frappe.db.set_value("Commission Statement", sent.name, "status", "Sent")
        assert [row["waits"] for row in asked(sales_person=seller)["statements"]["rows"]] == [False]
        frappe.set_user(login)
        assert [row["waits"] for row in asked()["statements"]["rows"]] == [True]

    def test_who_may_see_no_statements_sees_no_estimate(self, as_ann):
        seller, login = as_ann
        frappe.set_user("Administrator")
        deal = make.opportunity(login, amount=1000)
        elsewhere = {"allow": "Company", "for_value": "Targets Test Europe"}
        only = {"apply_to_all_doctypes": 0, "applicable_for": "Commission Statement"}
        make.insert("User Permission", user=login, **elsewhere, **only)
        frappe.set_user(login)
        assert asked()["commission"] is None
        assert documents.credits("Opportunity", deal.name)["estimate"] is None
        with pytest.raises(frappe.PermissionError):
            desk.one_more(seller, COMPANY, 2000)


class TestDeals:
    def test_the_largest_first_and_what_is_missing_after_each(self, ann, settle):
        seller, login = ann
        target(seller, [("revenue", 12000)], every="Year")
        for amount, probability in ((4000, 50), (5000, 80), (6000, 20)):
            make.opportunity(login, amount=amount, probability=probability)
        late = make.opportunity(login, amount=9000, probability=90)
        frappe.db.set_value("Opportunity", late.name, "expected_closing", f"{YEAR + 1}-02-01")
        frappe.set_user(login)
        told = asked()["pipeline"]
        assert [(one["amount"], one["expected"], one["left"]) for one in told["deals"]] == [
            (5000, 4000, 7000),
            (4000, 2000, 3000),
            (6000, 1200, 0),
            (9000, 8100, None),
        ]
        assert (told["won"], told["expected"], told["left"], told["inside"]) == (15000, 7200, 0, 3)
        assert [one["probability"] for one in told["deals"]] == [80, 50, 20, 90]
        assert [one["late"] for one in told["deals"]] == [False, False, False, True]

    def test_a_chance_that_nobody_knows_is_not_0(self, ann):
        seller, login = ann
        target(seller, [("revenue", 12000)], every="Year")
        make.opportunity(
            login, amount=4000, probability=100
        )  # ERPNext's default; nothing was won or lost yet
        frappe.set_user(login)
        (deal,) = asked()["pipeline"]["deals"]
        assert (deal["probability"], deal["expected"]) == (None, 0)

    def test_other_sellers_and_companies_stay_out(self, ann):
        _seller, login = ann
        make.opportunity(make.seller_user("Bob")[1], amount=4000)
        make.opportunity(login, amount=500, company=make.EU)
        frappe.set_user(login)
        assert asked()["pipeline"]["empty"]["text"] == "There is no open opportunity."

    def test_a_line_on_one_territory_is_not_filled_by_deals_of_any(self, ann):
        seller, login = ann
        coast = make.tree_node("Territory", "Coast")
        narrow = {"kpi": "revenue", "target": 9000, "territory": coast, "weight": 50}
        target(seller, [narrow, {"kpi": "proposals_sent", "target": 5, "weight": 50}], every="Year")
        make.opportunity(login, amount=9000)
        frappe.set_user(login)
        told = asked()["pipeline"]
        assert (told["gap"], [one["left"] for one in told["deals"]]) == (None, [None])

    def test_without_the_right_to_read_them(self, ann):
        reader = make.user("Accounts Manager")
        frappe.set_user(reader)
        assert asked(sales_person=ann[0])["pipeline"] is None


class TestTasks:
    def test_documents_that_wait_for_the_user(self, ann):
        _seller, login = ann
        deal, lead = make.opportunity(login, amount=100), make.lead(login)
        frappe.get_doc(
            {
                "doctype": "ToDo",
                "allocated_to": login,
                "description": "<b>Ring</b> the mill",
                "date": add_days(today(), -2),
            }
        ).insert()
        make.issue(login)
        frappe.set_user(login)
        rows = asked()["tasks"]["rows"]
        texts = [row["text"] for row in rows]
        assert (texts[0], rows[0]["overdue"]) == ("Ring the mill", True)
        assert any(row["href"].endswith(deal.name) and row["kpi"] == "Proposals sent" for row in rows)
        assert any(row["href"].endswith(lead.name) and row["kpi"] == "Qualified leads" for row in rows)
        assert any(row["kpi"] == "Tickets closed" for row in rows)
        hrefs = [row["href"] for row in rows]
        assert len(hrefs) == len(set(hrefs))  # the ticket's own To Do says nothing more

    def test_a_ticket_is_due_when_its_agreement_says(self, ann):
        _seller, login = ann
        issue = make.issue(login)
        name = next(one for one in my_tasks._DUE if frappe.get_meta("Issue").has_field(one))
        frappe.db.set_value("Issue", issue.name, name, f"{add_days(today(), 3)} 12:00:00")
        frappe.set_user(login)
        rows = [row for row in asked()["tasks"]["rows"] if row["text"].startswith("Settle the ticket")]
        assert [row["due"] for row in rows] == [add_days(today(), 3)]

    def test_what_is_behind_comes_first(self, ann, settle):
        seller, login = ann
        target(seller, [("qualified_leads", 5000)])
        make.opportunity(login, amount=100)
        make.lead(login)
        settle()
        frappe.set_user(login)
        first = asked()["tasks"]["rows"][0]
        assert (first["kpi"], first["behind"]) == ("Qualified leads", True)

    def test_others_tasks_stay_theirs(self, ann):
        make.lead(make.seller_user("Bob")[1])
        frappe.set_user(ann[1])
        assert asked()["tasks"]["rows"] == []
        assert asked()["tasks"]["empty"]["text"].startswith("Nothing waits for you")


class TestWhoSeesWhom:
    def test_a_seller_sees_the_own_subtree_only(self, enable):
        enable("revenue")
        make.team({"North": {"Ann": {}}, "South": {"Cid": {}}})
        login = make.user("Sales User")
        make.sales_person("Lead", "North", group=True, user=login)
        make.sales_person("Below", "Lead")
        frappe.set_user(login)
        assert asked()["sales_person"] == "Lead"
        assert {one["name"] for one in asked()["sellers"]} == {"Lead", "Below"}
        assert asked(sales_person="Below")["notice"] is None
        barred = asked(sales_person="Cid")
        assert barred["notice"]["text"] == "You may not see the targets of Cid."
        assert "targets" not in barred

    def test_a_manager_chooses(self, ann):
        frappe.set_user(make.user("Sales Manager"))
        found = asked()
        assert found["sales_person"] == ""
        assert found["notice"]["text"].startswith("You are not a seller yourself.")
        assert asked(sales_person=ann[0])["notice"] is None
        assert asked(sales_person="Nobody of this name")["notice"]

    def test_a_second_company_stays_hidden(self, ann):
        _seller, login = ann
        frappe.get_doc(
            {"doctype": "User Permission", "user": login, "allow": "Company", "for_value": COMPANY}
        ).insert()
        frappe.set_user(login)
        found = desk.mine()
        assert (found["companies"], found["company"]) == ([COMPANY], COMPANY)
        assert asked(company="Targets Test Europe")["notice"]
        with pytest.raises(frappe.PermissionError):
            desk.one_more(ann[0], "Targets Test Europe", 5)

    def test_the_company_of_the_target_is_the_first_to_be_shown(self, ann):
        seller, login = ann
        target(seller, company=make.EU)
        frappe.set_user(login)
        assert desk.mine()["company"] == "Targets Test Europe"

    def test_a_user_without_a_seller(self, enable):
        enable("revenue")
        frappe.set_user(make.user("Sales User"))
        assert asked()["notice"]["text"].startswith("No Sales Person belongs to your user yet.")

    def test_a_seller_without_a_user(self, enable):
        enable("revenue")
        seller = make.sales_person("Ann")
        found = asked(sales_person=seller)
        assert found["tasks"]["empty"]["text"].startswith(f"No user stands behind {seller}")
        assert found["pipeline"]["empty"]["text"].startswith(f"No user stands behind {seller}")

    def test_who_may_not_read_targets(self):
        frappe.set_user(make.user("Stock User"))
        with pytest.raises(frappe.PermissionError):
            desk.mine()

    def test_a_site_with_nothing(self, monkeypatch, ann):
        frappe.set_user(make.user("Sales Manager"))
        frappe.db.set_value("Sales Person", {"parent_sales_person": ["!=", ""]}, "enabled", 0)
        assert desk.mine()["notice"]["text"].startswith("There are no Sales Persons yet.")
        monkeypatch.setattr(desk, "_companies", list)
        assert "no company" in desk.mine()["notice"]["text"]

    def test_no_kpi_enabled(self):
        seller = make.sales_person("Ann")
        assert asked(sales_person=seller)["no_target"]["text"].startswith("No KPI is enabled yet")


def test_queries_do_not_grow_with_lines(ann, settle, statements):
    """What is read per target and line is read for all of them at once."""
    seller, login = ann
    target(seller, [("revenue", 12000)])
    frappe.set_user(login)
    asked()
    with statements() as few:
        asked()
    frappe.set_user("Administrator")
    target(seller, [("proposals_sent", 12), ("qualified_leads", 24), ("tickets_closed", 6)])
    for _number in range(4):
        make.opportunity(login, amount=100)
        make.lead(login)
    settle()
    frappe.set_user(login)
    asked()
    with statements() as many:
        asked()
    # One shape of figures more, the fiscal years of one target more, the outcomes and win rates of deals.
    assert len(many) - len(few) <= 10, (len(few), len(many))
