"""Expected to date, pace, run rate, forecast and required run rate; the worth of the open pipeline."""

from decimal import Decimal

import pytest
from hypothesis import given, strategies as st

from sales_targets.engine.attainment import attainment
from sales_targets.engine.pacing import Opportunity, Pace, pace, pipeline

D = Decimal


def at_half(achieved: str | None, target: str = "1000", **more: object) -> Pace:
    """A target halfway through its period: ten working days gone, ten to come."""
    asked: dict[str, object] = {
        "achieved": None if achieved is None else D(achieved),
        "target": D(target),
        "expected_share": D("0.5"),
        "elapsed_working_days": 10,
        "remaining_working_days": 10,
    }
    return pace(**(asked | more))


def test_halfway() -> None:
    assert at_half("400") == Pace(
        expected=D(500),
        variance_to_date=D(-100),
        status="At Risk",
        run_rate=D(40),
        forecast=D(800),
        required_run_rate=D(60),
    )


@pytest.mark.parametrize(
    ("achieved", "status"),
    [
        ("475", "On Track"),
        ("474.99", "At Risk"),
        ("400", "At Risk"),
        ("399.99", "Behind"),
        ("0", "Behind"),
        ("-50", "Behind"),
        ("999.99", "On Track"),
        ("1000", "Reached"),
        (None, "No Data"),
    ],
)
def test_status_to_raise(achieved: str | None, status: str) -> None:
    assert at_half(achieved).status == status


@pytest.mark.parametrize(
    ("achieved", "status"),
    [("0", "On Track"), ("500", "On Track"), ("526", "At Risk"), ("601", "Behind"), (None, "No Data")],
)
def test_status_to_reduce(achieved: str | None, status: str) -> None:
    """A ceiling is not kept before its period is over."""
    assert at_half(achieved, direction="Reduce").status == status


@pytest.mark.parametrize(
    ("achieved", "direction", "status"),
    [
        ("1000", "Raise", "Reached"),
        ("999.99", "Raise", "Missed"),
        ("1000", "Reduce", "Reached"),
        ("1000.01", "Reduce", "Missed"),
        (None, "Raise", "No Data"),
    ],
)
def test_status_at_the_end(achieved: str | None, direction: str, status: str) -> None:
    found = at_half(
        achieved,
        direction=direction,
        expected_share=D(1),
        elapsed_working_days=20,
        remaining_working_days=0,
    )
    assert found.status == status
    assert found.forecast == (None if achieved is None else D(achieved))


def test_the_last_days_work_is_not_over_unless_said() -> None:
    last_day = {"expected_share": D(1), "elapsed_working_days": 20, "remaining_working_days": 0}
    assert at_half("990", **last_day, ended=False).status == "On Track"
    assert at_half("990", **last_day, ended=True).status == "Missed"
    assert at_half("990", ended=True).status == "Missed"
    assert at_half("990", ended=True, pipeline=D(500)).forecast == 990


def test_before_the_period_nothing_is_expected() -> None:
    found = at_half("0", expected_share=D(0), elapsed_working_days=0, remaining_working_days=20)
    assert found == Pace(D(0), D(0), "On Track", None, D(0), D(50))
    beyond = at_half("3", direction="Reduce", expected_share=D(0), elapsed_working_days=0)
    assert beyond.status == "Behind"


def test_limits_of_the_pace_can_be_set() -> None:
    limits = {"at_risk_below": D(1), "behind_below": D("0.9")}
    assert at_half("499", **limits).status == "At Risk"
    assert at_half("449", **limits).status == "Behind"


def test_no_data_is_far_from_its_target_without_a_rate() -> None:
    assert at_half(None) == Pace(D(500), D(-500), "No Data", None, None, D(100))


@pytest.mark.parametrize(
    ("open_deals", "forecast"),
    [
        pytest.param("0", "800", id="none"),
        pytest.param("300", "800", id="part-of-the-run-rate"),
        pytest.param("700", "1100", id="more-than-the-run-rate"),
    ],
)
def test_the_forecast_counts_no_deal_twice(open_deals: str, forecast: str) -> None:
    assert at_half("400", pipeline=D(open_deals)).forecast == D(forecast)


def test_a_forecast_before_the_first_working_day_is_the_pipeline() -> None:
    early = at_half("0", elapsed_working_days=0, expected_share=D(0), pipeline=D(250))
    assert early.forecast == 250


def test_more_returned_than_sold_runs_backwards() -> None:
    found = at_half("-100")
    assert (found.run_rate, found.forecast, found.required_run_rate) == (D(-10), D(-200), D(110))


@pytest.mark.parametrize(
    ("achieved", "direction", "remaining", "required"),
    [
        ("1200", "Raise", 10, "0"),
        ("400", "Raise", 0, None),
        ("1200", "Raise", 0, "0"),
        ("400", "Reduce", 10, "60"),
        ("1200", "Reduce", 10, "0"),
    ],
)
def test_required_run_rate(achieved: str, direction: str, remaining: int, required: str | None) -> None:
    found = at_half(achieved, direction=direction, remaining_working_days=remaining)
    assert found.required_run_rate == (None if required is None else D(required))


@pytest.mark.parametrize(
    ("achieved", "status"),
    [("0.30", "On Track"), ("0.29", "On Track"), ("0.28", "At Risk"), ("0.25", "Behind"), (None, "No Data")],
)
def test_a_ratio_is_expected_at_its_target_all_the_time(achieved: str | None, status: str) -> None:
    found = at_half(achieved, "0.30", baseline=D("0.10"), additive=False, pipeline=D(500))
    assert (found.expected, found.status) == (D("0.30"), status)
    assert (found.run_rate, found.required_run_rate) == (None, None)
    assert found.forecast == (None if achieved is None else D(achieved))


def test_a_ratio_is_reached_only_at_the_end() -> None:
    assert at_half("0.4", "0.3", additive=False).status == "On Track"
    assert at_half("0.4", "0.3", additive=False, ended=True).status == "Reached"
    assert at_half("40", "30", additive=False, direction="Reduce", baseline=D(50)).status == "Behind"
    assert at_half("29", "30", additive=False, direction="Reduce", baseline=D(50)).status == "On Track"


@pytest.mark.parametrize(
    ("achieved", "baseline", "direction", "status"),
    [
        ("595", "1000", "Raise", "On Track"),
        ("590", "1000", "Raise", "At Risk"),
        ("550", "1000", "Raise", "Behind"),
        ("605", "1400", "Reduce", "On Track"),
        ("620", "1400", "Reduce", "At Risk"),
        ("650", "1400", "Reduce", "Behind"),
    ],
)
def test_half_a_year_is_measured_from_half_the_baseline(
    achieved: str, baseline: str, direction: str, status: str
) -> None:
    found = at_half(achieved, "1200", baseline=D(baseline), direction=direction)
    assert (found.status, found.expected) == (status, D(600))


@given(
    achieved=st.decimals(0, 2000, places=1),
    baseline=st.none() | st.decimals(0, 900, places=1),
    direction=st.sampled_from(["Raise", "Reduce"]),
)
def test_at_the_end_the_pace_is_the_attainment(
    achieved: Decimal, baseline: Decimal | None, direction: str
) -> None:
    last_day = {"expected_share": D(1), "ended": False, "baseline": baseline, "direction": direction}
    reached = attainment(achieved, D(1000), baseline=baseline, direction=direction)
    assert reached is not None
    status = at_half(str(achieved), **last_day).status
    if status != "Reached":
        assert status == (
            "On Track" if reached >= D("0.95") else "At Risk" if reached >= D("0.8") else "Behind"
        )


@given(
    achieved=st.decimals(-(10**6), 10**9, places=2),
    target=st.decimals(1, 10**9, places=2),
    due=st.decimals(0, 1, places=3),
    gone=st.integers(0, 30),
    left=st.integers(1, 30),
)
def test_selling_at_the_required_rate_reaches_the_target(
    achieved: Decimal, target: Decimal, due: Decimal, gone: int, left: int
) -> None:
    found = pace(
        achieved=achieved,
        target=target,
        expected_share=due,
        elapsed_working_days=gone,
        remaining_working_days=left,
    )
    assert found.required_run_rate is not None
    assert abs(achieved + found.required_run_rate * left - max(achieved, target)) < D("0.0001")
    if found.status == "Reached":
        assert found.required_run_rate == 0


# --- pipeline ---

WIN_RATES = {"anna": D("0.25"), "bo": D("1")}


@pytest.mark.parametrize(
    ("deals", "worth"),
    [
        pytest.param([], "0", id="none"),
        pytest.param([("1000", "40", "anna")], "400", id="own-probability"),
        pytest.param([("1000", "100", "anna")], "250", id="default-of-100-counts-at-the-win-rate"),
        pytest.param([("1000", "100.0", "anna")], "250", id="however-100-is-written"),
        pytest.param([("1000", "99.9", "anna")], "999", id="nearly-sure"),
        pytest.param([("1000", "0", "bo")], "0", id="none-likely"),
        pytest.param([("1000", "100", "new")], "0", id="nothing-won-yet"),
        pytest.param([("1000", "100", "anna"), ("10", "50", "new")], "255", id="sum"),
    ],
)
def test_pipeline(deals: list[tuple[str, str, str]], worth: str) -> None:
    opportunities = [Opportunity(D(amount), D(chance), owner) for amount, chance, owner in deals]
    assert pipeline(opportunities, WIN_RATES) == D(worth)
    assert pipeline(opportunities, WIN_RATES.get) == D(worth)
