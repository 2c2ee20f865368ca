"""Nothing is told twice: by two workers at once, after a job that was interrupted, and by who chooses for whom."""

import frappe
import pytest

from sales_targets.desk import digest, happenings, preferences, telling
from tests.bench import factories as make
from tests.bench.desk import notices as told
from tests.bench.support.sessions import in_threads

pytestmark = pytest.mark.committed


@pytest.fixture
def two(monkeypatch, enable):
    """Two sellers who are behind, and where they can be told of it."""
    enable("revenue")
    told.on(monkeypatch)
    sellers = [make.seller_user() for _number in range(2)]
    for seller, _login in sellers:
        told.year(seller)
    frappe.db.commit()
    return [login for _seller, login in sellers]


def muted(job, *args):
    """Mail is queued and goes nowhere, in a thread of its own too."""
    frappe.flags.mute_emails = True
    return job(*args)


def test_two_workers_at_once_tell_everybody_once(two):
    found = [event for part in happenings.of_targets() for event in part if event.user in two]
    assert len(found) == 2
    made = in_threads(*[lambda: muted(telling.tell, found)] * 3)
    assert sum(made) == 2
    frappe.db.rollback()
    for login in two:
        assert len(told.notices(login)) == len(told.bells(login)) == len(told.mails(login)) == 1


def test_a_job_that_is_interrupted_goes_on_where_it_stopped(two, monkeypatch):
    found = [event for part in happenings.of_targets() for event in part if event.user in two]
    insert, seen = telling.claim, []

    def dies_on_the_second(*args, **values):
        seen.append(args)
        if len(seen) == 2:
            raise SystemExit
        return insert(*args, **values)

    monkeypatch.setattr(telling, "claim", dies_on_the_second)
    with pytest.raises(SystemExit):
        telling.tell(found)
    frappe.db.rollback()
    assert sorted(len(told.mails(login)) for login in two) == [0, 1]
    monkeypatch.setattr(telling, "claim", insert)
    assert telling.tell(found) == 1
    assert [len(told.mails(login)) for login in two] == [1, 1]


def test_what_fails_for_one_keeps_nobody_else_from_hearing(two, monkeypatch):
    found = [event for part in happenings.of_targets() for event in part if event.user in two]
    insert = telling.claim

    def fails_for_one(name, **values):
        if values["for_user"] == sorted(two)[0]:
            raise frappe.ValidationError("no")
        return insert(name, **values)

    monkeypatch.setattr(telling, "claim", fails_for_one)
    assert telling.tell(found) == 1
    monkeypatch.setattr(telling, "claim", insert)
    assert telling.tell(found) == 1
    assert telling.tell(found) == 0


def test_the_digest_of_two_workers_comes_once(two, monkeypatch):
    monkeypatch.setattr(digest, "week_of", lambda _reader, _now: frappe.utils.getdate(told.DAY))

    in_threads(*[lambda: muted(digest.send_due)] * 2)
    frappe.db.rollback()
    for login in two:
        assert len(told.mails(login)) == 1
        assert told.kinds(login) == [preferences.DIGEST]
