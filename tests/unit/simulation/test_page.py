"""The page: one file without any address outside itself, readable by people and machines."""

import re
from collections import Counter
from datetime import date
from html.parser import HTMLParser
from pathlib import Path

import pytest

from sales_targets.simulation.documents import sample_documents
from sales_targets.simulation.files import read_credits, read_sellers
from sales_targets.simulation.page import page
from sales_targets.simulation.plan import read_plan
from sales_targets.simulation.run import simulation, statements
from sales_targets.simulation.sample import write_sample
from sales_targets.simulation.words import money
from tests.unit.simulation.factory import HEADER, Command, draw, plan, rule, sales, target

VOID = {"meta", "br"}


class Reader(HTMLParser):
    """Notes what the page is made of and refuses tags that do not match."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: Counter[str] = Counter()
        self.attributes: list[tuple[str, str, str]] = []
        self.words: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.words.append(data)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    write_sample(folder, sample_documents(count=300))
    return folder


@pytest.fixture(scope="module")
def sample_page(sample: Path) -> tuple[str, list]:
    sellers = read_sellers(sample / "sellers.csv")
    ledger = read_credits(sample / "credits.csv")
    sim = simulation(
        read_plan(sample / "PLAN.toml"),
        ledger.credits,
        {seller.name: seller.parent for seller in sellers},
        [seller.name for seller in sellers if seller.is_group],
        last=date(2026, 11, 20),
        cash=ledger.cash,
    )
    made = statements(sim)
    return page(sim, made), made


def test_nothing_is_loaded_from_anywhere(sample_page: tuple[str, list]) -> None:
    text, _ = sample_page
    reader = Reader(text)
    assert not re.search(r"https?:|//[a-z]|url\(|@import", text.replace("http://www.w3.org/2000/svg", ""))
    assert not {"script", "link", "img", "iframe", "object"} & set(reader.tags)
    assert not [name for _tag, name, _value in reader.attributes if name in ("src", "href", "xlink:href")]
    assert "default-src 'none'" in text


def test_every_chart_says_what_it_shows(sample_page: tuple[str, list]) -> None:
    reader = Reader(sample_page[0])
    ids = Counter(value for _tag, name, value in reader.attributes if name == "id")
    assert not [name for name, count in ids.items() if count > 1]
    labels = [value for tag, name, value in reader.attributes if tag == "svg" and name == "aria-labelledby"]
    assert len(labels) >= 5
    assert all(part in ids for label in labels for part in label.split())
    assert reader.tags["desc"] == len(labels)
    # A table beside every chart.
    assert reader.tags["table"] >= len(labels)
    assert ("html", "lang", "en") in reader.attributes
    assert "prefers-color-scheme: dark" in sample_page[0]
    assert ("meta", "name", "viewport") in reader.attributes


def test_amounts_of_all_statements_are_there(sample_page: tuple[str, list]) -> None:
    text, made = sample_page
    words = "".join(Reader(text).words)
    for one in made:
        for amount in (one.earned, one.released, one.holdback, one.draw, one.net):
            assert money(amount, 2) in words
    assert money(sum(one.net for one in made), 2) in words


def test_one_statement_is_explained_to_the_cent(sample_page: tuple[str, list]) -> None:
    text, made = sample_page
    part = text[text.index("One statement explained") :]
    seller, total = re.search(r"How <bdi>(.*?)</bdi> comes to ([-\d,.]+) USD", part).groups()
    one = next(one for one in made if one.seller == seller and money(one.net, 2) == total)
    amounts = re.findall(r'<h3><span>.*?</span><span class="sum">([-\d,.]+)', part)
    assert amounts == [money(line.change.earned, 2) for line in one.lines] + [money(one.earned, 2), total]
    assert part.count("credits behind it") + part.count("credit behind it") == len(one.lines)
    assert not one.provisional


def test_earned_is_named_and_leads_to_the_net(command: Command) -> None:
    """One rule waits for cash, of the other half is held back, and a draw makes up what is missing."""
    tables = (
        rule(on='"collection"'),
        rule(name='"Held"', holdback="0.5", holdback_until="2027-01-01"),
        draw(amount="60", kind='"recoverable"'),
    )
    out = command.folder / "page.html"
    outcome = command.simulate(plan(*tables), sales("2026-01-10,1000"), "--out", out)
    assert outcome.code == 0, outcome.err
    part = out.read_text(encoding="utf-8").partition("One statement explained")[2]
    assert '<h3><span>Earned</span><span class="sum">100.00 USD' in part
    assert '<p class="soft sum">50.00 + 50.00 = 100.00</p>' in part
    rows = re.findall(r"<tr.*?</tr>", part.partition("From earned to net")[2].partition("</table>")[0])
    assert ["|".join(Reader(row).words) for row in rows[1:]] == [
        "Earned|100.00",
        "Earned, and not collected yet|-50.00",
        "Released|50.00",
        "Held back|-25.00",
        "Topped up by a draw|35.00",
        "Net|60.00",
        "Still owed of a draw|35.00",
    ]


def test_names_are_escaped_and_keep_their_direction(command: Command) -> None:
    name = '<b>نسرین & "co"</b>'
    credits = f"{HEADER}\n2026-01-10,{name.replace(',', ' ')},revenue,100,<i>,\n".replace('"co"', "'co'")
    out = command.folder / "page.html"
    outcome = command.simulate(
        plan(rule(name='"<script>"'), top='currency = "USD"\ntitle = "A & <B>"'), credits, "--out", out
    )
    assert outcome.code == 0, outcome.err
    text = out.read_text(encoding="utf-8")
    Reader(text)
    assert "<script" not in text
    assert "<i>" not in text
    assert "<bdi>&lt;b&gt;نسرین &amp; &#x27;co&#x27;&lt;/b&gt;</bdi>" in text
    assert "<bdi>A &amp; &lt;B&gt;</bdi>" in text


@pytest.mark.parametrize(
    ("tables", "rows"),
    [
        ((), ("2026-01-10,100",)),
        ((target("100"),), ("2026-01-10,100",)),
        ((rule(),), ("2026-01-10,-100",)),
        ((rule(), target("100", "2026-02-01")), ("2026-01-10,100",)),
        ((rule(), target("100", last="2029-12-31")), ("2026-01-10,0.01", "2029-12-31,100")),
        ((rule(),), ()),
        ((rule(kpi='"units"'), target("100")), ("2026-01-10,100",)),
        ((rule(), '[[draw]]\nseller = "Sara"\namount = 50\nkind = "recoverable"'), ("2026-01-10,-9",)),
        (
            (
                rule(cap="1", carry="true", every='"Transaction"', gate="{revenue = 0.1}"),
                rule(name='"Held"', on='"collection"', holdback="0.5", holdback_until="2027-01-01"),
                target("100"),
            ),
            ("2026-01-10,100", "2026-01-11,200", "2026-02-01,Sara,revenue,-50,R,V1"),
        ),
    ],
)
def test_small_and_odd_plans_make_a_page_too(
    command: Command, tables: tuple[str, ...], rows: tuple[str, ...]
) -> None:
    out = command.folder / "page.html"
    outcome = command.simulate(plan(*tables), sales(*rows), "--out", out)
    assert outcome.code == 0, outcome.err
    assert "Written: " in outcome.out
    Reader(out.read_text(encoding="utf-8"))


def test_json_and_a_page_at_once(command: Command) -> None:
    out = command.folder / "page.html"
    outcome = command.simulate(plan(rule()), sales("2026-01-10,100"), "--json", "--out", out)
    assert outcome.json["total"] == "5.00"
    assert out.exists()
