"""The engine's findings in the user's language.

The engine knows no translation: it returns English templates. Frappe's translators find texts where they
stand inside `_()`, so those templates are repeated here; a test compares the two.
"""

from __future__ import annotations

from frappe import _
from frappe.utils import escape_html

from sales_targets.engine.problem import Problem


def translated(problem: Problem) -> str:
    """The finding as a sentence for the user; what the user wrote is escaped, since messages are HTML."""
    return _(problem.message).format(*map(escape_html, problem.args))


def _for_translators() -> None:
    # KPI formulas and expressions
    _("{0} cannot be read as a formula")
    _("{0} divides by zero")
    _("{0} has the wrong number of values")
    _("{0} is no number")
    _("{0} is no number of decimals")
    _("{0} is not allowed in a formula")
    _("{0} is unknown")
    _("The formula has too many levels")
    _("The formula is empty")
    _("The formula is longer than {0} characters")
    # Rate tables
    _("{0}, {1} is no way to pay")
    _("An on-target amount cannot be paid marginally")
    _("Row 1: the first tier starts at 0")
    _("Row {0}: a rate above 1 pays more than is sold")
    _("Row {0}: a tier cannot pay less than nothing")
    _("Row {0}: a tier starts above the one before")
    _("Row {0}: the last tier has no end to grow to: its amount is 0")
    _("The table has no tiers")
