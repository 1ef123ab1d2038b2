"""Formulas by which one setting drives others: arithmetic, and nothing else."""

import pytest

from studio.errors import SettingError
from studio.graph.formula import evaluate, names


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("4 * width", 256),
        ("width // heads", 16),
        ("width / 2", 32),
        ("-width + 65", 1),
        ("max(width, 100) % 7", 2),
        ("round(width / 3)", 21),
        ("min(width, heads)", 4),
        ("width / 3", 64 / 3),
    ],
)
def test_a_formula_comes_to_what_arithmetic_says(formula, value):
    found = evaluate(formula, {"width": 64, "heads": 4})
    assert found == value
    assert type(found) is type(value)


@pytest.mark.parametrize(
    "formula",
    [
        *("", "width +", "open('x')", "width.real", "(lambda: 1)()", "width ** 99", "[1]"),
        *("depth", "True", "max()", "__import__('os')", "max(key=1)", "'a' * width", "9" * 201),
    ],
)
def test_anything_else_is_refused(formula):
    with pytest.raises(SettingError):
        evaluate(formula, {"width": 64})


def test_a_division_by_zero_is_refused_with_the_formula():
    with pytest.raises(SettingError, match="width / zero divides by zero"):
        evaluate("width / zero", {"width": 64, "zero": 0})


def test_the_names_of_a_formula_are_those_that_are_not_functions():
    assert names("max(width, 2) * heads") == {"width", "heads"}
