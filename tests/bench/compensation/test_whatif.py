"""The past under a rule as it is typed."""

import json
from datetime import date

import frappe
import pytest

from sales_targets.compensation import terms, whatif
from sales_targets.crediting import sellers
from sales_targets.crediting.world import World
from sales_targets.sales_targets.doctype.incentive_rule import simulate, versions
from tests.bench import factories as make
from tests.bench.targets import credits

DAY = date(2026, 7, 1)


def credit(seller, value, day, **fields):
    """A credit stamped with the world as it is now."""
    sellers.ensure_ids()
    credits.credit(seller, value, day, **World().sellers[seller]._asdict(), **fields)


@pytest.fixture(autouse=True)
def _world(enable, monkeypatch):
    """Ann sells 1,000 a month from January to June, Bob 3,000 in May; today is the first of July."""
    enable("revenue", "margin", "units", "collections")
    monkeypatch.setattr(whatif, "today", lambda: str(DAY))
    make.sales_person("Ann")
    make.sales_person("Bob")
    for month in range(1, 7):
        credit("Ann", 1000, f"2026-{month:02d}-10")
    credit("Bob", 3000, "2026-05-20")
    credit("Bob", 1000, "2026-05-20", kpi="margin")


def simulated(doc, beside=None, periods=6):
    typed = terms.as_ruleset(doc)
    return whatif.simulate(typed, terms.as_ruleset(beside) if beside else None, periods)


def amounts(found, which="typed"):
    return {one["payee"]: one[which] for one in found["sellers"]}


def test_what_it_would_have_cost():
    found = simulated(make.rule([(0, 0.1)], submit=False, first="2026-07-01"))
    assert found["window"] == {"first": "2026-01-01", "last": "2026-06-30", "periods": 6}
    assert amounts(found) == {"Ann": 600, "Bob": 300}
    typed = found["typed"]
    assert (typed["total"], typed["paid"]) == (900, 2)
    assert (typed["share_of_revenue"], typed["share_of_margin"]) == (10, 90)
    assert [one["amount"] for one in typed["by_period"]] == [100, 100, 100, 100, 400, 100]
    assert (found["beside"], found["winners"]) == (None, None)


def test_only_the_last_periods():
    found = simulated(make.rule([(0, 0.1)], submit=False), periods=2)
    assert (found["window"]["first"], found["typed"]["total"]) == ("2026-05-01", 500)


def test_who_wins_and_who_loses():
    """From 5 % for all to nothing up to 1,000 and 20 % above."""
    old = make.rule([(0, 0.05)])
    new = frappe.get_doc("Incentive Rule", versions.new_version(old.name))
    new.tiers = []
    new.append("tiers", {"from_value": 0, "rate": 0})
    new.append("tiers", {"from_value": 1000, "rate": 0.2})
    found = simulated(new, old)
    assert amounts(found) == {"Bob": 400, "Ann": 0}
    assert amounts(found, "beside") == {"Bob": 150, "Ann": 300}
    assert amounts(found, "difference") == {"Bob": 250, "Ann": -300}
    assert [one["payee"] for one in found["sellers"]] == ["Ann", "Bob"]
    assert (found["winners"], found["losers"]) == (1, 1)
    assert (found["typed"]["total"], found["beside"]["total"]) == (400, 450)
    curve = found["curve"]
    assert len(curve["labels"]) == len(curve["typed"]) == len(curve["beside"])
    assert (curve["typed"][-1], curve["beside"][-1]) == (100, 75)


def test_a_limit_of_the_year_counts_the_months_before():
    doc = make.rule([(0, 0.1)], submit=False, cap=450, cap_per="Year", members=["Ann"])
    assert simulated(doc, periods=2)["typed"]["total"] == 50


def test_members_and_filters_count():
    group = make.tree_node("Item Group")
    credit("Bob", 500, "2026-06-05", item_group=group)
    doc = make.rule([(0, 0.1)], submit=False, members=["Ann"])
    assert amounts(simulated(doc)) == {"Ann": 600}
    doc = make.rule([(0, 0.1)], submit=False, filters=[{"dimension": "Item Group", "value": group}])
    assert amounts(simulated(doc)) == {"Bob": 50}


@pytest.mark.parametrize(
    ("first", "window", "total"),
    [
        ("2026-04-01", ("2026-04-01", 3), 300),
        ("2026-04-10", ("2026-04-01", 3), 300),
        ("2026-01-01", ("2026-01-01", 6), 600),
    ],
)
def test_what_is_measured_against_targets_begins_with_them(first, window, total):
    make.target("Ann", [("revenue", 12000)], first=first)
    make.target("Ann", [("units", 12000)])  # another measure's
    found = simulated(
        make.rule([(0, 0.1)], measure="Attainment", submit=False, members=[{"sales_person": "Ann"}])
    )
    assert (found["window"]["first"], found["window"]["periods"]) == window
    assert amounts(found)["Ann"] == total


def test_who_has_no_target_is_named():
    make.target("Ann", [("revenue", 12000)])
    doc = make.rule([(0, 0), (1, 0.1)], mode="Whole", measure="Attainment", submit=False)
    found = simulated(doc)
    assert amounts(found) == {"Ann": 600}
    assert len(found["problems"]) == 1
    assert "Bob" in found["problems"][0]


def test_a_team_and_a_pool():
    make.sales_person("Lead", group=True)
    make.sales_person("Cid", "Lead")
    credit("Cid", 2000, "2026-06-05")
    doc = make.rule([(0, 0.1)], submit=False, credit_of="Team", members=["Lead"])
    assert amounts(simulated(doc)) == {"Lead": 200}
    doc = make.rule([(0, 0.1)], submit=False, credit_of="Pool", pool_team="Lead")
    assert amounts(simulated(doc)) == {"Cid": 200}


def test_rules_that_are_measured_otherwise_share_no_curve():
    old = make.rule([(0, 0.05)])
    new = make.rule([(0, 0.05)], measure="Attainment", submit=False)
    assert simulated(new, old)["curve"]["beside"] is None


def test_a_narrowed_manager_sees_their_own_sellers():
    manager = make.user("Sales Manager")
    make.insert("User Permission", user=manager, allow="Sales Person", for_value="Ann")
    doc = make.rule([(0, 0.1)], submit=False)
    frappe.set_user(manager)
    found = simulated(doc)
    assert amounts(found) == {"Ann": 600}
    assert found["typed"]["total"] == 900


# --- the button -----------------------------------------------------------------------------------------


@pytest.fixture
def asked(monkeypatch):
    """What was enqueued; the job runs when the test says so."""
    jobs = []
    monkeypatch.setattr(frappe, "enqueue", lambda method, **values: jobs.append(values))
    monkeypatch.setattr(simulate, "KEPT_SECONDS", 60)
    return jobs


def started(doc, **values) -> str:
    return simulate.start(json.dumps(doc.as_dict(), default=str), **values)


def run(job) -> None:
    """As a worker does, but inside the test's transaction."""
    simulate.run(**{name: job[name] for name in ("key", "rule", "periods", "beside", "user")})


@pytest.fixture
def in_test_transaction(monkeypatch):
    monkeypatch.setattr(simulate, "read_only", lambda: None)


def test_the_job_answers_its_starter_alone(asked, in_test_transaction):
    another = make.user("Sales Manager")  # a new user empties the cache of earlier Frappe
    key = started(make.rule([(0, 0.1)], submit=False), periods=6)
    assert simulate.answer(key) == {"state": "Queued"}
    run(asked[-1])
    found = simulate.answer(key)
    assert (found["state"], found["result"]["typed"]["total"]) == ("Done", 900)
    frappe.set_user(another)
    with pytest.raises(frappe.PermissionError):
        simulate.answer(key)


def test_a_version_is_compared_with_the_one_before(asked, in_test_transaction):
    old = make.rule([(0, 0.05)])
    key = started(frappe.get_doc("Incentive Rule", versions.new_version(old.name)))
    run(asked[0])
    assert simulate.answer(key)["result"]["beside"]["name"] == old.name


def test_an_answer_that_is_not_kept():
    assert simulate.answer("nothing") == {"state": "Gone"}


def test_a_job_that_fails_says_why(asked, in_test_transaction, monkeypatch):
    def broken(*_args):
        raise frappe.ValidationError("<b>Broken</b>")

    monkeypatch.setattr(whatif, "simulate", broken)
    key = started(make.rule(submit=False))
    with pytest.raises(frappe.ValidationError):
        run(asked[0])
    assert simulate.answer(key) == {"state": "Failed", "message": "Broken"}


def test_a_rule_that_could_not_be_saved_is_not_run(asked):
    doc = make.rule(submit=False)
    doc.tiers[0].rate = 5
    with pytest.raises(frappe.ValidationError, match="500"):
        started(doc)
    doc = make.rule(submit=False)
    doc.title = None
    with pytest.raises(frappe.MandatoryError):
        started(doc)
    assert asked == []


def test_an_unsaved_rule_is_run(asked, in_test_transaction):
    doc = frappe.get_doc({**make.rule([(0, 0.1)], submit=False).as_dict(), "name": "new-incentive-rule-1"})
    doc.set("__islocal", 1)
    key = started(doc)
    run(asked[0])
    assert simulate.answer(key)["state"] == "Done"


def test_who_may_simulate(asked):
    doc = make.rule(submit=False)
    _seller, login = make.seller_user("Sam")
    for user in (login, make.user("Sales User"), make.user("Purchase User")):
        frappe.set_user(user)
        with pytest.raises(frappe.PermissionError):
            started(doc)
        with pytest.raises(frappe.PermissionError):
            simulate.answer("x")
        frappe.set_user("Administrator")
    manager = make.user("Sales Manager")
    make.insert("User Permission", user=manager, allow="Company", for_value=make.EU.name)
    frappe.set_user(manager)
    with pytest.raises(frappe.PermissionError):
        started(doc)


def test_a_draft_is_nothing_to_compare_with(asked):
    with pytest.raises(frappe.ValidationError, match="cannot be compared"):
        started(make.rule(submit=False), beside=make.rule(submit=False).name)


@pytest.mark.committed
def test_the_database_refuses_to_be_written_meanwhile(asked, monkeypatch):
    doc = make.rule(submit=False)
    frappe.db.commit()

    def writes(*_args):
        frappe.db.set_value("Incentive Rule", doc.name, "title", "Changed")

    monkeypatch.setattr(whatif, "simulate", writes)
    started(doc)
    with pytest.raises(frappe.InReadOnlyMode):
        run(asked[0])
    assert frappe.db.get_value("Incentive Rule", doc.name, "title") == doc.title
