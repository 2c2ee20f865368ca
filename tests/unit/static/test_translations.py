"""Everything a user reads can be translated, and is, into Persian.

`bench generate-pot-file --app sales_targets` brings sales_targets/locale/main.pot up to date, and
`bench update-po-files --app sales_targets --locale fa` adds what is new to fa.po, still to be translated.
Then `.venv/bin/python scripts/translations.py` writes the copy that early releases of Frappe 15 read.
"""

import json
import re
import runpy

from tests.unit.static import source, texts

PLACEHOLDER = re.compile(r"\{\d*\}|</?\w+")
# Arabic letters and digits that look like the Persian ones, and are found by no search for them.
ARABIC = re.compile(r"[\u064A\u0643\u0660-\u0669]")
# Texts shown by a key of an object or by one of Frappe's functions, with a literal that is not translated.
BARE_KEY = re.compile(
    r"""\b(?:label|title|description|placeholder|message|\w+_label)\s*:\s*(["'`])\s*[A-Z]\w"""
)
BARE_CALL = re.compile(
    r"""\b(?:msgprint|throw|confirm|prompt|show_alert|set_intro|set_headline|show_progress|add_custom_button"""
    r"""|add_inner_button|add_menu_item|add_actions_menu_item|page\.set_title)\(\s*(["'`])\s*[A-Z]"""
)
BARE_HTML = re.compile(r">\s*[A-Z][a-z]+[\w ,.:]*<")


def translations() -> dict[tuple[str, str | None], str]:
    return {(m.id, m.context): m.string for m in texts.catalogue("fa.po") if m.id}


def test_every_text_has_its_persian_translation():
    known = translations()
    wrong = [f"{one.where}: {one.text!r}" for one in texts.texts() if not known.get(one.key)]
    assert not wrong, source.listed(wrong)


def test_frappes_tools_find_every_text():
    """What stands here and not in main.pot is new, or written so that only this test can read it."""
    found = {(m.id, m.context) for m in texts.catalogue("main.pot") if m.id}
    wrong = [f"{one.where}: {one.text!r}" for one in texts.texts() if one.key not in found]
    assert not wrong, source.listed(wrong)


def test_every_message_of_the_template_is_translated():
    known = translations()
    wrong = [repr(m.id) for m in texts.catalogue("main.pot") if m.id and not known.get((m.id, m.context))]
    assert not wrong, source.listed(wrong)


def test_translations_keep_their_placeholders():
    wrong = []
    for (text, _context), translated in translations().items():
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(translated)):
            wrong.append(f"{text!r}: {translated!r}")
    assert not wrong, source.listed(wrong)


def test_no_translation_is_a_guess():
    wrong = [repr(message.id) for message in texts.catalogue("fa.po") if message.id and message.fuzzy]
    assert not wrong, source.listed(wrong)


def test_translations_are_written_in_persian():
    wrong = [repr(text) for text in translations().values() if ARABIC.search(text)]
    for (text, _context), translated in translations().items():
        words = re.sub(r"\{\d*\}|<[^>]*>", "", text)
        if re.search(r"[A-Za-z]{2}", words) and not re.search(r"[آ-ی]", translated):
            wrong.append(f"{text!r}: {translated!r}")
    assert not wrong, source.listed(wrong)


def test_early_releases_of_frappe_15_read_the_same():
    script = runpy.run_path(str(source.ROOT / "scripts" / "translations.py"))
    for catalogue in texts.LOCALE.glob("*.po"):
        copy = script["written_to"](catalogue).read_text(encoding="utf-8")
        assert copy == script["as_csv"](catalogue), "run scripts/translations.py"


def test_scripts_translate_constants():
    """Nothing is put into a text before it is looked up, and no text is made of parts."""
    wrong = []
    for path in texts.scripts():
        code = path.read_text(encoding="utf-8")
        for call in texts.JS_CALL.finditer(code):
            if call[3] not in ",)" or (call[1] == "`" and "${" in call[2]):
                wrong.append(texts.line_of(path, code, call))
    assert not wrong, source.listed(wrong)


def test_scripts_show_nothing_untranslated():
    wrong = []
    for path in texts.scripts():
        code = path.read_text(encoding="utf-8")
        for rule in (BARE_KEY, BARE_CALL, BARE_HTML):
            wrong += [f"{texts.line_of(path, code, one)}: {one[0]}" for one in rule.finditer(code)]
    assert not wrong, source.listed(wrong)


def test_there_is_a_rule_for_every_kind_of_file():
    """A new kind of document in the module says in texts.SHOWN which of its texts are read."""
    kinds: dict[str, str] = {}
    for path in source.PACKAGE.rglob("*.json"):
        content = json.loads(path.read_text(encoding="utf-8"))
        for document in content if isinstance(content, list) else [content]:
            kinds[document.get("doctype", "?")] = str(path.relative_to(source.ROOT))
    unknown = [f"{kind}: {where}" for kind, where in kinds.items() if kind not in {*texts.SHOWN, "DocType"}]
    assert not unknown, source.listed(unknown)
