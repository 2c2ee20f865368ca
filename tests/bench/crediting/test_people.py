"""Sellers: unknown, disabled, twice in a team, renamed, merged. And masters that are renamed."""

from decimal import Decimal

import frappe
import pytest

from sales_targets.crediting import drain
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows, totals


def seller_id(person: str) -> str:
    """The id that survives renaming."""
    return frappe.db.get_value("Sales Person", person, "st_seller_id")


def by_seller_id(kpi: str) -> dict[str, Decimal]:
    """Seller id → sum of the credits of a KPI; sums of zero are left out."""
    sums: dict[str, Decimal] = {}
    for row in rows(kpi):
        sums[row.seller_id] = sums.get(row.seller_id, Decimal(0)) + Decimal(str(row.value))
    return {key: value for key, value in sums.items() if value}


def assert_shared(kpi: str, **sums: object) -> None:
    assert credited(kpi) == totals(kpi) == sums
    assert_settled()


def test_a_seller_twice_in_one_team_is_summed(enable, settle):
    enable("revenue")
    ann, bob = make.sales_person("Ann"), make.sales_person("Bob")
    make.invoice([(ann, 30), (bob, 40), (ann, 30)], amount=1000)
    settle()
    assert_shared("revenue", Ann=600, Bob=400)
    assert len(rows("revenue", sales_person=ann)) == 1


def test_a_person_the_tree_does_not_know(enable, settle):
    enable("revenue")
    ann, bob = make.sales_person("Ann"), make.sales_person("Bob")
    invoice = make.invoice([(ann, 60), (bob, 40)], amount=1000)
    frappe.db.sql("update `tabSales Team` set sales_person = 'Zed' where sales_person = %s", bob)
    settle()
    assert credited("revenue") == {ann: 600, "": 400}
    assert [row.reason for row in rows("revenue", sales_person="")] == ["unknown_person"]
    assert_settled()
    # Once somebody of that name is hired, the document is right, and any change to it credits them.
    make.sales_person("Zed")
    frappe.get_doc("Sales Invoice", invoice.name).db_set("remarks", "found")
    settle()
    assert_shared("revenue", Ann=600, Zed=400)


def test_a_disabled_seller_keeps_what_was_sold(enable, settle):
    enable("revenue")
    ann = make.sales_person("Ann")
    invoice = make.invoice([(ann, 100)], amount=1000)
    settle()
    frappe.db.set_value("Sales Person", ann, "enabled", 0)
    make.edit_team(invoice, [(ann, 50), (make.sales_person("Bob"), 50)])
    settle()
    assert_shared("revenue", Ann=500, Bob=500)


def test_a_group_may_sell(enable, settle):
    enable("revenue")
    make.team({"North": ["Ann"]})
    make.invoice([("North", 100)], amount=1000)
    settle()
    assert_shared("revenue", North=1000)


def test_a_renamed_seller_keeps_the_id(enable, settle):
    enable("revenue", "collections")
    ann = make.sales_person("Ann")
    invoice = make.invoice([(ann, 100)], amount=1000)
    settle()
    before = seller_id(ann)
    frappe.rename_doc("Sales Person", ann, "Anne", force=True)
    settle()
    assert_shared("revenue", Anne=1000)
    make.payment(invoice)
    make.edit_team(invoice, [("Anne", 60)])
    settle()
    assert credited("revenue") == credited("collections") == {"Anne": 600, "": 400}
    assert by_seller_id("revenue") == {before: 600, "": 400}
    assert_settled()


def test_merged_sellers_whose_totals_collide(enable, settle):
    enable("revenue", "units")
    ann, bob = make.sales_person("Ann"), make.sales_person("Bob")
    hers = make.invoice([(ann, 100)], amount=300)
    make.invoice([(bob, 100)], amount=500)
    settle()
    ids = {name: seller_id(name) for name in (ann, bob)}
    frappe.rename_doc("Sales Person", ann, bob, merge=True, force=True)
    settle()
    assert_shared("revenue", Bob=800)
    assert_shared("units", Bob=2)
    assert frappe.db.count("Sales Credit Total", {"kpi": "revenue"}) == 1
    assert by_seller_id("revenue") == {ids[ann]: 300, ids[bob]: 500}
    make.edit_team(hers, [("Bob", 50)])
    settle()
    assert credited("revenue") == {"Bob": 650, "": 150}
    # Her deal stays with her id, as it was stamped.
    assert by_seller_id("revenue") == {ids[ann]: 150, ids[bob]: 500, "": 150}
    assert_settled()


@pytest.mark.parametrize("amount", [100, 0.05, 10.01, 99.99])
def test_merging_two_of_one_team_moves_no_cent(enable, settle, amount):
    enable("revenue", "collections")
    ann, bob, cid = (make.sales_person(name) for name in ("Ann", "Bob", "Cid"))
    invoice = make.invoice([(ann, 33.33), (bob, 33.33), (cid, 33.34)], amount=amount)
    make.payment(invoice)
    settle()
    before, count = credited("revenue"), len(rows("revenue"))
    ids = {name: seller_id(name) for name in (ann, bob, cid)}
    frappe.rename_doc("Sales Person", ann, cid, merge=True, force=True)
    settle()
    expected = {bob: before.get(bob, 0), cid: before.get(ann, 0) + before.get(cid, 0)}
    assert (
        credited("revenue") == totals("revenue") == {key: value for key, value in expected.items() if value}
    )
    assert len(rows("revenue")) == count
    assert_settled()
    make.edit_team(invoice, [(bob, 100)])
    settle()
    assert credited("revenue") == credited("collections") == {bob: Decimal(str(amount))}
    # Neither id of the merged two is left with anything.
    assert set(by_seller_id("revenue")) == {ids[bob]}
    assert_settled()


def test_the_deals_of_a_merged_owner_follow(enable, settle):
    enable("won_value", "leads_created")
    ann, login = make.seller_user("Ann")
    bob = make.sales_person("Bob")
    deal = make.opportunity(login, amount=700)
    deal.db_set("status", "Converted")
    lead = make.lead(login)
    settle()
    drain.process("Lead", [lead.name], commit=False)
    assert (credited("won_value"), credited("leads_created")) == ({ann: 700}, {ann: 1})
    frappe.rename_doc("Sales Person", ann, bob, merge=True, force=True)
    settle()
    settle()  # what the merge noted
    assert_shared("won_value", Bob=700)
    assert_shared("leads_created", Bob=1)
    deal.reload()
    deal.save()
    settle()
    assert_shared("won_value", Bob=700)


@pytest.mark.parametrize(
    ("doctype", "field"),
    [
        ("Item", "item_code"),
        ("Item Group", "item_group"),
        ("Customer", "customer"),
        ("Customer Group", "customer_group"),
        ("Territory", "territory"),
        ("Sales Partner", "sales_partner"),
        ("Project", "project"),
        ("Brand", "brand"),
    ],
)
def test_renaming_a_master_makes_no_difference(enable, settle, doctype, field):
    enable("revenue", "collections", "orders_value", "opportunities_created")
    ann, login = make.seller_user("Ann")
    names = {
        "Item Group": make.tree_node("Item Group"),
        "Brand": make.brand(),
        "Territory": make.tree_node("Territory"),
        "Customer Group": make.tree_node("Customer Group"),
        "Sales Partner": make.sales_partner(),
        "Project": make.insert("Project", project_name=make.some("Project"), company=make.US.name).name,
    }
    names["Item"] = make.item(group=names["Item Group"], brand=names["Brand"])
    names["Customer"] = make.customer(group=names["Customer Group"], territory=names["Territory"])
    values = {
        "customer": names["Customer"],
        "project": names["Project"],
        "sales_partner": names["Sales Partner"],
    }
    items = [(names["Item"], 2, 100)]
    values |= {"customer_group": names["Customer Group"], "territory": names["Territory"]}
    invoice = make.invoice([(ann, 100)], items=items, **values)
    make.payment(invoice, 50)
    make.order(team=[(ann, 100)], items=items, **values)
    make.opportunity(login, party=names["Customer"])
    settle()
    assert_settled()
    count = frappe.db.count("Sales Credit")
    old, new = names[doctype], make.some("Renamed")
    frappe.rename_doc(doctype, old, new, force=True)
    settle()
    assert_settled()
    kpis = ("revenue", "collections", "orders_value")
    assert {row[field] for kpi in kpis for row in rows(kpi)} == {new}
    assert frappe.db.count("Sales Credit") == count
    # A later correction, too, finds the new name.
    make.edit_team(invoice, [("Ann", 60)])
    settle()
    assert credited("revenue", **{field: new}) == {"Ann": 120, "": 80}
    assert_settled()


def test_a_brand_renamed_before_its_sales_were_credited(enable, settle):
    enable("revenue")
    brand = make.brand()
    goods = make.item(brand=brand)
    make.invoice([(make.sales_person("Ann"), 100)], items=[(goods, 1, 100)])
    frappe.rename_doc("Brand", brand, "Renamed Brand", force=True)
    settle()
    # The invoice keeps the old brand as text; the item knows the brand that it became.
    assert credited("revenue", brand="Renamed Brand") == {"Ann": 100}
    assert_settled()


def test_merged_territories_and_item_groups(enable, settle):
    enable("revenue")
    one, two = make.tree_node("Territory"), make.tree_node("Territory")
    first, second = make.tree_node("Item Group"), make.tree_node("Item Group")
    ann = make.sales_person("Ann")
    make.invoice([(ann, 100)], items=[(make.item(group=first), 1, 100)], territory=one)
    make.invoice([(ann, 100)], items=[(make.item(group=second), 1, 50)], territory=two)
    settle()
    frappe.rename_doc("Territory", one, two, merge=True, force=True)
    frappe.rename_doc("Item Group", first, second, merge=True, force=True)
    settle()
    assert credited("revenue", territory=two, item_group=second) == {"Ann": 150}
    assert_settled()
