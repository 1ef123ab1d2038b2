"""A folder is listed the same everywhere, and nothing in it is opened or left."""

import os
import socket
import time
from pathlib import Path

import pytest

from studio.datasets.listing import DEEPEST, glimpsed, listed, remembered
from studio.datasets.watching import CancelledError, Watch


def put(root: Path, *names: str) -> Path:
    for name in names:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(name)
    return root


def test_files_are_sorted_without_regard_to_case(tmp_path: Path) -> None:
    found = listed(put(tmp_path, "b/2", "B/1", "a", "C", "b/10"))

    assert [file.name for file in found.files] == ["a", "B/1", "b/10", "b/2", "C"]
    assert found.folders == ("B", "b")
    assert found.files[2].size == 4
    assert found.files[2].folders == ("b",)


def test_hidden_files_and_known_junk_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, ".DS_Store", "Thumbs.db", "__MACOSX/x", ".git/x", "desktop.ini", "a")

    assert [file.name for file in listed(tmp_path).files] == ["a"]


def test_what_must_not_be_opened_is_named(tmp_path: Path) -> None:
    root = put(tmp_path / "in", "a", "deep/a")
    outside = put(tmp_path / "out", "x")
    os.mkfifo(root / "pipe")
    (root / "gone").symlink_to(root / "nowhere")
    (root / "self").symlink_to(root / "self")
    (root / "away").symlink_to(outside / "x")
    (root / "up").symlink_to(tmp_path)
    (root / "inside").symlink_to(root / "a")
    with socket.socket(socket.AF_UNIX) as door:
        here = Path.cwd()
        os.chdir(root)
        door.bind("door")
        os.chdir(here)
        found = listed(root)

    assert set(found.left_out) == {
        ("special_file", "pipe"),
        ("special_file", "door"),
        ("dangling_link", "gone"),
        ("dangling_link", "self"),
        ("outside_link", "away"),
        ("outside_link", "up"),
    }
    assert [file.name for file in found.files] == ["a", "deep/a", "inside"]


def test_folders_too_deep_are_named(tmp_path: Path) -> None:
    deep = "/".join("d" * (DEEPEST + 3))
    found = listed(put(tmp_path, f"{deep}/x"))

    assert found.files == ()
    assert found.left_out == (("too_deep", "/".join("d" * (DEEPEST + 1))),)


def test_a_listing_is_remembered_until_a_folder_changes(tmp_path: Path) -> None:
    put(tmp_path, "a/1")
    first = remembered(tmp_path)
    assert remembered(tmp_path) is first
    time.sleep(0.02)
    put(tmp_path, "a/2")

    assert len(remembered(tmp_path).files) == 2


def test_listing_is_cancelled(tmp_path: Path) -> None:
    watch = Watch()
    watch.cancel()

    with pytest.raises(CancelledError):
        listed(put(tmp_path, "a"), watch)


def test_a_glimpse_of_many_files_takes_no_time(tmp_path: Path) -> None:
    put(tmp_path, "f")
    for number in range(5_000):
        os.link(tmp_path / "f", tmp_path / f"{number}")
    begun = time.monotonic()
    found = glimpsed(tmp_path)

    assert time.monotonic() - begun < 0.1
    assert 0 < len(found) <= 48
