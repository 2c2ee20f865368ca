"""What the tests of KPI Definition share: a sound KPI of each kind, and saving one that is not."""

from typing import Any

import frappe
import pytest
from frappe.model.document import Document


def measure(**values: Any) -> Document:
    """An unsaved measure that is in order: the net total of quotations, credited to their owner."""
    given = {
        "doctype": "KPI Definition",
        "code": f"kpi_{frappe.generate_hash(length=8)}",
        "title": "Offered",
        "kind": "Measure",
        "document_type": "Quotation",
        "date_field": "transaction_date",
        "aggregate": "Sum",
        "value_expression": "base_net_total",
        "company_field": "company",
        "credited_to": "User Field",
        "credited_field": "owner",
        "unit": "Currency",
    }
    return frappe.get_doc({**given, **values})


def formula(text: str, **values: Any) -> Document:
    """An unsaved, disabled formula KPI."""
    given = {
        "doctype": "KPI Definition",
        "code": f"kpi_{frappe.generate_hash(length=8)}",
        "title": "Ratio",
        "kind": "Formula",
        "formula": text,
        "unit": "Number",
    }
    return frappe.get_doc({**given, **values})


def refused(doc: Document, *parts: str, error: type[Exception] = frappe.ValidationError) -> str:
    """Save `doc`, which must fail with a message that contains every one of `parts`; returns the message."""
    with pytest.raises(error) as caught:
        doc.save()
    message = str(caught.value)
    for part in parts:
        assert part in message, message
    return message
