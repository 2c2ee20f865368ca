"""Days and figures in print and mail: whose are Jalali, and in which digits."""

from datetime import date

import frappe
import pytest

from sales_targets.targets import dates

NEW_YEAR = date(2026, 3, 21)


@pytest.fixture
def chosen():
    def choose(value: str) -> None:
        frappe.db.set_single_value(dates.SETTINGS, "jalali_dates", value)

    return choose


@pytest.mark.parametrize(
    ("setting", "language", "shown"),
    [
        ("For Persian Readers", "fa", "۱۴۰۵/۰۱/۰۱"),
        ("For Persian Readers", "fa-AF", "۱۴۰۵/۰۱/۰۱"),
        ("For Persian Readers", "en", None),
        ("Always", "en", "1405/01/01"),
        ("Always", "fa", "۱۴۰۵/۰۱/۰۱"),
        ("Never", "en", None),
    ],
)
def test_whose_days_are_jalali(chosen, setting, language, shown):
    chosen(setting)
    assert dates.shown(NEW_YEAR, language) == (shown or frappe.utils.formatdate(NEW_YEAR))


def test_a_persian_reader_of_gregorian_days_has_persian_digits(chosen):
    chosen("Never")
    assert "۲۰۲۶" in dates.shown(NEW_YEAR, "fa")


def test_the_last_day_of_a_leap_year(chosen):
    chosen("Always")
    assert dates.shown("2025-03-20", "en") == "1403/12/30"
    assert dates.shown("2026-03-20", "en") == "1404/12/29"


def test_no_day_is_nothing():
    assert dates.shown(None) == dates.shown("") == ""


def test_the_present_language_is_the_reader_s(chosen, monkeypatch):
    chosen("For Persian Readers")
    monkeypatch.setattr(frappe.local, "lang", "fa")
    assert dates.shown("2026-03-21") == "۱۴۰۵/۰۱/۰۱"


@pytest.mark.parametrize(
    ("text", "persian"),
    [("1,234,567.50", "۱٬۲۳۴٬۵۶۷٫۵۰"), ("-12", "-۱۲"), ("IRR 1,000", "IRR ۱٬۰۰۰"), (None, ""), (7, "۷")],
)
def test_figures(text, persian):
    frappe.db.set_default("number_format", "#,###.##")
    assert dates.digits(text, "fa") == persian
    assert dates.digits(text, "en") == ("" if text is None else str(text))


def test_separators_of_another_format_stay(monkeypatch):
    monkeypatch.setattr(frappe.db, "get_default", lambda _key: "#.###,##")
    assert dates.digits("1.234,50", "fa") == "۱.۲۳۴,۵۰"


def test_templates_have_them(chosen):
    chosen("Always")
    template = "{{ sales_targets_date('2026-03-21', 'en') }} {{ sales_targets_digits('5', 'fa') }}"
    assert frappe.render_template(template, {}) == "1405/01/01 ۵"


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("$ -1,250.50", "$ -1,250.50"),
        ("﷼ 1,250", "﷼ 1,250"),
        # An isolate keeps the minus before the number, a mark after it keeps the sign of the currency on its side.
        ("﷼ -1,250.50", "﷼ \u2066-1,250.50\u2069\u200f"),
    ],
)
def test_a_minus_stands_before_its_number_beside_an_arabic_sign(written, seen):
    assert dates.minus_first(written) == seen
