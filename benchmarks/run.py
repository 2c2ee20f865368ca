"""Run the whole benchmark: `make bench`, or `python -m benchmarks.run` in the bench's sites folder with SITE set.

Seeds the scratch site anew each time, measures, prints one table and writes it to RESULTS.md (or where the
variable RESULTS says). With BENCH_INVOICES it runs on fewer invoices, to try it out.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

import frappe

from benchmarks import (
    attainment,
    commission,
    draining,
    machine,
    masters,
    plan,
    rebuilding,
    seed,
    submit,
    tools,
    worker,
)
from benchmarks.table import Figure, Section, at_least, at_most, markdown, ms, secs, short
from benchmarks.tools import say

INVOICES = plan.YEARLY
FEW, MANY = INVOICES // 10, INVOICES * 10
GIGABYTES = 25  # what the tenfold data and its indexes take, with room to spare
SUBMITS, DRAINED = 30, min(4_000, INVOICES // 5)


class Run:
    """One run: what was seeded, and the figures so far."""

    def __init__(self) -> None:
        self.sections: list[Section] = []
        self.peaks: dict[int, float] = {}
        self.once: attainment.Times | None = None
        self.templates: seed.Templates | None = None

    def step(self, title: str, job: Callable[[], list[Figure]]) -> None:
        """Measure one section; where it fails, the table says so and the others go on."""
        say(f"--- {title}")
        try:
            figures = job()
        except Exception as error:
            traceback.print_exc()
            frappe.db.rollback()
            figures = [
                Figure("measuring it", f"failed: {type(error).__name__}: {error}"[:200], "no error", False)
            ]
        self.sections.append(Section(title, figures))

    def seed(self) -> None:
        """Masters, then the first tenth of the invoices."""
        seed.refuse_foreign()
        masters.pause(True)
        masters.ensure()
        masters.enable_kpis()
        seed.empty()
        self.templates = seed.templates()
        seed.documents(self.templates, 1, FEW, books=True)
        seed.analyse()

    def rebuild(self) -> list[Figure]:
        """Memory and resuming on a tenth, then time on all."""
        self.peaks[FEW] = rebuilding.once()["peak_mb"]
        killed, resumed = rebuilding.interrupted()
        seed.documents(self.templates, FEW + 1, INVOICES, books=True)
        seed.analyse()
        found = rebuilding.measure(3)
        rebuilding.check_revenue()
        self.peaks[INVOICES] = found.peak_mb
        times = found.seconds / found.plain
        growth = self.peaks[INVOICES] / self.peaks[FEW]
        return [
            Figure(f"rebuild: {found.rows:,} credits of {found.invoices:,} invoices", secs(found.seconds)),
            Figure("INSERT … SELECT of the same rows into a table of the same shape", secs(found.plain)),
            at_most("rebuild / INSERT … SELECT", times, 5, f"{times:.1f}", "at most 5"),
            at_most(
                f"peak memory at {FEW:,} and {INVOICES:,} invoices",
                growth,
                1.1,
                f"{self.peaks[FEW]:.0f} MB, {self.peaks[INVOICES]:.0f} MB",
                "flat (at most 10 % more)",
            ),
            at_least(
                "killed and started again: went on behind invoice",
                resumed,
                killed,
                f"{killed:,}",
                "where it was, same ledger",
            ),
        ]

    def submit(self) -> list[Figure]:
        """The app's part of a real submit, and how many the machine can do."""
        cost = submit.measure(SUBMITS)
        share = cost.app / cost.submit
        more = cost.statements - cost.statements_without
        return [
            Figure("submit of a Sales Invoice with its commit", ms(cost.submit)),
            Figure("the same without the app", ms(cost.without)),
            at_most("the app: handlers, flush and ask", cost.app, 0.002, ms(cost.app), "at most 2 ms"),
            at_most("its share of the submit", share, 0.01, f"{share:.2%}", "at most 1 %"),
            at_most(
                "where the submit is the one that asks", cost.asking, 0.002, ms(cost.asking), "at most 2 ms"
            ),
            at_most("statements more", more, 1, f"{more:.0f} (of {cost.statements:.0f})", "at most 1"),
        ]

    def drain(self) -> list[Figure]:
        """Invoices credited per second beside invoices submitted per second."""
        alone, both = submit.rate(1, SUBMITS), submit.rate(2, SUBMITS)
        submitted = max(alone, both)
        frappe.db.delete("Sales Credit Queue")
        masters.pause(False)
        rates = draining.measure(3, DRAINED)
        masters.pause(True)
        times = rates.one / submitted
        return [
            Figure("submits with one process, with two", f"{alone:.1f} / s, {both:.1f} / s"),
            Figure("one worker drains", f"{rates.one:,.0f} invoices / s"),
            at_least("beside the faster of the two", times, 20, f"{times:.0f} times", "at least 20 times"),
            at_least(
                "two workers drain", rates.two, rates.one, f"{rates.two:,.0f} invoices / s", "more than one"
            ),
        ]

    def report(self) -> list[Figure]:
        """The report beside plain SQL, and beside ERPNext's."""
        attainment.targets()
        found = self.once = attainment.measure(7)
        part = found.plain / found.report
        native = attainment.native_seconds()
        sellers = attainment.NATIVE_SELLERS
        own = f"{native / sellers:.2f} s" if native else f"over {attainment.NATIVE_LIMIT / sellers:.0f} s"
        return [
            Figure(f"report over {found.credits:,} credits of {found.invoices:,} invoices", ms(found.report)),
            Figure("plain SQL GROUP BY seller, month, warm", ms(found.plain)),
            at_least("report / plain SQL", part, 5, f"1 / {part:.1f}", "at most 1 / 5"),
            Figure("report with a filter on one of 20 item groups", ms(found.filtered)),
            Figure("report with a filter on a customer group", ms(found.grouped)),
            Figure(f"ERPNext's target variance, per seller (of {sellers} sellers)", own),
            Figure("this report, per seller (of 200)", ms(found.report / masters.SELLERS)),
        ]

    def tenfold(self) -> list[Figure]:
        """The same report over ten times the invoices."""
        if not machine.has_room(GIGABYTES) or self.once is None:
            return [Figure("not measured", f"needs {GIGABYTES} GB on the disk of the database", "", None)]
        seed.documents(self.templates, INVOICES + 1, MANY, books=False)
        backfill = worker.alone("backfill")
        frappe.db.rollback()
        rebuilding.check_revenue()
        seed.analyse()
        found = attainment.measure(5)
        by_seller = found.report / self.once.report
        filtered = found.filtered / self.once.filtered
        grouped = found.grouped / self.once.grouped
        return [
            Figure(f"report over {found.credits:,} credits of {found.invoices:,} invoices", ms(found.report)),
            at_most("beside its own time", by_seller, 1.5, f"{by_seller:.2f} times", "at most 1.5 times"),
            Figure("with a filter on one of 20 item groups", ms(found.filtered)),
            at_most("beside its own time", filtered, 4, f"{filtered:.1f} times", "at most 4 times"),
            Figure("with a filter on a customer group", ms(found.grouped)),
            at_most(
                "a customer group beside its own time", grouped, 4, f"{grouped:.1f} times", "at most 4 times"
            ),
            Figure("plain SQL GROUP BY seller, month", ms(found.plain)),
            Figure(
                f"crediting the {backfill['posted']:,} new rows of revenue",
                f"{secs(backfill['seconds'])}, peak {backfill['peak_mb']:.0f} MB",
            ),
        ]

    def commission(self) -> list[Figure]:
        """A year's Commission Run beside one plain sum of the same credits, by one worker and by two."""
        commission.prepare(commission.TENTH)
        tenth = commission.measure(3)
        commission.prepare(commission.WHOLE)
        found = commission.measure(3)
        times, growth = found.one / found.plain, found.peak / tenth.peak
        return [
            Figure(f"one worker: {found.statements:,} statements of {found.lines:,} lines", secs(found.one)),
            Figure("plain SQL GROUP BY seller, month of the same credits", secs(found.plain)),
            at_most("run / plain SQL", times, 10, f"{times:.1f}", "at most 10"),
            at_most("two workers", found.two, found.one, secs(found.two), "faster than one"),
            Figure("run again, every draft still holds", secs(found.again)),
            at_most(
                "peak memory at a tenth and at all of it",
                growth,
                1.1,
                f"{tenth.peak:.0f} MB, {found.peak:.0f} MB",
                "flat (at most 10 % more)",
            ),
        ]


def main() -> None:
    """Measure everything; exits with 1 where a figure falls short."""
    site = os.environ.get("SITE")
    if not site:
        sys.exit("SITE names no scratch site")
    with tools.connected(site, "."):
        before = machine.load()
        run = Run()
        run.seed()
        run.step("Rebuild of the ledger", run.rebuild)
        run.step("Submit of a Sales Invoice", run.submit)
        run.step("Drain", run.drain)
        run.step("Sales Target Attainment, 200 sellers × 12 months", run.report)
        run.step("The same with ten times the invoices", run.tenfold)
        run.step("Commission Run, 1,000 sellers × 5 rules × 12 months of 1,000,000 credits", run.commission)
        masters.pause(False)
        write(run, before)
        sys.exit(1 if short(run.sections) else 0)


def write(run: Run, load_before: str) -> None:
    """Print the table, and keep it."""
    table = markdown(run.sections)
    print(table, flush=True)
    missed = [f"- {sentence}" for sentence in short(run.sections)] or ["Nothing: every goal was met."]
    text = "\n".join(
        [
            "# How fast it is",
            "",
            "Written by `make bench`. Medians of one run; every ratio compares two figures of this run.",
            "",
            table,
            "",
            "## What falls short",
            "",
            *missed,
            "",
            "## Measured on",
            "",
            *[f"- {line}" for line in machine.describe()],
            f"- load of the machine (1, 5, 15 minutes) before {load_before}, at the end {machine.load()}",
            "",
            *NOTES,
            "",
        ]
    )
    path = Path(os.environ.get("RESULTS") or Path(__file__).resolve().parent / "RESULTS.md")
    path.write_text(text, encoding="utf-8")
    say(f"written to {path}")


NOTES = [
    "## What was measured",
    "",
    f"- Seeded by SQL as copies of one real invoice and one real payment: {INVOICES:,} submitted invoices over twelve",
    "  months (1 to 3 lines, 1 to 3 sellers, every 25th a return, nine tenths paid at least in part) with their",
    "  ledger entries, 200 sellers in 20 teams, 500 customers, 100 items. Names follow the days, as on a site.",
    f"- Credited are {', '.join(masters.KPIS)}. The tenfold invoices are credited for revenue alone, and have no",
    "  ledger entries: the report reads neither.",
    "- Submits are real documents, with and without the app's handlers in turns. The app's time is what passes inside",
    "  its handlers, in the INSERT before the commit and in asking for a drain after it.",
    "- The rebuild starts from an empty ledger, in a process of its own. The plain copy has the same indexes.",
    "- The drain credits invoices whose notes were written one by one, as submits write them, and refreshes the",
    "  targets they touch.",
    "- Every seller has a target in force with a line for all revenue and one for the item group of the filter.",
    "- A filter that reads the ledger reads ten times the rows at ten times the invoices; what keeps its time below",
    "  ten times is the part of the report that does not depend on them. A group of customers is a fifth of all",
    "  credits, an item group a twentieth.",
    "- The Commission Run reads a ledger of its own (every 25th credit a return): a marginal rate with 90 days of",
    "  clawback, a rate on the attainment of each seller's own monthly target, a SPIF on an item group, a cumulative",
    "  quarter, and new customers with a yearly cap that is carried and a holdback. One run pays the whole year.",
    "  The plain sum is one statement over all credits, the run answers five rules.",
]


if __name__ == "__main__":
    main()
