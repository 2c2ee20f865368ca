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
    # What is odd about a rule
    _("At {0} the pay falls by {1}, from {2} to {3}: selling more earns less")
    _("At {0} the pay jumps by {1} at once, from {2} to {3}")
    _("Above {0} the highest rate has no end: nothing limits what it pays")
    _("From {0} to {1} the pay falls as sales rise")
    _("It pays {0} before anything is sold")
    _("Nobody has a target in the time of the rule")
    _("Nobody has a target on {0} in the time of the rule")
    _("Nobody reached tier {0} from {1} in the last year; the highest was {2}")
    _("This rule pays nothing: no tier has a rate")
    _("This rule pays nothing: no tier has an amount")
    _("This rule pays nothing: the on-target amount is 0")
    _("The gate on {0} never opens: nobody has a target on it")
    _("The multiplier of {0} falls from {1} to {2} at {3}")
    _("The multiplier on {0} has no factor: nobody has a target on it")
    _("Tier {0} from {1} lies beyond what counts")
    _("Tier {0} from {1} pays nothing more: the most it pays is reached before")
    _("{0} pays for the same credit. Give both one exclusive group if only one is to pay")
