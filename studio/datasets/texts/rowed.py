"""Texts that stand in the rows of a delimited file: which column says the text, which the class."""

from pathlib import Path

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.problems import Problem
from studio.datasets.reading.grid import Grid, Reading, read_grid
from studio.datasets.texts.gathered import Gathered
from studio.datasets.watching import Watch
from studio.wording import _, full

_TEXTS = (
    *("text", "sentence", "review", "content", "comment", "headline", "title", "tweet", "message"),
    *("body", "question", "document", "review_body", "文本", "内容", "评论", "标题"),
)
_LABELS = (
    *("label", "labels", "class", "category", "sentiment", "target", "polarity", "y", "airline"),
    *("label_text", "topic", "intent", "stars", "rating", "标签", "类别"),
)
_SPOKEN = 6
"""Characters that a text has on average at least."""


def gather_rows(
    into: Gathered, path: Path, part: str, asked: tuple[str, str, Reading], watch: Watch
) -> None:
    """Add the rows of a file; `asked` are the columns of text and label, and how it is read.

    Columns that were found in a file before count here too. A file without them is left out and
    named, unless they were asked for: DataError.
    """
    text, label, reading = asked
    grid = read_grid(path, reading, watch)
    into.problems.extend(grid.problems)
    usual = into.columns if {*into.columns} <= {*grid.names} and not (text or label) else None
    columns = usual or columns_of(grid, text, label)
    if columns is None:
        into.problems.append(_unlabeled(path, grid))
        return
    into.columns = columns
    texts, labels = (grid.column(name).tolist() for name in columns)
    for text, name, line in zip(texts, labels, grid.lines.tolist(), strict=True):
        into.add(text, name, part, _("{file}, row {row}").format(file=path.name, row=line))


def columns_of(grid: Grid, text: str = "", label: str = "") -> tuple[str, str] | None:
    """Return the names of the columns of text and class, or None if there are none such.

    Raises DataError for a name that is asked for and not there.
    """
    grid.require([name for name in (text, label) if name])
    text = text or _named(grid, _TEXTS) or _longest(grid, {label})
    others = [name for name in grid.names if name != text]
    if label or not others:
        return (text, label) if label else None
    label = _named(grid, _LABELS)
    if not label or label == text:
        label = min(others, key=lambda name: _variety(grid.column(name)))
        if len(set(grid.column(label).tolist())) > max(2, 0.5 * len(grid)):
            return None
    return text, label


def is_spoken(grid: Grid, columns: tuple[str, str]) -> bool:
    """Return whether the texts are texts, and the classes classes."""
    texts, labels = (grid.column(name) for name in columns)
    long = float(np.strings.str_len(texts).mean()) >= _SPOKEN
    varied = _variety(texts) > 0.5
    letters = "".join(texts[:100].tolist())
    worded = sum(map(str.isalpha, letters)) > 0.5 * max(1, len(letters))
    return long and varied and worded and _variety(labels) <= 0.5


def _named(grid: Grid, words: tuple[str, ...]) -> str:
    spelled = {name.casefold(): name for name in reversed(grid.names)}
    return next((spelled[word] for word in words if word in spelled), "")


def _longest(grid: Grid, taken: set[str]) -> str:
    names = [name for name in grid.names if name not in taken]
    return max(names, key=lambda name: float(np.strings.str_len(grid.column(name)).mean()))


def _variety(cells: Array) -> float:
    """Return the share of different cells."""
    return len(set(cells.tolist())) / len(cells)


def _unlabeled(path: Path, grid: Grid) -> Problem:
    return Problem(
        "unlabeled",
        "error",
        _("{file} has no column of classes; its {count} rows are left out.").format(
            file=path.name, count=full(len(grid))
        ),
        _("Say which column holds the text and which the class."),
        places=(path.name,),
        count=len(grid),
    )
