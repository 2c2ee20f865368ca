"""The weekly digest: once for each reader and week, with the figures of the standings, in the reader's language."""

from datetime import date, datetime

import frappe
import pytest

from sales_targets.desk import digest, preferences, telling, wording
from sales_targets.desk.audience import Reader, Tree
from sales_targets.targets.standing import standings
from tests.bench import factories as make
from tests.bench.desk import notices as told
from tests.bench.targets.credits import credit

MONDAY_MORNING = datetime(2026, 3, 16, 9, 0)


@pytest.fixture(autouse=True)
def world(monkeypatch, enable):
    enable("revenue", "calls")
    told.on(monkeypatch, "2026-03-16")
    monkeypatch.setattr(digest, "now_datetime", lambda: MONDAY_MORNING)
    monkeypatch.setattr(digest, "get_system_timezone", lambda: "UTC")
    monkeypatch.setattr(frappe.local.db, "commit", lambda: None)
    for field, value in {"digest_on": 1, "digest_day": "Monday"}.items():
        frappe.db.set_single_value("Sales Targets Settings", field, value)


@pytest.fixture
def who(world):
    found = told.team()
    for login in (found.lea, found.login):
        frappe.db.set_value("User", login, "time_zone", "UTC")
    return found


def reader(zone: str) -> Reader:
    return Reader("a@example.com", "a@example.com", "en", zone, "A")


class TestWhen:
    @pytest.mark.parametrize(
        ("zone", "now", "week"),
        [
            ("UTC", datetime(2026, 3, 16, 5, 59), None),
            ("UTC", datetime(2026, 3, 16, 6, 0), date(2026, 3, 16)),
            ("UTC", datetime(2026, 3, 19, 6, 0), date(2026, 3, 16)),  # slept through the morning
            ("UTC", datetime(2026, 3, 20, 6, 0), None),
            ("Asia/Tehran", datetime(2026, 3, 16, 2, 30), date(2026, 3, 16)),  # six in Tehran
            ("America/Los_Angeles", datetime(2026, 3, 16, 12, 59), None),  # not yet six there
            ("America/Los_Angeles", datetime(2026, 3, 16, 13, 0), date(2026, 3, 16)),
            ("No/Such", datetime(2026, 3, 16, 6, 0), date(2026, 3, 16)),
        ],
    )
    def test_in_the_readers_own_morning(self, zone, now, week):
        assert digest.week_of(reader(zone), now) == week

    def test_on_the_chosen_day(self):
        frappe.db.set_single_value("Sales Targets Settings", "digest_day", "Saturday")
        assert digest.week_of(reader("UTC"), datetime(2026, 3, 16, 9, 0)) == date(2026, 3, 14)
        assert digest.week_of(reader("UTC"), datetime(2026, 3, 18, 9, 0)) is None


class TestOnce:
    def test_for_each_reader_and_week(self, who, monkeypatch):
        told.year(who.ann, 100)
        assert digest.send_due() == 2
        assert digest.send_due() == 0
        assert told.kinds(who.login) == told.kinds(who.lea) == [preferences.DIGEST]
        assert len(told.mails(who.login)) == 1
        monkeypatch.setattr(digest, "now_datetime", lambda: datetime(2026, 3, 23, 9, 0))
        assert digest.send_due() == 2

    def test_not_to_who_does_not_want_it(self, who):
        make.insert("Sales Notice Preference", user=who.login, weekly_digest=0)
        told.year(who.ann)
        assert digest.send_due() == 1
        assert told.mails(who.login) == []

    def test_not_without_mail_and_nothing_is_taken_for_sent(self, who, monkeypatch):
        told.year(who.ann)
        with monkeypatch.context() as without:
            without.setattr(telling.EmailAccount, "find_outgoing", lambda **_any: None)
            assert digest.send_due() == 0
        assert digest.send_due() == 2

    def test_not_where_there_is_nothing_to_say(self, who):
        assert digest.send_due() == 0

    def test_not_when_it_is_switched_off(self, who):
        told.year(who.ann)
        frappe.db.set_single_value("Sales Targets Settings", "digest_on", 0)
        assert digest.send_due() == 0


class TestWhatItSays:
    def test_the_figures_are_those_of_the_standing(self, who):
        doc = told.year(who.ann, 400)
        digest.send_due()
        (mail,) = told.mails(who.login)
        (found,) = standings([doc.name])
        line = found.lines[0]
        days = line.periods[line.current]
        assert "Where I stand" in mail
        assert "Who needs help" not in mail
        for value in (days.achieved, days.target, days.pace.required_run_rate):
            assert wording.figure(value, "Currency", "USD").replace("\u00a0", " ") in mail
        assert f"{wording.percent(days.attainment)}</b>" in mail
        assert days.pace.status in mail

    def test_a_leader_reads_who_needs_help_and_why(self, who):
        make.target(who.ann, [("revenue", 12000), ("calls", 1200)])
        told.year(who.bob, 1000)
        credit(who.ann, 260, "2026-03-03")
        credit(who.ann, 1, "2026-03-03", "calls")
        digest.send_due()
        (mail,) = told.mails(who.lea)
        assert "Who needs help" in mail
        assert who.ann in mail
        assert "Activity is too low" in mail
        assert "of what was expected by today" in mail
        assert mail.index("is behind") < mail.index("Revenue is behind")  # the calls are further behind
        assert who.bob not in mail
        assert "Other targets, which are as they should be: 1." in mail

    def test_the_furthest_behind_comes_first_and_ten_are_enough(self, who):
        sellers = [make.sales_person(make.some("Seller"), who.north) for _number in range(12)]
        for number, seller in enumerate(sellers):
            told.year(seller, 12 * (12 - number))
        digest.send_due()
        (mail,) = told.mails(who.lea)
        places = [mail.find(seller) for seller in reversed(sellers)]
        assert places[:10] == sorted(places[:10])
        assert places[10:] == [-1, -1]
        assert "And 2 more." in mail

    def test_of_what_is_to_be_reduced_more_is_worse(self, who, enable):
        enable("lost_count")
        for seller, lost in ((who.ann, 9), (who.bob, 5)):
            make.target(seller, [("lost_count", 12)])
            credit(seller, lost, "2026-03-03", "lost_count")
        digest.send_due()
        (mail,) = told.mails(who.lea)
        assert mail.index(who.ann) < mail.index(who.bob)
        assert "of what was expected by today" not in mail

    def test_nobody_reads_of_another_company_or_another_team(self, who):
        make.insert("User Permission", user=who.lea, allow="Company", for_value=make.EU.name)
        elsewhere = make.sales_person(make.some("Elsewhere"))
        told.year(who.ann)
        told.year(elsewhere)
        digest.send_due()
        assert told.mails(who.lea) == []
        (mail,) = told.mails(who.login)
        assert elsewhere not in mail

    def test_a_sales_manager_reads_of_every_seller(self, who):
        manager = make.user("Sales Manager", time_zone="UTC")
        told.year(who.ann)
        told.year(who.bob)
        digest.send_due()
        (mail,) = told.mails(manager)
        assert who.ann in mail
        assert who.bob in mail

    def test_in_persian_from_right_to_left_with_jalali_days(self, who):
        frappe.db.set_value("User", who.login, "language", "fa")
        told.year(who.ann, 400)
        digest.send_due()
        (mail,) = told.mails(who.login)
        assert 'dir="rtl"' in mail
        assert "text-align:right" in mail.replace(" ", "")
        assert "۱۴۰۴/۱۲/۲۵" in mail
        assert "۴۰" in mail

    def test_the_session_stays_who_it_was(self, who):
        told.year(who.ann)
        language = frappe.local.lang
        digest.send_due()
        assert (frappe.session.user, frappe.local.lang) == ("Administrator", language)

    def test_names_are_no_html(self, who):
        frappe.rename_doc("Sales Person", who.ann, f"{who.ann} & Co", force=True)
        told.year(f"{who.ann} & Co")
        digest.send_due()
        (mail,) = told.mails(who.lea)
        assert f"{who.ann} &amp; Co" in mail

    def test_for_who_leads_nobody_and_has_no_target_there_is_none(self, who):
        told.year(who.ann)
        assert digest.compose(reader("UTC"), Tree(), {}) is None
