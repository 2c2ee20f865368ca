"""The command `sales-targets`: simulate a plan on a file of credits, or write sample files.

Exit code 2 and one line on standard error for bad input; then nothing is on standard output or written.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import NoReturn

from sales_targets.engine.money import add_up
from sales_targets.simulation.errors import InputError, beyond_belief
from sales_targets.simulation.files import read_credits, read_sellers
from sales_targets.simulation.output import as_json, attainment_table, commission_table, summary
from sales_targets.simulation.page import page
from sales_targets.simulation.plan import read_plan
from sales_targets.simulation.run import Simulation, Statement, simulation, statements
from sales_targets.simulation.standing import board
from sales_targets.simulation.terminal import Progress
from sales_targets.simulation.words import day, money

BAD_INPUT = 2


class _Parser(argparse.ArgumentParser):
    """Complains in one line, like everything here."""

    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {message}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; returns its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # Names may be in any script, whatever the terminal's locale says.
            stream.reconfigure(encoding="utf-8", errors="replace")
    args = _parser().parse_args(argv)
    try:
        text = args.run(args)
        print(text)
        sys.stdout.flush()
    except InputError as error:
        print(error, file=sys.stderr)
        return BAD_INPUT
    except BrokenPipeError:
        # The reader (head, less) has seen enough; keep Python from complaining at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="sales-targets", description="Targets and incentives without a site.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    run = commands.add_parser("simulate", help="attainment and statements of a plan on a file of credits")
    run.add_argument("plan", metavar="PLAN.toml", type=Path)
    run.add_argument("--credits", metavar="CREDITS.csv", type=Path, required=True)
    run.add_argument(
        "--sellers", metavar="SELLERS.csv", type=Path, help="the tree of sellers, to roll up teams"
    )
    run.add_argument(
        "--from", dest="first", metavar="DAY", type=_day, help="statements from this day's month"
    )
    run.add_argument(
        "--to", dest="last", metavar="DAY", type=_day, help="as known on this day; later credits are left out"
    )
    run.add_argument("--json", action="store_true", help="statements as JSON instead of tables")
    run.add_argument(
        "--out", metavar="PAGE.html", type=Path, help="write a page with charts, all in one file"
    )
    run.set_defaults(run=_simulate)
    sample = commands.add_parser("sample", help="write sample files: documents, credits, sellers, a plan")
    sample.add_argument("folder", metavar="DIR", type=Path)
    sample.set_defaults(run=_sample)
    return parser


def _day(text: str) -> date:
    try:
        if len(text) == len("2026-01-31") and not beyond_belief(date.fromisoformat(text)):
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise argparse.ArgumentTypeError(f'"{text}" is not a day like 2026-01-31')


def _simulate(args: argparse.Namespace) -> str:
    sim = _load(args)
    made = _with_progress(sim)
    text = json.dumps(as_json(sim, made), ensure_ascii=False, indent=1) if args.json else _tables(sim, made)
    if args.out:
        html = page(sim, made)
        try:
            args.out.write_text(html, encoding="utf-8", newline="\n")
        except OSError as error:
            raise InputError(args.out, "", "", f"cannot be written: {error.strerror or error}") from error
        if not args.json:
            text += f"\nWritten: {args.out}"
    return text


def _load(args: argparse.Namespace) -> Simulation:
    if args.first and args.last and args.last < args.first:
        raise InputError("--to", "", "", f"{args.last} is before --from, {args.first}")
    _spare_inputs(args)
    plan = read_plan(args.plan)
    tree = read_sellers(args.sellers) if args.sellers else []
    names = {seller.name for seller in tree} if args.sellers else None
    progress = Progress("Reading credits")
    try:
        ledger = read_credits(args.credits, names, progress)
    finally:
        progress.close()
    parents = {seller.name: seller.parent for seller in tree}
    groups = [seller.name for seller in tree if seller.is_group]
    return simulation(plan, ledger.credits, parents, groups, args.first, args.last, ledger.cash)


def _spare_inputs(args: argparse.Namespace) -> None:
    """The page must not take the place of what it is made of."""
    for source in (args.plan, args.credits, args.sellers):
        if args.out and source and args.out.resolve() == source.resolve():
            raise InputError(args.out, "", "", "cannot be written: it is one of the files to be read")


def _with_progress(sim: Simulation) -> list[Statement]:
    progress = Progress("Making statements")
    try:
        return statements(sim, progress)
    finally:
        progress.close()


def _tables(sim: Simulation, made: Sequence[Statement]) -> str:
    parts = [f"{sim.plan.title}, as of {day(sim.as_of)}"]
    parts += [attainment_table(board(sim, kpi)) for kpi in sim.targets.kpis()]
    if made:
        parts.append(commission_table(sim, made))
    parts.append(summary(sim, made))
    return "\n\n".join(parts)


def _sample(args: argparse.Namespace) -> str:
    # Only here: reading a plan does not need the sample's world.
    from sales_targets.simulation.sample import write_sample

    try:
        documents, ledger = write_sample(args.folder)
    except OSError as error:
        raise InputError(args.folder, "", "", f"cannot be written: {error.strerror or error}") from error
    net = add_up(invoice.net for invoice in documents.invoices)
    credited = add_up(credit.value for credit in ledger.credits if credit.kpi == "revenue")
    returns = sum(bool(invoice.against) for invoice in documents.invoices)
    return (
        f"{args.folder}: {len(documents.invoices):,} invoices ({returns} returns), "
        f"{len(documents.payments):,} payments, {len(ledger.credits):,} credits.\n"
        f"Net of the invoices {money(net, 2)} = credited {money(credited, 2)}."
    )


if __name__ == "__main__":
    sys.exit(main())
