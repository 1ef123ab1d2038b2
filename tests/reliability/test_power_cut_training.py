"""After a power cut, the log and the checkpoints of a real training fit together."""

import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.errors import StudioError
from studio.runs import log_writing
from studio.runs.log import read_log
from studio.runs.perform import perform
from studio.runs.resuming import CHECKPOINTS
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import CheckpointSaved, Ended, EpochDone, Event
from tests.reliability.faulty_disk import Disk
from tests.reliability.power_cut import State, states
from tests.unit.runs.projects import request

WAYS, MOST = 2, 600
"""In how many ways things are lost for each moment, and how many states are looked at."""


def hurried() -> Control:
    """Return a control whose clock is so fast that a checkpoint is due at every report."""
    asked = itertools.count()
    return Control(lambda: next(asked) * 0.3)


@pytest.fixture(autouse=True)
def _only_checkpoints_bring_the_log_to_the_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """Otherwise it would be there early enough by chance."""
    monkeypatch.setattr(log_writing, "_DURABLE", (CheckpointSaved, Ended))


def trained(root: Path) -> tuple[Disk, list[Event]]:
    """Train for a few epochs; return also what was told of checkpoints and the end."""
    root.mkdir()
    disk, told = Disk(root), list[Event]()
    with disk.watching():
        asked = request(root / "a.runs", epochs=3, batch_size=40, checkpoint_every=1)
        for event in perform(asked, hurried()):
            if isinstance(event, CheckpointSaved | Ended):
                told.append(event)
                disk.said(len(told))
    return disk, told


def wrong(run: Path, said: list[Event]) -> Iterator[str]:
    """Yield what does not fit in a run that somebody wants to go on with."""
    events, _remarks = read_log(run)  # what was being written may be torn
    yield from (f"gone: {event}" for event in said if event not in events)
    told = {event.name: event.step for event in events if isinstance(event, CheckpointSaved)}
    epochs = [event.epoch for event in events if isinstance(event, EpochDone)]
    for name in {*told, *(path.stem for path in (run / CHECKPOINTS).glob("*.json"))}:
        try:
            found = load(run / CHECKPOINTS, name)
        except StudioError as error:
            yield f"{name}: {error}"
            continue
        if found.step < told.get(name, 0):
            yield f"{name} is of step {found.step}, not {told[name]}"
        if epochs[: found.epoch] != list(range(1, found.epoch + 1)):
            yield f"epoch {found.epoch} is done, but the log knows of {epochs}"


def first_wrong(folder: Path) -> tuple[int, str]:
    """Return how many states were looked at, and what is wrong with the first that is not whole."""
    disk, said = trained(folder / "disk")
    count = 0
    for state in itertools.islice(_spread(disk), MOST):
        place = folder / str(count)
        place.mkdir(parents=True)
        state.lay_out(place)
        count += 1
        for told in wrong(place / "a.runs" / "run-0001", said[: state.said or 0]):
            return count, f"after {state.calls} calls: {told}"
    return count, ""


def _spread(disk: Disk) -> Iterator[State]:
    every = max(1, sum(1 for _state in states(disk, WAYS)) // MOST)
    return itertools.islice(states(disk, WAYS), 0, None, every)


def test_log_and_checkpoints_fit_together_after_a_power_cut(tmp_path: Path) -> None:
    count, found = first_wrong(tmp_path)
    assert found == ""
    assert count > 300


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        ("studio.runs.perform.settle", "but the log knows of"),
        ("studio.runs.log_writing._make_lasting", "gone: CheckpointSaved"),
    ],
)
def test_what_is_not_made_lasting_in_order_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str, told: str
) -> None:
    monkeypatch.setattr(broken, lambda *_: None)
    _count, found = first_wrong(tmp_path)
    assert told in found
