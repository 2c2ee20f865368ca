"""Findings are data that anybody can translate."""

from sales_targets.engine.problem import Problem


def test_a_problem_reads_as_its_filled_message() -> None:
    assert str(Problem("unknown_name", "{0} is unknown", ("won",))) == "won is unknown"
    assert Problem("empty", "The formula is empty") == ("empty", "The formula is empty", ())
