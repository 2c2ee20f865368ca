"""What is refused as a Sales Target, and what the message says."""

from typing import Any

import frappe
import pytest
from frappe.utils import strip_html

from tests.bench import factories as make
from tests.bench.support.site import DESK

pytestmark = pytest.mark.usefixtures("credited")


def draft(*lines: dict[str, Any], **fields: Any):
    rows = [{"kpi": "revenue", "target": 1200, **line} for line in (lines or ({},))]
    fields.setdefault("owner", None)
    owner = fields.pop("owner") or make.sales_person()
    return make.target(owner, rows, submit=False, **fields)


def refusal(*lines: dict[str, Any], error: type[Exception] = frappe.ValidationError, **fields: Any) -> str:
    """What saving such a draft is refused with, as plain text; "" where it is saved."""
    frappe.clear_messages()
    try:
        draft(*lines, **fields)
    except error as problem:
        return strip_html(str(problem))
    return ""


def title() -> str:
    """The title of the last message."""
    return frappe.get_message_log()[-1]["title"]


def test_a_plain_draft_is_saved():
    assert refusal() == ""


def test_to_before_from():
    assert (
        refusal(first="2026-06-01", last="2026-05-31")
        == "The last day 05-31-2026 is before the first day 06-01-2026."
    )
    assert title() == "To is before From"


@pytest.mark.parametrize("field", ["from_date", "to_date"])
def test_days_missing(field):
    assert refusal(**{field: None}) == "Enter the first and the last day of the target."


def test_no_lines():
    with pytest.raises(frappe.ValidationError, match="Add at least one KPI with its target"):
        make.target(make.sales_person(), [], submit=False)
    assert title() == "No targets"


@pytest.mark.parametrize("field", ["target", "stretch"])
def test_a_figure_larger_than_is_stored(field):
    assert refusal({"target": 999_999_999_999}) == ""
    message = refusal({field: 1_000_000_000_000})
    assert (
        message
        == "Row 1: the figures of Revenue cannot be larger than 999,999,999,999, the most that is stored."
    )


@pytest.mark.parametrize("target", [0, -5])
def test_a_raise_target_is_positive(target):
    assert refusal({"target": target}) == "Row 1: the target of Revenue must be more than zero."


def test_target_equals_baseline():
    assert (
        refusal({"baseline": 1200})
        == "Row 1: target and baseline of Revenue are the same, so there is nothing to reach."
    )


def test_target_on_the_wrong_side_of_its_baseline():
    assert refusal({"baseline": 1500}).endswith(
        "Revenue is to be raised, so its target must be above the baseline."
    )
    lost = {"kpi": "lost_count", "target": 10, "baseline": 5}
    assert refusal(lost).endswith("Deals lost is to be reduced, so its target must be below the baseline.")


def test_reduce_to_zero_needs_a_baseline():
    assert (
        refusal({"kpi": "lost_count", "target": 0})
        == "Row 1: to reduce Deals lost to zero, enter the baseline it starts from."
    )
    assert refusal({"kpi": "lost_count", "target": 0, "baseline": 12}) == ""
    assert refusal({"kpi": "lost_count", "target": 6}) == ""


def test_weights_total_100():
    lines = ({"weight": 60}, {"kpi": "units", "weight": 30})
    assert refusal(*lines) == "The weights of the KPIs add up to 90 %, not to 100 %."
    thirds = ({"weight": 33.33}, {"kpi": "units", "weight": 33.33}, {"kpi": "margin", "weight": 33.34})
    assert refusal(*thirds) == ""


def test_no_negative_weight():
    lines = ({"weight": 110}, {"kpi": "units", "weight": -10})
    assert refusal(*lines) == "Row 2: a weight cannot be negative."


def test_a_disabled_seller_or_group():
    for group in (False, True):
        seller = make.sales_person(enabled=0, group=group)
        assert (
            refusal(owner=seller) == f"{seller} is disabled. Enable the Sales Person or choose another one."
        )
        assert title() == "Disabled seller"


@pytest.mark.parametrize("kind", ["Sales Person", "Sales Partner", "Territory"])
def test_the_owner_is_named(kind):
    with pytest.raises(frappe.ValidationError, match=f"Choose the {kind} this target is for"):
        make.target("", kind=kind, submit=False)


def test_an_owner_that_does_not_exist():
    assert "Somebody unknown" in refusal(owner="Somebody unknown")


def test_owners_of_other_kinds_are_cleared():
    territory = make.tree_node("Territory")
    doc = make.target(territory, kind="Territory", sales_person=make.sales_person(), submit=False)
    assert (doc.territory, doc.sales_person) == (territory, None)


def test_another_companys_currency():
    assert refusal(currency="EUR") == "Targets of Targets Test are in its currency USD, not in EUR."
    assert title() == "Another company's currency"


def test_the_currency_is_the_companys_when_none_is_given():
    assert draft(currency=None, company=make.EU).currency == "EUR"


def test_the_users_defaults_are_no_filters():
    for name, value in (
        ("territory", make.tree_node("Territory")),
        ("customer_group", make.tree_node("Customer Group")),
    ):
        frappe.defaults.set_user_default(name, value)
    line = draft({"__islocal": 1}).kpis[0]  # as a form sends a row
    assert (line.territory, line.customer_group) == (None, None)


def test_the_users_default_territory_is_no_owner():
    frappe.defaults.set_user_default("territory", make.tree_node("Territory"))
    with pytest.raises(frappe.ValidationError, match="Choose the Territory this target is for"):
        frappe.get_doc(
            {
                "doctype": "Sales Target",
                "target_for": "Territory",
                "company": make.US.name,
                "from_date": "2026-01-01",
                "to_date": "2026-12-31",
                "kpis": [{"kpi": "revenue", "target": 5}],
            }
        ).insert()


def test_a_monthly_distribution_that_does_not_exist():
    assert "Nowhere" in refusal(spread="Monthly Distribution", monthly_distribution="Nowhere")
    assert refusal(spread="Monthly Distribution") == "Choose the Monthly Distribution to spread by."


def test_a_holiday_list_that_does_not_exist():
    assert "Never" in refusal(holiday_list="Never")


def test_an_unknown_kpi():
    assert refusal({"kpi": ""}) == "Row 1: choose a KPI."
    # Frappe 16 looks for missing links first, and says it in its own words.
    said = refusal({"kpi": "no_such_kpi"})
    assert said in ("Row 1: there is no KPI no_such_kpi.", "Could not find Row #1: KPI: no_such_kpi")


@pytest.mark.parametrize(
    "line, words",
    [
        ({"threshold": 1300}, "the threshold of Revenue cannot be above its target."),
        ({"stretch": 1100}, "the stretch of Revenue cannot be below its target."),
        (
            {"kpi": "lost_count", "target": 5, "threshold": 4},
            "Deals lost is to be reduced, so the threshold cannot be below the target.",
        ),
        (
            {"kpi": "lost_count", "target": 5, "stretch": 6},
            "Deals lost is to be reduced, so the stretch cannot be above the target.",
        ),
    ],
)
def test_threshold_and_stretch_on_the_wrong_side(line, words):
    assert refusal(line) == f"Row 1: {words}"


def test_threshold_and_stretch_on_the_right_side():
    assert refusal({"threshold": 1000, "stretch": 1500}) == ""
    assert refusal({"kpi": "lost_count", "target": 5, "threshold": 8, "stretch": 3}) == ""


def test_the_same_kpi_twice():
    lines = ({"weight": 50}, {"weight": 50})
    assert refusal(*lines) == "Row 2: Revenue is in row 1 already, with the same filters."
    group = make.tree_node("Item Group")
    assert refusal({"weight": 50}, {"weight": 50, "item_group": group}) == ""


def formula_kpi(code: str, formula: str) -> str:
    doc = frappe.get_doc(
        {
            "doctype": "KPI Definition",
            "code": code,
            "title": code,
            "kind": "Formula",
            "formula": formula,
            "enabled": 1,
        }
    )
    doc.name = code
    doc.db_insert()
    return code


def test_a_formula_with_an_unknown_code():
    kpi = formula_kpi("per_visit", "revenue / visits")
    assert refusal({"kpi": kpi}) == "Row 1: the formula of per_visit cannot be calculated: visits is unknown."


def test_formulas_that_need_each_other():
    formula_kpi("egg", "hen / 2")
    kpi = formula_kpi("hen", "egg / 2")
    assert "the formulas need each other: hen → egg → hen" in refusal({"kpi": kpi})


def test_a_kpi_that_is_not_enabled_warns_in_a_draft_and_stops_the_submit(enable):
    enable("units")
    frappe.clear_messages()
    doc = draft()
    message = frappe.get_message_log()[-1]
    assert strip_html(message["message"]) == "Row 1: Revenue is measured only once enabled: Revenue."
    if DESK == "/app":  # Frappe 16 takes the links out of every message, its own too
        assert f"{DESK}/kpi-definition/revenue" in message["message"]
    with pytest.raises(frappe.ValidationError, match="is measured only once enabled"):
        doc.submit()


def test_a_formula_needs_its_parts_enabled(enable):
    enable("win_rate")
    frappe.db.set_value("KPI Definition", "closed_count", "enabled", 0)
    doc = draft({"kpi": "win_rate", "target": 40})
    with pytest.raises(frappe.ValidationError) as refused:
        doc.submit()
    assert strip_html(str(refused.value)) == "Row 1: Win rate is measured only once enabled: Deals closed."


def test_an_overlap_is_refused_and_named():
    seller = make.sales_person()
    other = make.target(seller, [("revenue", 100)], last="2026-06-30", every="Quarter")
    message = refusal(owner=seller, first="2026-06-30")
    assert (
        message == f"Row 1: {seller} has a target for Revenue in force on these days already: {other.title}."
    )
    assert title() == "Overlapping target"


@pytest.mark.parametrize(
    "change",
    [
        {"first": "2026-07-01"},
        {"company": make.EU},
        {"line": {"brand": "Acme"}},
        {"line": {"kpi": "units"}},
        {"other_owner": True},
    ],
)
def test_no_overlap(change):
    seller = make.sales_person()
    make.target(seller, [("revenue", 100)], last="2026-06-30")
    if "line" in change:
        if "brand" in change["line"]:
            make.brand("Acme")
        assert refusal(change["line"], owner=seller) == ""
    elif "other_owner" in change:
        assert refusal() == ""
    else:
        assert refusal(owner=seller, **change) == ""


def test_drafts_and_cancelled_targets_overlap_nothing():
    seller = make.sales_person()
    draft(owner=seller)
    other = make.target(seller, [("revenue", 100)])
    other.cancel()
    assert refusal(owner=seller) == ""


def test_two_drafts_of_the_same_cannot_both_be_submitted():
    seller = make.sales_person()
    first, second = draft(owner=seller), draft(owner=seller)
    first.submit()
    with pytest.raises(frappe.ValidationError, match="in force on these days already"):
        second.submit()


def test_a_yearly_and_a_monthly_target_overlap():
    seller = make.sales_person()
    make.target(seller, [("revenue", 100)], every="Year")
    assert "in force on these days already" in refusal(owner=seller, first="2026-03-01", last="2026-03-31")


def test_a_company_target_overlaps_by_company():
    make.target(kind="Company", lines=[("revenue", 100)], company=make.EU)
    with pytest.raises(frappe.ValidationError, match="in force on these days already"):
        make.target(kind="Company", lines=[("revenue", 100)], company=make.EU)
    make.target(kind="Company", lines=[("revenue", 100)])


def test_messages_are_translated():
    frappe.local.lang = "de"
    make.insert("Translation", language="de", source_text="No targets", translated_text="Keine Ziele")
    with pytest.raises(frappe.ValidationError):
        make.target(make.sales_person(), [], submit=False)
    assert title() == "Keine Ziele"


def test_too_many_periods():
    message = refusal(first="2000-01-01", last="2049-12-31", every="Week")
    assert "Choose longer periods or fewer days" in message
