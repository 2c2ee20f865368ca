"""House rules that a linter does not know."""

import ast
import re
from collections.abc import Iterator

from tests.unit.static import source
from tests.unit.static.test_hooks import is_whitelisted

# Functions that build a statement out of constants of their module, never out of values: (module, function).
BUILT_FROM_CONSTANTS: set[tuple[str, str]] = set()
CHECKS = ("check_", "require_", "only_", "ensure_", "_check_", "_require_")
CHECKING = {"has_permission", "check_permission", "only_for", "allowed_sellers"}


def calls(*names: str) -> Iterator[tuple[source.Source, ast.FunctionDef | None, ast.Call]]:
    """Every call of one of these names in the app, with the innermost function around it."""
    for module in source.modules():
        around: dict[int, ast.FunctionDef] = {}
        for function in source.functions(module.tree):
            around |= {id(node): function for node in ast.walk(function)}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and source.called(node) in names:
                yield module, around.get(id(node)), node


def formatted(node: ast.AST) -> bool:
    """Whether the expression puts something into a string."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        return isinstance(node.left, ast.Constant | ast.JoinedStr)
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format"


def test_nothing_is_formatted_into_sql():
    wrong = []
    for module, function, call in calls(
        "frappe.db.sql", "frappe.db.multisql", "frappe.db.sql_ddl", "frappe.db.sql_list"
    ):
        if not call.args or (module.module, function.name if function else "") in BUILT_FROM_CONSTANTS:
            continue
        query = call.args[0]
        if isinstance(query, ast.Name) and function:
            given = [n.value for n in ast.walk(function) if isinstance(n, ast.Assign) and _names(n, query.id)]
        else:
            given = [query]
        if any(formatted(inner) for value in given for inner in ast.walk(value)):
            wrong.append(module.where(call))
    assert not wrong, source.listed(wrong)


def test_translated_text_is_constant():
    """`_("… {0}").format(x)`: what is formatted before it is looked up nobody can translate."""
    wrong = [m.where(call) for m, _, call in calls("_", "frappe._") if call.args and formatted(call.args[0])]
    assert not wrong, source.listed(wrong)


def test_messages_are_translated():
    bare = []
    for module, _, call in calls("frappe.throw", "frappe.msgprint"):
        first = call.args[0] if call.args else None
        if any(re.search(r"[A-Za-z]", text) for text in _bare_text(first)):
            bare.append(module.where(call))
    assert not bare, source.listed(bare)


def test_whitelisted_methods_are_typed_and_check_permission_first():
    wrong = []
    for module in source.modules():
        for function in source.functions(module.tree):
            if not is_whitelisted(function):
                continue
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            untyped = [a.arg for a in arguments if a.arg not in ("self", "cls") and a.annotation is None]
            if untyped or function.returns is None:
                wrong.append(f"{module.where(function)} {function.name}: types missing {untyped}")
            if not _checks_first(module, function):
                wrong.append(f"{module.where(function)} {function.name}: no permission check at its start")
    assert not wrong, source.listed(wrong)


def test_types_of_whitelisted_methods_are_real():
    """Frappe checks the arguments by their annotations; as postponed texts it lets everything through."""
    wrong = [
        str(module.path.relative_to(source.ROOT))
        for module in source.modules()
        if any(is_whitelisted(function) for function in source.functions(module.tree))
        and any(isinstance(n, ast.ImportFrom) and n.module == "__future__" for n in module.tree.body)
    ]
    assert not wrong, source.listed(wrong)


def test_aggregates_are_built_with_the_query_builder():
    """Frappe 16 refuses functions in the fields of get_all and get_list."""
    wrong = []
    for module, _, call in calls(
        "frappe.get_all", "frappe.get_list", "frappe.db.get_all", "frappe.db.get_list"
    ):
        for keyword in call.keywords:
            if keyword.arg in ("fields", "pluck", "order_by", "group_by"):
                texts = [n.value for n in ast.walk(keyword.value) if isinstance(n, ast.Constant)]
                if any(isinstance(text, str) and "(" in text for text in texts):
                    wrong.append(module.where(call))
    assert not wrong, source.listed(wrong)


def test_public_functions_are_typed_and_documented():
    """In the engine, crediting and targets: shapes, units and errors belong to the name."""
    wrong = []
    for module in source.modules():
        if (module.module.split(".") + [""])[1] not in ("engine", "targets", "compensation", "simulation"):
            continue
        for function in module.tree.body:
            if not isinstance(function, ast.FunctionDef) or function.name.startswith("_"):
                continue
            arguments = [*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs]
            if any(a.annotation is None for a in arguments) or function.returns is None:
                wrong.append(f"{module.where(function)} {function.name}: types missing")
            if not ast.get_docstring(function):
                wrong.append(f"{module.where(function)} {function.name}: no docstring")
    assert not wrong, source.listed(wrong)


def _bare_text(node: ast.AST | None) -> list[str]:
    """The words a message is written with; punctuation between translated parts is none."""
    parts = node.values if isinstance(node, ast.JoinedStr) else [node]
    return [str(part.value) for part in parts if isinstance(part, ast.Constant)]


def _names(assignment: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in assignment.targets)


def _checks_first(module: source.Source, function: ast.FunctionDef, deeper: int = 2) -> bool:
    """Whether one of the first statements checks, itself or through a function of the same module."""
    body = function.body[1:] if ast.get_docstring(function) else function.body
    for node in (node for statement in body[:3] for node in ast.walk(statement)):
        if not isinstance(node, ast.Call):
            continue
        name = source.called(node).rsplit(".", 1)[-1]
        if name in CHECKING or name.startswith(CHECKS):
            return True
        if any(keyword.arg == "check_permission" for keyword in node.keywords):
            return True
        helper = source.definition(f"{module.module}.{name}", (ast.FunctionDef,)) if deeper else None
        if helper and _checks_first(module, helper, deeper - 1):
            return True
    return False
