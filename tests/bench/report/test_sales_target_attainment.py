"""Sales Target Attainment on hand-computed figures."""

import pytest

from tests.bench import factories as make
from tests.bench.report.book import credit, rows, run

NAME = "Sales Target Attainment"
Q1 = {"from_date": "2026-01-01", "to_date": "2026-03-31"}


@pytest.fixture(autouse=True)
def revenue(enable):
    enable("revenue")


@pytest.fixture
def north() -> str:
    """North (Ann, Bob) and South (Cid), below the root."""
    make.team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})
    return "North"


def report(user=None, **filters):
    return run(NAME, user, **{"company": make.US.name, "kpi": "revenue", **Q1, **filters})


def test_targets_achieved_and_attainment_by_month(north):
    make.target("Ann", [("revenue", 12000)])
    credit("Ann", 500, "2026-01-15")
    credit("Ann", 1500, "2026-02-15")
    row = rows(report())["Ann"]
    assert (row["p0_target"], row["p0_achieved"], row["p0_attainment"]) == (1000, 500, 50)
    assert (row["p1_target"], row["p1_achieved"], row["p1_attainment"]) == (1000, 1500, 150)
    assert (row["target"], row["achieved"], row["variance"]) == (3000, 2000, -1000)
    assert row["attainment"] == pytest.approx(66.67, abs=0.01)


def test_all_four_run(north):
    credit("Ann", 500, "2026-01-15")
    credit("", 70, "2026-01-16")
    for name in ("Sales Target Attainment", "KPI Trend", "Sales Credit Ledger", "Uncredited Documents"):
        r = run(name, company=make.US.name, **Q1)
        print(name, r.columns and [c["fieldname"] for c in r.columns], r.result, r.message, r.chart, r.report_summary)
