"""Whatever happens in whatever order, what statements say adds up to what the final ledger is worth."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import NamedTuple

from hypothesis import given, settings, strategies as st

from sales_targets.engine.earnings import Worth, fold
from sales_targets.engine.incentive import Terms, measurement_periods
from sales_targets.engine.money import add_up
from sales_targets.simulation.files import Cash, credit
from sales_targets.simulation.plan import Draw, Plan
from sales_targets.simulation.rules import Rule
from sales_targets.simulation.run import Simulation, Statement, simulation, statements
from tests.unit.engine.book import Book, Row, terms

D = Decimal
FIRST, LAST = date(2026, 1, 1), date(2027, 1, 31)
STEPS = (("0", "0.05"), ("1000", "0.08"))
EXAMPLES = 40


class Event(NamedTuple):
    """Something that happens to a sale, so many days later: a part of it goes back, or is (un)paid."""

    what: str
    later: int
    percent: int


class Sale(NamedTuple):
    day: date
    cents: int
    events: tuple[Event, ...]

    @property
    def value(self) -> Decimal:
        return D(self.cents) / 100

    def part(self, event: Event) -> Decimal:
        return (self.value * event.percent / 100).quantize(D("0.01"))


EVENTS = st.lists(
    st.one_of(
        st.builds(Event, st.just("return"), st.integers(0, 120), st.integers(1, 100)),
        st.builds(Event, st.just("paid"), st.integers(0, 120), st.integers(1, 60)),
        st.builds(Event, st.just("unpaid"), st.integers(30, 150), st.integers(1, 40)),
    ),
    max_size=3,
).map(tuple)
SALES = st.lists(
    st.builds(
        Sale,
        st.integers(0, 200).map(lambda days: FIRST + timedelta(days=days)),
        st.integers(1, 300_000),
        EVENTS,
    ),
    max_size=8,
)
SPANS = st.sampled_from(
    [("Month", None), ("Week", None), ("Quarter", None), ("Transaction", None), ("Month", "Year")]
)
LIMITS = st.fixed_dictionaries(
    {},
    optional={
        "cap": st.integers(1, 150).map(D),
        "cap_per": st.sampled_from(["Period", "Year"]),
        "carry": st.booleans(),
        "on": st.just("collection"),
        "clawback_days": st.integers(0, 90),
        "holdback": st.integers(0, 100).map(lambda percent: D(percent) / 100),
        "holdback_until": st.integers(0, 500).map(lambda days: FIRST + timedelta(days=days)),
    },
)
# Where a new version with a table of its own takes over; None: never.
CHANGES = st.none() | st.integers(1, 250).map(lambda days: FIRST + timedelta(days=days))


@st.composite
def rules(draw: st.DrawFn) -> tuple[Terms, ...]:
    """One or two versions of a rule of any kind."""
    every, cumulative = draw(SPANS)
    how = {"every": every, "cumulative": cumulative, **draw(LIMITS)}
    change = draw(CHANGES)
    first = terms(*STEPS, **how, start=date.min, end=change)
    if change is None:
        return (first,)
    return first, terms(("0", "0.20"), ("500", "0.01"), **how, start=change, name="Commission 2")


def ledger(sales: Sequence[Sale]) -> tuple[list, list[Cash]]:
    """The credits and the cash that a file of these sales has."""
    credits, cash = [], []
    for number, sale in enumerate(sales):
        credits.append(credit(sale.day, "Sara", "revenue", sale.value, f"V{number}"))
        for step, event in enumerate(sale.events):
            day, part = sale.day + timedelta(days=event.later), sale.part(event)
            if event.what == "return":
                name = f"R{number}-{step}"
                credits.append(credit(day, "Sara", "revenue", -part, name, return_against=f"V{number}"))
            else:
                value = part if event.what == "paid" else -part
                cash.append(Cash(day, "Sara", "revenue", f"V{number}", value))
    return credits, cash


def book(sales: Sequence[Sale], versions: Sequence[Terms]) -> Book:
    """What the final ledger says, written down anew: returns with what they return, if they came in time."""
    window = versions[0].clawback_days
    rows, cash = [], {}
    for number, sale in enumerate(sales):
        rows.append(Row(f"V{number}", sale.day, sale.value))
        for event in sale.events:
            if event.what == "return" and (window is None or event.later <= window):
                rows.append(Row(f"V{number}", sale.day, -sale.part(event)))
            elif event.what != "return":
                value = sale.part(event) if event.what == "paid" else -sale.part(event)
                cash[f"V{number}"] = cash.get(f"V{number}", D(0)) + value
    return Book(rows, cash)


def worth(sales: Sequence[Sale], versions: Sequence[Terms]) -> list[Worth]:
    """f of the final ledger."""
    years: dict[int, list] = {}
    for period in measurement_periods(versions[0], FIRST, LAST):
        years.setdefault(period.year, []).append(period)
    facts = book(sales, versions)
    return [one for periods in years.values() for one in fold(versions, facts, periods, LAST, 2)]


def simulated(
    sales: Sequence[Sale], versions: Sequence[Terms], draws: Sequence[Draw] = (), last: date = LAST
) -> Simulation:
    made = tuple(Rule(None, one, table=None) for one in versions)
    plan = Plan(None, "", "USD", 2, (), made, frozenset(), frozenset(), tuple(draws))
    credits, cash = ledger(sales)
    return simulation(plan, credits, last=last, cash=cash)


def sums(made: Sequence[Statement], worths: Sequence[Worth]) -> list[tuple[Decimal, Decimal]]:
    return [
        (add_up(one.earned for one in made), add_up(one.earned for one in worths)),
        (add_up(one.released for one in made), add_up(one.released for one in worths)),
        (add_up(one.holdback for one in made), add_up(one.held for one in worths)),
    ]


@settings(max_examples=EXAMPLES)
@given(sales=SALES, versions=rules())
def test_paid_and_outstanding_are_what_the_final_ledger_is_worth(
    sales: list[Sale], versions: tuple[Terms, ...]
) -> None:
    made = statements(simulated(sales, versions))
    for stated, known in sums(made, worth(sales, versions)):
        assert stated == known
    assert all(line.clawback <= 0 for one in made for line in one.lines)


@settings(max_examples=EXAMPLES)
@given(sales=SALES, versions=rules(), month=st.integers(1, 12), data=st.data())
def test_what_was_stated_never_changes_and_order_means_nothing(
    sales: list[Sale], versions: tuple[Terms, ...], month: int, data: st.DataObject
) -> None:
    """Known up to the end of a month, the statements are the first ones of those known in the end."""
    last = date(2026 + month // 12, month % 12 + 1, 1) - timedelta(days=1)
    whole = statements(simulated(sales, versions))
    early = statements(simulated(sales, versions, last=last))
    assert early == [one for one in whole if one.month.last <= last]
    shuffled = simulated(sales, versions)
    shuffled = simulation(
        shuffled.plan,
        data.draw(st.permutations(shuffled.credits)),
        last=LAST,
        cash=data.draw(st.permutations(shuffled.cash)),
    )
    assert [one._replace(lines=()) for one in statements(shuffled)] == [
        one._replace(lines=()) for one in whole
    ]


@settings(max_examples=EXAMPLES)
@given(
    sales=SALES.filter(bool),
    versions=rules(),
    kind=st.sampled_from(["recoverable", "non-recoverable"]),
    every=st.sampled_from(["Month", "Quarter"]),
    amount=st.integers(0, 200).map(D),
    opening=st.integers(0, 300).map(D),
    days=st.tuples(CHANGES, CHANGES, CHANGES),
)
def test_the_property_that_closes_the_statements(
    sales: list[Sale],
    versions: tuple[Terms, ...],
    kind: str,
    every: str,
    amount: Decimal,
    opening: Decimal,
    days: tuple[date | None, date | None, date | None],
) -> None:
    """Σ net = f − held + draw balance + non-recoverable draws − opening balances."""
    recover_from, *own = days
    first, last = sorted(own) if None not in own else (min(one.day for one in sales), None)
    draw = Draw("Sara", every, amount, kind, recover_from, opening, first, last, table=None)
    sim = simulated(sales, versions, [draw])
    made = statements(simulation(sim.plan, sim.credits, first=date(2025, 1, 1), last=LAST, cash=sim.cash))
    worths = worth(sales, versions)
    paid = add_up(one.released - one.held for one in worths)
    balance = made[-1].draw_balance if made else D(0)
    given = add_up(max(one.draw, D(0)) for one in made) if kind == "non-recoverable" else D(0)
    if not made or all(not one.draw for one in made):
        balance = opening
    assert add_up(one.net for one in made) == paid + balance + given - opening
    assert all(one.net == one.released - one.holdback + one.draw for one in made)
