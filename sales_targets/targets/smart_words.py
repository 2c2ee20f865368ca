"""The SMART check's sentences, where translators look for them; the engine says when each holds."""

from __future__ import annotations

from frappe import _


def _for_translators() -> None:
    # The five letters
    _("Specific")
    _("Measurable")
    _("Achievable")
    _("Relevant")
    _("Time-bound")
    # What is missing
    _(
        "Row {0}: {1} asks for less than the same days brought a year before, {2} after {3}. Effort begins above what is usual, about {4}."
    )
    _(
        "Row {0}: a year before, {1} came to {2} with a target of {3}, and now {4} is asked for. A target that takes the whole of a good year teaches people to hold back: leave them a part of it, about {5}, and make {4} the stretch."
    )
    _(
        "Row {0}: {1} needs {2} in each period, which none of the last {3} brought: the best was {4}, the average {5}. Aim at about {6}, or write down what will be different."
    )
    _(
        "Row {0}: {1} is to fall by {2} from the same days a year before, from {3} to {4}. Aim at about {5}, or write down what will be different."
    )
    _(
        "Row {0}: {1} is to grow by {2} on the same days a year before, from {3} to {4}. Aim at about {5}, or write down what will be different."
    )
    _(
        "Row {0}: {1} needs {2} in each period, which every one of the last {3} brought; the weakest brought {4}. Effort begins above what is usual, about {5}."
    )
    _(
        "{0} has no target as a team on these days, and {1} of its sellers would have their own. Add one for the team, so that helping each other counts."
    )
    _("Its last day was {0} days ago: choose days that are still to come.")
    _(
        "It runs for {0} days. What lies further away than a year moves nobody today: end it after at most {1} days."
    )
    _(
        "Its {0} days are one period, so nobody sees before the end that it falls behind. Break it into months or quarters."
    )


def _more_for_translators() -> None:
    # Not whether it can be reached, but whether it is one at all
    _("Row {0}: {1} has no figure. Type what is to be reached, or take Suggest from History.")
    _("Row {0}: {1} has a weight of {2}, so it counts for nothing. Give it one, or drop it.")
    _("Row {0}: nobody measures {1}. Enable the KPI, or choose one that is enabled.")
    _(
        "None of its KPIs (there are {0}) is leading: they tell what has happened, when it is too late to act. Add one that can be acted on each week: {1}."
    )
    _(
        "None of its KPIs (there are {0}) is leading: they tell what has happened, when it is too late to act. Enable one that can be acted on each week, such as calls or proposals, and add it."
    )
    _("It names nobody: choose whose target it is.")
    _("It measures nothing: add at least one KPI with its figure.")
    _(
        "Row {0}: nothing was recorded on {1} in the last {2} periods. See to it that it is, or look at the figure again after the first period."
    )
    _("It has no deadline: enter its first and its last day.")
