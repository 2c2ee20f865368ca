"""Customers, items and the trees they hang in."""

from typing import Any

import frappe

from tests.bench.factories.base import insert, some
from tests.bench.factories.companies import US, warehouse


def customer(
    name: str | None = None, *, group: str | None = None, territory: str | None = None, **fields: Any
) -> str:
    """A customer; its name (whatever the naming setting of the site is)."""
    return insert(
        "Customer",
        customer_name=name or some("Customer"),
        customer_type="Company",
        customer_group=group or leaf("Customer Group"),
        territory=territory or leaf("Territory"),
        **fields,
    ).name


def item(
    code: str | None = None,
    *,
    stock: bool = False,
    group: str | None = None,
    brand: str | None = None,
    **fields: Any,
) -> str:
    """An item: a service, unless `stock`."""
    code = code or some("Item")
    insert(
        "Item",
        item_code=code,
        item_group=group or leaf("Item Group"),
        brand=brand,
        stock_uom="Nos",
        is_stock_item=int(stock),
        **fields,
    )
    return code


def tree_node(
    doctype: str, name: str | None = None, parent: str | None = None, *, group: bool = False
) -> str:
    """A node of Item Group, Territory or Customer Group."""
    field = frappe.scrub(doctype)
    values = {
        f"{field}_name": name or some(doctype),
        f"parent_{field}": parent or root(doctype),
        "is_group": int(group),
    }
    return insert(doctype, **values).name


def brand(name: str | None = None) -> str:
    """A brand."""
    return insert("Brand", brand=name or some("Brand")).name


def sales_partner(name: str | None = None, **fields: Any) -> str:
    """A sales partner with 5 % commission."""
    values = {"partner_name": name or some("Partner"), "territory": leaf("Territory"), "commission_rate": 5}
    return insert("Sales Partner", **{**values, **fields}).name


def stock(
    item_code: str, qty: float = 10, rate: float = 60, *, company: str = US.name, date: str = "2026-01-02"
) -> None:
    """Put `qty` of the item into the company's main warehouse at that unit cost."""
    entry = frappe.get_doc(
        {
            "doctype": "Stock Entry",
            "stock_entry_type": "Material Receipt",
            "company": company,
            "set_posting_time": 1,
            "posting_date": date,
            "items": [
                {"item_code": item_code, "qty": qty, "basic_rate": rate, "t_warehouse": warehouse(company)}
            ],
        }
    )
    entry.insert(ignore_permissions=True)
    entry.submit()


def bundle(parts: dict[str, float], code: str | None = None) -> str:
    """A product bundle: a service item that packs `parts` (item: quantity)."""
    parent = item(code)
    rows = [{"item_code": part, "qty": qty} for part, qty in parts.items()]
    insert("Product Bundle", new_item_code=parent, items=rows)
    return parent


def root(doctype: str) -> str:
    """The root of a tree."""
    return frappe.db.get_value(doctype, {"is_group": 1}, order_by="lft asc")


def leaf(doctype: str) -> str:
    """Some node below the root that is no group; always the same on one site."""
    return frappe.db.get_value(doctype, {"is_group": 0}, order_by="lft asc")
