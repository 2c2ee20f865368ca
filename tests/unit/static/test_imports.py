"""Imports point one way, and the engine stands alone."""

import ast
import subprocess
import sys

from tests.unit.static import source

# A module may import its own layer and those below it.
LAYERS = (
    {"engine"},
    {"crediting", "problems"},
    {"targets", "compensation", "simulation"},
    {"desk"},
    {"setup", "sales_targets", "tasks", "commands", "api", "hooks", "patches"},
)
HEAVY = ("pandas", "numpy")
BLOCKED_IN_ENGINE = ("frappe", "erpnext", "hrms", "pandas", "numpy")


def layer(module: str) -> int:
    """The layer of a module of the app: 0 is the engine."""
    part = module.split(".")[1]
    found = [number for number, names in enumerate(LAYERS) if part in names]
    assert found, f"{module} is in no layer: add its package to LAYERS"
    return found[0]


def test_imports_point_one_way():
    wrong = []
    for module in source.modules():
        if module.module == "sales_targets":
            continue
        for name, node in source.imports(module):
            if name.startswith("sales_targets.") and layer(name) > layer(module.module):
                wrong.append(f"{module.where(node)} imports {name}")
    assert not wrong, source.listed(wrong)


def test_the_package_itself_imports_nothing():
    assert not list(source.imports(source.named("sales_targets")))
    assert not list(source.imports(source.named("sales_targets.hooks")))


def test_engine_and_simulation_know_no_framework():
    wrong = []
    for module in source.modules():
        part = (module.module.split(".") + [""])[1]
        for name, node in source.imports(module):
            if part == "engine" and name.split(".")[0] in BLOCKED_IN_ENGINE:
                wrong.append(f"{module.where(node)} imports {name}")
            if part == "simulation" and name.split(".")[0] in ("frappe", "erpnext", "hrms"):
                wrong.append(f"{module.where(node)} imports {name}")
            if part == "simulation" and name.startswith("sales_targets.") and ".engine" not in name:
                if not name.startswith("sales_targets.simulation"):
                    wrong.append(f"{module.where(node)} imports {name}")
    assert not wrong, source.listed(wrong)


def test_engine_imports_alone():
    """Really imported, with the frameworks out of reach: a side door would show."""
    names = [m.module for m in source.modules() if m.module.startswith("sales_targets.engine")]
    assert _imported(names, BLOCKED_IN_ENGINE) == []


def test_hooks_load_nothing_heavy():
    assert _imported(["sales_targets", "sales_targets.hooks"], ("frappe", *HEAVY)) == []


def test_crediting_events_imports_only_the_standard_library_and_frappe():
    allowed = {*sys.stdlib_module_names, "frappe"}
    events = source.named("sales_targets.crediting.events")
    wrong = [
        f"{events.where(node)} {name}"
        for name, node in source.imports(events)
        if name.split(".")[0] not in allowed
    ]
    package = source.named("sales_targets.crediting")
    wrong += [f"{package.where(node)} {name}" for name, node in source.imports(package)]
    assert not wrong, source.listed(wrong)


def test_pandas_loads_only_where_it_is_used():
    """Never when a worker starts: only inside functions of reports and the simulation."""
    wrong = []
    for module in source.modules():
        inside = {id(n) for f in source.functions(module.tree) for n in ast.walk(f)}
        inside |= {id(n) for block in ast.walk(module.tree) if _type_checking(block) for n in ast.walk(block)}
        for name, node in source.imports(module):
            if name.split(".")[0] not in HEAVY:
                continue
            analysis = ".report." in module.module or ".simulation" in module.module
            if id(node) not in inside or not analysis:
                wrong.append(module.where(node))
    assert not wrong, source.listed(wrong)


def test_the_engine_counts_in_decimals():
    """No float is written or made in the engine; money is Decimal from end to end."""
    wrong = []
    for module in source.modules():
        if not module.module.startswith("sales_targets.engine"):
            continue
        for node in ast.walk(module.tree):
            literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
            if literal or (isinstance(node, ast.Call) and source.called(node) == "float"):
                wrong.append(module.where(node))
    assert not wrong, source.listed(wrong)


def _type_checking(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and source.called(node.test).endswith("TYPE_CHECKING")


def _imported(names: list[str], blocked: tuple[str, ...]) -> list[str]:
    """Import the modules in a fresh process; which of the blocked packages were loaded or asked for."""
    code = f"""
import importlib, sys
class Block:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {blocked!r}:
            raise ImportError("blocked: " + name)
sys.meta_path.insert(0, Block())
for name in {names!r}:
    importlib.import_module(name)
print(*sorted(set({blocked!r}) & set(sys.modules)))
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=source.ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
