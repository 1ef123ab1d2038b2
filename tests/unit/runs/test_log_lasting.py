"""Milestones of a run outlast a power cut, and the training does not wait for that."""

import errno
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.runs.log import read_log
from studio.runs.log_writing import LogWriter
from studio.runs.record import record
from studio.training.events import CheckpointSaved, Event
from tests.unit.runs.events import ended, epoch, started, step

_PATIENCE = 20.0
SAVED = CheckpointSaved(1, "last")


class Disk:
    """A disk on which nothing lasts before it is let go, and which may fail."""

    def __init__(self) -> None:
        self.go = threading.Event()
        self.failing = False
        self.syncs = 0

    def sync(self, _handle: int) -> None:
        """Wait until it is let go."""
        assert self.go.wait(_PATIENCE), "the training waits for the disk"
        self.syncs += 1
        if self.failing:
            raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Disk]:
    made = Disk()
    monkeypatch.setattr(os, "fsync", made.sync)
    yield made
    made.go.set()


def test_an_epoch_does_not_wait_for_the_disk_but_the_end_does(tmp_path: Path, disk: Disk) -> None:
    log = LogWriter(tmp_path)
    for event in (started(), epoch(1), step(2), epoch(2)):
        assert log.append(event) is None
    assert read_log(tmp_path)[0] == (started(), epoch(1), step(2), epoch(2))
    assert (log.is_lasting, disk.syncs) == (False, 0)
    disk.go.set()
    assert log.append(ended()) is None
    assert log.is_lasting
    assert disk.syncs == 4  # file and folder, of the first epoch and of all that came after it
    log.close()


def test_a_checkpoint_is_told_once_its_line_lasts(tmp_path: Path, disk: Disk) -> None:
    events: list[Event] = [started(), SAVED, step(2), step(3), ended()]
    told: list[Event] = []
    for event in record(events, tmp_path):
        told.append(event)
        if event == step(3):
            disk.go.set()
    assert told == [started(), step(2), step(3), SAVED, ended()]
    assert read_log(tmp_path)[0] == tuple(events)


def test_what_fails_behind_the_training_is_told_until_it_lasts(tmp_path: Path, disk: Disk) -> None:
    now = 0.0
    log = LogWriter(tmp_path, lambda: now)
    disk.failing = True
    log.append(started())
    assert log.append(epoch(1)) is None
    disk.go.set()
    begun = next(filter(None, (log.append(step(n)) for n in range(2, 10**6))))
    assert (begun.about, begun.over) == ("log", False)
    assert os.strerror(errno.EIO) in begun.message
    now += 2
    assert log.append(step(10**6)) is None, "it still fails"
    assert log.trouble
    disk.failing = False
    now += 2
    over = log.append(step(10**6 + 1))
    assert over is not None
    assert over.over
    assert log.is_lasting
    log.close()


def test_what_is_owed_at_the_close_lasts(tmp_path: Path, disk: Disk) -> None:
    disk.go.set()
    log = LogWriter(tmp_path)
    log.append(started())
    log.append(epoch(1))
    log.close()
    assert disk.syncs == 2
    assert not [one for one in threading.enumerate() if one.name == "log"]
