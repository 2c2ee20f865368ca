"""What people are told, once: targets behind, milestones, stretches, revisions, statements that wait."""

import frappe
import pytest

from sales_targets import tasks
from sales_targets.desk import audience, happenings, telling
from sales_targets.targets import revise
from tests.bench import factories as make
from tests.bench.desk import notices as told
from tests.bench.factories import payouts as pay
from tests.bench.support.site import DESK
from tests.bench.targets.credits import credit, credits


@pytest.fixture(autouse=True)
def world(monkeypatch, enable):
    """March; nothing is committed, so that each test can be taken back; mail goes into the queue."""
    enable("revenue")
    told.on(monkeypatch)
    monkeypatch.setattr(frappe.local.db, "commit", lambda: None)
    frappe.db.set_single_value("Sales Targets Settings", "notices_on", 1)


@pytest.fixture
def who(world):
    return told.team()


class TestBehind:
    def test_the_seller_and_who_leads_them_are_told(self, who):
        told.year(who.ann, 100)
        assert told.tell_targets() == 2
        (own,), (other,) = told.notices(who.login), told.notices(who.lea)
        assert own.kind == other.kind == "Target Behind"
        assert own.subject == "You are behind on Revenue"
        assert other.subject == f"{who.ann} is behind on Revenue"
        assert "$ 100.00 achieved" in own.message
        assert "$ 1,000.00 the target" in own.message

    def test_once_however_often_the_job_runs(self, who, monkeypatch):
        told.year(who.ann, 100)
        told.tell_targets()
        assert told.tell_targets() == 0
        told.on(monkeypatch, "2026-03-27")
        assert told.tell_targets() == 0
        assert len(told.bells(who.login)) == len(told.mails(who.login)) == 1

    def test_again_in_the_next_period(self, who, monkeypatch):
        told.year(who.ann, 100)
        told.tell_targets()
        told.on(monkeypatch, "2026-04-20")
        assert told.tell_targets() == 2

    @pytest.mark.parametrize(("day", "number"), [("2026-03-07", 0), ("2026-03-08", 2)])
    def test_not_before_a_quarter_of_the_period_is_over(self, who, monkeypatch, day, number):
        told.year(who.ann)
        told.on(monkeypatch, day)
        assert told.tell_targets() == number

    def test_at_risk_is_not_behind(self, who):
        told.year(who.ann, 580)
        told.tell_targets()
        assert "Target Behind" not in told.kinds(who.login)

    def test_several_lines_come_in_one_notice(self, who, enable):
        enable("revenue", "units")
        make.target(who.ann, [("revenue", 12000), ("units", 120)])
        assert told.tell_targets() == 2
        (one,) = told.notices(who.login)
        assert one.subject.endswith(", and 1 more")
        assert "Units" in one.message
        assert "Revenue" in one.message
        assert frappe.db.count("Sales Notice", {"for_user": who.login}) == 2
        assert told.tell_targets() == 0

    def test_an_amended_target_is_the_same(self, who):
        doc = told.year(who.ann)
        told.tell_targets()
        doc.reload()
        doc.cancel()
        again = frappe.copy_doc(doc)
        again.update({"amended_from": doc.name, "docstatus": 0})
        again.insert()
        again.submit()
        assert told.tell_targets() == 0


class TestMilestones:
    def test_only_the_highest_is_told(self, who):
        told.year(who.ann, 7000)
        told.tell_targets()
        subjects = [one.subject for one in told.notices(who.login, "Milestone Reached")]
        assert subjects == ["Revenue: 50 % of the target is reached, and 1 more"]  # and March's own target
        assert told.tell_targets() == 0

    def test_the_next_one_later(self, who):
        told.year(who.ann, 3000)
        told.tell_targets()
        credit(who.ann, 6000, "2026-02-03")
        told.tell_targets()
        subjects = [one.subject for one in told.notices(who.login, "Milestone Reached")]
        assert len(subjects) == 2
        assert subjects[1] == "Revenue: 75 % of the target is reached"

    def test_what_came_back_and_is_reached_again_is_no_news(self, who):
        told.year(who.ann, 9500)
        told.tell_targets()
        before = len(told.notices(who.login))
        credits(who.ann, {"2026-03-05": -5000})
        assert told.tell_targets() == 0
        credits(who.ann, {"2026-03-06": 5000})
        assert told.tell_targets() == 0
        assert len(told.notices(who.login)) == before

    def test_the_stretch_is_a_kind_of_its_own(self, who):
        told.year(who.ann, 15000, stretch=14000)
        told.tell_targets()
        assert "Stretch Reached" in told.kinds(who.login)
        (one,) = told.notices(who.login, "Stretch Reached")
        assert one.subject.startswith("Revenue: the stretch is reached")

    def test_who_wants_no_milestones_still_hears_of_the_stretch(self, who):
        make.insert("Sales Notice Preference", user=who.login, milestone_reached=0)
        told.year(who.ann, 15000, stretch=14000)
        told.tell_targets()
        assert told.kinds(who.login) == ["Stretch Reached"]

    def test_a_ratio_is_told_when_its_days_are_over(self, who, enable, monkeypatch):
        enable("win_rate")
        make.target(who.ann, [("win_rate", 40)], first="2026-03-01", last="2026-03-31")
        for kpi in ("won_count", "closed_count"):
            credit(who.ann, 1, "2026-03-02", kpi)
        told.tell_targets()
        assert "Milestone Reached" not in told.kinds(who.login)
        told.on(monkeypatch, "2026-04-02")
        told.tell_targets()
        assert "Milestone Reached" in told.kinds(who.login)
        told.on(monkeypatch, "2026-04-20")
        assert told.tell_targets() == 0


class TestRevisions:
    def test_all_it_concerns_but_those_who_did_it(self, who):
        doc = told.year(who.ann)
        frappe.set_user("Administrator")
        revise.revise(doc.name, 1, 15000, "2026-04-01", "A larger territory")
        assert telling.tell(happenings.of_revisions()) == 2
        (own,) = told.notices(who.login)
        assert own.subject == "Your target of Revenue was revised"
        assert "$ 15,000.00 instead of $ 12,000.00" in own.message
        assert "A larger territory" in own.message
        assert telling.tell(happenings.of_revisions()) == 0

    def test_not_those_of_last_week(self, who):
        doc = told.year(who.ann)
        name = revise.revise(doc.name, 1, 15000, "2026-04-01", "A larger territory")
        frappe.db.set_value("Sales Target Revision", name, "creation", "2026-01-01 10:00:00")
        assert happenings.of_revisions() == []


class TestStatements:
    def test_they_wait_for_one_after_the_other(self):
        seller, login = make.seller_user()
        manager, accountant = make.user("Sales Manager"), make.user("Accounts Manager")
        doc = pay.draft(seller, 100)
        assert self.told_to(login, manager, accountant) == [0, 0, 0]
        pay.step(doc, "Send to Seller", manager)
        assert self.told_to(login, manager, accountant) == [1, 0, 0]
        pay.step(doc, "Acknowledge", login)
        assert self.told_to(login, manager, accountant) == [1, 1, 0]
        pay.step(doc, "Approve", manager)
        assert self.told_to(login, manager, accountant) == [1, 1, 1]
        assert self.told_to(login, manager, accountant) == [1, 1, 1]

    def test_sent_again_it_waits_again(self):
        seller, login = make.seller_user()
        manager = make.user("Sales Manager")
        doc = pay.draft(seller, 100)
        pay.step(doc, "Send to Seller", manager)
        assert self.told_to(login) == [1]
        doc.add_comment("Comment", "An invoice is missing")
        frappe.set_user("Administrator")
        doc = frappe.get_doc(doc.doctype, doc.name)
        doc.add_comment("Comment", "An invoice is missing")
        pay.step(doc, "Reject", "Administrator")
        pay.step(doc, "Send to Seller", manager)
        assert self.told_to(login) == [2]

    def test_of_a_seller_without_user_the_manager_hears_at_once(self):
        seller, manager = make.sales_person(), make.user("Sales Manager")
        doc = pay.draft(seller, 100)
        pay.step(doc, "Send to Seller", manager)
        assert self.told_to(manager) == [1]

    def told_to(self, *users):
        frappe.set_user("Administrator")
        telling.tell(happenings.of_statements())
        return [len(told.notices(user, "Statement Waits")) for user in users]


class TestWhoHears:
    def test_a_seller_without_user_has_a_leader_who_hears(self, who):
        told.year(who.bob)
        assert told.tell_targets() == 1
        assert told.kinds(who.lea) == ["Target Behind"]

    def test_who_is_called_otherwise_now_is_not_told_again(self, who):
        told.year(who.ann, 100)
        told.tell_targets()
        frappe.rename_doc("User", who.login, f"new-{who.login}", force=True, show_alert=False)
        assert told.tell_targets() == 0

    def test_a_disabled_user_hears_nothing(self, who):
        frappe.db.set_value("User", who.login, "enabled", 0)
        told.year(who.ann)
        told.tell_targets()
        assert told.notices(who.login) == []

    def test_the_tree_says_who_leads(self, who):
        tree = audience.Tree()
        assert tree.leader_of(who.ann) == who.lea
        assert tree.leader_of(who.north) == ""
        assert tree.user_of(who.bob) == ""
        assert tree.leader_of("nobody of this name") == ""

    def test_nobody_is_told_of_what_they_may_not_see(self, who):
        """A leader whose permissions leave the company out, and a user without any role."""
        make.insert("User Permission", user=who.lea, allow="Company", for_value=make.EU.name)
        told.year(who.ann)
        told.tell_targets()
        assert told.notices(who.lea) == []
        assert told.kinds(who.login) == ["Target Behind"]

    def test_who_made_a_target_that_nobody_leads_hears(self, who):
        manager = make.user("Sales Manager")
        doc = make.target(None, [("revenue", 12000)], kind="Company")
        frappe.db.set_value("Sales Target", doc.name, "owner", manager)
        told.tell_targets()
        assert told.kinds(manager) == ["Target Behind"]

    @pytest.mark.parametrize("kind", told.KINDS)
    def test_each_kind_can_be_turned_off(self, who, kind):
        make.insert("Sales Notice Preference", user=who.login, **{frappe.scrub(kind): 0})
        event = telling.Event(
            kind, who.login, "x", "Sales Target", told.year(who.ann).name, lambda: ("a", "b")
        )
        assert telling.tell([event]) == 0
        frappe.db.set_value("Sales Notice Preference", {"user": who.login}, frappe.scrub(kind), 1)
        assert telling.tell([event]) == 1

    def test_without_mail_only_in_the_desk(self, who):
        make.insert("Sales Notice Preference", user=who.login, by_mail=0)
        told.year(who.ann)
        told.tell_targets()
        assert len(told.bells(who.login)) == 1
        assert told.mails(who.login) == []
        assert len(told.mails(who.lea)) == 1


class TestHowItIsTold:
    def test_in_the_readers_language_with_their_days_and_digits(self, who):
        frappe.db.set_value("User", who.login, "language", "fa")
        doc = told.year(who.ann)
        revise.revise(doc.name, 1, 15000, "2026-04-01", "منطقه بزرگ‌تر")
        frappe.db.set_value("Sales Target Revision", {"sales_target": doc.name}, "revised_by", who.lea)
        telling.tell(happenings.of_revisions())
        (mail,) = told.mails(who.login)
        assert 'dir="rtl"' in mail
        assert "۱۴۰۵/۰۱/۱۲" in mail
        assert "۱۵٬۰۰۰" in mail
        assert "منطقه بزرگ‌تر" in mail

    def test_what_users_typed_is_no_html(self, who):
        doc = told.year(who.ann)
        name = revise.revise(doc.name, 1, 15000, "2026-04-01", "A larger territory")
        # Past Frappe, which cleans what is typed.
        frappe.db.set_value("Sales Target Revision", name, "reason", "<script>alert(1)</script>")
        telling.tell(happenings.of_revisions())
        (one,) = told.notices(who.login)
        assert "<script>" not in one.message
        assert "&lt;script&gt;" in one.message

    def test_each_mail_says_where_to_turn_it_off(self, who):
        told.year(who.ann)
        told.tell_targets()
        assert f"{DESK}/sales-notice-preference" in told.mails(who.login)[0]

    def test_a_notification_that_is_disabled_tells_nobody(self, who):
        frappe.db.set_value("Notification", "Sales Target Behind", "enabled", 0)
        frappe.cache.hdel("notifications", "Sales Notice")
        told.year(who.ann)
        told.tell_targets()
        assert told.bells(who.login) == []
        assert len(told.mails(who.login)) == 1
        frappe.cache.hdel("notifications", "Sales Notice")

    def test_a_site_without_mail_still_tells_in_the_desk_and_logs_once(self, who, monkeypatch):
        monkeypatch.setattr(telling.EmailAccount, "find_outgoing", lambda **_any: None)
        frappe.db.delete("Error Log", {"method": telling.NO_MAIL})
        told.year(who.ann)
        told.tell_targets()
        told.year(who.bob)
        told.tell_targets()
        assert len(told.bells(who.login)) == 1
        assert told.mails(who.login) == []
        assert frappe.db.count("Error Log", {"method": telling.NO_MAIL}) == 1

    def test_the_setting_turns_all_of_it_off(self, who):
        frappe.db.set_single_value("Sales Targets Settings", "notices_on", 0)
        frappe.db.set_single_value("Sales Targets Settings", "digest_on", 0)
        told.year(who.ann)
        tasks.tell_hourly()
        tasks.tell_soon()
        assert told.notices(who.login) == []
