"""Where a deal came from, under whatever name the version has for it."""

import frappe
import pytest

from sales_targets.crediting import origins

OLD = {"source": "source", "campaign": "campaign"}
NEW = {
    "source": "utm_source",
    "campaign": "utm_campaign",
    "medium": "utm_medium",
    "content": "utm_content",
}


def sixteen() -> bool:
    return frappe.get_meta("Opportunity").has_field("utm_source")


@pytest.mark.parametrize("doctype", origins.DOCTYPES)
def test_the_fields_of_this_version(doctype):
    expected = NEW if sixteen() else OLD
    if doctype == "Lead" and not sixteen():
        expected = {**OLD, "campaign": "campaign_name"}
    if doctype == "POS Invoice":
        expected = {meaning: name for meaning, name in expected.items() if meaning != "content"}
    assert origins.fields_of(doctype) == expected
    assert all(frappe.get_meta(doctype).has_field(name) for name in expected.values())


@pytest.mark.parametrize("doctype", origins.DOCTYPES)
def test_the_name_of_the_other_version(doctype):
    pairs = {"source": "utm_source", "campaign": "utm_campaign"}
    if not sixteen():
        pairs = {new: old for old, new in pairs.items()}
        if doctype == "Lead":
            pairs["utm_campaign"] = "campaign_name"
    for there, here in pairs.items():
        assert origins.called_here(doctype, there) == here
        assert origins.called_here(doctype, here) == ""
    assert origins.called_here(doctype, "title_of_the_deal") == ""


def test_other_documents_have_none():
    assert origins.fields_of("Item") == {}
    assert origins.called_here("Item", "source") == ""


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ({"utm_source", "source"}, "utm_source"),  # a field of one's own under the old name
        ({"source"}, "source"),
        ({"campaign"}, ""),
    ],
)
def test_the_newest_name_comes_first(columns, found):
    assert origins.choose(origins.SOURCE, columns) == found


def test_what_a_version_has_no_field_for():
    assert origins.other_name("utm_medium", {"source", "campaign"}) == ""
    assert origins.other_name("utm_source", {"source", "campaign"}) == "source"
    assert origins.other_name("source", {"source"}) == ""
