"""Sales Credit Ledger: what it lists, sums and was known on a day."""

import frappe
import pytest

from sales_targets.sales_targets.report.sales_credit_ledger import sales_credit_ledger as report_module
from tests.bench import factories as make
from tests.bench.report.book import credit, fields, refused, run, summary

Q1 = {"company": make.US.name, "from_date": "2026-01-01", "to_date": "2026-03-31"}


@pytest.fixture(autouse=True)
def teams(enable) -> None:
    enable("revenue", "units", "win_rate")
    make.team({"North": {"Ann": {}, "Bob": {}}, "South": ["Cid"]})


def report(**filters):
    return run("Sales Credit Ledger", **{**Q1, **filters})


def values(result, field="value"):
    return [row[field] for row in result["result"]]


def test_credits_by_date_with_a_running_total():
    credit("Ann", 100.10, "2026-02-01")
    credit("Bob", 20.20, "2026-01-10")
    sale = credit("Ann", 50, "2026-03-01", customer="Somebody")
    credit("Ann", -50, "2026-03-05", return_against=sale)
    result = report(kpi=["revenue"])
    assert values(result) == [20.2, 100.1, 50, -50]
    assert values(result, "running") == [20.2, 120.3, 170.3, 120.3]
    assert values(result, "kind") == ["Sale", "Sale", "Sale", "Return"]
    assert result["result"][3]["return_against"] == sale
    assert summary(result) == {"Revenue": 120.3, "Returns": -50, "Documents": 4, "Credits": 4}


def test_corrections_are_rows_of_their_own():
    voucher = credit("Ann", 100, "2026-02-01")
    credit("Ann", -100, "2026-02-01", voucher_no=voucher, kind="correction")
    credit("Bob", 100, "2026-02-01", voucher_no=voucher)
    result = report(kpi=["revenue"], voucher_no=voucher)
    assert values(result, "kind") == ["Sale", "Correction", "Sale"]
    assert values(result, "running")[-1] == 100
    assert values(report(kind="correction")) == [-100]


def test_a_return_credited_anew_counts_once():
    voucher = credit("Ann", -25, return_against="INV-1")
    credit("Ann", 25, voucher_no=voucher, kind="correction", return_against="INV-1")
    credit("Bob", -25, voucher_no=voucher, return_against="INV-1")
    assert summary(report(kpi=["revenue"]))["Returns"] == -25


def test_a_document_is_linked_by_its_type():
    credit("Ann", 100, voucher_type="POS Invoice")
    result = report()
    column = next(one for one in result["columns"] if one["fieldname"] == "voucher_no")
    assert (column["fieldtype"], column["options"]) == ("Dynamic Link", "voucher_type")
    assert values(result, "voucher_type") == ["POS Invoice"]


def test_several_kpis_have_no_running_total():
    credit("Ann", 100)
    credit("Ann", 3, kpi="units")
    result = report()
    assert "running" not in fields(result)
    assert summary(result) == {"Revenue": 100, "Units sold": 3, "Credits": 2}
    assert "chart" not in result or not result["chart"]
    assert "running" in fields(report(kpi=["units"]))


def test_a_formula_means_the_credits_it_is_made_of():
    credit("Ann", 1, kpi="won_count")
    credit("Ann", 4, kpi="closed_count")
    credit("Ann", 100)
    result = report(kpi=["win_rate"])
    assert sorted(values(result)) == [1, 4]
    assert summary(result)["Win rate"] == 25


@pytest.mark.parametrize("field", ["item_group", "territory", "customer_group"])
def test_a_group_of_a_tree_means_all_below_it(field):
    doctype = frappe.unscrub(field)
    group = make.tree_node(doctype, group=True)
    inner = make.tree_node(doctype, parent=group)
    credit("Ann", 100, **{field: inner})
    credit("Ann", 7)
    assert values(report(**{field: group})) == [100]
    assert values(report(without=field)) == [7]


def test_other_filters():
    customer, item, partner, brand = make.customer(), make.item(), make.sales_partner(), make.brand()
    credit("Ann", 100, customer=customer, item_code=item, sales_partner=partner, brand=brand)
    credit("Cid", 7, overlay=1)
    for filters in (
        {"customer": customer},
        {"item_code": item},
        {"sales_partner": partner},
        {"brand": brand},
        {"sales_person": "North"},
        {"without_overlay": 1},
    ):
        assert values(report(**filters)) == [100], filters


def test_as_known_on_a_day():
    voucher = credit("Ann", 100, "2026-02-01")
    table = frappe.qb.DocType("Sales Credit")
    frappe.qb.update(table).set(table.recorded_at, "2026-02-03 23:30:00").where(
        table.voucher_no == voucher
    ).run()
    credit("Ann", -100, "2026-02-01", voucher_no=voucher, kind="correction")
    assert values(report()) == [100, -100]
    known = report(known_on="2026-02-03")
    assert values(known) == [100]
    assert "known" in known["message"]
    assert values(report(known_on="2026-02-02")) == []


def test_beyond_the_limit_the_report_says_so(monkeypatch):
    for day in ("2026-01-03", "2026-01-01", "2026-01-02"):
        credit("Ann", 10, day)
    monkeypatch.setattr(report_module, "MOST_ROWS", 2)
    result = report(kpi=["revenue"])
    assert [str(row["posting_date"]) for row in result["result"]] == ["2026-01-01", "2026-01-02"]
    assert (summary(result)["Revenue"], summary(result)["Credits"]) == (30, 3)
    assert "of <strong>3</strong>" in result["message"]


def test_the_chart_is_of_all_credits():
    credit("Ann", 10, "2026-01-05")
    credit("Ann", 20, "2026-02-05")
    chart = report(kpi=["revenue"], to_date="2026-12-31")["chart"]
    assert chart["data"]["labels"][:2] == ["Jan 2026", "Feb 2026"]
    assert chart["data"]["datasets"][0]["values"][:3] == [10, 20, 0]


def test_two_companies_never_mix():
    credit("Ann", 100)
    credit("Ann", 55, company=make.EU)
    assert values(report()) == [100]
    assert values(report(company=make.EU.name), "currency") == ["EUR"]


def test_why_a_credit_is_nobodys():
    credit("", 30)
    row = report()["result"][0]
    assert (row["sales_person"], row["reason"]) == ("", "No sales team")
    assert values(report(without="sales_person")) == [30]


def test_nothing_found():
    assert "No credits in this time" in report()["message"]
    assert "match" in report(sales_person="North")["message"]


@pytest.mark.parametrize(
    ("filters", "words"),
    [
        ({"to_date": "2025-12-31"}, "before the first"),
        ({"known_on": "yesterday-ish"}, "not a date"),
        ({"kpi": ["happiness"]}, "happiness"),
        ({"kind": "gift"}, "gift"),
        ({"without": "name"}, "name"),
        ({"customer": "Nobody & Sons"}, "does not exist"),
    ],
)
def test_nonsense_is_refused_with_a_message(filters, words):
    with refused(words):
        report(**filters)


def test_the_number_of_queries_is_fixed(statements):
    def count() -> int:
        with statements() as seen:
            report_module.execute({**Q1, "kpi": ["revenue"]})
        return len(seen)

    credit("Ann", 10)
    count()
    few = count()
    for _number in range(30):
        credit("Bob", 10)
    assert count() == few <= 8
