"""A real disk of a few megabytes that is full: what was there stays, and training goes on."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.errors import FileError
from studio.runs.log import LOG
from studio.runs.log_writing import LogWriter
from studio.runs.perform import perform
from studio.runs.store import open_run
from studio.storage import read_json, write_bytes, write_json
from studio.training.checkpoints.shelf import newest
from studio.training.control import Control
from studio.training.events import Ended, EpochDone, Event, StepDone, Trouble
from tests.reliability.saving import KINDS
from tests.unit.runs.events import started, step
from tests.unit.runs.projects import request

SAVED = [name for name in KINDS if name != "run"]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB; only root can have one."""
    place = tmp_path / "disk"
    place.mkdir()
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        pytest.skip("only root mounts disks")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(place)],
        check=False,
        capture_output=True,
        text=True,
    )
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted: {mounted.stderr}")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(place: Path, left: int = 0) -> Path:
    """Fill a disk but for so many bytes."""
    filler, rest = place / "filler", os.statvfs(place)
    with filler.open("wb", buffering=0) as stream:
        try:
            stream.write(bytes(rest.f_bavail * rest.f_frsize - left))
            while not left:
                stream.write(bytes(4096))
        except OSError:
            pass
    return filler


@pytest.mark.parametrize("name", SAVED)
def test_a_full_disk_keeps_the_version_before(disk: Path, name: str) -> None:
    kind = KINDS[name]
    kind.save(disk, 0, lambda _version: None)
    filler = fill(disk)
    with pytest.raises(FileError, match=r"No space left on device; it takes .* are free"):
        kind.save(disk, 1, lambda _version: None)
    assert kind.found(disk) == 0
    assert not list(disk.rglob("*.part"))
    filler.unlink()
    kind.save(disk, 1, lambda _version: None)
    assert kind.found(disk) == 1


@pytest.mark.parametrize("left", [4096, 1 << 20, 3 << 20])
def test_a_file_that_fits_only_in_part_is_not_begun_for_good(disk: Path, left: int) -> None:
    path = disk / "a.json"
    write_json(path, 1)
    fill(disk, left)
    with pytest.raises(FileError, match=r"it takes 4\.0 MB, and .* are free"):
        write_bytes(path, bytes(4_000_000))
    assert read_json(path) == 1
    assert not list(disk.rglob("*.part"))


def test_training_keeps_every_line_and_its_last_checkpoint_while_the_disk_is_full(
    disk: Path,
) -> None:
    events: list[Event] = []
    filler: Path | None = None
    asked = request(disk / "a.runs", epochs=60, checkpoint_every=1, checkpoints_kept=0)
    for event in perform(asked, Control()):
        events.append(event)
        epochs = sum(isinstance(one, EpochDone) for one in events)
        if filler is None and epochs == 5:
            filler = fill(disk)
        elif filler is not None and epochs == 40 and filler.exists():
            filler.unlink()
    last = events[-1]
    assert isinstance(last, Ended)
    assert (last.reason, last.message) == ("finished", "")
    told = [event for event in events if isinstance(event, Trouble) and event.about == "log"]
    assert [trouble.over for trouble in told] == [False, True]
    assert "are free" in told[0].message
    _info, history = open_run(disk / "a.runs" / "run-0001")
    assert [done.epoch for done in history.epochs] == list(range(1, 61))
    assert list(history.steps) == [e.step for e in events if isinstance(e, StepDone)]
    found, remark = newest(disk / "a.runs" / "run-0001" / "checkpoints")
    assert (found.step, remark) == (last.step, "")


def test_a_log_on_a_full_device_is_refused_at_once(tmp_path: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("no device is always full")
    (tmp_path / LOG).symlink_to(full)
    told = r"No space left on device; it takes .* are free"
    with contextlib.closing(LogWriter(tmp_path)) as log, pytest.raises(FileError, match=told):
        log.append(started())


def test_a_log_that_moves_to_a_full_device_waits_in_memory(disk: Path) -> None:
    log = LogWriter(disk, lambda: 0.0)
    log.append(started())
    filler = fill(disk)
    told = [log.append(step(number)) for number in range(200)]
    assert sum(trouble is not None for trouble in told) == 1
    filler.unlink()
    log.close()
    assert (disk / LOG).read_bytes().count(b"\n") == 201
