"""Credits: teams completed to 100 %, splits to the cent, and differences that correct without rewriting."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from sales_targets.engine.credit import (
    CORRECTION,
    IDENTITY,
    NO_TEAM,
    SALE,
    TEAM_OVER,
    TEAM_SHORT,
    UNKNOWN_PERSON,
    Credit,
    Member,
    difference,
    members,
    split,
)
from sales_targets.engine.money import add_up, round_money

D = Decimal
DAY = date(2026, 3, 10)


def credit(value: str | Decimal = "100", **fields: object) -> Credit:
    """A credit of Ann's for revenue; any field may be given."""
    texts = dict.fromkeys(Credit._fields, "")
    values = {
        **texts,
        "kpi": "revenue",
        "unit_type": "Sales Invoice",
        "unit": "SI-1",
        "voucher_type": "Sales Invoice",
        "voucher_no": "SI-1",
        "voucher_row": "row-1",
        "posting_date": DAY,
        "company": "Wind",
        "currency": "USD",
        "sales_person": "Ann",
        "seller_id": "id-ann",
        "overlay": 0,
        "new_customer": 0,
        "kind": SALE,
        "value": D(value),
    }
    return Credit(**{**values, **fields})


def total(credits: Iterable[Credit]) -> dict[tuple, Decimal]:
    """Identity → sum, without zeros."""
    sums: dict[tuple, Decimal] = {}
    for one in credits:
        sums[one[:IDENTITY]] = sums.get(one[:IDENTITY], D(0)) + one.value
    return {key: value for key, value in sums.items() if value}


# --- teams ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("team", "expected"),
    [
        ([], [Member("", D(100), NO_TEAM)]),
        ([("Ann", D(0))], [Member("", D(100), NO_TEAM)]),
        ([("Ann", D(100))], [Member("Ann", D(100))]),
        ([("Ann", D(60))], [Member("Ann", D(60)), Member("", D(40), TEAM_SHORT)]),
        ([("Ann", D(70)), ("Bob", D(50))], [
            Member("Ann", D(70)), Member("Bob", D(50)), Member("", D(-20), TEAM_OVER),
        ]),
        ([("Ann", D(60)), ("Zed", D(40))], [Member("Ann", D(60)), Member("", D(40), UNKNOWN_PERSON)]),
        ([("Zed", D(90))], [Member("", D(90), UNKNOWN_PERSON), Member("", D(10), TEAM_SHORT)]),
        ([("", D(100))], [Member("", D(100), UNKNOWN_PERSON)]),
        ([("Ann", D(50)), ("Ann", D(50))], [Member("Ann", D(50)), Member("Ann", D(50))]),
    ],
)  # fmt: skip
def test_a_team_is_completed_to_a_hundred(team: list[tuple[str, Decimal]], expected: list[Member]) -> None:
    assert list(members(team, {"Ann", "Bob"})) == expected


def test_without_a_list_of_known_people_all_are() -> None:
    assert members([("Zed", D(100))]) == (Member("Zed", D(100)),)


# --- splits --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "percents", "parts"),
    [
        ("1000", ["60", "40"], ["600", "400"]),
        ("100.01", ["33.33", "33.33", "33.34"], ["33.33", "33.33", "33.35"]),
        ("-100.01", ["33.33", "33.33", "33.34"], ["-33.33", "-33.33", "-33.35"]),
        ("0.01", ["50", "50"], ["0.01"]),
        ("1000", ["60", "60"], ["600", "600", "-200"]),
        ("0.05", ["60", "60"], ["0.03", "0.03", "-0.01"]),
        ("0", ["50", "50"], []),
        ("12.345", ["100"], ["12.35"]),
    ],
)
def test_splitting(value: str, percents: list[str], parts: list[str]) -> None:
    team = members([(f"P{number}", D(percent)) for number, percent in enumerate(percents)])
    assert [part for _member, part in split(D(value), team, 2)] == [D(part) for part in parts]


people = st.lists(
    st.tuples(st.sampled_from("ABCD"), st.decimals(min_value=0, max_value=150, places=2)), max_size=6
)
amounts = st.decimals(min_value=-(10**9), max_value=10**9, places=2)


@given(amounts, people)
def test_the_parts_of_a_split_sum_to_the_whole(value: Decimal, team: list[tuple[str, Decimal]]) -> None:
    parts = split(value, members(team, "ABC"), 2)
    assert add_up(part for _member, part in parts) == round_money(value, 2)
    percent = {}
    for member, part in parts:
        percent[member.sales_person] = percent.get(member.sales_person, D(0)) + part
    for person in "ABC":
        own = add_up(each for name, each in team if name == person)
        rows = sum(1 for name, _each in team if name == person)
        assert abs(percent.get(person, D(0)) - value * own / 100) <= D("0.01") * max(rows, 1)


@given(amounts, people)
def test_merging_two_sellers_moves_no_cent(value: Decimal, team: list[tuple[str, Decimal]]) -> None:
    before, after = split(value, members(team), 2), split(value, members([("AB", p) for _n, p in team]), 2)
    assert [part for _member, part in before] == [part for _member, part in after]


# --- differences ---------------------------------------------------------------------------------------


def test_the_first_time_all_is_posted_summed_and_without_zeros() -> None:
    zero = credit("0", voucher_row="row-2")
    assert difference([credit("60"), credit("40"), zero], []) == [credit("100")]


def test_what_is_right_is_left_alone() -> None:
    assert difference([credit("100")], [credit("60"), credit("40")]) == []
    assert difference([credit("100", brand="new")], [credit("100", brand="old")]) == []
    assert difference([], [credit("5"), credit("-5", kind=CORRECTION)]) == []


def test_a_change_reverses_what_stands_and_posts_anew() -> None:
    assert difference([credit("80")], [credit("100")]) == [
        credit("-100", kind=CORRECTION),
        credit("80"),
    ]


def test_another_day_reverses_on_the_old_one() -> None:
    later = date(2026, 4, 1)
    assert difference([credit(posting_date=later)], [credit()]) == [
        credit("-100", kind=CORRECTION),
        credit(posting_date=later),
    ]


def test_a_new_seller_gets_todays_stamps_the_old_one_keeps_the_former() -> None:
    stood = credit("100", manager_path="north", designation="Junior", new_customer=1)
    wanted = [
        credit("60", manager_path="south", designation="Senior"),
        credit("40", sales_person="Bob", seller_id="id-bob", manager_path="south"),
    ]
    assert difference(wanted, [stood]) == [
        stood._replace(value=D(-100), kind=CORRECTION),
        credit("60", manager_path="north", designation="Junior", new_customer=1),
        wanted[1],
    ]


def test_merged_sellers_are_reversed_each_for_the_own_id() -> None:
    have = [credit("30"), credit("20", seller_id="id-eve")]
    posts = difference([credit("10")], have)
    assert posts == [
        credit("-30", kind=CORRECTION),
        credit("-20", kind=CORRECTION, seller_id="id-eve"),
        credit("10"),
    ]
    by_id: dict[str, Decimal] = {}
    for one in have + posts:
        by_id[one.seller_id] = by_id.get(one.seller_id, D(0)) + one.value
    assert by_id == {"id-ann": 10, "id-eve": 0}


def test_what_was_taken_back_may_come_again_with_its_stamps() -> None:
    have = [credit("100", designation="Junior"), credit("-100", designation="Junior", kind=CORRECTION)]
    assert difference([credit("100", designation="Senior")], have) == [credit("100", designation="Junior")]


credits = st.lists(
    st.builds(
        credit,
        st.integers(-3, 3).map(lambda units: D(units) / 100),
        sales_person=st.sampled_from(["Ann", "Bob", ""]),
        seller_id=st.sampled_from(["a", "b"]),
        voucher_row=st.sampled_from(["1", "2"]),
        posting_date=st.sampled_from([DAY, date(2026, 4, 1)]),
        designation=st.sampled_from(["", "Junior"]),
    ),
    max_size=8,
)


@given(credits, credits)
def test_a_difference_brings_the_ledger_to_what_is_wanted_once_and_for_all(
    wanted: list[Credit], have: list[Credit]
) -> None:
    after = [*have, *difference(wanted, have)]
    assert total(after) == total(wanted)
    assert difference(wanted, after) == []


@given(credits)
def test_taking_everything_back_leaves_nothing_to_anybody(have: list[Credit]) -> None:
    posted = difference(have, [])
    after = [*posted, *difference([], posted)]
    assert total(after) == {}
    ids: dict[str, Decimal] = {}
    for one in after:
        ids[one.seller_id] = ids.get(one.seller_id, D(0)) + one.value
    assert set(ids.values()) <= {D(0)}
