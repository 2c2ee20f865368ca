"""Differences of statements, their canonical text and the chain of hashes."""

import hashlib
import math
from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from sales_targets.engine.money import add_up
from sales_targets.engine.statement import Amounts, Key, canonical, chain_hash, difference

D = Decimal


def key(lineage: str = "Base", month: int = 1) -> Key:
    return Key("S1", "Acme", "USD", lineage, date(2026, month, 1), date(2026, month + 1, 1))


def test_a_line_for_every_change_in_order() -> None:
    now = {key("B"): Amounts(D(5), D(5)), key("A"): Amounts(D(7), D(3), D(1)), key("C"): Amounts(D(1), D(1))}
    carried = {key("A"): Amounts(D(2), D(2)), key("C"): Amounts(D(1), D(1))}
    lines = difference(now, carried)
    assert [line.key.lineage for line in lines] == ["A", "B"]
    assert lines[0].change == Amounts(D(5), D(1), D(1))
    assert lines[0].change.net == 0


def test_what_was_carried_and_is_gone_is_taken_back() -> None:
    (line,) = difference({}, {key(): Amounts(D(9), D(4), D(2))})
    assert line.change == Amounts(D(-9), D(-4), D(-2))
    assert line.now == Amounts()


AMOUNTS = st.builds(Amounts, *[st.integers(-99, 99).map(D)] * 3)
LEDGERS = st.dictionaries(st.builds(key, st.sampled_from("ABC"), st.integers(1, 5)), AMOUNTS, max_size=6)


@given(
    states=st.lists(st.tuples(LEDGERS, LEDGERS, st.integers(-9, 9).map(D)), min_size=1, max_size=5),
)
@settings(max_examples=60)
def test_statements_of_any_history_sum_to_what_is_known_in_the_end(
    states: list[tuple[dict[Key, Amounts], dict[Key, Amounts], Decimal]],
) -> None:
    """Adjustments with a key count as carried, so that a later correction at the root is not paid twice."""
    carried: dict[Key, Amounts] = {}
    net = beside = D(0)

    def carry(key: Key, change: Amounts) -> None:
        before = carried.get(key, Amounts())
        carried[key] = Amounts(*(a + b for a, b in zip(before, change, strict=True)))

    for now, settling, money in states:
        for line in difference(now, carried):
            carry(line.key, line.change)
            net += line.change.net
        assert difference(now, carried) == []  # run twice is run once
        for adjusted, change in settling.items():
            carry(adjusted, change)
            net += change.net
        beside += money
        net += money
    final = states[-1][0]
    net += add_up(line.change.net for line in difference(final, carried))
    assert net == add_up(amounts.net for amounts in final.values()) + beside


def test_the_canonical_text_is_the_same_whatever_the_order() -> None:
    one = {"b": D("1.50"), "a": [date(2026, 1, 2), None, True, 3], "c": {"y": "نسرین", "x": ()}}
    text = '{"a":["2026-01-02",null,true,3],"b":"1.50","c":{"x":[],"y":"نسرین"}}'
    assert canonical(one) == canonical(dict(reversed(one.items()))) == text
    assert canonical({"at": datetime(2026, 1, 2, 3, 4, 5)}) == '{"at":"2026-01-02T03:04:05"}'
    assert canonical({"n": D("1E+2")}) == '{"n":"100"}'


@pytest.mark.parametrize("value", [1.5, math.nan, D("NaN"), {1: 2}, {"a": {1, 2}}, b"x"])
def test_what_has_no_one_text_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"value": value})


def test_a_hash_covers_the_text_and_the_one_before() -> None:
    first = chain_hash("{}", "")
    assert first == hashlib.sha256(b"\n{}").hexdigest()
    assert len({first, chain_hash("{}", first), chain_hash("{ }", ""), chain_hash("", "{}")}) == 4
