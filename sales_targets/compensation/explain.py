"""How a line was calculated, in words: the trace of a statement's line as sentences in the user's language."""

from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from decimal import Decimal
from typing import Any

import frappe
from frappe import _
from frappe.model.document import Document
from frappe.utils import fmt_money
from frappe.utils.jinja_globals import is_rtl

from sales_targets.compensation import causes
from sales_targets.compensation.terms import decimal
from sales_targets.engine.money import ZERO
from sales_targets.targets import dates, definitions
from sales_targets.targets.stored import check_print

# Whether days and figures are written for print: on the screen they are as the desk writes them.
_PRINTED: ContextVar[bool] = ContextVar("printed", default=False)
STATEMENT = "Commission Statement"
_HUNDRED = Decimal(100)
# Filters of the Sales Credit Ledger, by the dimension of a rule's filter.
_FILTERS = {
    "Item Group": "item_group",
    "Item": "item_code",
    "Brand": "brand",
    "Customer Group": "customer_group",
    "Territory": "territory",
    "Customer": "customer",
}


@frappe.whitelist()
def explain(statement: str) -> list[dict[str, Any]]:
    """For every line: `name`, `title`, `period`, `sentences`, `deals` (rows of texts) and `ledger` (report filters)."""
    frappe.has_permission(STATEMENT, "read", doc=statement, throw=True)
    return explained(frappe.get_doc(STATEMENT, statement))


def explained(doc: Document) -> list[dict[str, Any]]:
    """As `explain`, for a document whose reader was let in already."""
    kpis = definitions.load()
    return [Reckoning(doc, row, kpis).told() for row in doc.lines]


def printed(doc: Document) -> list[dict[str, Any]]:
    """As `explained`, with days and digits as the reader of a print has them."""
    check_print(doc.doctype, doc.name)
    before = _PRINTED.set(True)
    try:
        return explained(doc)
    finally:
        _PRINTED.reset(before)


class Reckoning:
    """One line and its trace, told step by step."""

    def __init__(self, doc: Document, row: Document, kpis: definitions.Kpis) -> None:
        self.doc, self.row, self.kpis = doc, row, kpis
        self.trace = frappe.parse_json(row.trace) if row.trace else {}

    def told(self) -> dict[str, Any]:
        """Everything about the line that its form and its print show."""
        return {
            "name": self.row.name,
            "title": self.row.rule_title,
            "period": self.row.period_label,
            "sentences": self._sentences(),
            "deals": [self._deal(deal) for deal in self.trace.get("deals", ())],
            "more_deals": self.trace.get("more_deals", 0),
            "ledger": self._ledger(),
        }

    def _sentences(self) -> list[str]:
        if not self.trace:
            return [_("The rule pays nothing for this period any more."), *self._statement()]
        return [
            *self._measured(),
            *self._steps(),
            *self._conditions(),
            *self._limits(),
            *self._released(),
            *self._statement(),
        ]

    def _measured(self) -> list[str]:
        credits, period = self.trace["credits"], self._days(self.trace["credits"])
        if self.trace["measure"] == "scorecard":
            text = _("All targets of {0}, by their weights, are reached to {1}.")
            return [text.format(period, percent(credits["sum"]))]
        text = {
            "Team": _("{0} credits of {1} below this manager from {2} come to {3}."),
            "Pool": _("{0} credits of {1} of the whole team from {2} come to {3}."),
        }.get(credits.get("credit_of"), _("{0} credits of {1} from {2} come to {3}."))
        name = self._kpi(credits["kpi"])
        found = [
            text.format(_plain(credits["count"]), name, period, self._figure(credits["sum"], credits["kpi"]))
        ]
        if self.row.has_target:
            target = self._figure(self.row.target, credits["kpi"])
            text = (
                _("That is {0} of the target of {1}, in which each value counts for its days.")
                if self._is_average()
                else _("That is {0} of the target of {1}.")
            )
            found.append(text.format(percent_of(self.row.attainment), target))
        return found

    def _steps(self) -> list[str]:
        if self.trace.get("deals") and self.trace["every"] == "Transaction":
            return [_("Each deal is rated alone, together with what came back of it.")]
        segments = self.trace.get("segments")
        if not segments:
            return [self._step(step) for step in self.trace["steps"]]
        found = []
        for one in segments:
            sums = total(one["steps"]) - total(one["steps_before"])
            text = _(
                "From {0}: by the terms of these days the measure of {1} is worth {2}, and the {3} of before {4}. That leaves {5}."
            )
            measured, before = (
                self._figure(one[name], self.trace["credits"]["kpi"]) for name in ("measured", "before")
            )
            worth = (self._money(total(one["steps"])), before, self._money(total(one["steps_before"])))
            found += self._own_target(one)
            found.append(text.format(self._days(one), measured, *worth, self._money(sums)))
        return found

    def _is_average(self) -> bool:
        """Whether the target shown is that of no segment: statements of before had the last one's."""
        own = {decimal(one["target"]) for one in self.trace.get("segments", ()) if one["target"] is not None}
        return len(own) > 1 and decimal(self.row.target) not in own

    def _was_revised(self) -> bool:
        """Whether the line's target is made of several, each for its own days."""
        return len({one["target"] for one in self.trace.get("segments", ())}) > 1

    def _own_target(self, segment: Mapping[str, Any]) -> list[str]:
        """The target that a segment is paid by, where it changes within the period."""
        if segment["target"] is None or not self._was_revised():
            return []
        target = self._figure(segment["target"], self.trace["credits"]["kpi"])
        return [
            _("The target in force from {0} is {1}: these days are paid by it.").format(
                self._days(segment), target
            )
        ]

    def _step(self, step: Mapping[str, Any]) -> str:
        """base × rate = amount, in the words of the way it pays."""
        kpi, pay = self.trace["credits"]["kpi"], self.trace["pay"]
        span = self._span(step, kpi)
        amount = self._money(step["amount"])
        if pay == "fixed":
            text = _("Tier {0} ({1}): {2} of {3} is {4}.")
            return text.format(
                _plain(step["tier"]), span, percent(step["rate"]), self._money(step["base"]), amount
            )
        if pay == "on_target":
            text = _("Tier {0} ({1}): {2} of the on-target amount of {3} is {4}.")
            return text.format(
                _plain(step["tier"]), span, percent(step["rate"]), self._money(step["base"]), amount
            )
        if pay == "per_unit":
            text = _("Tier {0} ({1}): {2} at {3} each is {4}.")
            return text.format(
                _plain(step["tier"]), span, self._figure(step["base"], kpi), self._money(step["rate"]), amount
            )
        text = _("Tier {0} ({1}): {2} at {3} is {4}.")
        return text.format(
            _plain(step["tier"]), span, self._figure(step["base"], kpi), percent(step["rate"]), amount
        )

    def _span(self, step: Mapping[str, Any], kpi: str) -> str:
        scored = self.trace["measure"] == "scorecard"
        bounds = [
            percent(one) if scored else self._figure(one, kpi) for one in (step["lo"], step["hi"]) if one
        ]
        return _("from {0} to {1}").format(*bounds) if step["hi"] else _("from {0}").format(*bounds)

    def _conditions(self) -> list[str]:
        attained = self.trace.get("attained", {})
        gate = self.trace.get("gate")
        if gate:
            text = _("{0} is reached to {1}, less than the {2} it takes: nothing is paid.")
            reached = attained.get(gate["kpi"])
            shown = percent(reached) if reached is not None else _("nothing known")
            return [text.format(self._kpi(gate["kpi"]), shown, percent(gate["least"]))]
        if "factor" not in self.trace:
            return []
        reached_all = [
            _("{0} is reached to {1}").format(self._kpi(kpi), percent(value))
            for kpi, value in attained.items()
            if value is not None
        ]
        return [_("Times {0}, since {1}.").format(number(self.trace["factor"]), ", ".join(reached_all))]

    def _limits(self) -> list[str]:
        found = []
        if "presence" in self.trace and decimal(self.trace["presence"]) != 1:
            found.append(
                _("The seller took part in {0} of the time.").format(percent(self.trace["presence"]))
            )
        if "brought" in self.trace:
            text = _("{0} of earlier periods, which a limit had cut, are added.")
            found.append(text.format(self._money(self.trace["brought"])))
        if "cut" in self.trace:
            text = (
                _("{0} are cut, since the year pays at most {1}.")
                if self.trace.get("cap_per") == "Year"
                else _("{0} are cut, since a period pays at most {1}.")
            )
            found.append(text.format(self._money(self.trace["cut"]), self._money(self.trace.get("cap") or 0)))
        pool = self.trace.get("pool")
        if pool:
            text = _("The team of {0} has earned {1}; this is the part of {2} in {3}.")
            worth = self._money(self.trace["earned"])
            found.append(text.format(pool["team"], worth, number(pool["share"]), number(pool["total"])))
        return found

    def _released(self) -> list[str]:
        found = []
        if self.trace.get("on") == "collection":
            text = _("Of the {0} earned, {1} are released: as much as was collected of each sale.")
            found.append(
                text.format(self._money(self.row.earned_to_date), self._money(self.row.released_to_date))
            )
        back = self.trace.get("holdback")
        if back and self.row.held_to_date:
            day = day_of(back["until"]) if back["until"] else _("the rule says otherwise")
            text = _("{0} of what is released, {1}, are held back until {2}.")
            found.append(text.format(percent(back["part"]), self._money(self.row.held_to_date), day))
        return found

    def _statement(self) -> list[str]:
        row = self.row
        text = _("Earned to date {0}, on earlier statements {1}, so {2} on this one.")
        figures = (row.earned_to_date, row.earned_before, row.earned)
        found = [text.format(*(self._money(one) for one in figures))]
        if row.clawback:
            text = _("Returns took back {0}: {1} of base commission and {2} of accelerator.")
            lost = (row.clawback, row.clawback_base, row.clawback_accelerator)
            found.append(text.format(*(self._money(one) for one in lost)))
        if row.cause:
            words = causes.words()
            told = ", ".join(words.get(one, one) for one in row.cause.split(causes.SEPARATOR))
            found.append(_("Why it changes: {0}.").format(told))
        return found

    def _deal(self, deal: Mapping[str, Any]) -> list[str]:
        kpi = self.trace["credits"]["kpi"]
        return [
            deal["voucher"],
            day_of(deal["day"]),
            self._figure(deal["value"], kpi),
            self._figure(deal["collected"], kpi) if self.trace.get("on") else "",
            self._money(deal["earned"]),
            self._money(deal["released"]),
        ]

    def _ledger(self) -> dict[str, Any] | None:
        """The filters under which the Sales Credit Ledger shows these credits, as they were known."""
        credits = self.trace.get("credits")
        if not credits or not credits["kpi"]:
            return None
        found: dict[str, Any] = {
            "company": self.doc.company,
            "from_date": credits["from"],
            "to_date": credits["to"],
            "kpi": [credits["kpi"]],
            "known_on": str(self.doc.known_at)[:10] if self.doc.known_at else None,
        }
        if self.doc.payee_type == "Sales Partner":
            found["sales_partner"] = self.doc.sales_partner
        else:
            found["sales_person"] = (self.trace.get("pool") or {}).get("team") or self.doc.sales_person
        by_dimension: dict[str, list[str]] = {}
        for dimension, value, exclude in credits.get("filters", ()):
            if not exclude:
                by_dimension.setdefault(dimension, []).append(value)
        found |= {_FILTERS[name]: values[0] for name, values in by_dimension.items() if len(values) == 1}
        return found

    def _days(self, of: Mapping[str, str]) -> str:
        return _("{0} to {1}").format(day_of(of["from"]), day_of(of["to"]))

    def _kpi(self, code: str) -> str:
        kpi = self.kpis.get(code)
        return _(kpi.title) if kpi else code

    def _figure(self, value: Any, code: str) -> str:
        kpi = self.kpis.get(code)
        return self._money(value) if not kpi or kpi.unit == "Currency" else number(value)

    def _money(self, value: Any) -> str:
        return isolated(dates.minus_first(fmt_money(float(decimal(value)), currency=self.doc.currency)))


def total(steps: Iterable[Mapping[str, Any]]) -> Decimal:
    """What steps of a trace come to."""
    return sum((decimal(step["amount"]) for step in steps), ZERO)


def number(value: Any) -> str:
    """A plain number with the digits it has, at most four after the point."""
    exact = round(decimal(value), 4).normalize()
    digits = max(-int(exact.as_tuple().exponent), 0)
    return isolated(fmt_money(float(exact), precision=digits))


def percent(part: Any) -> str:
    """A part of one as a percentage."""
    return percent_of(decimal(part) * _HUNDRED)


def percent_of(value: Any) -> str:
    """A percentage as it is written."""
    return isolated(f"{float(round(decimal(value), 2)):g} %")


def day_of(value: Any) -> str:
    """A day as the user writes it; alone, since its parts would change places in a line of the other direction."""
    return isolated(dates.shown(value) if _PRINTED.get() else frappe.format(value, "Date"))


def _plain(count: int) -> str:
    """A count within a sentence."""
    return dates.digits(count) if _PRINTED.get() else str(count)


def isolated(shown: str) -> str:
    """From left to right by itself: among words of the other direction a minus would stand behind its number."""
    if _PRINTED.get():
        shown = dates.digits(shown)
    return f"\u2066{shown}\u2069" if is_rtl() else shown
