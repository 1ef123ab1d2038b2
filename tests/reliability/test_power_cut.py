"""Whatever a power cut leaves can be opened, and nothing that was reported as saved is gone."""

import itertools
import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from studio import storage
from studio.errors import StudioError
from studio.graph import file as project_file
from studio.runs import log_writing
from studio.training.checkpoints import past
from tests.reliability.faulty_disk import Disk
from tests.reliability.power_cut import State, states
from tests.reliability.saving import KINDS, NOTHING, LostError

FEW, MANY = 3, 60
"""Ways in which things are lost and torn, for each moment; see `states`."""
WANTED, MOST = 5000, 6000
"""States of all kinds together, and of one."""


def trace(root: Path, name: str) -> Disk:
    """Save every version of a kind and return what was done."""
    root.mkdir()
    disk = Disk(root)
    kind = KINDS[name]
    with disk.watching():
        for version in range(kind.versions):
            kind.save(root, version, disk.said)
    return disk


def wrong(state: State, name: str, scratch: Path) -> str:
    """Return what is wrong with a state, or nothing."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir()
    state.lay_out(scratch)
    try:
        found = KINDS[name].found(scratch)
    except (LostError, StudioError) as error:
        return f"unreadable: {error}"
    said = NOTHING if state.said is None else state.said
    return "" if found >= said else f"gone: {found} instead of {said}"


def explored(folder: Path, name: str, most: int) -> tuple[int, str]:
    """Return how many states were looked at, and what is wrong with the first that is not whole."""
    disk, count = trace(folder / "traced", name), 0
    for state in itertools.islice(states(disk, most), MOST):
        count += 1
        if told := wrong(state, name, folder / "after"):
            return count, f"after {state.calls} calls: {told}"
    return count, ""


@pytest.mark.parametrize("name", KINDS)
def test_every_state_after_a_power_cut_is_whole(tmp_path: Path, name: str) -> None:
    count, found = explored(tmp_path, name, FEW)
    assert found == ""
    assert count > 20


@pytest.mark.slow
def test_thousands_of_states_after_a_power_cut_are_whole(tmp_path: Path) -> None:
    counts = {}
    for name in KINDS:
        place = tmp_path / name.replace(" ", "")
        place.mkdir()
        counts[name], found = explored(place, name, MANY)
        assert found == "", name
    sys.stdout.write(f"{counts}, {sum(counts.values())} states\n")
    assert sum(counts.values()) >= WANTED


def in_place(path: Path, content: bytes, **_more: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    storage.make_durable(path.parent)


def renamed(path: Path, content: bytes, **_more: Any) -> None:
    storage.make_folder(path.parent)
    part = path.with_name("part")
    with part.open("wb") as stream:
        stream.write(content)
    part.replace(path)
    storage.make_durable(path.parent)


def without_folder(path: Path, content: bytes, **_more: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name("part")
    with part.open("wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)


@pytest.mark.parametrize(
    ("naive", "what"), [(in_place, "unreadable"), (renamed, "unreadable"), (without_folder, "gone")]
)
def test_a_naive_writer_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, naive: Callable[..., None], what: str
) -> None:
    monkeypatch.setattr(project_file, "write_bytes", naive)
    _count, found = explored(tmp_path, "project", FEW)
    assert what in found


@pytest.mark.parametrize(
    ("name", "owner"),
    [("checkpoint", storage), ("checkpoint", past), ("run", log_writing), ("queue", storage)],
)
def test_names_that_are_not_made_durable_are_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, owner: Any
) -> None:
    monkeypatch.setattr(owner, "make_durable", lambda _folder: None)
    assert explored(tmp_path, name, FEW)[1]
