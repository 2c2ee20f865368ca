"""The sample files: what they promise, and that they are always the same."""

import csv
import json
from collections import defaultdict
from decimal import Decimal
from pathlib import Path

import pytest

from sales_targets.engine.credit import members
from sales_targets.simulation.convert import ledger_of
from sales_targets.simulation.documents import Documents, sample_documents
from sales_targets.simulation.files import Ledger, read_credits, read_sellers
from sales_targets.simulation.sample import write_sample
from tests.unit.simulation.factory import Command


@pytest.fixture(scope="module")
def documents() -> Documents:
    return sample_documents()


@pytest.fixture(scope="module")
def ledger(documents: Documents) -> Ledger:
    return ledger_of(documents)


def test_the_company_has_what_it_promises(documents: Documents) -> None:
    people = [seller for seller in documents.sellers if not seller.is_group]
    quarters = {(invoice.day.year, (invoice.day.month + 2) // 3) for invoice in documents.invoices}
    sizes = {len(invoice.team) for invoice in documents.invoices}
    assert (len(documents.invoices), len(people)) == (2000, 12)
    assert quarters == {(2026, 1), (2026, 2), (2026, 3), (2026, 4)}
    assert sizes == {0, 1, 2, 3}
    assert sum(bool(invoice.against) for invoice in documents.invoices) == 80
    assert any(sum(percent for _, percent in invoice.team) == 60 for invoice in documents.invoices)


def test_returns_name_an_earlier_invoice_and_never_exceed_it(documents: Documents) -> None:
    by_name = {invoice.name: invoice for invoice in documents.invoices}
    assert len(by_name) == len(documents.invoices)
    for invoice in documents.invoices:
        if invoice.against:
            original = by_name[invoice.against]
            assert not original.against
            assert original.day < invoice.day
            assert 0 < -invoice.net <= original.net


def test_credits_sum_to_the_net_of_the_invoices_to_the_cent(documents: Documents, ledger: Ledger) -> None:
    by_voucher: dict[str, Decimal] = defaultdict(Decimal)
    for credit in ledger.credits:
        if credit.kpi == "revenue":
            by_voucher[credit.voucher_no] += credit.value
    assert dict(by_voucher) == {invoice.name: invoice.net for invoice in documents.invoices}
    margin = sum(credit.value for credit in ledger.credits if credit.kpi == "margin")
    cost = sum(line.cost for invoice in documents.invoices for line in invoice.lines)
    assert margin == sum(by_voucher.values()) - cost


def test_nobody_gets_what_a_team_lacks(documents: Documents, ledger: Ledger) -> None:
    teams = {invoice.name: members(invoice.team) for invoice in documents.invoices}
    reasons = {credit.reason for credit in ledger.credits if not credit.sales_person}
    assert reasons == {"no_team", "team_short"}
    for credit in ledger.credits:
        assert credit.sales_person in {member.sales_person for member in teams[credit.voucher_no]}


def test_cash_of_an_invoice_paid_in_full_is_its_net_for_every_seller(
    documents: Documents, ledger: Ledger
) -> None:
    paid: dict[str, Decimal] = defaultdict(Decimal)
    for payment in documents.payments:
        paid[payment.invoice] += payment.amount
    cash: dict[str, Decimal] = defaultdict(Decimal)
    for part in ledger.cash:
        cash[part.voucher] += part.value
    full = [one for one in documents.invoices if paid.get(one.name) == one.grand]
    assert len(full) > 1000
    assert all(cash[one.name] == one.net for one in full)
    part = [one for one in documents.invoices if 0 < paid.get(one.name, 0) < one.grand]
    assert len(part) > 100
    assert all(0 < cash[one.name] < one.net for one in part)
    collections = sum(credit.value for credit in ledger.credits if credit.kpi == "collections")
    assert collections == sum(cash.values())


def test_the_same_every_time_and_different_with_another_seed(documents: Documents) -> None:
    assert sample_documents() == documents
    other = sample_documents(seed=1, count=50)
    assert len(other.invoices) == 50
    assert other != sample_documents(seed=2, count=50)


def test_files_say_what_the_documents_say(documents: Documents, ledger: Ledger, tmp_path: Path) -> None:
    write_sample(tmp_path, documents)
    first = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    write_sample(tmp_path, documents)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == first
    assert not any(b"\r" in text for text in first.values())
    sellers = read_sellers(tmp_path / "sellers.csv")
    assert sellers == documents.sellers
    again = read_credits(tmp_path / "credits.csv", {seller.name for seller in sellers})
    assert len(again.credits) == len(ledger.credits)
    assert again.cash == ledger.cash
    with (tmp_path / "invoices.csv").open(encoding="utf-8") as file:
        net = sum(Decimal(row["net_total"]) for row in csv.DictReader(file))
    assert net == sum(credit.value for credit in again.credits if credit.kpi == "revenue")


def test_the_command_writes_and_simulates_the_sample(command: Command) -> None:
    folder = command.folder / "sample"
    said = command.run("sample", folder)
    assert said.code == 0
    assert "2,000 invoices (80 returns)" in said.out
    files = ["simulate", folder / "PLAN.toml", "--credits", folder / "credits.csv"]
    files += ["--sellers", folder / "sellers.csv", "--to", "2026-11-20"]
    tables = command.run(*files)
    assert tables.code == 0
    assert "Company" in tables.out
    made = json.loads(command.run(*files, "--json").out)
    assert f"{Decimal(made['total']):,}" in tables.out
    assert len({one["seller"] for one in made["statements"]}) == 12
    net = sum(Decimal(one["net"]) for one in made["statements"])
    assert net == Decimal(made["total"])
