"""The app's files as syntax trees, read once; nothing of them is imported."""

import ast
import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[3]
PACKAGE = ROOT / "sales_targets"
MODULE = PACKAGE / "sales_targets"


class Source(NamedTuple):
    """One Python file: its path, its dotted name and its tree."""

    path: Path
    module: str
    tree: ast.Module

    def where(self, node: ast.AST) -> str:
        """`sales_targets/crediting/queue.py:12`, as an editor opens it."""
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


@cache
def modules() -> tuple[Source, ...]:
    """Every module of the app's package."""
    return tuple(_sources(PACKAGE))


@cache
def everything() -> tuple[Source, ...]:
    """Every Python file of the repository."""
    folders = [
        folder
        for folder in (PACKAGE, ROOT / "tests", ROOT / "scripts", ROOT / "benchmarks")
        if folder.exists()
    ]
    return tuple(source for folder in folders for source in _sources(folder))


def named(module: str) -> Source | None:
    """The module (or package) of that dotted name."""
    return next((source for source in modules() if source.module == module), None)


def defines(dotted: str, kinds: tuple[type, ...] = (ast.FunctionDef, ast.ClassDef)) -> bool:
    """Whether `package.module.name` (or `package.module.Class.name`) is defined at the top of its module."""
    return definition(dotted, kinds) is not None


def definition(dotted: str, kinds: tuple[type, ...] = (ast.FunctionDef, ast.ClassDef)) -> ast.AST | None:
    """The function or class that a dotted path names; None when there is none."""
    parts = dotted.split(".")
    for cut in range(len(parts) - 1, 0, -1):
        source = named(".".join(parts[:cut]))
        if source:
            return _within(source.tree, parts[cut:], kinds)
    return None


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Every function and method, nested ones too."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def imports(source: Source) -> Iterator[tuple[str, ast.AST]]:
    """Every imported module with the node that imports it, relative imports resolved; nested ones too."""
    is_package = source.path.name == "__init__.py"
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            base = node.module or ""
            if node.level:
                parts = source.module.split(".")
                parts = parts[: len(parts) - node.level + (1 if is_package else 0)]
                base = ".".join([*parts, base]).rstrip(".")
            for alias in node.names:
                inner = f"{base}.{alias.name}"
                yield (inner if named(inner) else base), node


def called(node: ast.AST) -> str:
    """The dotted name a call names (`frappe.db.sql`), as far as it is plain names."""
    target = node.func if isinstance(node, ast.Call) else node
    parts = []
    while isinstance(target, ast.Attribute):
        parts.append(target.attr)
        target = target.value
    parts.append(target.id if isinstance(target, ast.Name) else "?")
    return ".".join(reversed(parts))


@cache
def doctypes() -> dict[str, tuple[Path, dict[str, Any]]]:
    """DocType name -> (its JSON file, what is in it)."""
    found = {}
    for path in sorted(MODULE.glob("doctype/*/*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        found[content["name"]] = (path, content)
    return found


def hooks() -> dict[str, Any]:
    """The values hooks.py assigns. It imports nothing, so it can be run."""
    path = PACKAGE / "hooks.py"
    values: dict[str, Any] = {}
    exec(compile(path.read_text(encoding="utf-8"), str(path), "exec"), values)
    return {name: value for name, value in values.items() if not name.startswith("__")}


def strings(value: Any) -> Iterator[str]:
    """Every string in a value of dictionaries, lists and tuples (keys left out)."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list | tuple | set):
        for inner in value:
            yield from strings(inner)


def listed(found: Iterable[str]) -> str:
    """One finding a line, so that a report names them all."""
    return "\n" + "\n".join(sorted(found))


def _within(node: ast.AST, names: list[str], kinds: tuple[type, ...]) -> ast.AST | None:
    for inner in getattr(node, "body", []):
        if getattr(inner, "name", None) == names[0]:
            if len(names) > 1:
                return _within(inner, names[1:], kinds)
            return inner if isinstance(inner, kinds) else None
    return None


def _sources(folder: Path) -> Iterator[Source]:
    for path in sorted(folder.rglob("*.py")):
        if "node_modules" in path.parts:
            continue
        parts = list(path.relative_to(ROOT).with_suffix("").parts)
        if parts[-1] == "__init__":
            parts.pop()
        yield Source(path, ".".join(parts), ast.parse(path.read_text(encoding="utf-8"), str(path)))
