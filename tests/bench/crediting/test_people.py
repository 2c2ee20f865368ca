"""Sellers: unknown, disabled, twice in a team, renamed, merged. And masters that are renamed."""

from decimal import Decimal

import frappe
import pytest

from sales_targets.crediting import drain
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_settled, credited, rows, totals

ON_HEADERS = ("Customer", "Customer Group", "Territory", "Sales Partner", "Project")
FIELD = {doctype: frappe.scrub(doctype) for doctype in (*ON_HEADERS, "Item Group", "Brand")} | {
    "Item": "item_code"
}


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


@pytest.mark.parametrize("amount", [0.05, 99.99])
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


def test_renaming_masters_makes_no_difference(enable, settle):
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
    values = {FIELD[doctype]: name for doctype, name in names.items() if doctype in ON_HEADERS}
    items = [(names["Item"], 2, 100)]
    invoice = make.invoice([(ann, 100)], items=items, **values)
    make.payment(invoice, 50)
    make.order(team=[(ann, 100)], items=items, **values)
    make.opportunity(login, party=names["Customer"])
    settle()
    assert_settled()
    count = frappe.db.count("Sales Credit")
    for doctype, old in names.items():
        new = make.some("Renamed")
        frappe.rename_doc(doctype, old, new, force=True, rebuild_search=False)
        settle()
        found = {
            row[FIELD[doctype]] for kpi in ("revenue", "collections", "orders_value") for row in rows(kpi)
        }
        assert (doctype, found) == (doctype, {new})
        names[doctype] = new
    assert_settled()
    assert frappe.db.count("Sales Credit") == count
    # A later correction, too, finds the new names.
    make.edit_team(invoice, [("Ann", 60)])
    settle()
    filters = {FIELD[doctype]: name for doctype, name in names.items()}
    assert credited("revenue", **filters) == {"Ann": 120, "": 80}
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


def test_a_seller_made_after_the_deal(enable, settle):
    enable("opportunities_created")
    user = make.user("Sales User")
    employee = make.make_employee(user=user).name
    deal = make.opportunity(user, amount=100)
    settle()
    assert credited("opportunities_created", unit=deal.name) == {"": 1}
    ann = make.sales_person(employee=employee)
    settle()
    assert credited("opportunities_created", unit=deal.name) == {ann: 1}
    assert_settled()


def test_a_credit_that_still_names_a_seller_who_was_renamed(enable, settle):
    """As a drain leaves it that had read the team just before."""
    enable("revenue")
    ann = make.sales_person()
    invoice = make.invoice([(ann, 100)], amount=1000)
    settle()
    anna = frappe.rename_doc("Sales Person", ann, f"{ann} Miller")
    frappe.db.sql("update `tabSales Credit` set sales_person = %s where unit = %s", (ann, invoice.name))
    settle()
    assert credited("revenue") == totals("revenue") == {anna: 1000}
    assert_settled()


def test_a_seller_deleted_by_force(enable, settle):
    enable("revenue")
    ann = make.sales_person()
    make.invoice([(ann, 100)], amount=1000)
    settle()
    frappe.delete_doc("Sales Person", ann, force=True)
    settle()
    assert credited("revenue") == totals("revenue") == {"": 1000}
    assert_settled()


def test_merging_sellers_refreshes_their_targets(enable, settle):
    enable("revenue")
    ann, bob = make.sales_person(), make.sales_person()
    make.invoice([(ann, 100)], amount=1000)
    target = make.target(bob, [("revenue", 5000)], submit=True)
    settle()
    frappe.rename_doc("Sales Person", ann, bob, merge=True)
    settle()
    assert frappe.db.get_value("Sales Target KPI", {"parent": target.name}, "achieved") == 1000
