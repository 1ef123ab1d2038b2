"""The log of a long run: quick to open, at most one row lost at its end, never waited for."""

import itertools
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from studio.runs.event_json import to_line
from studio.runs.history import History
from studio.runs.log import LOG, each_piece, read_log, sealed
from studio.runs.log_writing import LogWriter
from studio.runs.perform import perform
from studio.training.control import Control
from studio.training.events import Event, StepDone
from tests.unit.runs.events import ended, epoch, started, step
from tests.unit.runs.projects import request

ROWS = 1_000_000
_SLOWEST_READING = 10.0
"""Seconds of a processor, which others may use at the same time."""
_LONGEST_WAIT = 0.005


def test_a_log_cut_anywhere_loses_one_row_at_most(tmp_path: Path) -> None:
    events: list[Event] = [started(), step(1), epoch(1), step(2), step(3)]
    lines = [sealed(to_line(event).encode()) + b"\n" for event in events]
    whole = b"".join(lines)
    for size in range(len(whole) - len(lines[-1]) - len(lines[-2]), len(whole)):
        (tmp_path / LOG).write_bytes(whole[:size])
        complete = whole[:size].count(b"\n")
        found, remarks = read_log(tmp_path)
        assert found[:complete] == tuple(events[:complete])
        assert remarks == ()
    log = LogWriter(tmp_path)
    log.append(step(4))
    log.close()
    found, _remarks = read_log(tmp_path)
    assert found[-1] == step(4)
    assert found[:-1] == tuple(events)


def _long(rows: int) -> Iterator[Event]:
    chance = random.Random(0).random
    yield started()
    for number in range(1, rows + 1):
        names = ("conv2d_1", "linear_1") if number % 20 == 0 else ()
        norms = {name: chance() for name in names}
        yield StepDone(number, number / 1000, chance(), chance(), chance(), number / 20, norms)
        if number % 1000 == 0:
            yield epoch(number // 1000)
    yield ended(at=rows)


@pytest.mark.parametrize("rows", [20_000, pytest.param(ROWS, marks=pytest.mark.slow)])
def test_a_long_log_is_opened_quickly(tmp_path: Path, rows: int) -> None:
    with (tmp_path / LOG).open("wb") as stream:
        stream.writelines(sealed(to_line(event).encode()) + b"\n" for event in _long(rows))
    wall, began = time.perf_counter(), time.process_time()
    history = History().extend(each_piece(tmp_path))
    took = time.process_time() - began
    sys.stdout.write(f"{rows} rows: {took:.1f} s, wall {time.perf_counter() - wall:.1f} s\n")
    assert (len(history.curve), len(history.epochs)) == (rows, rows // 1000)
    assert history.ended == ended(at=rows)
    assert took < _SLOWEST_READING * max(rows / ROWS, 0.3)


@pytest.mark.slow  # a busy machine lets everything wait
def test_training_does_not_wait_for_its_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only the end waits until it is on the disk."""
    append, waits, milestones = LogWriter.append, [], []

    def timed(log: LogWriter, event: Event) -> Any:
        began = time.perf_counter()
        try:
            return append(log, event)
        finally:
            took = time.perf_counter() - began
            (waits if isinstance(event, StepDone) else milestones).append(took)

    monkeypatch.setattr(LogWriter, "append", timed)
    clock = itertools.count()  # by which every step is told
    control = Control(lambda: next(clock) * 0.06)
    for _event in perform(request(tmp_path, epochs=20, batch_size=4), control):
        pass
    waits.sort()
    longest = waits[len(waits) * 99 // 100]
    sys.stdout.write(
        f"{len(waits)} rows: p99 {1e3 * longest:.2f} ms, {1e3 * waits[-1]:.2f} at most; "
    )
    sys.stdout.write(f"{len(milestones)} milestones: {1e3 * max(milestones):.2f} ms at most\n")
    assert len(waits) > 300
    assert longest < _LONGEST_WAIT
