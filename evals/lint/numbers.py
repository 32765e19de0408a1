"""Checks the numbers of a fact sheet: what is written, its unit, and the arithmetic between facts."""

from collections.abc import Iterator
from typing import Any

import pint

from agents.encoder import numbers
from evals.lint.finding import Finding
from scenarios.arithmetic import evaluate
from scenarios.facts import Check, FactSheet, Quantity

FILE = "facts.yaml"
ROUNDING = 0.02


def number_findings(sheet: FactSheet) -> Iterator[Finding]:
    """Quantities that the text writes otherwise, unknown units, and equations that don't hold."""
    registry: Any = pint.UnitRegistry()
    values: dict[str, Any] = {}
    for fact in sheet.facts:
        for quantity in fact.quantities:
            where = f"facts.{fact.id}.quantities.{quantity.name}"
            if not _written_as_valued(quantity):
                yield _finding(
                    "numbers",
                    where,
                    f"'{quantity.shown}' is not {quantity.value:g} {quantity.unit}",
                    "make `value` and `shown` agree",
                )
            try:
                values[quantity.name] = quantity.value * _unit(registry, quantity.unit)
            except (pint.errors.PintError, ValueError, AttributeError):
                yield _finding("units", where, f"'{quantity.unit}' is not a unit", "join words with / or *, for example item/day")
    for number, check in enumerate(sheet.checks):
        yield from _check(registry, values, check, f"checks.{number}")


def _check(registry: Any, values: dict[str, Any], check: Check, where: str) -> Iterator[Finding]:
    equation = f"{check.left} = {check.right}"
    try:
        left = registry.Quantity(evaluate(check.left, values))
        right = registry.Quantity(evaluate(check.right, values))
        got, wanted = left.to(right.units).magnitude, right.magnitude
    except KeyError:
        return  # the quantity's own finding says why it has no value
    except pint.errors.DimensionalityError as error:
        yield _finding(
            "units", where, f"the units of {equation} differ ({error.units1} and {error.units2})", "mend a unit or the equation"
        )
        return
    except ZeroDivisionError:
        yield _finding("arithmetic", where, f"{equation} divides by zero", "mend the equation")
        return
    if abs(got - wanted) > check.tolerance * abs(wanted):
        problem = f"{equation} does not hold: {got:,.4g} against {wanted:,.4g}, more than {check.tolerance:.0%} apart"
        yield _finding("arithmetic", where, problem, "make the facts' numbers consistent")


def _written_as_valued(quantity: Quantity) -> bool:
    """Whether `shown` holds `value`: as written, in per cent, or as a ratio such as '1 in 4,500'; rounding is allowed for."""
    written = [float(token.rstrip("%")) for token in numbers(quantity.shown) if _is_number(token.rstrip("%"))]
    ratios = [one / other for one in (*written, 1.0) for other in written if other]
    readable = [*written, *ratios]
    if not readable:
        return True
    targets = (abs(quantity.value), 100 * abs(quantity.value))
    return any(abs(value - target) <= ROUNDING * max(1e-12, target) for value in readable for target in targets)


def _is_number(token: str) -> bool:
    try:
        float(token)
    except ValueError:
        return False
    return True


def _unit(registry: Any, text: str) -> Any:
    if text == "dimensionless":
        return registry.dimensionless
    for word in text.replace("*", "/").split("/"):
        name = word.strip().split("**")[0].strip()
        if name and not name.isnumeric() and name not in registry:
            registry.define(f"{name} = [{name}]")
    return registry.Unit(text)


def _finding(check: Any, field: str, problem: str, fix: str) -> Finding:
    return Finding(check=check, severity="error", file=FILE, field=field, problem=problem, fix=fix)
