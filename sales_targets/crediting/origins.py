"""Where a deal came from: the fields for it are called otherwise in ERPNext 16 than in 15.

15 has `source` and `campaign` (a Lead: `campaign_name`), 16 `utm_source`, `utm_campaign`, `utm_medium` and
`utm_content`. Whoever reads them asks here for the name that the site has.
"""

from __future__ import annotations

from collections.abc import Collection

import frappe

DOCTYPES = (
    "Lead",
    "Opportunity",
    "Quotation",
    "Sales Order",
    "Sales Invoice",
    "POS Invoice",
    "Delivery Note",
)
SOURCE, CAMPAIGN, MEDIUM, CONTENT = "source", "campaign", "medium", "content"
# The newest name first: a site that was upgraded may have a field of its own under the old one.
NAMES = {
    SOURCE: ("utm_source", "source"),
    CAMPAIGN: ("utm_campaign", "campaign", "campaign_name"),
    MEDIUM: ("utm_medium",),
    CONTENT: ("utm_content",),
}


def choose(meaning: str, columns: Collection[str]) -> str:
    """The name among `columns` of the field with this meaning, '' where there is none."""
    return next((name for name in NAMES[meaning] if name in columns), "")


def other_name(fieldname: str, columns: Collection[str]) -> str:
    """What a field of another version is called among `columns`; '' where it is there itself or nobody knows."""
    if fieldname in columns:
        return ""
    return next((choose(meaning, columns) for meaning, names in NAMES.items() if fieldname in names), "")


def fields_of(doctype: str) -> dict[str, str]:
    """Meaning → field of this DocType on this site; what the version has no field for is left out."""
    if doctype not in DOCTYPES:
        return {}
    columns = frappe.get_meta(doctype).get_valid_columns()
    return {meaning: name for meaning in NAMES if (name := choose(meaning, columns))}


def called_here(doctype: str, fieldname: str) -> str:
    """The name on this site of a field that this DocType has in another version, '' where nobody knows one."""
    if doctype not in DOCTYPES:
        return ""
    return other_name(fieldname, frappe.get_meta(doctype).get_valid_columns())
