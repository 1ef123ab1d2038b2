"""Which runs a search means, and in which order they are shown."""

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Literal

from studio.runs.overview.ranking import mark_of
from studio.runs.store import RunSummary

Key = Literal["created", "name", "status", "steps", "seconds", "loss", "result", "parent", "tags"]
_COMPARISON = re.compile(r"([^\s<>=]+?)(<=|>=|<|>|=)([-+]?[\d.]+(?:e[-+]?\d+)?)(%?)")
_TESTS: dict[str, Callable[[float, float], bool]] = {
    "<": lambda value, limit: value < limit,
    "<=": lambda value, limit: value <= limit,
    ">": lambda value, limit: value > limit,
    ">=": lambda value, limit: value >= limit,
    "=": lambda value, limit: abs(value - limit) <= 1e-9 * max(1.0, abs(limit)),
}


def found(runs: Iterable[RunSummary], search: str) -> tuple[RunSummary, ...]:
    """Return the runs that fit every word of a search.

    A word fits a part of a name, a tag, the note, the status or the name of a metric; "tag:good"
    fits a tag alone; "accuracy>0.9" or "accuracy>90%" compares a metric of any part of the data.
    """
    tests = [_test(word) for word in search.casefold().split()]
    return tuple(run for run in runs if all(test(run) for test in tests))


def ordered(runs: Sequence[RunSummary], key: Key, *, descending: bool) -> tuple[RunSummary, ...]:
    """Return the runs sorted; those without a value come last either way."""
    known = [run for run in runs if _value(run, key) is not None]
    unknown = [run for run in runs if _value(run, key) is None]
    known.sort(key=lambda run: (_value(run, key), run.name), reverse=descending)
    return (*known, *unknown)


def _test(word: str) -> Callable[[RunSummary], bool]:
    comparison = _COMPARISON.fullmatch(word)
    if comparison is not None:
        return _comparing(*comparison.groups())
    if word.startswith(("tag:", "#")):
        wanted = word.removeprefix("tag:").removeprefix("#")
        return lambda run: any(wanted in tag.casefold() for tag in run.notes.tags)
    return lambda run: any(word in text.casefold() for text in _texts(run))


def _comparing(name: str, sign: str, number: str, percent: str) -> Callable[[RunSummary], bool]:
    try:
        limit = float(number) / (100 if percent else 1)
    except ValueError:  # as 1.2.3
        return lambda _run: False

    def fits(run: RunSummary) -> bool:
        values = (
            value
            for part, metrics in run.metrics.items()
            for metric, value in metrics.items()
            if name in metric or name == f"{part}.{metric}"
        )
        return any(_TESTS[sign](value, limit) for value in values)

    return fits


def _texts(run: RunSummary) -> tuple[str, ...]:
    metrics = {metric for values in run.metrics.values() for metric in values}
    return (run.name, run.notes.name, *run.notes.tags, run.notes.note, run.status, *metrics)


def _value(run: RunSummary, key: Key) -> tuple[float, str] | None:
    """Return what a run is sorted by: a number, then a text; None where it has neither."""
    part, metric = mark_of(run)
    marks = run.metrics.get(part, {})
    numbers = {"loss": marks.get("loss"), "result": marks.get(metric)}
    if key in numbers:
        number = numbers[key]
        return None if number is None or number != number else (number, "")  # noqa: PLR0124  NaN
    if key in {"steps", "seconds"}:
        return float(getattr(run, key)), ""
    texts = {
        "created": run.created,
        "name": run.label.casefold(),
        "tags": ", ".join(run.notes.tags).casefold(),
        "status": run.status,
        "parent": run.parent,
    }
    return (0.0, texts[key]) if texts[key] else None
