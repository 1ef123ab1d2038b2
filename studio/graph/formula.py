"""How one number follows from others: `4 * width`, `width // heads`, without running any code."""

import ast
import operator
from collections.abc import Callable, Mapping
from functools import lru_cache

from studio.errors import SettingError
from studio.wording import _

Number = int | float

_MOST_DIGITS = 20


def _round(value: Number, *digits: int) -> Number:
    if digits and abs(digits[0]) > _MOST_DIGITS:
        raise OverflowError  # ten to that power would be worked out
    return round(value, *digits)


_OPERATIONS: Mapping[type[ast.operator], Callable[[Number, Number], Number]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.FloorDiv: operator.floordiv,
    ast.Mod: operator.mod,
}
_CHOOSING: Mapping[str, Callable[..., Number]] = {"min": min, "max": max, "round": _round}
_LONGEST = 200


def evaluate(formula: str, values: Mapping[str, Number]) -> Number:
    """Return what a formula of + − * / // %, min, max, round and names comes to.

    Whole numbers stay whole, and a quotient without a rest becomes whole. Raises SettingError for
    anything else, an unknown name, or a division by zero.
    """
    try:
        result = _value(_parsed(formula), values)
    except ZeroDivisionError as error:
        raise SettingError(_("{formula} divides by zero.").format(formula=formula)) from error
    except (OverflowError, RecursionError) as error:
        raise SettingError(_("{formula} is too large.").format(formula=formula[:60])) from error
    except (TypeError, ValueError) as error:  # too few or too many values for min, max or round
        raise _refused(formula) from error
    return int(result) if isinstance(result, float) and result.is_integer() else result


@lru_cache(maxsize=4096)
def names(formula: str) -> frozenset[str]:
    """Return the names a formula uses; raises SettingError if it is none."""
    found = {node.id for node in ast.walk(_parsed(formula)) if isinstance(node, ast.Name)}
    used = frozenset(found - _CHOOSING.keys())
    try:
        _value(_parsed(formula), dict.fromkeys(used, 1))
    except ArithmeticError:
        pass  # other values may do
    except (TypeError, ValueError, RecursionError) as error:
        raise _refused(formula) from error
    return used


@lru_cache(maxsize=4096)
def _parsed(formula: str) -> ast.expr:
    if len(formula) <= _LONGEST:
        try:
            return ast.parse(formula, mode="eval").body
        except (SyntaxError, ValueError, MemoryError, RecursionError):
            pass
    raise _refused(formula[:60])


def _value(node: ast.expr, values: Mapping[str, Number]) -> Number:
    match node:
        case ast.Constant(value=int() | float() as number) if not isinstance(number, bool):
            return number
        case ast.Name(id=name) if name in values:
            return values[name]
        case ast.UnaryOp(op=ast.USub(), operand=operand):
            return -_value(operand, values)
        case ast.BinOp(left=left, op=op, right=right) if type(op) in _OPERATIONS:
            return _OPERATIONS[type(op)](_value(left, values), _value(right, values))
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _CHOOSING and args:
            return _CHOOSING[name](*(_value(arg, values) for arg in args))
    raise _refused(ast.unparse(node))


def _refused(formula: str) -> SettingError:
    return SettingError(
        _("{formula} is no formula that is understood here.").format(formula=formula),
        _("Use numbers, exposed settings, + - * / // % and min, max, round: 4 * width."),
    )
