"""Rules as the engine is given them."""

from datetime import date, datetime
from decimal import Decimal

import frappe
import pytest

from sales_targets.compensation import terms
from sales_targets.engine.incentive import Gate, Multiplier
from sales_targets.sales_targets.doctype.incentive_rule import versions
from tests.bench import factories as make

RULE = "Incentive Rule"


@pytest.fixture(autouse=True)
def _credited(enable):
    enable("revenue", "units", "collections")


def fresh(doc):
    return frappe.get_doc(RULE, doc if isinstance(doc, str) else doc.name)


def loaded(doc, **values):
    rules = terms.load_rules(make.US.name, date(2026, 12, 31), **values)
    return next((one for one in rules if one.lineage == doc.lineage), None)


def test_percentages_become_parts_and_days_half_open():
    doc = make.rule(
        [(0, 0.05), (100000, 0.08)],
        last="2026-06-30",
        measure="Attainment",
        attainment_cap=150,
        holdback=12.5,
        holdback_until="2026-12-31",
        gates=[{"kpi": "collections", "least": 80}],
        multipliers=[
            {"kpi": "units", "from_attainment": 0, "factor": 0.9},
            {"kpi": "units", "from_attainment": 100, "factor": 1.1},
        ],
        ramp=[{"month": 1, "percent": 0}, {"month": 2, "percent": 25}],
        cap=20000,
        cap_per="Year",
        carry=1,
        has_clawback_limit=1,
        clawback_days=0,
        cumulative="Quarter",
        prorate=1,
    )
    (one,) = loaded(doc).versions
    assert (one.start, one.end) == (date(2026, 1, 1), date(2026, 7, 1))
    assert (one.attainment_cap, one.holdback) == (Decimal("1.5"), Decimal("0.125"))
    assert one.gates == (Gate("collections", Decimal("0.8")),)
    steps = ((Decimal(0), Decimal("0.9")), (Decimal(1), Decimal("1.1")))
    assert one.multipliers == (Multiplier("units", steps),)
    assert one.ramp == (Decimal(0), Decimal("0.25"))
    assert (one.cap, one.cap_per, one.carry) == (Decimal(20000), "Year", True)
    assert (one.clawback_days, one.cumulative, one.prorate) == (0, "Quarter", True)
    assert [str(tier.start) for tier in one.table.tiers] == ["0", "100000"]
    assert (one.measure, one.pay, one.on) == ("attainment", "rate", "invoice")


def test_what_is_not_limited():
    (one,) = loaded(make.rule()).versions
    assert (one.end, one.cap, one.attainment_cap, one.clawback_days) == (None, None, None, None)
    assert (one.holdback, one.holdback_until, one.cumulative) == (0, None, None)


def test_versions_end_where_the_next_begins():
    first = make.rule()
    doc = fresh(versions.new_version(first.name))
    doc.from_date = "2026-04-01"
    doc.save().submit()
    found = loaded(first)
    assert [(one.name, one.start, one.end) for one in found.versions] == [
        (first.name, date(2026, 1, 1), date(2026, 4, 1)),
        (doc.name, date(2026, 4, 1), None),
    ]
    assert {one.lineage for one in found.versions} == {first.name}


def test_drafts_and_cancelled_rules_are_not_loaded():
    cancelled = make.rule()
    cancelled.cancel()
    assert loaded(make.rule(submit=False)) is loaded(cancelled) is None


def test_what_was_not_yet_approved_is_not_known():
    first = make.rule()
    second = fresh(versions.new_version(first.name))
    second.from_date = "2026-04-01"
    second.save().submit()
    frappe.db.set_value(RULE, first.name, "approved_on", "2026-01-01 10:00:00")
    frappe.db.set_value(RULE, second.name, "approved_on", "2026-05-01 10:00:00")
    (one,) = loaded(first, known_at=datetime(2026, 4, 30)).versions
    assert (one.name, one.end) == (first.name, None)
    assert len(loaded(first, known_at=datetime(2026, 5, 2)).versions) == 2
    assert loaded(first, known_at=datetime(2025, 1, 1)) is None


def test_rules_of_some_kpis():
    doc = make.rule()
    assert loaded(doc, kpis=["units"]) is None
    assert loaded(doc, kpis=["revenue"])
    scorecard = make.rule([(0, 500)], measure="Scorecard", pay="Fixed", mode="Whole")
    assert loaded(scorecard, kpis=[""]).kpi == ""


def test_members_go_on_through_versions():
    """Ann all the time, Bob from the second version on, Cid until the middle of the first."""
    for name in ("Ann", "Bob", "Cid"):
        make.sales_person(name)
    first = make.rule(members=["Ann", {"sales_person": "Cid", "to_date": "2026-02-15"}])
    doc = fresh(versions.new_version(first.name))
    doc.from_date = "2026-04-01"
    doc.append("members", {"sales_person": "Bob"})
    doc.save().submit()
    days = {one.sales_person: (one.start, one.end) for one in loaded(first).members}
    assert days == {
        "Ann": (date(2026, 1, 1), None),
        "Bob": (date(2026, 4, 1), None),
        "Cid": (date(2026, 1, 1), date(2026, 2, 16)),
    }
    assert len(loaded(first).members) == 3


def test_everybody_until_somebody():
    make.sales_person("Ann")
    first = make.rule()
    assert loaded(first).members == ()
    doc = fresh(versions.new_version(first.name))
    doc.from_date = "2026-04-01"
    doc.append("members", {"sales_person": "Ann"})
    doc.save().submit()
    found = [(one.sales_person, one.start, one.end) for one in loaded(first).members]
    assert found == [("", date(2026, 1, 1), date(2026, 4, 1)), ("Ann", date(2026, 4, 1), None)]


def test_a_rule_as_it_is_typed():
    doc = make.rule(submit=False)
    doc.tiers[0].rate = 0.07
    assert terms.as_ruleset(doc).versions[0].table.tiers[0].rate == Decimal("0.07")
    stretched = terms.lasting(terms.as_ruleset(doc.as_dict()), date(2020, 1, 1), date(2021, 1, 1))
    assert (stretched.start, stretched.end) == (date(2020, 1, 1), date(2021, 1, 1))


def test_loading_many_rules_takes_few_queries(statements):
    for _number in range(5):
        make.rule(members=[make.sales_person()])
    terms.load_rules(make.US.name, date(2026, 12, 31))  # what Frappe keeps of a DocType is read once
    with statements() as seen:
        terms.load_rules(make.US.name, date(2026, 12, 31))
    assert len(seen) <= 8
