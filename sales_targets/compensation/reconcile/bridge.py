"""From the credits of sellers to the income accounts of the General Ledger, every difference by its reason.

Three levels, each the one before plus what is between them:

    the credits of revenue → the lines of Sales Invoices → the income accounts

What no document explains is a row of its own; it is 0 where everything is.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from frappe.utils import getdate

from sales_targets.compensation.reconcile import credited, income, lines
from sales_targets.compensation.reconcile.common import CONSOLIDATED, INTERNAL, OPENING, Asked
from sales_targets.compensation.reconcile.credited import Unlike
from sales_targets.engine.money import ZERO

# Levels.
CREDITS, LINES, LEDGER = "credits", "lines", "ledger"
# Rows that are sums of those above them.
SUMS = (CREDITS, LINES, LEDGER)
DIFFERENT, UNEXPLAINED = "different", "unexplained"


class Row(NamedTuple):
    """One amount of the bridge. `code` says what it is, `of` which reason or document type, where there are several."""

    code: str
    amount: Decimal
    of: str = ""

    @property
    def is_sum(self) -> bool:
        return self.code in SUMS


class Bridge(NamedTuple):
    """The rows in order, and the documents that are credited otherwise than their lines say."""

    rows: list[Row]
    unlike: list[Unlike]

    def amount(self, code: str) -> Decimal:
        """The sum of the rows of one code."""
        return sum((row.amount for row in self.rows if row.code == code), ZERO)

    @property
    def unexplained(self) -> Decimal:
        """What neither credits nor entries can be explained by, without regard to sign."""
        return abs(self.amount(DIFFERENT)) + abs(self.amount(UNEXPLAINED))


def build(asked: Asked, go_live: str | None = None) -> Bridge:
    """The bridge of a company over some days. A fixed number of queries."""
    found = credited.credited(asked)
    apart, unlike = credited.differences(asked, getdate(go_live) if go_live else None)
    of_lines = lines.sales_invoices(asked)
    rows = _credits(found)
    rows += _lines(rows[-1].amount, apart, of_lines, lines.pos_invoices(asked))
    rows += _ledger(of_lines, lines.beside(asked), income.entries(asked))
    return Bridge(
        [row for row in rows if row.amount or row.is_sum or row.code in (DIFFERENT, UNEXPLAINED)], unlike
    )


def _credits(found: credited.Credited) -> list[Row]:
    nobody = [Row("nobody", value, reason) for reason, value in sorted(found.nobody.items())]
    total = found.sellers + sum(found.nobody.values(), ZERO)
    return [Row("sellers", found.sellers), *nobody, Row(CREDITS, total)]


def _lines(credits: Decimal, apart: dict[str, Decimal], of_lines: lines.Lines, pos: Decimal) -> list[Row]:
    """From the credits to the lines of all Sales Invoices."""
    rows = [
        Row("waiting", apart.get(credited.WAITING, ZERO)),
        Row("before_go_live", apart.get(credited.BEFORE_GO_LIVE, ZERO)),
        Row(DIFFERENT, apart.get(credited.OTHERWISE, ZERO)),
        Row("opening", of_lines.by_kind[OPENING]),
        Row("internal", of_lines.by_kind[INTERNAL]),
        Row("pos", -pos),
        Row("consolidated", of_lines.by_kind[CONSOLIDATED]),
    ]
    return [*rows, Row(LINES, credits + sum((row.amount for row in rows), ZERO))]


def _ledger(of_lines: lines.Lines, beside: lines.Beside, entries: dict[str, Decimal]) -> list[Row]:
    """From the lines of all Sales Invoices to the income accounts."""
    expected = [
        Row("internal_no_income", -of_lines.internal),
        Row("deferred", -of_lines.deferred),
        Row("elsewhere", -of_lines.elsewhere),
        Row("assets", -of_lines.assets),
        Row("discounts", beside.discounts),
        Row("taxes", beside.taxes),
    ]
    of_documents = of_lines.total + sum((row.amount for row in expected), ZERO)
    unexplained = entries.get(income.INVOICED, ZERO) - of_documents
    named = (
        income.RECOGNISED, income.ASSET, income.ROUNDING, income.WRITTEN_OFF, income.CURRENCY, income.MANUAL,
        income.CANCELLED, income.CLOSING,
    )  # fmt: skip
    rows = [Row(code, entries.get(code, ZERO)) for code in named]
    rows += [
        Row("other", value, name)
        for name, value in sorted(entries.items())
        if name not in (*named, income.INVOICED)
    ]
    return [
        *expected,
        *rows,
        Row(UNEXPLAINED, unexplained),
        Row(LEDGER, sum(entries.values(), ZERO)),
    ]
