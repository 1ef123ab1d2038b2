"""Many steps of a run as columns: no object for each of a million lines of a log."""

import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Self

import numpy as np

from studio.runs.series import Table
from studio.training.events import Event, StepDone

COLUMNS = ("step", "epoch", "loss", "learning_rate", "samples_per_second", "elapsed_s")
BLOCK = 10_000
"""Steps that are taken up at a time, so that no long run is in memory twice."""
_NUMBER = rb"([-+.0-9e]+)"  # what is none is seen when it is read
_NOTHING = b"".join(
    b',"%s":\\{\\}' % name for name in (b"gradient_norms", b"update_ratios", b"layer_rates")
)
_PLAIN = re.compile(
    rb'\{"event":"StepDone","step":(\d+)'
    + b"".join(b',"%s":%s' % (name.encode(), _NUMBER) for name in COLUMNS[1:])
    + _NOTHING
    + rb',"crc":"([0-9a-f]{8})"\}\n'
)
"""A line as it is written for a step at which nothing was measured."""
_SEAL = len(',"crc":"00000000"}\n')


@dataclass(frozen=True, eq=False)
class Rows:
    """Some steps of a run, one after the other."""

    numbers: Table
    """[steps, 6]: what `COLUMNS` says."""
    measured: Sequence[StepDone] = ()
    """Those of them at which gradients were measured."""

    @classmethod
    def of(cls, steps: Sequence[StepDone]) -> Self:
        """Return these steps."""
        numbers = list(chain.from_iterable(map(_row, steps)))
        return cls(_table(numbers), [step for step in steps if _is_measured(step)])


def in_rows(
    lines: Iterable[bytes], read: Callable[[bytes], Event | None]
) -> Iterator[Event | Rows]:
    """Yield what the lines of a log tell, steps together; `read` reads those out of the ordinary.

    What it returns None for is passed over.
    """
    numbers: list[float] = []  # row by row
    measured: list[StepDone] = []
    for line in lines:
        if row := _plain(line):
            numbers += row
            event = None
        elif isinstance(event := read(line), StepDone):
            numbers += _row(event)
            measured += [event] if _is_measured(event) else []
            event = None
        if numbers and (event is not None or len(numbers) == BLOCK * len(COLUMNS)):
            yield Rows(_table(numbers), tuple(measured))
            numbers, measured = [], []
        if event is not None:
            yield event
    if numbers:
        yield Rows(_table(numbers), tuple(measured))


def _plain(line: bytes) -> tuple[float, ...]:
    """Return the numbers of an ordinary line that is whole; nothing for any other."""
    found = _PLAIN.fullmatch(line)
    if found is None or zlib.crc32(b"}", zlib.crc32(line[:-_SEAL])) != int(found[7], 16):
        return ()
    try:
        return tuple(map(float, found.group(1, 2, 3, 4, 5, 6)))
    except ValueError:
        return ()


def _table(numbers: Sequence[float]) -> Table:
    return np.array(numbers, np.float64).reshape(-1, len(COLUMNS))


def _row(step: StepDone) -> tuple[float, ...]:
    return (
        *(step.step, step.epoch, step.loss),
        *(step.learning_rate, step.samples_per_second, step.elapsed_s),
    )


def _is_measured(step: StepDone) -> bool:
    return bool(step.gradient_norms or step.update_ratios)
