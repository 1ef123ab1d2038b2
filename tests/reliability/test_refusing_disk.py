"""Whichever call of a save fails, and how: the version before is whole, and a sentence says it."""

import errno
import itertools
import os
import shutil
import sys
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from studio.errors import FileError
from studio.graph import file as project_file
from studio.storage import read_json
from tests.reliability.faulty_disk import SHORT, Disk, Fault
from tests.reliability.saving import KINDS, LostError

ERRORS = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EACCES)
SPACE = ("open", "write", "sync", "mkdir")
"""What a full disk refuses; it always lets go of files."""
VERSION = 2
"""The version whose saving fails; the one before is there."""
_SAVED = [name for name in KINDS if name != "run"]


def once(at: int, number: int) -> Fault:
    """Return a disk that refuses one call."""

    def fault(call: int, _does: str) -> OSError | str | None:
        return OSError(number, os.strerror(number)) if call == at else None

    return fault


def from_then_on(at: int, number: int) -> Fault:
    """Return a disk that refuses everything from one call on; a full one what takes space."""

    def fault(call: int, does: str) -> OSError | str | None:
        full = number in {errno.ENOSPC, errno.EDQUOT}
        if call < at or (full and does not in SPACE):
            return None
        return OSError(number, os.strerror(number))

    return fault


def interrupted(at: int, number: int) -> Fault:
    """Return a disk that does not get to what it is asked for, a few times."""

    def fault(call: int, does: str) -> OSError | str | None:
        here = at <= call < at + 3 and does in SPACE
        return OSError(number, os.strerror(number)) if here else None

    return fault


def short(at: int, _number: int) -> Fault:
    """Return a disk that takes only a part of what it is given, from one call on."""
    return lambda call, does: SHORT if call >= at and does == "write" else None


WAYS: Mapping[Callable[[int, int], Fault], Sequence[int]] = {
    once: (*ERRORS, errno.EINTR),
    from_then_on: ERRORS,
    interrupted: (errno.EINTR,),
    short: (0,),
}


def prepared(folder: Path, name: str) -> Path:
    """Return a folder with the versions before."""
    folder.mkdir()
    for version in range(VERSION):
        KINDS[name].save(folder, version, lambda _version: None)
    return folder


def calls(folder: Path, before: Path, name: str) -> int:
    """Return how many calls a save makes that could fail."""
    shutil.copytree(before, folder)
    disk = Disk(folder)
    with disk.watching():
        KINDS[name].save(folder, VERSION, disk.said)
    return len(disk.calls)


def refused(folder: Path, before: Path, name: str, fault: Fault) -> tuple[str, list[str]]:
    """Save on a disk with faults; return what it said and what is wrong with that."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(before, folder)
    disk, said = Disk(folder, fault), ""
    with disk.watching():
        try:
            KINDS[name].save(folder, VERSION, disk.said)
        except FileError as error:
            said = str(error)
        except Exception as error:  # noqa: BLE001  that is what is looked for
            return "", [f"raised {error!r}"]
    return said, list(_wrong(folder, name, said, disk))


def _wrong(folder: Path, name: str, said: str, disk: Disk) -> list[str]:
    try:
        found = KINDS[name].found(folder)
    except (LostError, FileError) as error:
        return [f"unreadable: {error}"]
    wrong = []
    if found not in {VERSION - 1, VERSION} or (not said and found != VERSION):
        wrong.append(f"version {found} after {said or 'success'}")
    # what cannot be removed on a disk that refuses everything has to stay
    may_stay = disk.fault is not None and isinstance(disk.fault(10**6, "unlink"), OSError)
    if not may_stay and list(folder.rglob("*.part")):
        wrong.append("half a file is left")
    return wrong


def attempts(folder: Path, name: str, step: int = 1) -> tuple[Counter[str], list[str]]:
    """Break every call of a save in every way; return what was tried, and what went wrong."""
    before = prepared(folder / "before", name)
    most = calls(folder / "clean", before, name)
    tried: Counter[str] = Counter(calls=most)
    wrong = []
    for way, errors in WAYS.items():
        for at, number in itertools.product(range(1, most + 1, step), errors):
            said, told = refused(folder / "after", before, name, way(at, number))
            tried["attempts"] += 1
            tried["refused"] += bool(said)
            wrong += [f"{way.__name__} {at} {number}: {one}" for one in told]
            wrong += [f"{at} {number}: {said}" for one in _unclear(said, number)]
    return tried, wrong


def _unclear(said: str, number: int) -> list[str]:
    """Return what a sentence lacks."""
    if not said:
        return []
    words = [os.strerror(number), "Cannot write"]
    return [word for word in words if word not in said] + ["\n"] * said.count("\n")


@pytest.mark.parametrize("name", _SAVED)
def test_whatever_call_fails_the_version_before_is_whole(tmp_path: Path, name: str) -> None:
    tried, wrong = attempts(tmp_path, name, step=5 if name == "checkpoint" else 2)
    assert wrong == []
    assert tried["refused"] > tried["attempts"] / 3


@pytest.mark.slow
def test_every_call_of_every_save_fails_in_every_way(tmp_path: Path) -> None:
    total: Counter[str] = Counter()
    for name in _SAVED:
        place = tmp_path / name.replace(" ", "")
        place.mkdir()
        tried, wrong = attempts(place, name)
        assert wrong == [], name
        total += tried
    sys.stdout.write(f"{dict(total)}\n")
    assert total["attempts"] > 13 * total["calls"] - 1


def test_a_full_disk_is_told_with_both_numbers(tmp_path: Path) -> None:
    for name in _SAVED:
        place = tmp_path / name.replace(" ", "")
        place.mkdir()
        before = prepared(place / "before", name)
        said, _wrong = refused(place / "after", before, name, from_then_on(1, errno.ENOSPC))
        assert "it takes " in said, name
        assert " are free" in said, name


def in_place(path: Path, content: bytes, **_more: Any) -> None:
    with path.open("wb") as stream:
        stream.write(content)


def beside(path: Path, content: bytes, **_more: Any) -> None:
    part = path.with_name(f"{path.name}.part")
    with part.open("wb") as stream:
        stream.write(content)
    part.replace(path)


@pytest.mark.parametrize(("naive", "what"), [(in_place, "unreadable"), (beside, "half a file")])
def test_a_naive_writer_is_caught(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, naive: Callable[..., None], what: str
) -> None:
    def told(path: Path, content: bytes, **more: Any) -> None:
        path.parent.mkdir(exist_ok=True)
        try:
            naive(path, content, **more)
        except OSError as error:
            raise FileError(f"Cannot write {path}: {error.strerror}.") from error

    monkeypatch.setattr(project_file, "write_bytes", told)
    _tried, wrong = attempts(tmp_path, "project")
    assert any(what in one for one in wrong)


def test_a_writer_that_trusts_one_call_is_caught(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    with Disk(tmp_path, short(1, 0)).watching(), path.open("wb", buffering=0) as stream:
        stream.write(b'{"a": 1}')
    with pytest.raises(FileError):
        read_json(path)
