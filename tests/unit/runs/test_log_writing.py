"""The log of a run loses nothing while the disk is full, and no flipped bit goes unseen."""

import json
import random
import resource
import shutil
from pathlib import Path

import pytest

from studio.errors import FileError
from studio.runs import log_writing
from studio.runs.event_json import to_line
from studio.runs.log import LOG, last_events, read_log, sealed, unsealed
from studio.runs.log_writing import LogWriter
from studio.runs.perform import perform
from studio.runs.record import record
from studio.runs.store import open_run
from studio.training.control import Control
from studio.training.events import Ended, Event, Trouble
from tests.unit.runs.events import ended, epoch, started, step
from tests.unit.runs.projects import request


class Later:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def full_after(size: int) -> None:
    """Have the system refuse files beyond so many bytes, or beyond none for 0."""
    _soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size or hard, hard))


@pytest.fixture(autouse=True)
def _no_limit_stays():
    yield
    full_after(0)


def test_what_a_full_disk_refuses_waits_and_comes_in_order(tmp_path: Path) -> None:
    clock = Later()
    log = LogWriter(tmp_path, clock)
    events: list[Event] = [started(), *(step(n) for n in range(1, 200))]
    told: list[Trouble | None] = []
    for event in events:
        if event == step(20):
            full_after((tmp_path / LOG).stat().st_size + 70)  # in the midst of a line
        if event == step(150):
            full_after(0)
        clock.now += 0.05
        told.append(log.append(event))
        assert read_log(tmp_path)[1] == ()
    log.close()

    assert read_log(tmp_path)[0] == tuple(events)
    begun, over = (trouble for trouble in told if trouble is not None)
    assert (begun.step, begun.over, begun.about) == (20, False, "log")
    assert "File too large" in begun.message
    assert "kept in memory" in begun.message
    assert (150 <= over.step <= 171, over.over) == (True, True)


def test_a_milestone_does_not_wait_for_the_next_attempt(tmp_path: Path) -> None:
    clock = Later()
    log = LogWriter(tmp_path, clock)
    log.append(started())
    full_after(1)
    assert log.append(step(1)) is not None
    full_after(0)
    assert log.append(step(2)) is None
    assert log.trouble
    assert log.append(epoch(1)) is not None
    assert log.trouble == ""
    assert read_log(tmp_path)[0] == (started(), step(1), step(2), epoch(1))
    log.close()


def test_closing_is_a_last_attempt(tmp_path: Path) -> None:
    log = LogWriter(tmp_path, Later())
    log.append(started())
    full_after(1)
    log.append(step(1))
    full_after(0)
    log.close()
    assert read_log(tmp_path)[0] == (started(), step(1))


def test_points_of_the_curve_are_left_out_when_too_much_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_writing, "_MOST_WAITING", 2000)
    clock = Later()
    log = LogWriter(tmp_path, clock)
    log.append(started())
    full_after(1)
    for number in range(1, 101):
        log.append(step(number))
    log.append(epoch(1))
    full_after(0)
    over = log.append(ended())
    log.close()
    assert over is not None
    found = read_log(tmp_path)[0]
    assert found[-2:] == (epoch(1), ended())
    missing = 103 - len(found)
    assert missing > 50
    assert f"{missing} points" in over.message


def test_a_folder_that_is_deleted_is_not_made_anew_but_filled_when_it_comes_back(
    tmp_path: Path,
) -> None:
    clock, run = Later(), tmp_path / "run-0001"
    run.mkdir()
    log = LogWriter(run, clock)
    log.append(started())
    log.append(step(1))
    shutil.rmtree(run)
    begun = log.append(step(2))
    assert begun is not None
    assert "No such file" in begun.message
    clock.now += 2
    assert log.append(step(3)) is None
    assert not run.exists()
    run.mkdir()
    clock.now += 2
    over = log.append(step(4))
    log.close()
    assert over is not None
    assert over.over
    assert read_log(run)[0] == (started(), *(step(n) for n in range(1, 5)))


def test_a_log_that_cannot_be_begun_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="Cannot write"):
        LogWriter(tmp_path / "gone").append(started())


def test_an_end_that_could_not_be_written_says_so(tmp_path: Path) -> None:
    def events() -> list[Event]:
        return [started(), step(1), ended()]

    found: list[Event] = []
    for event in record(events(), tmp_path):
        found.append(event)
        full_after(1)
    full_after(0)
    last = found[-1]
    assert isinstance(last, Ended)
    assert "Cannot write" in last.message
    assert [event for event in found if isinstance(event, Trouble)]


def test_a_training_goes_on_while_its_log_cannot_grow(tmp_path: Path) -> None:
    events: list[Event] = []
    for event in perform(request(tmp_path, epochs=200), Control()):
        events.append(event)
        if len(events) == 2:
            full_after(3000)
        if len([e for e in events if isinstance(e, Trouble)]) == 2:
            full_after(0)
    last = events[-1]
    assert isinstance(last, Ended)
    assert (last.reason, last.message) == ("finished", "")
    _info, history = open_run(tmp_path / "run-0001")
    assert history.ended == last
    assert len(history.epochs) == 200
    assert [trouble.over for trouble in history.troubles if trouble.about == "log"][:1] == [False]


def test_a_line_keeps_its_checksum_and_older_lines_have_none() -> None:
    line = to_line(step(7)).encode()
    assert unsealed(sealed(line) + b"\n") == line
    assert unsealed(line) == line
    assert json.loads(sealed(line))["crc"]


def test_every_flipped_bit_is_seen_or_changes_nothing(tmp_path: Path) -> None:
    steps = [step(n, loss=1 / n) for n in range(1, 30)]
    events: list[Event] = [started(), *steps, epoch(1), ended()]
    for _event in record(events, tmp_path):
        pass
    path = tmp_path / LOG
    content, chance = path.read_bytes(), random.Random(0)
    seen = 0
    for place in chance.sample(range(len(content) * 8), 2000):
        flipped = bytearray(content)
        flipped[place // 8] ^= 1 << place % 8
        path.write_bytes(flipped)
        found, remarks = read_log(tmp_path)
        assert set(map(repr, found)) <= set(map(repr, events)), place
        seen += bool(remarks) or len(found) < len(events)
        assert set(map(repr, last_events(tmp_path))) <= set(map(repr, events))
    assert seen > 1900
