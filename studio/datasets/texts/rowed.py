"""Texts that stand in the rows of a delimited file: which column says the text, which the class."""

import re
from collections.abc import Collection, Sequence
from pathlib import Path

import numpy as np

from studio.datasets.dataset import Array
from studio.datasets.naming import shown
from studio.datasets.origins import ROW_OF_FILE
from studio.datasets.parting import parts_in
from studio.datasets.problems import Problem
from studio.datasets.reading.grid import Grid, Reading, read_grid
from studio.datasets.texts.gathered import Gathered
from studio.datasets.watching import Watch
from studio.fields import Declared, text
from studio.wording import Plural, _

_TEXTS = (
    *("text", "sentence", "review", "content", "comment", "headline", "title", "tweet", "message"),
    *("body", "question", "document", "review_body", "文本", "内容", "评论", "标题"),
)
_LABELS = (
    *("label", "labels", "class", "category", "sentiment", "target", "polarity", "y", "topic"),
    *("intent", "emotion", "stars", "rating", "overall", "score", "标签", "类别"),
)
_BETWEEN = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
_LONG = 4
"""Blanks in a text on average at least."""
_SPOKEN = 6
"""Characters that a text has on average at least."""


class TextColumns(Declared):
    """Which columns of rows hold text and class; by default, their cells decide."""

    text_column: str = text(
        default="",
        hint="The column that holds the text; empty takes the one with the longest cells.",
        label="Text column",
    )
    label_column: str = text(
        default="",
        hint="The column that holds the class; empty takes the one with the fewest values.",
        label="Class column",
    )


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
    parts = _parts(grid, columns) or [part] * len(grid)
    for text, name, one, line in zip(texts, labels, parts, grid.lines.tolist(), strict=True):
        into.add(text, name, one, ROW_OF_FILE.format(file=shown(path.name), row=line))


def columns_of(grid: Grid, text: str = "", label: str = "") -> tuple[str, str] | None:
    """Return the names of the columns of text and class, or None if there are none such.

    Raises DataError for a name that is asked for and not there.
    """
    grid.require([name for name in (text, label) if name])
    text = text or _longest(grid, _named(grid, _TEXTS) or [n for n in grid.names if n != label])
    others = [name for name in grid.names if name != text]
    if label or not others:
        return (text, label) if label else None
    others = [name for name in others if not parts_in(grid.column(name))]
    few = {name: len(set(grid.column(name).tolist()) - {""}) for name in others}
    some = [name for name in others if 1 <= few[name] <= max(2, 0.5 * len(grid))]
    some.sort(key=lambda name: (few[name] == 1, few[name]))  # sorted rows may begin with one class
    named = [name for name in _named(grid, _LABELS) if name in some]
    named.sort(key=lambda name: few[name] == 1)
    found = [*named, *some]
    return (text, found[0]) if found else None


def _parts(grid: Grid, used: Collection[str]) -> list[str] | None:
    """Return the part of each row where one of the other columns says nothing else."""
    free = (grid.column(name) for name in grid.names if name not in used)
    return next(filter(None, map(parts_in, free)), None)


def are_named(grid: Grid, columns: tuple[str, str]) -> bool:
    """Return whether columns are called as those of texts and classes are."""
    text, label = columns
    return text in _named(grid, _TEXTS) and label in _named(grid, _LABELS)


def has_flags(grid: Grid, columns: tuple[str, str]) -> bool:
    """Return whether a column called a text stands beside classes that each are there or not."""
    text, label = columns
    cells = grid.column(text)
    others = [set(grid.column(name).tolist()) for name in grid.names if name not in columns]
    is_said = text in _named(grid, _TEXTS) and float(np.strings.count(cells, " ").mean()) >= _LONG
    return is_said and {"0", "1"} == set(grid.column(label).tolist()) and {"0", "1"} in others


def is_spoken(grid: Grid, columns: tuple[str, str]) -> bool:
    """Return whether the texts are texts, and the classes classes."""
    texts, labels = (grid.column(name) for name in columns)
    long = float(np.strings.str_len(texts).mean()) >= _SPOKEN
    varied = _variety(texts) > 0.5
    return long and varied and _is_worded(texts) and _variety(labels) <= 0.5


def _is_worded(cells: Array) -> bool:
    """Return whether most characters are letters."""
    letters = "".join(cells[:100].tolist())
    return sum(map(str.isalpha, letters)) > 0.5 * max(1, len(letters))


def _named(grid: Grid, words: tuple[str, ...]) -> list[str]:
    """Return the columns called so, in the order of the words, then those that have one of them."""
    known = {word: place for place, word in enumerate(words)}
    whole = [name for name in grid.names if name.casefold() in known]
    whole.sort(key=lambda name: known[name.casefold()])
    parts = [
        name
        for name in grid.names
        if name not in whole and known.keys() & set(map(str.casefold, _BETWEEN.split(name)))
    ]
    return [*whole, *parts]


def _longest(grid: Grid, names: Sequence[str]) -> str:
    """Return the column with the longest cells, of those of letters where there are some."""
    names = [name for name in names if _is_worded(grid.column(name))] or names
    return max(names, key=lambda name: float(np.strings.str_len(grid.column(name)).mean()))


def _variety(cells: Array) -> float:
    """Return the share of different cells."""
    return len(set(cells.tolist())) / len(cells)


def _unlabeled(path: Path, grid: Grid) -> Problem:
    return Problem(
        "unlabeled",
        "error",
        Plural(
            "{file} has no column of classes; its {count} row is left out.",
            "{file} has no column of classes; its {count} rows are left out.",
        ).of(len(grid), file=shown(path.name)),
        _("Say which column holds the text and which the class."),
        places=(shown(path.name),),
        count=len(grid),
    )
