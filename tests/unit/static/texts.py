"""Every text of the app that a user reads, found in its files as a translator's tools would, or better."""

import ast
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from tests.unit.static import source

LOCALE = source.PACKAGE / "locale"
# A call of JavaScript's translator with a literal: its quote, its text, and what follows. Read from the bare
# text, so that a call inside the quotes of a template's HTML is found too.
JS_CALL = re.compile(r"""\b__\(\s*(["'`])((?:\\.|(?!\1).)*)\1\s*(.)""", re.DOTALL)
JS_CONTEXT = re.compile(r"""\s*(?:null|undefined|\[[^\]]*\])\s*,\s*(["'])(.+?)\1\s*\)""", re.DOTALL)
HTML_CALL = re.compile(r"""\b_\(\s*(["'])((?:\\.|(?!\1).)*)\1""")
# Of each kind of document in a JSON file: the fields whose texts are shown; "links.label" is one of a table.
SHOWN = {
    "Dashboard Chart": ("chart_name",),
    "Desktop Icon": ("label",),
    "Module Onboarding": ("title", "subtitle", "success_message"),
    # Its subject and message are the notice's own, which are in the reader's language already.
    "Notification": (),
    "Number Card": ("label",),
    "Onboarding Step": ("title", "action_label", "report_description", "description"),
    "Page": ("title",),
    # Its texts stand in the template beside it.
    "Print Format": ("name",),
    "Report": ("report_name",),
    "Workspace": (
        "label",
        "charts.label",
        "number_cards.label",
        "links.label",
        "links.description",
        "shortcuts.label",
        "shortcuts.format",
    ),
    "Workspace Sidebar": ("title", "items.label"),
}


class Text(NamedTuple):
    """One text to translate and where it stands."""

    text: str
    context: str | None
    where: str

    @property
    def key(self) -> tuple[str, str | None]:
        return self.text, self.context


@cache
def catalogue(name: str) -> Catalog:
    """`main.pot`, or a language's .po file."""
    with (LOCALE / name).open("rb") as file:
        return read_po(file, locale=None if name.endswith(".pot") else Path(name).stem)


@cache
def texts() -> tuple[Text, ...]:
    """Every text the app shows: of Python, JavaScript, templates, and the files of DocTypes, reports and pages."""
    return (
        *python_texts(),
        *problem_texts(),
        *script_texts(),
        *template_texts(),
        *file_texts(),
        module_text(),
    )


def python_texts() -> Iterator[Text]:
    """What stands in `_("…")`."""
    for module in source.modules():
        for node in ast.walk(module.tree):
            if not (isinstance(node, ast.Call) and source.called(node) in ("_", "frappe._", "_lt")):
                continue
            text = _constant(node.args[0]) if node.args else None
            if text:
                given = {word.arg: _constant(word.value) for word in node.keywords}
                yield Text(text, given.get("context"), module.where(node))


def problem_texts() -> Iterator[Text]:
    """The engine's findings: templates that are translated where they are shown."""
    for module in source.modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and source.called(node) == "Problem" and len(node.args) > 1:
                text = _constant(node.args[1])
                if text:
                    yield Text(text, None, module.where(node))


def script_texts() -> Iterator[Text]:
    """What stands in `__("…")`."""
    for path in scripts():
        code = path.read_text(encoding="utf-8")
        for call in JS_CALL.finditer(code):
            after = JS_CONTEXT.match(code, call.end()) if call[3] == "," else None
            yield Text(_unescaped(call[2]), after[2] if after else None, line_of(path, code, call))


def template_texts() -> Iterator[Text]:
    """What stands in `_("…")` of a page or mail."""
    for path in sorted(source.PACKAGE.rglob("*.html")):
        code = path.read_text(encoding="utf-8")
        for call in HTML_CALL.finditer(code):
            yield Text(_unescaped(call[2]), None, line_of(path, code, call))


def file_texts() -> Iterator[Text]:
    """Labels, descriptions, choices and names in the JSON files of the module."""
    for path in sorted(source.PACKAGE.rglob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        for document in content if isinstance(content, list) else [content]:
            where = str(path.relative_to(source.ROOT))
            kind = document.get("doctype")
            shown = (
                _doctype_texts(document) if kind == "DocType" else _shown_texts(document, SHOWN.get(kind, ()))
            )
            yield from (Text(text, None, where) for text in shown if re.search(r"[^\W\d_]", text))


def module_text() -> Text:
    """The module's name heads its pages."""
    name = (source.PACKAGE / "modules.txt").read_text(encoding="utf-8").strip()
    return Text(name, None, "sales_targets/modules.txt")


def scripts() -> list[Path]:
    """The app's JavaScript, without what others wrote."""
    return [path for path in sorted(source.PACKAGE.rglob("*.js")) if not {"dist", "lib"} & set(path.parts)]


def line_of(path: Path, code: str, found: re.Match[str]) -> str:
    """`file.js:12`, as an editor opens it."""
    return f"{path.relative_to(source.ROOT)}:{code.count(chr(10), 0, found.start()) + 1}"


def _doctype_texts(document: dict[str, Any]) -> Iterator[str]:
    yield document["name"]
    yield document.get("description") or ""
    for field in document["fields"]:
        yield field.get("label") or ""
        yield field.get("description") or ""
        if field["fieldtype"] == "Select" and field["fieldname"] != "naming_series":
            yield from (field.get("options") or "").split("\n")
        elif field["fieldtype"] == "HTML":
            yield field.get("options") or ""
    for link in document.get("links", []):
        yield link.get("group") or ""
        yield link.get("link_doctype") or ""
    yield from (rule["role"] for rule in document.get("permissions", []))


def _shown_texts(document: dict[str, Any], shown: tuple[str, ...]) -> Iterator[str]:
    for name in shown:
        table, _, field = name.rpartition(".")
        rows = document.get(table, []) if table else [document]
        yield from (row.get(field) or "" for row in rows)
    if document.get("doctype") == "Workspace":
        blocks = json.loads(document.get("content") or "[]")
        yield from (
            block["data"].get("text") or "" for block in blocks if block["type"] in ("header", "paragraph")
        )


def _constant(node: ast.AST) -> str | None:
    """A literal text, also one of several parts."""
    try:
        value = ast.literal_eval(node)
    except ValueError:
        return None
    return value if isinstance(value, str) else None


def _unescaped(literal: str) -> str:
    return re.sub(r"\\(.)", lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), literal)
