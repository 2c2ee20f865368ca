"""The demo company: a believable year of a small service company, made through real documents.

`bench --site X sales-targets demo` makes it and `--remove` takes it away. An interrupted run goes on where it
stopped; one that is complete stays as it is. `docs/administrator.md` says what it contains.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TypeVar

import frappe
from frappe.utils import getdate, today

from sales_targets.crediting import backfill, drain, queue
from sales_targets.setup import (
    demo_data as data,
    demo_documents as documents,
    demo_marks as marks,
    demo_masters as masters,
    demo_pay,
    demo_people as people,
    demo_plan as planning,
    demo_proposals,
    demo_remove,
    demo_targets,
)
from sales_targets.setup.demo_marks import DemoError, Workshop
from sales_targets.setup.demo_masters import Masters
from sales_targets.setup.demo_plan import Plan, Size, Years
from sales_targets.targets import refresh

Progress = Callable[[str, int, int], None]
One = TypeVar("One")
DRAIN_SECONDS = 3


def make(progress: Progress, size: Size | None = None) -> list[str]:
    """Make the demo company; sentences about what is there now. Commits as it goes.

    Raises DemoError where the site is not ready for it.
    """
    _check()
    if marks.noted(marks.COMPLETE):
        return ["The demo is there already. Remove it first to make a new one.", _summary()]
    size = size or Size()
    plan = planning.make(_years(), size)
    shop = Workshop()
    try:
        made = _masters(shop, plan, progress)
        _switch_on(progress)
        _documents(shop, made, plan, progress)
        _credit(progress)
        step = _stepper(progress, "Targets", len(made.teams) + len(made.sellers) + 2)
        demo_targets.targets(shop, made, plan, step)
        demo_targets.rules(shop, made, plan)
        demo_proposals.proposals(shop, made, plan)
        frappe.db.commit()
        _credit(progress)
        demo_pay.pay(shop, made, plan, progress, _stepper)
    except frappe.ValidationError as error:
        frappe.db.rollback()
        raise DemoError(
            f"The site refuses a document of the demo: {frappe.utils.strip_html(str(error))}\n"
            "What was made so far stays; run the command again to go on, or with --remove to take it away."
        ) from error
    marks.note(marks.COMPLETE, today())
    frappe.db.commit()
    return [_summary()]


def remove(progress: Progress, everything: bool = False) -> list[str]:
    """Take away all that `make` has made; sentences about it. Raises DemoError, having changed nothing.

    With `everything`, documents that others have written inside the demo company go too.
    """
    return demo_remove.remove(progress, everything)


def _summary() -> str:
    company = {"company": data.COMPANY}
    return (
        f"{data.COMPANY}: {frappe.db.count('Sales Invoice', company)} invoices, "
        f"{frappe.db.count('Opportunity', company)} opportunities, "
        f"{frappe.db.count('Sales Target', {**company, 'docstatus': 1})} targets, "
        f"{frappe.db.count('Sales Credit', company)} credits, "
        f"{frappe.db.count('Commission Statement', company)} statements."
    )


def _check() -> None:
    if not frappe.db.a_row_exists("Company"):
        raise DemoError("Finish ERPNext's setup wizard first: the demo stands beside a company of your own.")
    if frappe.db.get_single_value("Sales Targets Settings", "paused"):
        raise DemoError("Crediting is paused in Sales Targets Settings: the demo would have no figures.")


def _years() -> Years:
    """The days the demo was begun with; today's where it is made for the first time."""
    stored = marks.noted(marks.DAYS).get(marks.DAYS)
    if stored:
        return Years(*map(getdate, stored.split()))
    years = masters.years_of_site(getdate(today()))
    marks.note(marks.DAYS, " ".join(map(str, years)))
    for prefix, current in _counters().items():
        marks.note(marks.SERIES, str(current), prefix or marks.SERIES)
    return years


def _counters() -> dict[str, int]:
    """Where the counters stand: that without a prefix, for targets and rules, and those of statements."""
    wanted = ["", *(f"{prefix}{today()[:4]}-" for prefix in data.NUMBERED.values())]
    table = frappe.qb.Table("tabSeries")
    rows = frappe.qb.from_(table).select(table.name, table.current).where(table.name.isin(wanted)).run()
    return dict.fromkeys(wanted, 0) | dict(rows)


def _masters(shop: Workshop, plan: Plan, progress: Progress) -> Masters:
    size = plan.size
    leaders = len({one.team for one in data.SELLERS[: size.sellers]})
    step = _stepper(progress, "Company and people", 3 + size.sellers + leaders + size.customers)
    company = masters.company(shop)
    step()
    masters.fiscal_years(shop, company, plan.years)
    season = masters.calendar(shop, company, plan.years)
    bank = masters.bank(shop, company)
    step()
    sellers, users, teams, top = people.people(shop, company, plan.years, size, step)
    territories, customer_groups, item_groups = masters.trees(shop)
    competitors, reasons = masters.vocabulary(shop)
    partner = masters.partner(shop, territories[0])
    items = masters.items(shop, item_groups, size)
    step()
    customers = masters.customers(shop, territories, customer_groups, size, step)
    return Masters(
        company, bank, season, sellers, users, teams, top,
        customers, territories, items, item_groups, competitors, reasons, partner,
    )  # fmt: skip


def _switch_on(progress: Progress) -> None:
    """Enable the KPIs, and credit at once what the site's other companies have for them."""
    for name in frappe.get_all("Sales Credit Source", pluck="name"):
        if name not in marks.noted(marks.POLLED):
            marks.note(marks.POLLED, name, name)
    for code in _in_steps(data.KPIS, progress, "KPIs"):
        doc = frappe.get_doc("KPI Definition", code)
        if doc.enabled:
            continue
        if doc.kind == "Measure" and not frappe.db.exists("Sales Credit", {"kpi": code}):
            marks.note(marks.NEVER_CREDITED, code, code)
        marks.note(marks.SWITCHED_ON, code, code)
        doc.enabled = 1
        doc.save(ignore_permissions=True, ignore_version=True)
        frappe.db.commit()
        backfill.run_backfill(code)


def _documents(shop: Workshop, made: Masters, plan: Plan, progress: Progress) -> None:
    for sale in _in_steps(plan.sales, progress, "Invoices and payments"):
        documents.sale(shop, made, sale)
    for deal in _in_steps(plan.deals, progress, "Deals"):
        documents.deal(shop, made, deal)
    for call in _in_steps(plan.calls, progress, "Calls"):
        documents.call(shop, made, call)
    documents.tasks(shop, made, plan)


def _credit(progress: Progress) -> None:
    """Note the demo's documents of sources without a handler, and credit all that waits."""
    made = marks.documents()
    for source in data.POLLED:
        queue.note(source, made.get(source, []))
    frappe.db.commit()
    total = left = queue.pending()["waiting"]
    progress("Credits", 0, total)
    while left:
        drain.drain(seconds=DRAIN_SECONDS, refresh=refresh.refresh)
        before, left = left, queue.pending()["waiting"]
        progress("Credits", max(total - left, 0), total)
        if left >= before:
            break  # locked by another worker, or failed and waiting for their next try


def _stepper(progress: Progress, label: str, total: int) -> Callable[[], None]:
    """A function that commits what was done and moves the bar on by one."""
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        frappe.db.commit()
        progress(label, done, total)

    return step


def _in_steps(work: Sequence[One], progress: Progress, label: str) -> Iterator[One]:
    """The pieces of work, with a commit and a step of the bar after each."""
    step = _stepper(progress, label, len(work))
    for one in work:
        yield one
        step()
