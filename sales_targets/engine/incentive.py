"""What an incentive rule says and what it asks of the ledger, as plain data.

Days are half-open: `start` belongs, `end` does not. Rates, caps, shares and attainment are parts of one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple, Protocol

from sales_targets.engine.money import ZERO
from sales_targets.engine.period import FiscalYear, Period, periods
from sales_targets.engine.tiers import RateTable

TRANSACTION = "Transaction"
AMOUNT, ATTAINMENT, SCORECARD = "amount", "attainment", "scorecard"
INVOICE, COLLECTION = "invoice", "collection"
PER_PERIOD, PER_YEAR = "Period", "Year"


class Gate(NamedTuple):
    """Nothing is paid unless the attainment of `kpi` is at least `least` (0.8 is 80 %)."""

    kpi: str
    least: Decimal


class Multiplier(NamedTuple):
    """The attainment of `kpi` maps to a factor: `steps` are (from attainment, factor), ascending from 0."""

    kpi: str
    steps: tuple[tuple[Decimal, Decimal], ...]


@dataclass(frozen=True)
class Terms:
    """One version of a rule, in force from `start` to before `end` (None: without an end).

    `name` is the version's, `lineage` that of all versions of the rule. `every` is "Transaction" or one of
    calendar.EVERY; with `cumulative` (a longer one of EVERY) the measure is that span's total so far, paid by
    difference. `measure` "attainment" reads the table's bounds as parts of the target, "scorecard" measures
    the weighted attainment itself. `attainment_cap` counts the measure up to that part of the target; `cap`
    is money, for one measurement period (one deal, if each is rated alone) or the plan year (`cap_per`); with
    `carry` what it cuts is paid later in the plan year as far as there is room. `on` "collection" releases
    what is earned as cash comes in. Returns later than `clawback_days` after their voucher are no concern of
    pay (None: all are). `holdback` is the part of what is released that is withheld before the day
    `holdback_until` (None: for good). `ramp` is the part of the target that counts in the months 1, 2 … since
    the seller joined, all of it after them. `prorate` cuts targets, fixed and on-target amounts down to the
    part of the period in which the seller takes part.
    """

    name: str
    lineage: str
    title: str
    kpi: str
    start: date
    end: date | None
    every: str
    cumulative: str | None
    calendar: str
    measure: str
    pay: str
    table: RateTable
    on_target_amount: Decimal = ZERO
    gates: tuple[Gate, ...] = ()
    multipliers: tuple[Multiplier, ...] = ()
    attainment_cap: Decimal | None = None
    cap: Decimal | None = None
    cap_per: str = PER_PERIOD
    carry: bool = False
    on: str = INVOICE
    clawback_days: int | None = None
    holdback: Decimal = ZERO
    holdback_until: date | None = None
    ramp: tuple[Decimal, ...] = ()
    prorate: bool = False

    @property
    def span(self) -> str:
        """What one measurement covers; single transactions are gathered by month."""
        return self.cumulative or ("Month" if self.every == TRANSACTION else self.every)


class Voucher(NamedTuple):
    """A document's credit, measured on `day`.

    `value` is net of the returns that count, in the KPI's unit; `collected` the seller's part of the cash
    for it so far, without tax, in the same unit.
    """

    name: str
    day: date
    value: Decimal
    collected: Decimal


class Facts(Protocol):
    """One seller under one rule, as known on a day.

    What is asked for pay (`value`, `vouchers`) counts a return on the day of the voucher it returns, if it is
    inside the rule's clawback days, and leaves it out if not; a correction counts on its own day. Attainment
    of other KPIs counts everything on its own day. Days are half-open.
    """

    @property
    def seller(self) -> str:
        """Who, for messages."""

    @property
    def joined(self) -> date | None:
        """From when a ramp counts; None for no ramp."""

    def value(self, start: date, end: date) -> Decimal:
        """The sum of the rule's credits measured in these days."""

    def vouchers(self, start: date, end: date) -> Sequence[Voucher]:
        """The same by voucher; asked for only where deals are rated alone or paid on collection."""

    def targets(self, period: Period) -> Sequence[tuple[date, Decimal]]:
        """(from when in force, target for the whole period), by day, the first in force when the period starts.

        Empty where there is none.
        """

    def attainment(self, kpi: str, period: Period) -> Decimal | None:
        """Of the seller's own target of `kpi` in the period; "" is the weighted attainment of the scorecard.

        None where there is a target and no data. Raises MissingTarget where there is no target.
        """

    def presence(self, period: Period) -> Decimal:
        """The part of the period's days in which the seller takes part in the rule, from 0 to 1."""


class MissingTarget(ValueError):
    """Attainment is asked for, of a period without a target above 0. `kpi` is "" for the rule's own KPI."""

    def __init__(self, rule: str, seller: str, period: Period, kpi: str = "") -> None:
        of = f" of {kpi}" if kpi else ""
        super().__init__(f"{rule}: {seller} has no target{of} for {period.label}")
        self.rule, self.seller, self.period, self.kpi = rule, seller, period, kpi


def measured_alike(versions: Iterable[Terms]) -> list[tuple[Terms, ...]]:
    """The versions of one rule in order of their days, grouped where KPI, calendar and period are the same.

    What one `fold` takes: a version that measures otherwise has measurement periods of its own.
    """
    groups: dict[tuple[object, ...], list[Terms]] = {}
    for terms in sorted(versions, key=lambda terms: terms.start):
        apart = terms.every == TRANSACTION, terms.measure == SCORECARD
        key = terms.kpi, terms.calendar, terms.span, *apart
        groups.setdefault(key, []).append(terms)
    return [tuple(group) for group in groups.values()]


def measurement_periods(
    terms: Terms, first: date, last: date, fiscal_years: Sequence[FiscalYear] = (), week_start: int = 0
) -> list[Period]:
    """The whole measurement periods that hold any of the days `first` to `last`, both inclusive, in order.

    A cumulative rule's are those it is cumulative over; those of a rule per transaction are months.
    """
    return list(_whole(terms.span, terms.calendar, first, last, tuple(fiscal_years), week_start))


def plan_year(
    terms: Terms, day: date, fiscal_years: Sequence[FiscalYear] = (), week_start: int = 0
) -> tuple[date, date]:
    """The half-open days of the year, of the rule's calendar, to which the measurement period of `day` belongs.

    Caps per year and what they carry are folded over its periods. A year of weeks starts with the first week
    that belongs to it.
    """
    years = tuple(fiscal_years)
    (own,) = _whole(terms.span, terms.calendar, day, day, years, week_start)
    if own.every != "Week":
        (year,) = _whole("Year", terms.calendar, own.start, own.start, years, week_start)
        return year.start, year.end
    around = _whole("Week", terms.calendar, day - _YEAR, day + _YEAR, years, week_start)
    # The label too: of what a gap leaves of a calendar year, and a fiscal year that starts in it.
    mine = [week for week in around if (week.year, week.year_label) == (own.year, own.year_label)]
    return mine[0].start, mine[-1].end


_YEAR = timedelta(days=400)
# More than the days of a period; a 4-4-5 year's last one takes what is left of it.
_LONGEST = {"Week": 10, "Month": 40, "Quarter": 100, "Half-Year": 200, "Year": 400}


@lru_cache(maxsize=4096)
def _whole(
    every: str, calendar: str, first: date, last: date, years: tuple[FiscalYear, ...], week_start: int
) -> tuple[Period, ...]:
    """Periods that `first` and `last` do not clip; those beside a gap between fiscal years are."""
    reach = _YEAR if calendar == "4-4-5" else timedelta(days=_LONGEST[every])
    early = first - reach if first - date.min > reach else date.min
    late = last + reach if date.max - last > 2 * _YEAR else last
    found = periods(early, late, every=every, calendar=calendar, fiscal_years=years, week_start=week_start)
    return tuple(period for period in found if period.start <= last and first < period.end)
