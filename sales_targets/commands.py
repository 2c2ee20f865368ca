"""`bench --site X sales-targets rebuild | verify | drain | demo`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import click
import frappe
from frappe.commands import get_site, pass_context


@click.group("sales-targets")
def sales_targets() -> None:
    """Targets and credits: rebuild, verify and drain the ledger, make a demo company."""


@sales_targets.command("drain")
@pass_context
def drain(context: object) -> None:
    """Credit everything that waits in the queue."""
    with _site(context):
        from sales_targets.crediting import drain as draining, polling, queue
        from sales_targets.targets.refresh import refresh

        polling.poll()
        outcome = draining.drain(refresh=refresh)
        left = queue.pending()
        click.echo(
            f"{outcome.units} documents credited, {outcome.posted} credits posted, {outcome.failed} failed; "
            f"{left['waiting']} waiting, {left['parked']} parked"
        )


@sales_targets.command("rebuild")
@click.option("--source", multiple=True, help="Only documents of this DocType; may be repeated.")
@click.option("--restart", is_flag=True, help="From the first document, also after an interruption.")
@click.option("--from-nothing", is_flag=True, help="Write a new ledger beside this one and swap them.")
@pass_context
def rebuild(context: object, source: tuple[str, ...], restart: bool, from_nothing: bool) -> None:
    """Bring the whole ledger in line with the documents. Interrupted, it goes on where it stopped."""
    with _site(context):
        from sales_targets.crediting import drain as draining, rebuild as rebuilding, shadow
        from sales_targets.targets.refresh import refresh

        with _progress() as progress:
            if from_nothing:
                outcome = shadow.rebuild_from_nothing(progress)
            else:
                outcome = rebuilding.rebuild(list(source) or None, progress, resume=not restart)
        draining.drain(refresh=refresh)
        click.echo(f"{outcome.units} documents, {outcome.posted} credits posted, {outcome.failed} failed")


@sales_targets.command("verify")
@click.option("--source", multiple=True, help="Only documents of this DocType; may be repeated.")
@pass_context
def verify(context: object, source: tuple[str, ...]) -> None:
    """Compare ledger and documents; exit with 1 and name each difference."""
    with _site(context):
        from sales_targets.crediting import queue, rebuild as rebuilding

        found = 0
        with _progress() as progress:
            for one in rebuilding.verify(progress, list(source) or None):
                found += 1
                click.echo(
                    f"{one.source} {one.unit}, {one.kpi}, {one.sales_person or 'nobody'}: "
                    f"ledger {one.ledger}, documents {one.documents}"
                )
        left = queue.pending()
        click.echo(f"{found} differences; {left['waiting']} waiting, {left['parked']} parked")
    if found:
        sys.exit(1)


@sales_targets.command("demo")
@click.option("--remove", is_flag=True, help="Take the demo company away again.")
@click.option("--everything", is_flag=True, help="With --remove: also what others have written inside it.")
@pass_context
def demo(context: object, remove: bool, everything: bool) -> None:
    """Make a small demo company through real documents. Interrupted, it goes on where it stopped."""
    with _site(context):
        from sales_targets.setup import demo as demonstrating

        try:
            with _progress() as progress:
                lines = demonstrating.remove(progress, everything) if remove else demonstrating.make(progress)
        except demonstrating.DemoError as error:
            raise click.ClickException(str(error)) from None
        click.echo("\n".join(lines))


@contextmanager
def _site(context: object) -> Iterator[None]:
    frappe.init(site=get_site(context))
    frappe.connect()
    try:
        yield
        frappe.db.commit()
    finally:
        frappe.destroy()


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A progress bar per source, on a terminal; nothing where the output is read by a program."""
    bars: dict[str, object] = {}

    def show(source: str, done: int, total: int) -> None:
        if not sys.stderr.isatty():
            return
        bar = bars.get(source)
        if bar is None:
            bar = bars[source] = click.progressbar(length=max(total, 1), label=source, file=sys.stderr)
            bar.__enter__()
        bar.update(max(done - bar.pos, 0))

    try:
        yield show
    finally:
        for bar in bars.values():
            bar.render_finish()


commands = [sales_targets]
