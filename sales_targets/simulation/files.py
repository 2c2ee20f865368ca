"""CREDITS.csv and SELLERS.csv: read, checked row by row, and written. docs/simulate.md describes both."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

from sales_targets.engine.credit import CORRECTION, RETURN, SALE, Credit
from sales_targets.simulation.errors import InputError, beyond_belief, suggestion

REQUIRED = ("date", "seller", "kpi", "value", "voucher")
CASH = ("collected_on", "collected")
# Column of the file -> field of a credit.
DIMENSIONS = {
    "customer": "customer",
    "customer_group": "customer_group",
    "item": "item_code",
    "item_group": "item_group",
    "brand": "brand",
    "territory": "territory",
    "project": "project",
    "reason": "reason",
}
OPTIONAL = ("against", *CASH, *DIMENSIONS)

# Plain decimals only: 1e400000 would be a valid Decimal, and a slow one.
_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,9})?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

Progress = Callable[[int, int], None]


class Seller(NamedTuple):
    """A node of the tree of sellers; `parent` is '' at the top."""

    name: str
    parent: str
    is_group: bool


class Cash(NamedTuple):
    """The seller's part of a payment for a voucher, without tax; negative when cash is unallocated again."""

    day: date
    seller: str
    kpi: str
    voucher: str
    value: Decimal


class Ledger(NamedTuple):
    """What a credits file says."""

    credits: list[Credit]
    cash: list[Cash]


_NOTHING = {"posting_date": date.min, "overlay": 0, "value": Decimal(0), "kind": SALE, "new_customer": 0}
_EMPTY = Credit(**{**dict.fromkeys(Credit._fields, ""), **_NOTHING})  # type: ignore[arg-type]


def credit(day: date, seller: str, kpi: str, value: Decimal, voucher: str, **more: str) -> Credit:
    """A credit as the files know it; `more`: other text fields of the engine's Credit.

    Its kind follows from the rest: with `return_against` a return, negative without it a correction.
    """
    against = more.get("return_against", "")
    kind = RETURN if against else CORRECTION if value < 0 else SALE
    return _EMPTY._replace(
        posting_date=day,
        sales_person=seller,
        seller_id=seller,
        kpi=kpi,
        value=value,
        voucher_no=voucher,
        unit=voucher,
        kind=kind,
        **more,
    )


def read_sellers(path: Path) -> list[Seller]:
    """The tree of sellers, parents before children or not. Raises InputError: doubles, unknown parents, loops."""
    rows: dict[str, tuple[int, Seller]] = {}
    for number, row in _rows(path, ("seller", "parent"), ("is_group",)):
        name = row["seller"]
        if not name:
            raise _error(path, number, "seller", "is empty")
        if name in rows:
            raise _error(path, number, "seller", f'"{name}" is there twice, first in row {rows[name][0]}')
        group = row["is_group"] or "0"
        if group not in ("0", "1"):
            raise _error(path, number, "is_group", f'"{group}" is neither 0 nor 1')
        rows[name] = (number, Seller(name, row["parent"], group == "1"))
    for number, seller in rows.values():
        if seller.parent and seller.parent not in rows:
            hint = suggestion(seller.parent, rows)
            raise _error(path, number, "parent", f'unknown seller "{seller.parent}"{hint}')
        _refuse_loop(path, number, seller, rows)
    return [seller for _number, seller in rows.values()]


def _refuse_loop(path: Path, number: int, seller: Seller, rows: Mapping[str, tuple[int, Seller]]) -> None:
    seen = {seller.name}
    above = seller.parent
    while above:
        if above in seen:
            raise _error(path, number, "parent", f'"{seller.name}" is below itself')
        seen.add(above)
        above = rows[above][1].parent if above in rows else ""


def write_sellers(path: Path, sellers: Iterable[Seller]) -> None:
    """SELLERS.csv."""
    rows = ((seller.name, seller.parent, int(seller.is_group)) for seller in sellers)
    write_table(path, ("seller", "parent", "is_group"), rows)


def read_credits(
    path: Path, sellers: Collection[str] | None = None, progress: Progress | None = None
) -> Ledger:
    """Every credit and collection of the file, in its order. Raises InputError naming row and field.

    `sellers`: the known ones, None to accept any; the empty seller means nobody and is always accepted.
    A return must name a voucher that the file has as well, of the same day or an earlier one. `progress` gets (bytes read, bytes in all).
    """
    found = Ledger([], [])
    returns: list[tuple[int, Credit]] = []
    # Voucher -> the first day of what it sells; None where it does nothing but return.
    vouchers: dict[str, date | None] = {}
    for number, row in _rows(path, REQUIRED, OPTIONAL, progress):
        made = _credit(path, number, row)
        if sellers is not None and made.sales_person and made.sales_person not in sellers:
            hint = suggestion(made.sales_person, sellers)
            raise _error(path, number, "seller", f'unknown seller "{made.sales_person}"{hint}')
        sold = vouchers.setdefault(made.voucher_no, None)
        if made.return_against:
            returns.append((number, made))
        else:
            vouchers[made.voucher_no] = min(sold or made.posting_date, made.posting_date)
        if made.value:
            found.credits.append(made)
        cash = _cash(path, number, row, made)
        if cash:
            found.cash.append(cash)
    _check_returns(path, returns, vouchers)
    return found


def _check_returns(
    path: Path, returns: Iterable[tuple[int, Credit]], vouchers: Mapping[str, date | None]
) -> None:
    for number, made in returns:
        voucher = made.return_against
        if voucher not in vouchers:
            raise _error(path, number, "against", f'voucher "{voucher}" is in no row of this file')
        sold = vouchers[voucher]
        if sold is None:
            raise _error(path, number, "against", f'"{voucher}" is a return itself')
        if made.posting_date < sold:
            raise _error(path, number, "date", f'is before "{voucher}", which it returns: {sold}')


def _credit(path: Path, number: int, row: Mapping[str, str]) -> Credit:
    for field in ("kpi", "voucher"):
        if not row[field] and (field == "kpi" or row["against"]):
            raise _error(path, number, field, "is empty")
    if row["against"] and row["against"] == row["voucher"]:
        raise _error(path, number, "against", f'"{row["voucher"]}" returns itself')
    more = {field: row[column] for column, field in DIMENSIONS.items()}
    return credit(
        _date(path, number, "date", row["date"]),
        row["seller"],
        row["kpi"],
        _number(path, number, "value", row["value"]),
        row["voucher"],
        return_against=row["against"],
        **more,
    )


def _cash(path: Path, number: int, row: Mapping[str, str], made: Credit) -> Cash | None:
    day, value = row["collected_on"], row["collected"]
    if not day and not value:
        return None
    if not day or not value:
        field = "collected" if day else "collected_on"
        raise _error(path, number, field, "is empty, though the other of collected_on and collected is not")
    if not made.voucher_no:
        raise _error(path, number, "voucher", "is empty, and cash is collected for a voucher")
    return Cash(
        _date(path, number, "collected_on", day),
        made.sales_person,
        made.kpi,
        made.voucher_no,
        _number(path, number, "collected", value),
    )


def write_credits(path: Path, ledger: Ledger, dimensions: Sequence[str] = ()) -> None:
    """CREDITS.csv with the columns of `dimensions` (of DIMENSIONS); each collection is a row of its own."""
    blank = [""] * len(dimensions)
    rows: list[list[object]] = []
    for made in ledger.credits:
        more = [getattr(made, DIMENSIONS[column]) for column in dimensions]
        rows.append(
            [made.posting_date, made.sales_person, made.kpi, made.value, made.voucher_no, made.return_against]
            + ["", "", *more]
        )
    for cash in ledger.cash:
        rows.append([cash.day, cash.seller, cash.kpi, 0, cash.voucher, "", cash.day, cash.value, *blank])
    write_table(path, (*REQUIRED, "against", *CASH, *dimensions), rows)


def write_table(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A CSV file in UTF-8 with Unix line ends, the same bytes on every system."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def _rows(
    path: Path, required: Sequence[str], optional: Sequence[str], progress: Progress | None = None
) -> Iterator[tuple[int, dict[str, str]]]:
    """(line number, column -> text) of each row that is not blank; absent optional columns read as ''."""
    try:
        size = path.stat().st_size
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [column.strip() for column in next(reader, [])]
            _check_header(path, header, required, optional)
            absent = dict.fromkeys((column for column in optional if column not in header), "")
            for count, cells in enumerate(reader):
                if progress and count % 5000 == 0:
                    progress(min(size, file.buffer.tell()), size)
                if not any(cell.strip() for cell in cells):
                    continue
                if len(cells) != len(header):
                    raise InputError(
                        path, f"row {reader.line_num}", "", f"{len(cells)} cells for {len(header)} columns"
                    )
                yield (
                    reader.line_num,
                    {**absent, **{c: v.strip() for c, v in zip(header, cells, strict=True)}},
                )
    except OSError as error:
        raise InputError(path, "", "", f"cannot be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise InputError(path, "", "", f"is not UTF-8 text (byte {error.start})") from error
    except csv.Error as error:
        raise InputError(path, f"row {reader.line_num}", "", str(error)) from error
    if progress:
        progress(size, size)


def _check_header(
    path: Path, header: Sequence[str], required: Sequence[str], optional: Sequence[str]
) -> None:
    if not header:
        raise InputError(path, "", "", f"is empty; its first row must be {','.join(required)}")
    known = (*required, *optional)
    for column in header:
        if column not in known:
            raise _error(path, 1, column, f"unknown column{suggestion(column, known)}")
        if header.count(column) > 1:
            raise _error(path, 1, column, "this column is there twice")
    for column in required:
        if column not in header:
            raise _error(path, 1, column, "this column is missing")


def _number(path: Path, row: int, field: str, text: str) -> Decimal:
    if not _NUMBER.fullmatch(text):
        shown = f'"{text[:40]}" is not a plain number like 1234.50' if text else "is empty"
        raise _error(path, row, field, shown)
    return Decimal(text)


def _date(path: Path, row: int, field: str, text: str) -> date:
    try:
        day = date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        day = None
    if day is None:
        raise _error(path, row, field, f'"{text[:40]}" is not a date like 2026-01-31' if text else "is empty")
    if beyond_belief(day):
        raise _error(path, row, field, beyond_belief(day))
    return day


def _error(path: Path, row: int, field: str, message: str) -> InputError:
    return InputError(path, f"row {row}", field, message)
