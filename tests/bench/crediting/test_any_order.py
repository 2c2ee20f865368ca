"""Invariant 1 under random use: whatever is done in whatever order, the ledger says what the documents do.

After each step every unit that does not wait in the queue is derived afresh and compared. `make soak` runs
this for long. Hypothesis draws a seed and the history follows from it: its own state machine leaves out most
rules in a short run, and a short history seldom gets to a payment of an amended invoice.
"""

import random
from collections import Counter
from collections.abc import Callable
from decimal import Decimal

import frappe
import pytest
from frappe.model.document import Document
from frappe.model.rename_doc import rename_doc
from hypothesis import Phase, given, settings, strategies as st

from sales_targets.crediting import drain, events, rollup
from tests.bench import factories as make
from tests.bench.crediting.ledger_view import assert_exact
from tests.bench.factories.sales import team_rows
from tests.bench.support import caches, kpis

CODES = [
    "revenue",
    "margin",
    "units",
    "collections",
    "orders_value",
    "new_customers",
    "opportunities_created",
    "won_value",
    "won_count",
    "won_days",
    "lost_count",
    "closed_count",
    "lost_to_competitor_count",
    "lost_no_decision_count",
]
PERCENTS = [(100,), (60, 40), (33.33, 33.33, 33.34), (), (60,), (70, 50)]
WHOLE = PERCENTS[:4]
DAYS = ["2026-03-10", "2026-03-31", "2026-04-01", "2026-05-20"]
AMOUNTS = [1000, 333.33, 0.07, 99999.99]
Choice = tuple[int, int, int]


class Site:
    """Documents made so far, and the steps that may be done to them. Each step takes three numbers to choose by."""

    def __init__(self) -> None:
        people = [make.seller_user() for _ in range(3)]
        self.sellers = [person for person, _login in people]
        self.logins = [login for _person, login in people]
        self.customers = [make.customer(), make.customer()]
        self.item = make.item()
        self.made: dict[str, list[Document]] = {
            "invoice": [],
            "return": [],
            "payment": [],
            "deal": [],
            "order": [],
        }
        self.done: Counter[str] = Counter()

    def attempt(self, step: Callable[[Choice], None], choice: Choice) -> None:
        """Do a step; what ERPNext refuses is undone to a savepoint, as its own bulk tools do."""
        frappe.db.savepoint("step")
        try:
            step(self, choice)
            self.done[step.__name__] += 1
        except (frappe.ValidationError, frappe.DuplicateEntryError):
            frappe.db.rollback(save_point="step")
            frappe.local.message_log = []

    def pick(self, kind: str, number: int) -> Document:
        """One of the documents of a kind, as it is now."""
        found = self.made[kind]
        if not found:
            raise frappe.ValidationError("none yet")
        doc = found[number % len(found)]
        return frappe.get_doc(doc.doctype, doc.name)

    def team(self, percents: tuple[float, ...], turn: int = 0) -> list[tuple[str, float]]:
        people = self.sellers[turn % 3 :] + self.sellers[: turn % 3]
        return list(zip(people, percents, strict=False))


def submit(site: Site, choice: Choice) -> None:
    a, b, c = choice
    team = site.team(WHOLE[a % 4], b)
    fields: dict[str, object] = {"customer": site.customers[b % 2]}
    if c % 4 == 0:
        fields |= {
            "currency": "EUR",
            "debit_to": make.receivable(make.US, "EUR"),
            "customer": make.customer(),
        }
    items = [(site.item, 3, AMOUNTS[b % 4]), (site.item, 1, 10)]
    site.made["invoice"].append(make.invoice(team, items=items, date=DAYS[c % 4], **fields))


def edit_team(site: Site, choice: Choice) -> None:
    a, b, c = choice
    make.edit_team(site.pick("invoice", a), site.team(PERCENTS[b % 6], c))


def take_back(site: Site, choice: Choice) -> None:
    a, b, c = choice
    invoice = site.pick("invoice", a)
    day = max(DAYS[c % 4], str(invoice.posting_date))
    site.made["return"].append(make.credit_note(invoice, 1 if b % 2 else 0.5, date=day))


def cancel(site: Site, choice: Choice) -> None:
    a, b, _c = choice
    site.pick(("invoice", "return", "payment", "order")[a % 4], b).cancel()


def amend(site: Site, choice: Choice) -> None:
    a, b, c = choice
    rows = team_rows(site.team(WHOLE[b % 4], c))
    site.made["invoice"].append(make.amend(site.pick("invoice", a), sales_team=rows))


def cancel_and_delete(site: Site, choice: Choice) -> None:
    invoice = site.pick("invoice", choice[0])
    if invoice.docstatus == 1:
        invoice.cancel()
    frappe.delete_doc("Sales Invoice", invoice.name)
    site.made["invoice"] = [doc for doc in site.made["invoice"] if doc.name != invoice.name]


def pay(site: Site, choice: Choice) -> None:
    a, b, c = choice
    invoice = site.pick("invoice", a)
    amount = round(invoice.outstanding_amount * (1, 0.3)[b % 2], 2)
    if amount <= 0:
        raise frappe.ValidationError("nothing is open")
    payment = (make.payment, make.journal)[c % 2](invoice, amount, date=DAYS[b % 4])
    site.made["payment"].append(payment)


def unreconcile(site: Site, choice: Choice) -> None:
    payment = site.pick("payment", choice[0])
    make.unreconcile(payment)


def open_deal(site: Site, choice: Choice) -> None:
    a, b, c = choice
    site.made["deal"].append(make.opportunity(site.logins[a % 3], amount=AMOUNTS[b % 4], date=DAYS[c % 4]))


def win(site: Site, choice: Choice) -> None:
    a, b, c = choice
    order = make.order(make.quotation(site.pick("deal", a)), site.team(WHOLE[b % 4], c))
    site.made["order"].append(order)


def lose(site: Site, choice: Choice) -> None:
    make.lose(site.pick("deal", choice[0]), "Price", "Rival" if choice[1] % 2 else None)


def set_status(site: Site, choice: Choice) -> None:
    deal = site.pick("deal", choice[0])
    deal.status = ("Open", "Converted", "Closed")[choice[1] % 3]
    deal.save()


def rename_seller(site: Site, choice: Choice) -> None:
    old, new = site.sellers[choice[0] % 3], f"Renamed {frappe.generate_hash(length=8)}"
    rename_doc("Sales Person", old, new, force=True, rebuild_search=False)
    site.sellers = [new if one == old else one for one in site.sellers]


def merge_sellers(site: Site, choice: Choice) -> None:
    into, away = site.sellers[choice[0] % 3], site.sellers[choice[1] % 3]
    if into != away:
        rename_doc("Sales Person", away, into, force=True, merge=True, rebuild_search=False)
        site.sellers = [into if one == away else one for one in site.sellers]


def settle(site: Site, choice: Choice) -> None:
    drain.settle()
    assert rollup.wrong() == []


OFTEN = (submit, edit_team, take_back, pay, open_deal, settle)
SELDOM = (cancel, amend, cancel_and_delete, unreconcile, win, lose, set_status, rename_seller, merge_sellers)


def history(seed: int, length: int) -> list[tuple[Callable[[Site, Choice], None], Choice]]:
    """Random steps; two documents to begin with, so that most steps find something to be done to."""
    chance = random.Random(seed)
    steps = [submit, open_deal, *chance.choices(OFTEN * 2 + SELDOM, k=length - 2)]
    return [(step, tuple(chance.randrange(12) for _ in range(3))) for step in steps]


def check(site: Site) -> None:
    """Ledger and documents agree; the credits of an invoice sum to its net total, whoever they belong to."""
    events.flush()
    assert_exact()
    rows = frappe.db.sql(
        """select i.name, cast(i.base_net_total as char), cast(sum(c.value) as char)
        from `tabSales Invoice` i join `tabSales Credit` c on c.unit = i.name and c.kpi = 'revenue'
        where i.docstatus = 1 and not exists
            (select 1 from `tabSales Credit Queue` q where q.unit = i.name and q.source = 'Sales Invoice')
        group by i.name"""
    )
    assert [name for name, net, credited in rows if Decimal(net) != Decimal(credited)] == []


def _run(steps: list[tuple[Callable[[Site, Choice], None], Choice]], done: Counter[str]) -> None:
    frappe.db.rollback()
    caches.reset()
    kpis.set_enabled()
    kpis.enable(*CODES)
    frappe.db.set_single_value("Accounts Settings", "delete_linked_ledger_entries", 1)
    site = Site()
    try:
        for step, choice in steps:
            site.attempt(step, choice)
            check(site)
        settle(site, (0, 0, 0))
        check(site)
    finally:
        done.update(site.done)
        frappe.db.rollback()
        caches.reset()


@pytest.mark.stateful
def test_any_order() -> None:
    profile = settings()
    long = profile.max_examples > 100
    examples, length = (profile.max_examples, 60) if long else (8, 30)
    done: Counter[str] = Counter()

    @settings(profile, max_examples=examples, phases=(Phase.explicit, Phase.generate))
    @given(st.integers(0, 2**32))
    def any_order(seed: int) -> None:
        _run(history(seed, length), done)

    any_order()
    missing = {step.__name__ for step in OFTEN} - set(done)
    assert not missing, f"never done in any example: {missing}"
