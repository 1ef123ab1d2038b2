"""Cells that hold several labels at once: each label becomes an answer of its own, 0 or 1."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.naming import class_order
from studio.datasets.tables.numerals import MISSING
from studio.errors import DataError
from studio.wording import _, full

MARKS = {"semicolon": ";", "bar": "|", "comma": ","}
"""What may stand between labels, by the word of the setting."""
MOST_LABELS = 50
"""Each is an answer of the network, with an Output of its own."""


def labels_in(cell: str, mark: str) -> set[str]:
    """Return the labels in a cell."""
    return {part.strip() for part in cell.split(mark)} - {""}


def learn_labels(name: str, cells: Array, mark: str) -> list[dict[str, Any]]:
    """Return how the answer for each label in a column of strings is read, as JSON.

    Raises DataError for more labels than a network could answer one by one.
    """
    filled = set(cells.tolist()) - MISSING
    found = {label for cell in filled for label in labels_in(cell, mark)}
    if len(found) > MOST_LABELS:
        raise DataError(
            _(
                "“{column}” holds {count} different labels; at most {most} are answered one by one."
            ).format(column=name, count=full(len(found)), most=MOST_LABELS),
            _("Leave rare labels out, or let each combination count as a class."),
        )
    head = {"column": name, "mark": mark, "kind": "category", "whole": True, "classes": ["0", "1"]}
    return [{"name": f"{name}: {label}", "label": label, **head} for label in class_order(found)]


def has_label(learned: Mapping[str, Any], cells: Array) -> Array:
    """Return 1 where a cell holds the label, 0 where not, and -1 for an empty one [rows]."""
    known = {
        cell: -1 if cell in MISSING else int(learned["label"] in labels_in(cell, learned["mark"]))
        for cell in set(cells.tolist())
    }
    return np.array([known[cell] for cell in cells.tolist()], np.int64)


def column_of(learned: Mapping[str, Any]) -> str:
    """Return the column in which the answer of a target stands."""
    return str(learned.get("column", learned["name"]))
