"""A file is written whole or not at all."""

import os

import pytest

from studio.errors import FileError
from studio.storage import read_json, replacing, write_bytes, write_json


def test_what_is_written_is_read_back(tmp_path):
    write_json(tmp_path / "deep" / "a.json", {"name": "卷积", "values": [1, 2.5, None]})

    assert read_json(tmp_path / "deep" / "a.json") == {"name": "卷积", "values": [1, 2.5, None]}


def test_names_of_files_that_are_no_utf8_are_read_back(tmp_path):
    name = os.fsdecode(b"caf\xe9")
    write_json(tmp_path / "a.json", {"classes": [name, "猫"]})

    assert read_json(tmp_path / "a.json") == {"classes": [name, "猫"]}


def test_a_write_that_breaks_off_leaves_the_old_file_and_no_rubbish(tmp_path):
    path = tmp_path / "a.json"
    write_json(path, 1)

    with pytest.raises(RuntimeError):
        _break_off(path)

    assert read_json(path) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def test_a_folder_that_is_a_file_is_refused_in_one_sentence(tmp_path):
    (tmp_path / "file").write_text("x")

    with pytest.raises(FileError, match=r"Cannot write .*nothing was lost"):
        write_bytes(tmp_path / "file" / "a", b"x")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b'{"a": }', "not valid JSON: Expecting value in line 1, column 7"),
        (b"\xff\xfe", "not a UTF-8 text file"),
        (b"[" * 100_000, "is not usable JSON|not valid JSON"),
    ],
)
def test_what_is_not_json_is_refused_with_its_place(tmp_path, content, sentence):
    (tmp_path / "a.json").write_bytes(content)

    with pytest.raises(FileError, match=sentence):
        read_json(tmp_path / "a.json")


def test_a_missing_file_is_refused_by_name(tmp_path):
    with pytest.raises(FileError, match=r"none\.json: No such file or directory"):
        read_json(tmp_path / "none.json")


def test_a_full_disk_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "a.json"
    write_json(path, 1)
    monkeypatch.setattr(os, "fsync", _full_disk)

    with pytest.raises(FileError, match="No space left on device"):
        write_json(path, 2)

    assert read_json(path) == 1
    assert [p.name for p in tmp_path.iterdir()] == ["a.json"]


def _break_off(path):
    with replacing(path) as stream:
        stream.write(b"half")
        raise RuntimeError


def _full_disk(_handle):
    raise OSError(28, "No space left on device")


def test_a_file_keeps_its_permissions_and_a_new_one_can_be_shared(tmp_path):
    path = tmp_path / "a.json"
    mask = os.umask(0o022)
    try:
        write_json(path, 1)
        assert path.stat().st_mode & 0o777 == 0o644
        path.chmod(0o600)
        write_json(path, 2)
    finally:
        os.umask(mask)

    assert path.stat().st_mode & 0o777 == 0o600


def test_a_link_stays_a_link(tmp_path):
    write_json(tmp_path / "real.json", 1)
    (tmp_path / "link.json").symlink_to(tmp_path / "real.json")

    write_json(tmp_path / "link.json", 2)

    assert (tmp_path / "link.json").is_symlink()
    assert read_json(tmp_path / "real.json") == 2
