"""Columns of amounts hold what was calculated, whatever an upgrade or a user does to them."""

import frappe
import pytest
from frappe.custom.doctype.property_setter.property_setter import make_property_setter

from sales_targets.compensation import chain
from sales_targets.setup import columns
from tests.bench import factories as make
from tests.bench.factories import statements as pay

LINE = "Commission Statement Line"


def scale(doctype, column):
    return frappe.db.sql(
        """select numeric_precision, numeric_scale from information_schema.columns
        where table_schema = database() and table_name = %s and column_name = %s""",
        (f"tab{doctype}", column),
    )[0]


def test_every_amount_has_nine_decimals():
    narrow = {
        (doctype, field): scale(doctype, field)
        for doctype in columns._doctypes()
        for field in columns._fields(doctype)
        if scale(doctype, field) < (21, 9) or scale(doctype, field)[1] < 9
    }
    assert not narrow


@pytest.mark.parametrize(
    "name, value", [("precision", "2"), ("length", "10"), ("precision", "0"), ("precision", "15")]
)
def test_nobody_cuts_a_column_in_customize_form(name, value):
    with pytest.raises(frappe.ValidationError, match="stays as it is"):
        make_property_setter(LINE, "attainment", name, value, "Data")


def test_customize_form_says_so_at_once():
    form = frappe.get_doc({"doctype": "Customize Form", "doc_type": LINE})
    form.fetch_to_customize()
    next(row for row in form.fields if row.fieldname == "attainment").precision = "2"
    with pytest.raises(frappe.ValidationError, match="stays as it is"):
        form.save_customization()


@pytest.mark.parametrize(
    "doctype, field, name, value",
    [
        (LINE, "attainment", "precision", "9"),
        (LINE, "attainment", "label", "Reached"),
        (LINE, "rule_title", "length", "200"),
        ("Sales Invoice", "total", "precision", "3"),
    ],
)
def test_other_settings_are_the_users(doctype, field, name, value):
    assert make_property_setter(doctype, field, name, value, "Data").name


@pytest.mark.committed
def test_a_column_that_was_cut_is_widened_on_migrate():
    frappe.db.sql_ddl("alter table `tabCommission Draw` modify amount decimal(21,2) not null default 0")
    frappe.db.sql_ddl(f"alter table `tab{LINE}` modify attainment decimal(21,15) not null default 0")
    frappe.db.sql(
        """insert into `tabProperty Setter` (name, doc_type, doctype_or_field, field_name, property, value)
        values ('cut', 'Commission Draw', 'DocField', 'amount', 'precision', '2')"""
    )
    frappe.db.commit()
    assert columns.widen() == ["Commission Draw", LINE]
    assert scale("Commission Draw", "amount") == scale(LINE, "attainment") == (21, 9)
    assert not frappe.db.exists("Property Setter", "cut")
    assert columns.widen() == []


@pytest.mark.committed
def test_submitted_statements_hold_when_their_tables_are_altered(enable, settle):
    """As an upgrade does: every table is brought to what its DocType says, on the version that is there."""
    enable("revenue")
    ann = make.sales_person()
    make.target(ann, [("revenue", 7000)], to_date="2026-12-31")
    make.rule([(0, 0.0333333), (0.9, 0.0444444)], measure="Attainment", mode="Whole", members=[ann])
    make.invoice([(ann, 100)], amount=1234.56, date="2026-01-20")
    make.invoice([(ann, 100)], amount=333.33, date="2026-02-20")
    settle()
    first = pay.paid(ann, 1)
    (line,) = [row for row in first.lines if row.has_target]
    assert line.attainment != round(line.attainment, 2), "this attainment would survive two decimals"
    frappe.db.commit()
    for doctype in columns._doctypes():
        frappe.db.updatedb(doctype)
    columns.widen()
    assert chain.verify(first.name) == []
    second = pay.paid(ann, 2)
    assert second.previous_hash == first.content_hash
    assert chain.verify(second.name) == []
