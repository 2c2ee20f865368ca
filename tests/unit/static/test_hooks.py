"""Whatever Frappe is told by name exists: hooks, patches, methods the browser calls."""

import ast
import re

import pytest

from tests.unit.static import source

DOTTED = re.compile(r"^sales_targets(\.\w+)+$")
HOOKS = source.hooks()
# The documents that note what changed, and the masters that say who a seller is. Everything else is polled,
# so that no other document pays for it.
NOTED = {"Sales Invoice", "POS Invoice", "Opportunity", "Sales Order", "Payment Entry", "Journal Entry"}
MASTERS = {"Sales Person", "Employee"}
# What pays a statement: their cancellation is noted, which is seldom.
PAYOUTS = {"Purchase Invoice", "Additional Salary"}
# How a form is customised: no document of anybody's business.
SETUP = {"Property Setter"}


@pytest.mark.parametrize("path", sorted({s for s in source.strings(HOOKS) if DOTTED.match(s)}))
def test_hook_path_is_a_function(path):
    assert source.defines(path), f"hooks.py names {path}, which nothing defines"


def test_files_of_hooks_exist():
    """Client scripts of foreign doctypes, and what the desk includes."""
    scripts = [
        *source.strings(HOOKS.get("doctype_js", {})),
        *source.strings(HOOKS.get("doctype_list_js", {})),
    ]
    missing = [path for path in scripts if not (source.PACKAGE / path).exists()]
    included = [HOOKS.get(name, []) for name in ("app_include_js", "app_include_css")]
    for path in source.strings(included):
        name = path.rsplit("/", 1)[-1]
        if not list((source.PACKAGE / "public").rglob(name)):
            missing.append(path)
    assert not missing, source.listed(missing)


def test_no_hook_on_every_document():
    assert "*" not in HOOKS["doc_events"]


def test_only_the_named_documents_are_hooked_on_save_and_submit():
    busy = {
        name for name, events in HOOKS["doc_events"].items() if set(events) - {"after_rename", "on_trash"}
    }
    others = sorted(busy - NOTED - MASTERS - PAYOUTS - SETUP)
    assert not others, f"{others}: poll these instead"
    assert all(set(HOOKS["doc_events"][name]) == {"on_cancel"} for name in PAYOUTS)


def test_handlers_are_not_whitelisted():
    handlers = set(source.strings(HOOKS["doc_events"]))
    open_to_all = [path for path in handlers if is_whitelisted(source.definition(path))]
    assert not open_to_all, source.listed(open_to_all)


def test_patches_resolve():
    missing = []
    for line in (source.PACKAGE / "patches.txt").read_text(encoding="utf-8").splitlines():
        entry = line.split("#")[0].strip()
        if not entry or entry.startswith(("[", "execute:")):
            continue
        if not source.defines(f"{entry.split()[0]}.execute"):
            missing.append(entry)
    assert not missing, source.listed(missing)


def test_modules_are_folders():
    for line in (source.PACKAGE / "modules.txt").read_text(encoding="utf-8").splitlines():
        if line.strip():
            assert (source.PACKAGE / line.strip().lower().replace(" ", "_") / "__init__.py").exists()


def test_names_in_python_resolve():
    """`frappe.enqueue("sales_targets.tasks.drain")` and the like."""
    missing = []
    for module in source.modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and DOTTED.match(node.value):
                if (
                    not source.named(node.value)
                    and not source.defines(node.value)
                    and not _assigned(node.value)
                ):
                    missing.append(f"{module.where(node)} {node.value}")
    assert not missing, source.listed(missing)


def test_methods_the_browser_calls_are_whitelisted():
    wrong = []
    for path in sorted(source.PACKAGE.rglob("*.js")):
        for name in _called_by(path.read_text(encoding="utf-8")):
            # A namespace of the browser's own (frappe.provide) has no module behind it.
            served = source.named(".".join(name.split(".")[:2])) and not source.named(name)
            if served and not is_whitelisted(source.definition(name)):
                wrong.append(f"{path.relative_to(source.ROOT)} {name}")
    assert not wrong, source.listed(wrong)


def _called_by(script: str) -> list[str]:
    """Dotted names in a script's strings, with a constant for the module in front (`${METHODS}.preview`)."""
    for name, value in re.findall(r"(?:const|let|var) (\w+) = [\"'`]([\w.]+)[\"'`]", script):
        script = script.replace(f"${{{name}}}", value)
    return re.findall(r"[\"'`](sales_targets(?:\.\w+){2,})[\"'`]", script)


def is_whitelisted(node: ast.AST | None) -> bool:
    decorators = getattr(node, "decorator_list", [])
    return any(source.called(decorator) == "frappe.whitelist" for decorator in decorators)


def _assigned(dotted: str) -> bool:
    """Whether the path names a value (a list of commands, a logger's name) rather than a function."""
    module, _, name = dotted.rpartition(".")
    found = source.named(module)
    names = {target.id for node in ast.walk(found.tree) for target in _targets(node)} if found else set()
    return name in names


def _targets(node: ast.AST) -> list[ast.Name]:
    targets = (
        node.targets
        if isinstance(node, ast.Assign)
        else [node.target]
        if isinstance(node, ast.AnnAssign)
        else []
    )
    return [target for target in targets if isinstance(target, ast.Name)]
