"""What a table is asked to predict: which column, whether numbers or classes, and the answers."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.naming import class_order
from studio.datasets.tables.kinds import Kind
from studio.datasets.tables.labels import has_label, learn_labels
from studio.datasets.tables.numerals import MISSING, Numbers, numbers_of
from studio.errors import DataError
from studio.wording import _, full

USUAL = (
    *("target", "targets", "label", "labels", "class", "classes", "y", "output", "outcome"),
    *("survived", "species", "diagnosis", "quality", "result", "response", "median_house_value"),
    *("medv", "saleprice", "price", "mpg", "charges", "churn", "exited", "default", "fraud"),
    *("is_fraud", "income", "category", "sentiment", "strength", "fare_amount", "cnt"),
    *("标签", "类别", "目标"),
)
"""Names that targets have in well-known tables, the surest first."""
_CLASS_WORDS = frozenset(("label", "labels", "class", "classes", "category", "标签", "类别"))
_MOST_CLASSES = 10_000
_FEW = 20
_TIMES = 5
_SEEN = 100
"""Rows that tell a column of words from one of numbers."""
"""How often each class is met at least, on average, where nothing but that tells a target."""


def usual_target(names: Sequence[str]) -> str:
    """Return the column that is most likely to be predicted: one named so, else the last."""
    spelled = {name.strip().casefold(): name for name in reversed(names)}
    return next((spelled[word] for word in USUAL if word in spelled), names[-1])


def likely_target(columns: Mapping[str, Array]) -> str:
    """Return the column of a table without names that is most likely to be predicted.

    The only one of words, the last or the first, if it holds few values; else the last one.
    """
    names: list[str] = list(columns)
    worded = [name for name in names if numbers_of(columns[name][:_SEEN]).is_bad.mean() > 0.5]
    ends = [names[-1], *names[:1] * _counts_classes(columns[names[0]])]
    for name in [*worded, *ends] if len(worded) == 1 else ends:
        values = set(columns[name].tolist()) - MISSING
        numbers = numbers_of(columns[name]).values
        has_fractions = bool((numbers[np.isfinite(numbers)] % 1 > 0).any())
        if not has_fractions and 1 < len(values) <= max(2, len(columns[name]) // _TIMES):
            return name
    return next((name for name in reversed(names) if name not in worded), names[-1])


def _counts_classes(cells: Array) -> bool:
    """Return whether cells are words, or whole numbers as people count classes: from 0, 1 or -1."""
    values = numbers_of(cells).values
    found = np.unique(values[np.isfinite(values)])
    steps = np.diff(found)
    return not len(found) or bool(abs(found[0]) <= 1 and ((steps == 1) | (found[:-1] < 0)).all())


def learn_answers(
    kind: Kind, cells: Array, asked: str = "", mark: str = ""
) -> list[dict[str, Any]]:
    """Return how the answers in a column of strings are read, as JSON: one, or one for each label.

    There are several where a `mark` stands between the labels of a cell. Raises DataError as
    `learn_answer` does, and for too many labels.
    """
    if mark and any(mark in cell for cell in set(cells.tolist())):
        return learn_labels(kind.name, cells, mark)
    return [learn_answer(kind, cells, asked)]


def learn_answer(kind: Kind, cells: Array, asked: str = "") -> dict[str, Any]:
    """Return how the answers in a column of strings are read, as JSON.

    Whole numbers of few values are classes, other numbers are predicted as numbers; `asked` is
    number or category if people said so. Raises DataError for more classes than can be told apart.
    """
    head = {"name": kind.name}
    numbers = kind.numbers if kind.numbers is not None and not kind.has_codes else None
    if asked == "number" or (asked != "category" and numbers and _is_measured(kind.name, numbers)):
        decimal = (numbers or numbers_of(cells)).decimal
        return head | {"kind": "number", "decimal": decimal}
    whole = numbers is not None and not numbers.is_bad.any() and _is_whole(numbers)
    names = {_class_name(cell, whole=whole) for cell in set(cells.tolist()) - MISSING}
    if len(names) > _MOST_CLASSES:
        raise DataError(
            _("“{column}” has {count} different values, too many for classes.").format(
                column=kind.name, count=full(len(names))
            ),
            _("Choose another target, or say that its column holds numbers."),
        )
    return head | {"kind": "category", "whole": whole, "classes": list(class_order(names))}


def answers_of(learned: Mapping[str, Any], cells: Array) -> Array:
    """Return the answers in a column [rows]: float64 with NaN, or class numbers with -1."""
    if "label" in learned:
        return has_label(learned, cells)
    if learned["kind"] == "number":
        numbers = numbers_of(cells, learned["decimal"])
        return np.where(numbers.is_endless, np.nan, numbers.values)
    places = {name: place for place, name in enumerate(learned["classes"])}
    known: dict[str, int] = dict.fromkeys(MISSING, -1)
    codes = np.empty(len(cells), np.int64)
    for row, cell in enumerate(cells.tolist()):
        if (code := known.get(cell)) is None:
            code = known[cell] = places.get(_class_name(cell, whole=learned["whole"]), -1)
        codes[row] = code
    return codes


def _is_measured(name: str, numbers: Numbers) -> bool:
    """Return whether a column of numbers is more than a few classes."""
    values = numbers.values[np.isfinite(numbers.values)]
    distinct = len(np.unique(values))
    if (values % 1).any():
        return distinct > 2
    if name.strip().casefold() in _CLASS_WORDS:
        return distinct > 1000
    return distinct > _FEW or distinct * 3 > len(values)


def _is_whole(numbers: Numbers) -> bool:
    values = numbers.values[~np.isnan(numbers.values)]
    return bool(np.isfinite(values).all() and not (values % 1).any() and (abs(values) < 1e15).all())


def _class_name(cell: str, *, whole: bool) -> str:
    """Return the name of a class; 1, 1.0 and 01 are the same one."""
    if not whole:
        return cell
    try:
        return str(int(float(cell)))
    except (ValueError, OverflowError):
        return cell
