"""Writes sales_targets/translations/*.csv from the catalogues in sales_targets/locale.

Releases of Frappe 15 before gettext read translations from CSV files alone, without any build:
`.venv/bin/python scripts/translations.py`, after a catalogue has changed.
"""

from __future__ import annotations

import csv
import io
from pathlib import Path

from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parent.parent / "sales_targets"


def as_csv(catalogue: Path) -> str:
    """The catalogue as Frappe's CSV: text, translation and, where there is one, the context."""
    with catalogue.open("rb") as file:
        messages = [message for message in read_po(file) if message.id and message.string]
    written = io.StringIO()
    rows = csv.writer(written, lineterminator="\n")
    for message in sorted(messages, key=lambda one: (one.id, one.context or "")):
        rows.writerow([message.id, message.string, *([message.context] if message.context else [])])
    return written.getvalue()


def written_to(catalogue: Path) -> Path:
    """Where a catalogue's CSV file stands."""
    return PACKAGE / "translations" / f"{catalogue.stem}.csv"


if __name__ == "__main__":
    for po in sorted(PACKAGE.glob("locale/*.po")):
        path = written_to(po)
        path.parent.mkdir(exist_ok=True)
        path.write_text(as_csv(po), encoding="utf-8")
        print(path.relative_to(PACKAGE.parent))
