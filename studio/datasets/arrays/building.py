"""Arrays of one part after the other made a data set, without the samples that are not finite."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from studio.datasets.dataset import Array, Dataset
from studio.datasets.faulting import graver_first, problem
from studio.datasets.labeling import answers
from studio.datasets.origins import ROW_OF_PART
from studio.datasets.problems import Problem
from studio.datasets.repeats import Repeats, digests_of, same
from studio.datasets.watching import Watch
from studio.errors import DataError
from studio.wording import Plural, _


def built(
    parts: Sequence[tuple[str, Array, Array]],
    task: str,
    learned: Mapping[str, Any],
    *,
    name: str,
    about: str,
    target_name: str,
) -> Dataset:
    """Return the data set of (part, inputs [n, ...], raw answers [n, ...]) in this order.

    Raises DataError if the parts do not have samples of one shape, or none is finite.
    """
    inputs, values, names, origins, broken = _whole(parts)
    found = answers(values, task, learned.get("classes", ()))
    given = {part: _numbers(names, part) for part in ("train", "validation", "test")}
    return Dataset(
        name=name,
        inputs=inputs,
        targets=found.values,
        classes=found.classes,
        columns=_columns(inputs),
        target_name=target_name,
        about=about,
        origins=origins,
        learned={"classes": list(found.classes)},
        problems=graver_first((*_not_finite(broken), *_constant(inputs), *found.problems(given))),
        validation=given["validation"],
        test=given["test"],
    )


def regrouped(dataset: Dataset, watch: Watch) -> tuple[Dataset, Repeats]:
    """Return a data set, samples that are the same in one group, and which ones repeat.

    Rows of a table repeat only with the same answer, and are no group: measurements may agree.
    """
    digests = digests_of(dataset.inputs, watch)
    if dataset.columns:
        told = digests_of(dataset.targets, watch)
        return dataset, Repeats(same(zip(digests, told, strict=True)))
    repeats = Repeats(same(digests))
    return replace(dataset, groups=repeats.groups(len(dataset))), repeats


def _whole(
    parts: Sequence[tuple[str, Array, Array]],
) -> tuple[Array, Array, Array, tuple[str, ...], list[str]]:
    """Return inputs, answers, parts and origins of all finite samples, and where the others are."""
    inputs = _joined([one for _part, one, _values in parts])
    values = _joined([one for _part, _inputs, one in parts])
    names = np.concatenate([np.full(len(one), part) for part, one, _values in parts])
    origins = [
        ROW_OF_PART.format(part=part, row=row + 1).strip()
        for part, one, _values in parts
        for row in range(len(one))
    ]
    good = _finite(inputs) & _finite(values)
    if good.all():
        return inputs, values, names, tuple(origins), []
    broken = [origins[number] for number in np.flatnonzero(~good)]
    if len(broken) == len(good):
        raise DataError(_("None of the {count} samples is finite.").format(count=len(good)))
    kept = tuple(origins[number] for number in np.flatnonzero(good))
    return inputs[good], values[good], names[good], kept, broken


def _joined(parts: Sequence[Array]) -> Array:
    shapes = {one.shape[1:] for one in parts}
    if len(shapes) > 1:
        raise DataError(
            _("The parts have samples of different shapes: {shapes}.").format(
                shapes=", ".join(sorted(" × ".join(map(str, shape)) for shape in shapes))
            ),
            _("Choose arrays that belong together."),
        )
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _finite(values: Array) -> npt.NDArray[np.bool_]:
    if values.dtype.kind != "f":
        return np.ones(len(values), dtype=bool)
    return np.asarray(np.isfinite(values).reshape(len(values), -1).all(axis=1))


def _numbers(names: Array, part: str) -> npt.NDArray[np.int64] | None:
    found = np.flatnonzero(names == part)
    return found if len(found) else None


def _columns(inputs: Array) -> tuple[str, ...]:
    if inputs.ndim != 2 or inputs.dtype == np.int64:
        return ()
    return tuple(f"column {number + 1}" for number in range(inputs.shape[1]))


def _not_finite(places: Sequence[str]) -> tuple[Problem, ...]:
    return problem(
        "not_finite",
        "warning",
        Plural(
            "{count} sample holds values that are no finite numbers and is left out.",
            "{count} samples hold values that are no finite numbers and are left out.",
        ),
        _("Fill them in, or remove them."),
        places,
    )


def _constant(inputs: Array) -> tuple[Problem, ...]:
    if inputs.ndim != 2 or inputs.dtype == np.int64:
        return ()
    same = (inputs == inputs[:1]).all(axis=0)
    return problem(
        "constant_column",
        "note",
        Plural(
            "{count} column holds the same value everywhere.",
            "{count} columns hold the same value everywhere.",
        ),
        _("They teach nothing; leave them out."),
        (f"column {number + 1}" for number in np.flatnonzero(same)),
    )
