"""Days and figures as print and mail write them: Jalali days and Persian digits for those who read Persian."""

from __future__ import annotations

import re
from datetime import date

import frappe
import jdatetime
from frappe.utils import formatdate, getdate
from frappe.utils.jinja_globals import is_rtl

SETTINGS = "Sales Targets Settings"
FOR_PERSIAN, ALWAYS, NEVER = "For Persian Readers", "Always", "Never"

_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d)")
_POINT = re.compile(r"(?<=\d)\.(?=\d)")
# The rial's sign is one: what follows it runs from right to left, whichever way the line runs.
_ARABIC = re.compile("[\u0590-\u08ff\ufb50-\ufdff\ufe70-\ufefc]")
_NEGATIVE = re.compile(r"-(\d[\d.,٬٫' ]*)")


def shown(day: date | str | None, language: str | None = None) -> str:
    """A day for readers of `language` (the present one by default): 1405/01/15, else as the site writes days.

    Whose days are Jalali says Sales Targets Settings. Digits are the reader's. Nothing for no day.
    """
    if not day:
        return ""
    value = getdate(day)
    text = _jalali(value) if is_jalali(language) else formatdate(value)
    return _in_persian(text) if is_persian(language) else text


def written(day: date | str) -> str:
    """A day of a sentence on the desk, as the site writes days: alone, else its parts change places among Persian."""
    text = frappe.format(getdate(day), "Date")
    return f"\u2066{text}\u2069" if is_rtl() else text


def digits(text: object, language: str | None = None) -> str:
    """A figure that is written already, in the digits and separators of the reader's language."""
    found = "" if text is None else str(text)
    if not is_persian(language):
        return found
    if (frappe.db.get_default("number_format") or "#,###.##").startswith("#,"):
        found = _POINT.sub("٫", _THOUSANDS.sub("٬", found))
    return _in_persian(found)


def minus_first(amount: str) -> str:
    """An amount whose minus is seen before its number, also where the currency's sign is of Arabic script."""
    if "-" not in amount or not _ARABIC.search(amount):
        return amount
    # An isolate, and a mark after it so that the currency's sign keeps its side.
    return _NEGATIVE.sub("\u2066-\\1\u2069\u200f", amount)


def is_jalali(language: str | None = None) -> bool:
    """Whether readers of `language` are shown Jalali days in print and mail."""
    chosen = frappe.db.get_single_value(SETTINGS, "jalali_dates") or FOR_PERSIAN
    return chosen == ALWAYS or (chosen == FOR_PERSIAN and is_persian(language))


def is_persian(language: str | None = None) -> bool:
    """Whether `language` (the present one by default) is Persian, of whichever country."""
    return (language or frappe.local.lang or "").replace("_", "-").split("-")[0] == "fa"


# For print formats and notifications, under names of their own among Jinja's.


def sales_targets_date(day: date | str | None, language: str | None = None) -> str:
    """`shown`, for templates."""
    return shown(day, language)


def sales_targets_digits(text: object, language: str | None = None) -> str:
    """`digits`, for templates."""
    return digits(text, language)


def _jalali(day: date) -> str:
    there = jdatetime.date.fromgregorian(date=day)
    return f"{there.year:04d}/{there.month:02d}/{there.day:02d}"


def _in_persian(text: str) -> str:
    return text.translate(_DIGITS)
