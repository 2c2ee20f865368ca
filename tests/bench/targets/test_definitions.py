"""KPI Definitions as the targets see them."""

from decimal import Decimal

import pytest

from sales_targets.targets import definitions
from sales_targets.targets.definitions import Kpi, Kpis


def formula(code: str, text: str, unit: str = "Number", enabled: bool = True) -> Kpi:
    return Kpi(code=code, title=code, kind="Formula", unit=unit, formula=text, enabled=enabled)


def kpis(*more: Kpi) -> Kpis:
    """Two sums, a distinct count, and formulas over them."""
    return Kpis(
        [
            Kpi(code="won", title="Won", enabled=True),
            Kpi(code="closed", title="Closed", enabled=False),
            Kpi(code="buyers", title="Buyers", distinct=True, enabled=True),
            formula("rate", "won / closed", unit="Percent"),
            formula("lost", "closed - won"),
            formula("lost_rate", "lost / closed"),
            *more,
        ]
    )


def numbers(**values: int | None) -> dict[str, Decimal | None]:
    return {name: None if value is None else Decimal(value) for name, value in values.items()}


def test_what_a_code_comes_down_to():
    found = kpis()
    assert found.measures("won") == {"won"}
    assert found.measures("lost_rate") == {"won", "closed"}
    assert found.measures("unheard_of") == {"unheard_of"}


def test_what_is_switched_off():
    found = kpis()
    assert found.switched_off("won") == []
    assert found.switched_off("closed") == ["closed"]
    assert found.switched_off("lost_rate") == ["closed"]


@pytest.mark.parametrize(
    "text, repeats",
    [
        ("won / closed", True),
        ("won * closed", True),
        ("won + 1", True),
        ("1 / won", True),
        ("buyers + won", True),
        ("rate + won", True),
        ("lost + won", False),
        ("won + closed * 2 - won / 4", False),
        ("-won + 0.5 * closed", False),
        ("won +", True),
    ],
)
def test_ratios_and_distinct_counts_repeat_sums_do_not(text, repeats):
    assert kpis(formula("made", text)).repeats("made") is repeats


def test_a_measure_repeats_only_as_a_distinct_count():
    found = kpis()
    assert (found.repeats("won"), found.repeats("buyers"), found.repeats("unheard_of")) == (
        False,
        True,
        False,
    )


def test_a_percentage_comes_per_hundred_and_other_formulas_as_they_are():
    found = kpis()
    sums = numbers(won=1, closed=3)
    assert found.value("rate", sums) == Decimal("33.333333333")
    assert found.value("lost", sums) == 2
    assert found.value("won", sums) == 1


def test_no_data_and_zero_are_different():
    found = kpis()
    assert found.value("rate", numbers(won=None, closed=None)) is None
    assert found.value("rate", numbers(won=None, closed=3)) == 0
    assert found.value("rate", numbers(won=1, closed=None)) is None
    assert found.value("won", {}) is None


def test_what_is_wrong_with_a_formula():
    found = kpis(formula("a", "b"), formula("b", "a"), formula("c", "won / nothing"), formula("d", "won +"))
    assert found.problems("won") == found.problems("lost_rate") == []
    assert found.problems("a") == ["the formulas need each other: a → b → a"]
    assert found.problems("c") == ["nothing is unknown"]
    assert found.problems("d") == ["won + cannot be read as a formula"]
    assert [found.value(code, numbers(won=1)) for code in ("a", "c", "d")] == [None, None, None]


def test_they_are_read_in_one_query(statements):
    definitions.load()
    with statements() as seen:
        found = definitions.load()
    assert len(seen) == 1
    assert found["win_rate"].is_formula
    assert found["win_rate"].unit == "Percent"
    assert "win_rate" in found.codes
