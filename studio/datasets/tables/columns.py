"""How one column becomes inputs: what it learns from the training part, and how that is applied."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array
from studio.datasets.tables.dates import days_of
from studio.datasets.tables.kinds import Kind
from studio.datasets.tables.numerals import MISSING, numbers_of
from studio.datasets.tables.phrases import learn_words, worded
from studio.wording import _

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int64]

MOST_VALUES = 100
"""How many categories of a column have an input of their own; the rarer ones share one."""
_MANY_MISSING = 0.05
"""From this share on, an input says whether a number is missing."""
_TAIL = 0.005
"""Share of the training values beyond each clipping bound."""


@dataclass(frozen=True)
class Cleaning:
    """What is cleaned away before anything is learned."""

    clip: bool = False
    ignore_case: bool = False
    trim: bool = True


def learn(kind: Kind, cells: Array, train: Indices, cleaning: Cleaning) -> dict[str, Any]:
    """Return what one column of strings [rows] learns from its training rows, as JSON."""
    head = {"name": kind.name, "kind": kind.kind}
    if kind.kind == "number":
        return head | _learned_numbers(kind, cells, train, cleaning)
    if kind.kind == "date":
        days = days_of(cells[train], kind.form)
        days = days[~np.isnan(days)]
        start = float(days.min()) if len(days) else 0.0
        middle = float(np.median(days)) if len(days) else 0.0
        clock = bool((days % 1).any())
        return head | {"form": kind.form, "start": start, "fill": middle, "clock": clock}
    if kind.kind == "text":
        return head | learn_words(cells[train], _MANY_MISSING)
    return head | _learned_categories(cells[train].tolist(), cleaning)


def _learned_numbers(
    kind: Kind, cells: Array, train: Indices, cleaning: Cleaning
) -> dict[str, Any]:
    numbers = kind.numbers or numbers_of(cells)
    values = np.where(numbers.is_endless, np.nan, numbers.values)[train]
    filled = values[~np.isnan(values)]
    learned: dict[str, Any] = {
        "decimal": numbers.decimal,
        "fill": float(np.median(filled)) if len(filled) else 0.0,
        "indicator": len(filled) < (1 - _MANY_MISSING) * len(values),
    }
    if len(filled):
        learned["range"] = [float(filled.min()), float(filled.max())]
    if cleaning.clip and len(filled):
        low, high = np.quantile(filled, [_TAIL, 1 - _TAIL])
        learned |= {"low": float(low), "high": float(high)}
    return learned


def _learned_categories(cells: Sequence[str], cleaning: Cleaning) -> dict[str, Any]:
    counts = Counter(spelled(cell, cleaning) for cell in cells)
    fewest = max(2, len(cells) // 1000) if len(counts) > 10 else 1
    ranked = sorted(counts, key=lambda value: (-counts[value], value))
    kept = [value for value in ranked if counts[value] >= fewest][:MOST_VALUES]
    return {
        "values": sorted(kept),
        "rare": sorted(set(ranked) - set(kept))[:10_000],
        "ignore_case": cleaning.ignore_case,
        "trim": cleaning.trim,
    }


def spelled(cell: str, cleaning: Cleaning) -> str:
    """Return a category as it is compared; nothing stands for what is missing."""
    if cell in MISSING:
        return ""
    if cleaning.trim:
        cell = " ".join(cell.split())
    return cell.casefold() if cleaning.ignore_case else cell


def names_of(learned: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the names of the inputs that one column becomes."""
    name = learned["name"]
    if learned["kind"] in {"number", "text"}:
        more = (_("{column} is missing").format(column=name),) if learned["indicator"] else ()
        if learned["kind"] == "number":
            return (name, *more)
        return (*(f"{name}: {word}" for word in learned["words"]), *more)
    if learned["kind"] == "date":
        parts = ("year", "month", "weekday", "days", *(("hour",) if learned["clock"] else ()))
        return tuple(f"{name}.{part}" for part in parts)
    values = [value or _("missing") for value in learned["values"]]
    rest = (_("{column} = any rare one").format(column=name),) if learned["rare"] else ()
    return (*(f"{name} = {value}" for value in values), *rest)


def applied(learned: Mapping[str, Any], cells: Array, kind: Kind | None = None) -> Floats:
    """Return the inputs [rows, names] of a column of strings; `kind` may hold its numbers."""
    if learned["kind"] == "number":
        return _numbers(learned, cells, kind)
    if learned["kind"] == "date":
        return _dates(learned, cells)
    if learned["kind"] == "text":
        return worded(learned, cells)
    return _categories(learned, cells)


def _numbers(learned: Mapping[str, Any], cells: Array, kind: Kind | None) -> Floats:
    numbers = (kind and kind.numbers) or numbers_of(cells, learned["decimal"])
    empty = np.isnan(numbers.values) | numbers.is_endless
    values = np.where(empty, learned["fill"], numbers.values)
    if "low" in learned:
        values = np.clip(values, learned["low"], learned["high"])
    parts = [values, empty] if learned["indicator"] else [values]
    return np.stack(parts, axis=1).astype(np.float32)


def _dates(learned: Mapping[str, Any], cells: Array) -> Floats:
    days = days_of(cells, learned["form"])
    days = np.where(np.isnan(days), learned["fill"], days)
    whole = np.floor(days)
    months = whole.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    parts = [months // 12 + 1970, months % 12 + 1, (whole + 3) % 7, days - learned["start"]]
    if learned["clock"]:
        parts.append((days - whole) * 24)
    return np.stack(parts, axis=1).astype(np.float32)


def _categories(learned: Mapping[str, Any], cells: Array) -> Floats:
    cleaning = Cleaning(ignore_case=learned["ignore_case"], trim=learned["trim"])
    places = {value: place for place, value in enumerate(learned["values"])}
    places |= {value: len(learned["values"]) for value in learned["rare"]}
    known: dict[str, int] = {}
    codes = np.empty(len(cells), np.int64)
    for row, cell in enumerate(cells.tolist()):
        code = known.get(cell)
        if code is None:
            code = known[cell] = places.get(spelled(cell, cleaning), -1)
        codes[row] = code
    wide = np.zeros((len(cells), len(names_of(learned))), np.float32)
    rows = np.flatnonzero(codes >= 0)
    wide[rows, codes[rows]] = 1
    return wide
