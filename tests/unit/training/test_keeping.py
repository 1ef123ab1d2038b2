"""A run is written beside its training, mid-epoch too, and a disk that refuses does not end it."""

import contextlib
import errno
import itertools
import json
import os
import shutil
import tempfile
import threading
import weakref
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.errors import FileError
from studio.training.checkpoints import shelf
from studio.training.checkpoints.checkpoint import Checkpoint, load, put
from studio.training.checkpoints.writing import Writer
from studio.training.control import Control
from studio.training.events import CheckpointSaved, Ended, EpochDone, StepDone, Trouble
from studio.training.session import Session
from studio.training.ticks.actions import Save
from studio.training.ticks.moments import AtStep
from studio.training.ticks.tick import Tick
from tests.unit.training.toys import cnn, made, mlp, pictures, rows, running

OFTEN: dict[str, Any] = {"checkpoint_every": 1, "augment": ["shift"], "schedule": "cosine"}
BEGIN = Writer.begin


def by_step(seconds: float = 0.06) -> Control:
    """Return a control whose clock is so fast that every step is reported."""
    asked = itertools.count()
    return Control(lambda: next(asked) * seconds)


def at_once(writer: Writer, work: Callable[[], None]) -> None:
    """Write beside the training, but wait for it."""
    BEGIN(writer, work)
    assert writer._thread is not None
    writer._thread.join()


@pytest.fixture
def prompt(monkeypatch):
    """Have every checkpoint on disk before the next step, so that none is skipped."""
    monkeypatch.setattr(Writer, "begin", at_once)
    monkeypatch.setattr("studio.training.checkpoints.pacing.Pace.took", lambda *_: None)


def saved(events: list[Any], name: str = "last") -> list[int]:
    return [e.step for e in events if isinstance(e, CheckpointSaved) and e.name == name]


@pytest.mark.usefixtures("prompt")
def test_a_run_goes_on_bit_for_bit_from_a_checkpoint_in_the_middle_of_an_epoch(tmp_path):
    straight = made(cnn())
    plan = OFTEN | {"epochs": 6, "ema": 0.9, "optimizer": "adamw"}
    whole = list(running(straight, pictures(), by_step(), **plan))
    starts: list[Checkpoint] = []
    for event in running(made(cnn()), pictures(), by_step(), folder=tmp_path, **plan):
        if isinstance(event, CheckpointSaved) and event.name == "last":
            starts.append(load(tmp_path, "last"))
    middle = [start for start in starts if start.position]
    assert len({start.position for start in middle}) >= 2
    losses = {e.step: e.loss for e in whole if isinstance(e, StepDone)}
    for start in middle:
        torch.manual_seed(77)
        again = made(cnn(), seed=9)
        rest = list(running(again, pictures(), by_step(), start=start, **plan))
        told = {e.step: e.loss for e in rest if isinstance(e, StepDone)}
        assert told == {step: loss for step, loss in losses.items() if step > start.step}
        for name, value in straight.state_dict().items():
            assert torch.equal(value, again.state_dict()[name]), (start.step, name)
        assert rest[-1].metrics == whole[-1].metrics


def test_training_goes_on_while_a_checkpoint_is_written_and_the_end_waits(tmp_path, monkeypatch):
    go, writing, most = threading.Event(), [0], [0]

    def slow(folder: Path, name: str, checkpoint: Checkpoint) -> Path:
        writing[0] += 1
        most[0] = max(most[0], writing[0])
        assert go.wait(60)
        writing[0] -= 1
        return put(folder, name, checkpoint)

    monkeypatch.setattr(shelf, "put", slow)
    events = []
    for event in running(made(mlp()), rows(), by_step(), folder=tmp_path, epochs=20, **PLAIN):
        events.append(event)
        if isinstance(event, StepDone) and event.step == 70:
            assert saved(events) == []  # told only when it is there
            go.set()
    assert most == [1]
    assert saved(events)[-1] == 80
    assert load(tmp_path, "last").step == 80
    assert events[-1].message == ""


PLAIN: dict[str, Any] = {"checkpoint_every": 1}


def test_a_run_that_nobody_pulls_any_more_leaves_no_thread_and_a_whole_checkpoint(tmp_path):
    events = running(made(mlp()), rows(), by_step(), folder=tmp_path, epochs=90, **PLAIN)
    for event in events:
        if isinstance(event, EpochDone) and event.epoch == 30:
            break
    events.close()  # type: ignore[attr-defined]
    assert not [t for t in threading.enumerate() if t.name == "checkpoint"]
    assert load(tmp_path, "last").step > 0


@pytest.mark.usefixtures("prompt")
def test_ends_of_epochs_stay_as_a_past_that_is_thinned(tmp_path):
    plan = PLAIN | {"checkpoints_kept": 4, "epochs": 40}
    list(running(made(mlp()), rows(), by_step(0.3), folder=tmp_path, **plan))
    names = {path.stem for path in tmp_path.glob("*.json")}
    past = sorted(name for name in names if name.startswith("epoch-"))
    assert names - set(past) <= {"last", "best", "before"}
    assert 3 <= len(past) <= 4
    for name in past:
        found = load(tmp_path, name)
        assert (found.epoch, found.position) == (int(name.removeprefix("epoch-")), 0)
        assert found.facts["validation"]["accuracy"] >= 0
        rest = list(running(made(mlp(), seed=3), rows(), start=found, epochs=40))
        assert rest[-1].reason == "finished"
    files = {json.loads(path.read_text())["file"] for path in tmp_path.glob("*.json")}
    assert {path.name for path in tmp_path.glob("*.safetensors")} == files


def fails(monkeypatch: pytest.MonkeyPatch, first: int, last: int, number: int) -> None:
    """Have the system refuse the calls from `first` to `last` that make a file durable."""
    calls, sync = itertools.count(1), os.fsync

    def refuse(handle: int) -> None:
        if first <= next(calls) <= last:
            raise OSError(number, os.strerror(number))
        sync(handle)

    monkeypatch.setattr(os, "fsync", refuse)


@pytest.mark.usefixtures("prompt")
@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EROFS, errno.EDQUOT])
def test_a_disk_that_refuses_for_a_while_is_told_once_and_again_when_it_is_over(
    tmp_path, monkeypatch, number
):
    fails(monkeypatch, 8, 30, number)
    whole = []
    events = []
    for event in running(made(mlp()), rows(), by_step(), folder=tmp_path, epochs=60, **PLAIN):
        events.append(event)
        if (tmp_path / "last.json").exists():
            whole.append(load(tmp_path, "last").step)
    troubles = [event for event in events if isinstance(event, Trouble)]
    assert [trouble.over for trouble in troubles] == [False, True]
    assert os.strerror(number) in troubles[0].message
    assert whole == sorted(whole)
    assert len(set(whole)) > 2
    assert (events[-1].reason, events[-1].message) == ("finished", "")
    assert load(tmp_path, "last").step == 240
    assert list(tmp_path.glob(".*.part")) == []


@contextlib.contextmanager
def refusing(owner: Any, name: str, number: int, at: int) -> Iterator[None]:
    """Have the call `at` of a function fail, once."""
    calls, before = itertools.count(1), getattr(owner, name)

    def called(*args: Any, **options: Any) -> Any:
        if next(calls) == at:
            raise OSError(number, os.strerror(number))
        return before(*args, **options)

    setattr(owner, name, called)
    try:
        yield
    finally:
        setattr(owner, name, before)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize(
    ("owner", "name"),
    [(os, "fsync"), (tempfile, "mkstemp"), (Path, "replace"), (Path, "chmod")],
)
def test_whatever_call_fails_the_checkpoint_before_is_whole(tmp_path, owner, name, number):
    list(running(made(mlp()), rows(), folder=tmp_path / "old"))
    list(running(made(mlp(), seed=1), rows(), folder=tmp_path / "new", epochs=5))
    old, new = load(tmp_path / "old", "last"), load(tmp_path / "new", "last")
    for at in range(1, 7):
        folder = tmp_path / f"{at}"
        shutil.copytree(tmp_path / "old", folder)
        with refusing(owner, name, number, at), contextlib.suppress(Exception):
            shelf.shelve(folder, {"best": new, "last": new}, 2, expected=True)
        found = load(folder, "last")
        assert found.step in {old.step, new.step}
        assert load(folder, "best").step in {load(tmp_path / "old", "best").step, new.step}
        assert list(folder.glob(".*.part")) == []


@pytest.mark.parametrize(("name", "at"), [("unlink", 2), ("is_dir", 1)])
def test_a_call_that_only_looks_or_deletes_is_told_in_a_sentence_too(tmp_path, name, at):
    list(running(made(mlp()), rows(), folder=tmp_path, epochs=2))
    old = load(tmp_path, "last")
    list(running(made(mlp(), seed=1), rows(), folder=tmp_path / "new", epochs=5))
    new = load(tmp_path / "new", "last")
    with (
        refusing(Path, name, errno.ESTALE, at),
        pytest.raises(FileError, match=os.strerror(errno.ESTALE)),
    ):
        shelf.shelve(tmp_path, {"last": new}, 2, expected=True)
    assert load(tmp_path, "last").step == old.step


def test_a_copy_for_which_memory_is_short_is_told_and_the_run_goes_on(tmp_path, monkeypatch):
    captured, calls = Session.captured, itertools.count(1)

    def short(session: Session, facts: Any) -> Checkpoint:
        if facts.get("validation") and next(calls) == 1:
            raise MemoryError
        return captured(session, facts)

    monkeypatch.setattr(Session, "captured", short)
    events = list(running(made(mlp()), rows(), by_step(0.3), folder=tmp_path, epochs=20, **PLAIN))
    troubles = [event for event in events if isinstance(event, Trouble)]
    assert [trouble.over for trouble in troubles] == [False, True]
    assert troubles[0].message == "No checkpoint could be made: MemoryError."
    assert (events[-1].reason, events[-1].message) == ("finished", "")
    assert load(tmp_path, "last").step == 80
    # what could not be copied was not remembered as the best either
    assert load(tmp_path, "last").facts["best"][0] == max(
        e.validation["accuracy"] for e in events if isinstance(e, EpochDone) and e.epoch > 1
    )


def test_what_a_tick_names_is_written_once_the_disk_takes_it_again(tmp_path, monkeypatch):
    calls = itertools.count(1)

    def full(folder: Path, name: str, checkpoint: Checkpoint) -> Path:
        if name == "early" and next(calls) == 1:
            raise FileError("Full.") from OSError(errno.EIO, "")
        return put(folder, name, checkpoint)

    monkeypatch.setattr(shelf, "put", full)
    tick = Tick(at=AtStep(at=6), actions=(Save(name="early"),))
    events = list(running(made(mlp()), rows(), folder=tmp_path, epochs=2, ticks=(tick,)))
    assert saved(events, "early") == [6]
    assert load(tmp_path, "early").step == 6
    assert events[-1].message == ""


@pytest.mark.usefixtures("prompt")
def test_a_checkpoint_on_disk_is_not_kept_in_memory_as_well(tmp_path, monkeypatch):
    captured, made_so_far = Session.captured, weakref.WeakSet[Checkpoint]()

    def noted(session: Session, facts: Any) -> Checkpoint:
        found = captured(session, facts)
        made_so_far.add(found)
        return found

    monkeypatch.setattr(Session, "captured", noted)
    written, alive = 0, []
    for event in running(made(mlp()), rows(), by_step(0.3), folder=tmp_path, epochs=20, **PLAIN):
        written += isinstance(event, CheckpointSaved)
        if isinstance(event, StepDone) and written and event.step % 4 == 3:
            alive.append(len(made_so_far))
    assert written > 4
    assert min(alive) == 1  # the one to go back to


def test_a_full_disk_costs_the_past_before_it_costs_the_present(tmp_path, monkeypatch):
    for epochs in (2, 3, 4):
        list(running(made(mlp()), rows(), folder=tmp_path, epochs=epochs))
    assert list(tmp_path.glob("epoch-*.json"))
    list(running(made(mlp(), seed=1), rows(), folder=tmp_path / "new", epochs=5))
    new = load(tmp_path / "new", "last")
    monkeypatch.setattr(os, "fsync", _full_while(tmp_path / "epoch-0001.json"))
    shelf.shelve(tmp_path, {"last": new}, 3, expected=True)
    assert load(tmp_path, "last").step == new.step
    assert not list(tmp_path.glob("epoch-*.json"))
    assert load(tmp_path, "before").step == 16


def _full_while(path: Path) -> Callable[[int], None]:
    def sync(_handle: int) -> None:
        if path.exists():
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    return sync


@pytest.mark.usefixtures("prompt")
def test_a_folder_that_is_deleted_in_the_middle_is_told_and_not_made_anew(tmp_path):
    folder = tmp_path / "run" / "checkpoints"
    folder.parent.mkdir()
    events = []
    for event in running(made(mlp()), rows(), by_step(), folder=folder, epochs=40, **PLAIN):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 20:
            shutil.rmtree(folder.parent)
    (told,) = [event for event in events if isinstance(event, Trouble)]
    assert "is gone" in told.message
    assert isinstance(events[-1], Ended)
    assert events[-1].reason == "finished"
    assert "is gone" in events[-1].message
    assert not folder.parent.exists()
