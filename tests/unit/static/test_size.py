"""Files and functions stay small enough to read in one go."""

import ast

import pytest

from tests.unit.static import source

FILE_LINES = 400
FUNCTION_LINES = 40


def test_files_are_short():
    scripts = [*source.PACKAGE.rglob("*.js"), *source.PACKAGE.rglob("*.css")]
    paths = [module.path for module in source.everything()] + scripts
    long = [f"{p.relative_to(source.ROOT)}: {n} lines" for p in paths if (n := _lines(p)) > FILE_LINES]
    assert not long, source.listed(long)


def test_functions_are_short():
    """Without the docstring, which may be as long as it needs to be."""
    long = []
    for module in source.everything():
        for function in source.functions(module.tree):
            lines = function.end_lineno - function.lineno + 1
            if ast.get_docstring(function):
                note = function.body[0]
                lines -= note.end_lineno - note.lineno + 1
            if lines > FUNCTION_LINES:
                long.append(f"{module.where(function)} {function.name}: {lines} lines")
    assert not long, source.listed(long)


@pytest.mark.parametrize("top", ["sales_targets", "tests"])
def test_every_package_folder_is_a_package(top):
    root = source.ROOT / top
    folders = {path.parent for path in root.rglob("*.py")}
    inner = {parent for folder in folders for parent in folder.parents if parent.is_relative_to(root)}
    assert not sorted(str(f) for f in folders | inner if not (f / "__init__.py").exists())


def _lines(path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())
