"""Arithmetic on named quantities: parses and evaluates the small expressions that tie a fact sheet's numbers together."""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

_BINARY: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def names_in(expression: str) -> set[str]:
    """Names of the quantities that `expression` uses; raises ValueError if it is not plain arithmetic."""
    tree = _parse(expression)
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)}


def evaluate(expression: str, values: Mapping[str, Any]) -> Any:
    """Evaluate `expression` with +, -, *, / over `values` (floats, or any type with those operators) and numbers."""
    return _evaluate(_parse(expression).body, values)


def _parse(expression: str) -> ast.Expression:
    try:
        tree = ast.parse(expression, mode="eval")
    except (SyntaxError, RecursionError, MemoryError, ValueError) as error:
        raise ValueError(f"{expression!r} is not arithmetic over quantity names") from error
    for node in ast.walk(tree):
        if not _plain(node):
            raise ValueError(f"{expression!r} is not arithmetic over quantity names: only + - * / and numbers")
    return tree


def _plain(node: ast.AST) -> bool:
    if isinstance(node, ast.operator):
        return type(node) in _BINARY
    if isinstance(node, ast.Constant):
        return isinstance(node.value, int | float) and not isinstance(node.value, bool)
    return isinstance(node, ast.Expression | ast.Name | ast.Load | ast.BinOp | ast.UnaryOp | ast.USub)


def _evaluate(node: ast.expr, values: Mapping[str, Any]) -> Any:
    match node:
        case ast.Constant(value=value):
            return value
        case ast.Name(id=name):
            return values[name]
        case ast.UnaryOp(operand=operand):
            return -_evaluate(operand, values)
        case ast.BinOp(left=left, op=op, right=right):
            return _BINARY[type(op)](_evaluate(left, values), _evaluate(right, values))
    raise ValueError(f"unsupported arithmetic: {ast.dump(node)}")
