"""How a table read as text becomes a data set, learning from its training part alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from studio.datasets.dataset import Answer, Array, Dataset, Split
from studio.datasets.faulting import graver_first
from studio.datasets.problems import Problem
from studio.datasets.reading.grid import Grid
from studio.datasets.reading.parts import absent_classes
from studio.datasets.source import Source
from studio.datasets.split import split
from studio.datasets.tables.answers import learn_answers
from studio.datasets.tables.columns import Cleaning, applied, learn, names_of
from studio.datasets.tables.dates import days_of
from studio.datasets.tables.kinds import Kind, kind_of
from studio.datasets.tables.labels import column_of
from studio.datasets.tables.remarks import remarks_on, rows_problem
from studio.datasets.tables.sheet import Sheet, sheet_of
from studio.datasets.tables.suspicions import (
    doubled_rows,
    doubles,
    joined_classes,
    leaked_rows,
    odd_classes,
    telling_columns,
)
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import Plural, _, full

_MOST_VALUES = 2**31
"""Numbers in all: 8 GiB."""
_MOST_CELLS = 20_000_000
"""Cells that are kept as they stand in the file, at 16 bytes or a little more each."""


@dataclass(frozen=True)
class Order:
    """What is to be done with a table."""

    targets: Sequence[str]
    asked: Mapping[str, str] = field(default_factory=dict)
    """What people said of single columns."""
    cleaning: Cleaning = field(default_factory=Cleaning)
    decimal: str = "found"
    drops_missing: bool = False
    deduplicates: bool = False
    order_by: str = ""
    group_by: str = ""
    label_mark: str = ""
    """What stands between several labels in a cell of a target; nothing where there is one."""


def prepared(
    grid: Grid, order: Order, source: Source, learned: Mapping[str, Any], watch: Watch
) -> Dataset:
    """Return the data set a table makes; `learned` is empty or comes from an earlier one.

    Raises DataError for a column that is not there, and if no row or no input is left.
    """
    sheet = _sheet(grid, order, learned, watch)
    problems = list(grid.problems)
    for problem in remarks_on(sheet):
        watch.check()
        problems.append(problem)
    sheet = _cleaned(sheet, order, problems)
    watch.check()
    marks = sheet.marks()
    groups, is_ordered = None, bool(order.order_by)
    if order.group_by:
        _values, groups = np.unique(sheet.grid.column(order.group_by), return_inverse=True)
    draft = _draft(sheet, groups, is_ordered=is_ordered)
    parts = split(draft, source)
    for problem in _suspicions(sheet, draft, marks, parts):
        watch.check()
        problems.append(problem)
    columns = learned.get("columns") or _learned(sheet, parts, order, watch)
    if not columns:
        raise DataError(
            _("No column is left that a network could learn from."),
            _("Say of a column that it holds numbers or categories."),
        )
    return _dataset(sheet, draft, columns, problems, watch)


def _sheet(grid: Grid, order: Order, learned: Mapping[str, Any], watch: Watch) -> Sheet:
    """Return the table with a kind for each column: the one learned before, or found now."""
    before = {item["name"]: item for item in learned.get("columns", ())}
    asked = {name: item["kind"] for name, item in before.items()} if learned else order.asked
    targets = learned.get("targets") or ()
    names = [column_of(item) for item in targets] or order.targets
    wished = [name for name in (order.order_by, order.group_by) if name]
    grid.require([*names, *before, *wished, *order.asked])
    kinds: dict[str, Kind] = {}
    for place, name in enumerate(grid.names):
        watch.tell(place, len(grid.names))
        if learned and name not in before and name not in names:
            kinds[name] = Kind(name, "ignore")
            continue
        decimal = before.get(name, {}).get("decimal", order.decimal)
        given = asked.get(name, "") if name not in names else ""
        kinds[name] = _same_form(kind_of(name, grid.column(name), given, decimal), before)
    if not targets:
        targets = [
            answer
            for name in names
            for answer in learn_answers(
                kinds[name], grid.column(name), asked.get(name, ""), order.label_mark
            )
        ]
    inputs = {name: kind for name, kind in kinds.items() if name not in names}
    return sheet_of(grid, inputs, targets)


def _same_form(kind: Kind, before: Mapping[str, Mapping[str, Any]]) -> Kind:
    """Return the kind with the date format that was learned before, if one was."""
    form = before.get(kind.name, {}).get("form", kind.form)
    return Kind(kind.name, kind.kind, kind.numbers, form, kind.has_codes)


def _cleaned(sheet: Sheet, order: Order, problems: list[Problem]) -> Sheet:
    """Return the sheet without the rows that cannot or shall not be used, in order of time."""
    rows = np.flatnonzero(~sheet.is_answered)
    if len(rows):
        sentence = Plural(
            "{count} row has no usable answer in “{column}”.",
            "{count} rows have no usable answer in “{column}”.",
        ).of(len(rows), column=", ".join(dict.fromkeys(map(column_of, sheet.targets))))
        said = (sentence, _("They are left out; fill them in."))
        problems.append(rows_problem(sheet, rows, "missing_target", "error", said))
        sheet = sheet.kept(sheet.is_answered)
    if order.drops_missing:
        gaps = np.zeros(len(sheet), np.bool_)
        for kind in sheet.inputs:
            if kind.kind != "text":
                gaps |= sheet.empty(kind)
        sheet = sheet.kept(~gaps)
    if order.deduplicates:
        rows = np.arange(len(sheet))
        sheet = sheet.kept(np.delete(rows, doubles(sheet.marks())))
    if order.order_by:
        sheet = _in_time(sheet, order)
    if not len(sheet):
        raise DataError(
            _("No row of the table is left."), _("Fill in what is missing, or choose a target.")
        )
    return sheet


def _in_time(sheet: Sheet, order: Order) -> Sheet:
    """Return the rows from the earliest to the latest; those without a time come first."""
    cells = sheet.grid.column(order.order_by)
    kind = kind_of(order.order_by, cells, "", order.decimal)
    if kind.form:
        times = np.nan_to_num(days_of(cells, kind.form), nan=-np.inf)
    elif kind.numbers is not None:
        times = np.nan_to_num(kind.numbers.values, nan=-np.inf)
    else:
        raise DataError(
            _("“{column}” holds neither dates nor numbers to order rows by.").format(
                column=order.order_by
            )
        )
    return sheet.kept(np.argsort(times, kind="stable"))


def _draft(sheet: Sheet, groups: Array | None, *, is_ordered: bool) -> Dataset:
    """Return the data set without inputs, which is all that is needed to split it."""
    first = sheet.targets[0]
    if all(item["kind"] == "number" for item in sheet.targets):
        targets = np.stack(sheet.answers, axis=1).astype(np.float32)
        more: dict[str, Answer] = {}
    else:
        targets, *others = [_values(answer) for answer in sheet.answers]
        more = {
            item["name"]: Answer(values, tuple(item.get("classes", ())))
            for item, values in zip(sheet.targets[1:], others, strict=True)
        }
    return Dataset(
        name="",
        inputs=np.zeros((len(sheet), 1), np.float32),
        targets=targets,
        classes=tuple(first.get("classes", ())),
        target_name=first["name"],
        groups=groups,
        is_ordered=is_ordered,
        validation=sheet.grid.of_part("validation"),
        test=sheet.grid.of_part("test"),
        more_targets=more,
    )


def _values(answer: Array) -> Array:
    return answer if answer.dtype.kind == "i" else answer.astype(np.float32)[:, np.newaxis]


def _learned(sheet: Sheet, parts: Split, order: Order, watch: Watch) -> list[dict[str, Any]]:
    """Return what each input column learns from the rows that train."""
    columns = []
    for kind in sheet.inputs:
        watch.check()
        learned = learn(kind, sheet.grid.column(kind.name), parts.train, order.cleaning)
        if names_of(learned):  # a text whose rows have no word in common becomes no input
            columns.append(learned)
    return columns


def _suspicions(sheet: Sheet, draft: Dataset, marks: Array, parts: Split) -> Iterator[Problem]:
    yield from doubled_rows(sheet, marks)
    yield from leaked_rows(sheet, marks, parts)
    yield from telling_columns(sheet)
    if draft.classes:
        yield from odd_classes(sheet, draft.classes)
        yield from joined_classes(draft.target_name, draft.classes)
        yield from absent_classes(draft, parts)


def _dataset(
    sheet: Sheet,
    draft: Dataset,
    columns: Sequence[Mapping[str, Any]],
    problems: Sequence[Problem],
    watch: Watch,
) -> Dataset:
    names = [names_of(item) for item in columns]
    width = sum(map(len, names))
    if width * len(sheet) > _MOST_VALUES:
        raise DataError(
            _("The table becomes {rows} × {width} numbers, too many to be held.").format(
                rows=full(len(sheet)), width=full(width)
            ),
            _("Leave columns out."),
        )
    inputs = np.empty((len(sheet), width), np.float32)
    place = 0
    for number, (item, parts) in enumerate(zip(columns, names, strict=True)):
        watch.tell(number, len(columns))
        cells, kind = sheet.grid.column(item["name"]), sheet.kinds.get(item["name"])
        inputs[:, place : place + len(parts)] = applied(item, cells, kind)
        place += len(parts)
    return replace(
        draft,
        name=_("Table"),
        inputs=inputs,
        columns=tuple(name for part in names for name in part),
        origins=sheet.grid.origins(),
        learned={**sheet.learned, "columns": list(columns)},
        problems=graver_first(problems),
        cells=_cells(sheet.grid),
    )


def _cells(grid: Grid) -> dict[str, Array]:
    """Return the columns as they stand in the file; nothing of a table too large to keep twice."""
    if len(grid) * len(grid.names) > _MOST_CELLS:
        return {}
    return dict(zip(grid.names, grid.columns, strict=True))
