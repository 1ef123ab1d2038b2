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
        *("min(width)", "round(width, 1.5)", "round(1, 2, 3)", "round(1e999 - 1e999)"),
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


@pytest.mark.parametrize("formula", ["9 ** 9 ** 9", "[width]", "min()", "(" * 90 + "width"])
def test_the_names_of_what_is_no_formula_are_refused(formula):
    with pytest.raises(SettingError, match="is no formula"):
        names(formula)


def test_a_formula_that_other_values_make_sense_of_is_one():
    assert names("8 // (width - depth)") == {"width", "depth"}


@pytest.mark.parametrize("formula", ["round(width, -99999999999)", "round(9, -(9 * 99999999))"])
def test_rounding_to_absurd_places_is_refused_at_once(formula):
    with pytest.raises(SettingError, match="too large"):
        evaluate(formula, {"width": 8})
