"""Formulas over KPIs and expressions over fields: what they give, what they refuse."""

import sys
import threading
import time
from datetime import date
from decimal import ROUND_DOWN, Decimal, localcontext

import pytest
from hypothesis import given, strategies as st

from sales_targets.engine.kpi import (
    Cycle,
    FormulaError,
    check_expression,
    check_formula,
    evaluate,
    expression_value,
    names,
    order,
    resolve,
)

D = Decimal
CODES = ("won_count", "closed_count", "won_value")


def codes(problems: list) -> list[str]:
    return [problem.code for problem in problems]


# --- formulas ---


def test_names() -> None:
    assert names("won_count / (closed_count + won_count)") == {"won_count", "closed_count"}
    assert names("max(a, abs(b))") == {"a", "b"}
    assert names("won_count /") == frozenset()


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("won_count / closed_count", "0.25"),
        ("(won_count + 1) * 2 - -closed_count", "32"),
        ("+won_count * 0.1", "0.5"),
        ("  won_value\t", "1000.10"),
        ("100", "100"),
    ],
)
def test_formulas(formula: str, value: str) -> None:
    values = {"won_count": D(5), "closed_count": D(20), "won_value": D("1000.10")}
    assert check_formula(formula, CODES) == []
    assert evaluate(formula, values) == D(value)


def test_formulas_are_exact_decimals_whatever_the_threads_context() -> None:
    with localcontext() as context:
        context.prec, context.rounding = 4, ROUND_DOWN
        assert evaluate("a * 0.1 + 0.2", {"a": D(1)}) == D("0.3")
        assert evaluate("a * b", {"a": D("123456789.12"), "b": D("3")}) == D("370370367.36")
        assert evaluate("a / b", {"a": D("370370367.36"), "b": D("3")}) == D("123456789.12")


@pytest.mark.parametrize(
    "values",
    [
        pytest.param({"won_count": D(5), "closed_count": D(0)}, id="zero-divisor"),
        pytest.param({"won_count": D(0), "closed_count": D(0)}, id="zero-by-zero"),
        pytest.param({"won_count": D(5), "closed_count": None}, id="no-value"),
        pytest.param({"won_count": D(5)}, id="not-there"),
    ],
)
def test_a_formula_without_a_divisor_or_a_value_has_no_value(values: dict[str, Decimal | None]) -> None:
    assert evaluate("won_count / closed_count", values) is None


@pytest.mark.parametrize(
    ("formula", "found"),
    [
        pytest.param("", ["empty"], id="empty"),
        pytest.param("  ", ["empty"], id="blank"),
        pytest.param("won_count /", ["syntax"], id="cut-off"),
        pytest.param("won_count; 1", ["syntax"], id="statements"),
        pytest.param("won_count = 1", ["syntax"], id="assignment"),
        pytest.param("won_count\x00", ["syntax"], id="null-byte"),
        pytest.param("(" * 300 + "1", ["syntax"], id="parentheses"),
        pytest.param("1+" * 300 + "1", ["too_long"], id="long"),
        pytest.param("-" * 200 + "1", ["too_deep"], id="deep"),
        pytest.param("lost_count / won", ["unknown_name", "unknown_name"], id="unknown-codes"),
        pytest.param("9**9**9", ["not_allowed"], id="powers"),
        pytest.param("won_count % 2", ["not_allowed"], id="modulo"),
        pytest.param("won_count // 2", ["not_allowed"], id="floor"),
        pytest.param("won_count > 2", ["not_allowed"], id="comparison"),
        pytest.param("won_count if won_count else 1", ["not_allowed"], id="condition"),
        pytest.param("won_count.real", ["not_allowed"], id="attribute"),
        pytest.param("abs(won_count)", ["not_allowed"], id="function"),
        pytest.param("__import__('os')", ["not_allowed"], id="import"),
        pytest.param("'a' * 9", ["no_number"], id="text"),
        pytest.param("won_count * True", ["no_number"], id="truth"),
        pytest.param("won_count * 2j", ["no_number"], id="imaginary"),
        pytest.param("won_count * 1e999", ["no_number"], id="infinite"),
        pytest.param("won_count / 0", ["zero_divisor"], id="by-zero"),
        pytest.param("won_count / (1 - 1.0)", ["zero_divisor"], id="by-a-sum-of-zero"),
        pytest.param("[won_count for won_count in won_count]", ["not_allowed"], id="comprehension"),
        pytest.param("lambda: 1", ["not_allowed"], id="lambda"),
    ],
)
def test_findings_in_formulas(formula: str, found: list[str]) -> None:
    problems = check_formula(formula, CODES)
    assert codes(problems) == found
    assert all(str(problem) for problem in problems)


@pytest.mark.parametrize("formula", ["9**9**9", "", "won_count.real", "abs(won_count)", "'a'", "won_count ("])
def test_what_the_check_refuses_is_never_calculated(formula: str) -> None:
    with pytest.raises(FormulaError):
        evaluate(formula, {"won_count": D(1)})


def test_no_formula_can_hang() -> None:
    started = time.perf_counter()
    nines = "*".join(["9" * 90] * 5)
    assert check_formula("9**9**9**9**9", ()) != []
    assert check_formula(nines, ()) == []
    assert evaluate(nines, {}) is not None
    assert evaluate("*".join(["1e300"] * 80), {}) == D("1E+24000")
    assert time.perf_counter() - started < 1


def test_a_finding_shows_the_whole_of_what_is_not_allowed() -> None:
    problems = check_formula("won_count ** 2 ** 3 + won_count.real + lost", CODES)
    assert [str(problem) for problem in problems] == [
        "won_count ** 2 ** 3 is not allowed in a formula",
        "won_count.real is not allowed in a formula",
        "lost is unknown",
    ]


def test_a_figure_beyond_all_measure_is_no_value() -> None:
    assert evaluate("a * a", {"a": D("1E+900000")}) is None


@given(st.text(alphabet="ab01.+-*/() ,minaxsroud<='[]:", max_size=60))
def test_any_text_is_either_faulted_or_calculated(text: str) -> None:
    row = {"a": D(3), "b": D(0)}
    if check_expression(text, row):
        return
    assert expression_value(text, row) is None or isinstance(expression_value(text, row), Decimal)


@given(
    won=st.lists(st.integers(0, 50), min_size=1, max_size=6),
    more=st.lists(st.integers(0, 50), min_size=6, max_size=6),
)
def test_a_teams_ratio_is_the_ratio_of_its_sums(won: list[int], more: list[int]) -> None:
    closed = [part + rest for part, rest in zip(won, more, strict=False)]
    team = evaluate("won / closed", {"won": D(sum(won)), "closed": D(sum(closed))})
    assert team == (None if not sum(closed) else evaluate(f"{sum(won)} / {sum(closed)}", {}))


# --- formulas on formulas ---


def test_order_puts_each_after_what_it_needs() -> None:
    formulas = {"c": "b * 2", "a": "x + y", "b": "a / x", "z": "1"}
    assert order(formulas) == ["a", "b", "c", "z"]


@pytest.mark.parametrize(
    ("formulas", "ring"),
    [
        ({"a": "a + 1"}, ["a", "a"]),
        ({"a": "b", "b": "c", "c": "a / x"}, ["a", "b", "c", "a"]),
        ({"top": "a", "a": "b", "b": "a"}, ["a", "b", "a"]),
    ],
)
def test_a_cycle_names_its_codes(formulas: dict[str, str], ring: list[str]) -> None:
    with pytest.raises(Cycle) as caught:
        order(formulas)
    assert caught.value.codes == ring
    with pytest.raises(Cycle):
        resolve(next(iter(formulas)), formulas, {})


def test_resolve_follows_formulas_down_to_sums() -> None:
    formulas = {"win_rate": "won / closed", "lost_rate": "1 - win_rate", "other": "missing"}
    sums = {"won": D(1), "closed": D(4)}
    assert resolve("lost_rate", formulas, sums) == D("0.75")
    assert resolve("won", formulas, sums) == 1
    assert resolve("nobody", formulas, sums) is None
    assert resolve("other", formulas, sums) is None
    assert resolve("lost_rate", formulas, {"won": D(1), "closed": D(0)}) is None


def test_resolve_needs_nothing_of_other_formulas() -> None:
    assert resolve("good", {"good": "won * 2", "bad": "won **"}, {"won": D(2)}) == 4


# --- expressions over fields ---


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("base_net_total", "100.10"),
        ("base_net_total - base_discount_amount", "100.10"),
        ("base_net_total * qty", "250.250"),
        ("max(qty, 3, idx)", "3"),
        ("min(qty, 3)", "2.5"),
        ("abs(-qty)", "2.5"),
        ("round(qty)", "3"),
        ("round(base_net_total / 3, 2)", "33.37"),
        ("is_return + 1", "2"),
        ("base_net_total / idx", None),
        ("text_number * 2", "6.2"),
    ],
)
def test_expressions(expression: str, value: str | None) -> None:
    row = {
        "base_net_total": D("100.10"),
        "base_discount_amount": None,
        "qty": 2.5,
        "idx": 0,
        "is_return": True,
        "text_number": "3.1",
    }
    assert check_expression(expression, row) == []
    assert expression_value(expression, row) == (None if value is None else D(value))


def test_a_binary_fraction_counts_as_it_is_written() -> None:
    assert expression_value("rate", {"rate": 0.1}) == D("0.1")


@pytest.mark.parametrize("empty", [None, ""])
def test_an_empty_field_is_zero(empty: object) -> None:
    assert expression_value("amount", {"amount": empty}) == 0
    assert expression_value("amount + 1", {"amount": empty}) == 1


@pytest.mark.parametrize(
    ("expression", "row", "code"),
    [
        ("amount", {"amount": "twelve"}, "no_number"),
        ("amount", {"amount": date(2026, 1, 1)}, "no_number"),
        ("amount", {"amount": float("nan")}, "no_number"),
        ("amount + 1", {"amount": float("inf")}, "no_number"),
        ("amount", {}, "unknown_name"),
        ("amount.__class__", {"amount": 1}, "not_allowed"),
        ("amount ** 2", {"amount": 1}, "not_allowed"),
        ("pow(amount, 2)", {"amount": 1}, "not_allowed"),
        ("abs(amount, 2)", {"amount": 1}, "arguments"),
        ("min()", {"amount": 1}, "arguments"),
        ("round(amount, ndigits=2)", {"amount": 1}, "not_allowed"),
        ("max(*amount)", {"amount": 1}, "not_allowed"),
        ("amount.min(1)", {"amount": 1}, "not_allowed"),
        ("round(amount, 0.5)", {"amount": 1}, "bad_places"),
        ("round(amount, 99)", {"amount": 1}, "bad_places"),
    ],
)
def test_refused_expressions(expression: str, row: dict[str, object], code: str) -> None:
    with pytest.raises(FormulaError) as caught:
        expression_value(expression, row)
    assert caught.value.problem.code == code


def test_a_constant_divisor_with_faulty_places_is_a_finding() -> None:
    assert codes(check_expression("amount / round(1, 99)", ["amount"])) == ["bad_places"]
    assert codes(check_expression("amount / min(0, 1)", ["amount"])) == ["zero_divisor"]


def test_threads_do_not_share_their_values() -> None:
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)  # so often that a shared evaluator is caught out
    wrong: list[Decimal | None] = []

    def calculate(number: int) -> None:
        for _round in range(300):
            value = evaluate("a + a", {"a": D(number)})
            if value != 2 * number:
                wrong.append(value)

    threads = [threading.Thread(target=calculate, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sys.setswitchinterval(interval)
    assert wrong == []
