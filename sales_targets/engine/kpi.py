"""KPIs: the arithmetic of formulas over KPI codes and of expressions over a document's fields.

A formula is evaluated on sums ("won_count / closed_count" of a team is the ratio of the team's sums), never
averaged. Both kinds of text are checked first, with the findings as data, and calculated in Decimal.
"""

import ast
import threading
from collections.abc import Callable, Collection, Mapping
from decimal import Decimal, DecimalException
from functools import lru_cache

from simpleeval import SimpleEval

from sales_targets.engine.money import CONTEXT, round_money
from sales_targets.engine.problem import Problem

__all__ = [
    "Cycle",
    "FormulaError",
    "Problem",
    "check_expression",
    "check_formula",
    "evaluate",
    "expression_value",
    "names",
    "order",
    "resolve",
]

# Without powers and strings nothing can grow; these keep parsing and recursion small as well.
MAX_LENGTH = 500
MAX_DEPTH = 100
MAX_PLACES = 20


class FormulaError(ValueError):
    """A formula or expression that cannot be calculated; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class Cycle(ValueError):
    """Formulas that need each other; `codes` names them in order, the first one repeated at the end."""

    def __init__(self, codes: list[str]) -> None:
        super().__init__(" → ".join(codes))
        self.codes = codes


def names(expression: str) -> frozenset[str]:
    """The codes (or fields) `expression` uses; empty where it cannot be read."""
    tree, _problem = _parse(expression)
    return _names(tree) if tree else frozenset()


def check_formula(formula: str, known: Collection[str]) -> list[Problem]:
    """What is wrong with a formula over the KPI codes `known`; an empty list where nothing is.

    Allowed are codes, numbers, + - * / and parentheses. A divisor that can only be zero is a finding; one
    that turns out zero gives no value.
    """
    return _check(formula, known, functions=False)


def check_expression(expression: str, fields: Collection[str]) -> list[Problem]:
    """What is wrong with an expression over `fields`: as check_formula, with min, max, abs and round."""
    return _check(expression, fields, functions=True)


def evaluate(formula: str, values: Mapping[str, Decimal | None]) -> Decimal | None:
    """The value of `formula`; None where a code has no value or a divisor is zero.

    Raises FormulaError where check_formula would find fault.
    """
    tree, used = _checked(formula, functions=False)
    given: dict[str, Decimal] = {}
    for name in used:
        value = values.get(name)
        if value is None:
            return None
        given[name] = value
    return _calculate(formula, tree, given)


def expression_value(expression: str, row: Mapping[str, object]) -> Decimal | None:
    """The value of a measure's expression over one document's fields; None where a divisor is zero.

    `expression` is a field or an expression of fields. An empty field counts as 0, as everywhere in Frappe.
    Raises FormulaError for a field that `row` lacks, a field that holds no number, and a faulty expression.
    """
    if expression in row:  # by far the commonest case, a million times in a rebuild
        return _number(expression, row[expression])
    tree, used = _checked(expression, functions=True)
    given: dict[str, Decimal] = {}
    for name in used:
        if name not in row:
            raise FormulaError(Problem("unknown_name", "{0} is unknown", (name,)))
        given[name] = _number(name, row[name])
    return _calculate(expression, tree, given)


def order(formulas: Mapping[str, str]) -> list[str]:
    """The codes of `formulas`, each after those it needs. Raises Cycle; other codes are left out."""
    done: dict[str, None] = {}
    for code in formulas:
        _visit(code, formulas, done, [])
    return list(done)


def resolve(
    kpi: str, formulas: Mapping[str, str], additive_values: Mapping[str, Decimal | None]
) -> Decimal | None:
    """The value of `kpi`, a formula or an additive KPI, from the sums of the additive ones.

    None where a value is missing or a divisor is zero. Raises Cycle and FormulaError.
    """
    if kpi not in formulas:
        return additive_values.get(kpi)
    needed: dict[str, None] = {}
    _visit(kpi, formulas, needed, [])
    values = dict(additive_values)
    for code in needed:
        values[code] = evaluate(formulas[code], values)
    return values[kpi]


def _visit(code: str, formulas: Mapping[str, str], done: dict[str, None], path: list[str]) -> None:
    if code in done:
        return
    if code in path:
        raise Cycle([*path[path.index(code) :], code])
    for needed in sorted(names(formulas[code])):
        if needed in formulas:
            _visit(needed, formulas, done, [*path, code])
    done[code] = None


# --- reading -------------------------------------------------------------------------------------------

_OPERATORS: dict[type, Callable[..., Decimal]] = {
    ast.Add: CONTEXT.add,
    ast.Sub: CONTEXT.subtract,
    ast.Mult: CONTEXT.multiply,
    ast.Div: CONTEXT.divide,
    ast.USub: Decimal.copy_negate,
    ast.UAdd: lambda value: value,
}
_PLAIN = (ast.BinOp, ast.UnaryOp, ast.Name, ast.Load, *_OPERATORS)


def _round(value: Decimal, places: Decimal = Decimal(0)) -> Decimal:
    if places != places.to_integral_value() or places.copy_abs() > MAX_PLACES:
        raise FormulaError(Problem("bad_places", "{0} is no number of decimals", (str(places),)))
    return round_money(value, int(places))


_FUNCTIONS: dict[str, tuple[Callable[..., Decimal], int, int]] = {
    "min": (lambda *values: min(values), 1, 99),
    "max": (lambda *values: max(values), 1, 99),
    "abs": (Decimal.copy_abs, 1, 1),
    "round": (_round, 1, 2),
}


@lru_cache(maxsize=1024)
def _parse(text: str) -> tuple[ast.Expression | None, Problem | None]:
    if not text or not text.strip():
        return None, Problem("empty", "The formula is empty")
    if len(text) > MAX_LENGTH:
        return None, Problem("too_long", "The formula is longer than {0} characters", (str(MAX_LENGTH),))
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None, Problem("syntax", "{0} cannot be read as a formula", (text.strip(),))
    if _depth(tree) > MAX_DEPTH:
        return None, Problem("too_deep", "The formula has too many levels")
    return tree, None


def _depth(tree: ast.AST) -> int:
    depth, level = 0, [tree]
    while level:
        depth, level = depth + 1, [child for node in level for child in ast.iter_child_nodes(node)]
    return depth


def _names(tree: ast.AST) -> frozenset[str]:
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return frozenset(
        node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in called
    )


def _check(text: str, known: Collection[str], *, functions: bool) -> list[Problem]:
    tree, problem = _parse(text)
    if tree is None:
        return [problem] if problem else []
    problems = _faults(tree, functions=functions)
    problems += [
        Problem("unknown_name", "{0} is unknown", (name,)) for name in sorted(_names(tree) - set(known))
    ]
    return problems or _zero_divisors(text, tree)


def _faults(tree: ast.Expression, *, functions: bool) -> list[Problem]:
    """What is not allowed, the largest part of each: nothing within it is looked at."""
    faults: dict[Problem, None] = {}
    waiting: list[ast.AST] = [tree.body]
    while waiting:
        node = waiting.pop(0)
        fault = _fault(node, functions=functions)
        if fault:
            faults[fault] = None
        elif isinstance(node, ast.Call):
            waiting += node.args
        else:
            waiting += ast.iter_child_nodes(node)
    return list(faults)


def _fault(node: ast.AST, *, functions: bool) -> Problem | None:
    if isinstance(node, ast.Constant):
        known = _is_number(node.value)
        return None if known else Problem("no_number", "{0} is no number", (repr(node.value),))
    if isinstance(node, ast.Call) and functions:
        return _call_fault(node)
    allowed = isinstance(node, _PLAIN)
    if isinstance(node, (ast.BinOp, ast.UnaryOp)):
        allowed = isinstance(node.op, _PLAIN)
    return None if allowed else _not_allowed(node)


def _not_allowed(node: ast.AST) -> Problem:
    return Problem("not_allowed", "{0} is not allowed in a formula", (ast.unparse(node),))


def _is_number(value: object) -> bool:
    return type(value) is int or (type(value) is float and Decimal(value).is_finite())


def _call_fault(node: ast.Call) -> Problem | None:
    name = node.func.id if isinstance(node.func, ast.Name) else ""
    if name not in _FUNCTIONS or node.keywords:
        return _not_allowed(node)
    _function, least, most = _FUNCTIONS[name]
    if not least <= len(node.args) <= most:
        return Problem("arguments", "{0} has the wrong number of values", (name,))
    return None


def _zero_divisors(text: str, tree: ast.Expression) -> list[Problem]:
    """Divisors made of numbers alone that come to zero, in a tree that is otherwise in order."""
    for node in ast.walk(tree):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div) and not _names(node.right):
            try:
                divisor = _calculate(text, ast.Expression(node.right), {})
            except FormulaError as error:
                return [error.problem]
            if not divisor:
                return [Problem("zero_divisor", "{0} divides by zero", (ast.unparse(node),))]
    return []


# --- calculating ---------------------------------------------------------------------------------------


class _Evaluator(SimpleEval):
    """simpleeval on Decimals alone: the four operations, and the functions of _FUNCTIONS."""

    def __init__(self) -> None:
        functions = {name: function for name, (function, _least, _most) in _FUNCTIONS.items()}
        super().__init__(operators=_OPERATORS, functions=functions, names={})
        self.nodes[ast.Constant] = _literal


def _literal(node: ast.Constant) -> Decimal:
    # By its text: 0.1 means one tenth, not the nearest binary fraction.
    return Decimal(str(node.value))


# Building an evaluator costs more than using it, and touches the process's warning filters: one a thread.
_local = threading.local()


def _calculate(text: str, tree: ast.Expression, values: Mapping[str, Decimal]) -> Decimal | None:
    evaluator = getattr(_local, "evaluator", None)
    if evaluator is None:
        evaluator = _local.evaluator = _Evaluator()
    evaluator.names = values
    try:
        value: Decimal = evaluator.eval(text, previously_parsed=tree.body)
    except DecimalException:
        return None  # a divisor of zero, or a figure beyond all measure
    return value


@lru_cache(maxsize=1024)
def _checked(text: str, *, functions: bool) -> tuple[ast.Expression, frozenset[str]]:
    """What `text` says and the names it uses; read once, then remembered."""
    tree, problem = _parse(text)
    if tree is None:
        raise FormulaError(problem or Problem("empty", "The formula is empty"))
    for fault in _faults(tree, functions=functions):
        raise FormulaError(fault)
    return tree, _names(tree)


def _number(name: str, value: object) -> Decimal:
    if isinstance(value, Decimal):
        number = value
    elif value is None or value == "":
        return Decimal(0)
    elif isinstance(value, (int, float, str)):
        try:
            number = Decimal(str(value) if not isinstance(value, bool) else int(value))
        except DecimalException:
            raise FormulaError(Problem("no_number", "{0} is no number", (name,))) from None
    else:
        raise FormulaError(Problem("no_number", "{0} is no number", (name,)))
    if not number.is_finite():
        raise FormulaError(Problem("no_number", "{0} is no number", (name,)))
    return number
