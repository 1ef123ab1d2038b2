"""What makes a good mark on a table suspicious: leaks, doubles, classes that are hardly there."""

from collections.abc import Iterator, Sequence

import numpy as np

from studio.datasets.dataset import Array, Split
from studio.datasets.problems import MOST_NAMED, Problem
from studio.datasets.tables.labels import MARKS, MOST_LABELS, labels_in
from studio.datasets.tables.sheet import Sheet
from studio.wording import Plural, _, full

_ENOUGH = 20
"""With fewer rows, chance alone makes a column fit the target."""


def doubles(marks: Array) -> Array:
    """Return the rows that say the same as one before."""
    _values, first = np.unique(marks, return_index=True)
    later = np.ones(len(marks), np.bool_)
    later[first] = False
    return np.flatnonzero(later)


def doubled_rows(sheet: Sheet, marks: Array) -> Iterator[Problem]:
    """Yield what is to be said of rows that say the same as one before."""
    rows = doubles(marks)
    if len(rows):
        yield Problem(
            "duplicate",
            "warning",
            Plural(
                "{count} row says the same as a row before it.",
                "{count} rows say the same as a row before them.",
            ).of(len(rows)),
            _("Leave duplicates out, unless they are measurements that happen to agree."),
            places=sheet.named(rows),
            count=len(rows),
            samples=tuple(rows[:MOST_NAMED].tolist()),
            change={"deduplicate": True},
        )


def leaked_rows(sheet: Sheet, marks: Array, split: Split) -> Iterator[Problem]:
    """Yield what is to be said of rows that judge but train as well."""
    judging = np.sort(np.concatenate([split.validation, split.test]))
    rows = judging[np.isin(marks[judging], marks[split.train])]
    if len(rows):
        yield Problem(
            "leak",
            "warning",
            Plural(
                "{count} row kept for judging says the same as a row that trains.",
                "{count} rows kept for judging say the same as rows that train.",
            ).of(len(rows)),
            _("Leave duplicates out: judged on what it has seen, a network looks too good."),
            places=sheet.named(rows),
            count=len(rows),
            samples=tuple(rows[:MOST_NAMED].tolist()),
            change={"deduplicate": True},
        )


def telling_columns(sheet: Sheet) -> Iterator[Problem]:
    """Yield a problem for every column that alone determines the first target."""
    answer = sheet.answers[0]
    target = sheet.targets[0]["name"]
    for kind in sheet.inputs if len(sheet) >= _ENOUGH else ():
        filled = ~sheet.empty(kind)
        if filled.sum() < _ENOUGH or kind.kind in {"date", "text"}:
            continue
        if kind.kind == "category":
            cells = sheet.grid.column(kind.name)[filled].tolist()
            places: dict[str, int] = {}
            values = np.array([places.setdefault(cell, len(places)) for cell in cells], np.float64)
            tells = _tells_category(values, answer[filled])
        else:
            assert kind.numbers is not None
            tells = _tells_number(kind.numbers.values[filled], answer[filled])
        if tells:
            yield Problem(
                "target_leak",
                "warning",
                _("“{column}” alone determines “{target}”.").format(
                    column=kind.name, target=target
                ),
                _("If it is not known before the answer is, leave it out."),
                places=(kind.name,),
                change={"columns": {kind.name: "ignore"}},
            )


def _tells_number(values: Array, answer: Array) -> bool:
    if answer.dtype.kind == "f":
        if values.std() == 0 or answer.std() == 0:
            return False
        return bool(abs(np.corrcoef(values, answer)[0, 1]) > 0.99995)
    if len(np.unique(values)) * 5 <= len(values) and _tells_category(values, answer):
        return True
    order = np.lexsort((answer, values))
    changes = int((np.diff(answer[order]) != 0).sum())
    return changes == len(np.unique(answer)) - 1 > 0


def _tells_category(values: Array, answer: Array) -> bool:
    """Return whether every value, met five times on average, has one answer alone."""
    _names, codes = np.unique(values, return_inverse=True)
    count = int(codes.max()) + 1
    if count < 2 or count * 5 > len(values) or len(np.unique(answer)) < 2:
        return False
    low, high = np.full(count, np.inf), np.full(count, -np.inf)
    np.minimum.at(low, codes, answer)
    np.maximum.at(high, codes, answer)
    return bool((low == high).all())


def joined_classes(target: str, classes: Sequence[str]) -> Iterator[Problem]:
    """Yield what is to be said of classes such as “red;big”, which seem to be several in one."""
    for word, sign in MARKS.items():
        joined = [name for name in classes if sign in name]
        parts = {part for name in joined for part in labels_in(name, sign)}
        is_torn = any(not part.strip() for name in joined for part in name.split(sign))
        if 3 * len(joined) > len(classes) > len(parts) and not is_torn:
            fits = len(parts) <= MOST_LABELS
            yield Problem(
                "joined_labels",
                "warning",
                _(
                    "“{target}” seems to hold several labels in one cell, such as “{example}”."
                ).format(target=target, example=joined[0]),
                _("Each combination counts as a class; let each label be an answer, 0 or 1.")
                if fits
                else _("Each combination counts as a class of its own."),
                places=tuple(joined[:MOST_NAMED]),
                count=len(joined),
                change={"labels": word} if fits else {},
            )


def odd_classes(sheet: Sheet, classes: Sequence[str]) -> Iterator[Problem]:
    """Yield what is to be said of classes of one or two rows, or far from the other numbers."""
    labels = sheet.answers[0]
    counts = np.bincount(labels, minlength=len(classes))
    if (counts > 0).sum() < 2:
        yield Problem(
            "one_class",
            "warning",
            _("All rows are of one class, “{name}”.").format(name=classes[int(counts.argmax())]),
            _("Choose another target."),
        )
    for place in np.flatnonzero((counts > 0) & (counts <= max(2, len(labels) // 5000)))[:20]:
        rows = np.flatnonzero(labels == place)
        apart = _is_apart(classes, int(place))
        yield Problem(
            "label_out_of_range" if apart else "rare_class",
            "warning",
            _("Class “{name}” has only {count} of {all} rows.").format(
                name=classes[place], count=counts[place], all=full(len(labels))
            ),
            _("It may be a slip; correct it, or add more rows of that class."),
            places=sheet.named(rows),
            count=len(rows),
            samples=tuple(rows.tolist()),
        )


def _is_apart(classes: Sequence[str], place: int) -> bool:
    """Return whether a class is a number that the numbers of the others do not lead up to."""
    try:
        values = [int(name) for name in classes]
    except ValueError:
        return False
    others = values[:place] + values[place + 1 :]
    if values[place] < 0:
        return True
    return bool(others) and min(abs(values[place] - other) for other in others) > 1
