"""Names, tags and notes on runs: kept beside run.json, whatever lies there."""

import json
from pathlib import Path

import pytest

from studio.errors import FileError
from studio.runs.info import INFO
from studio.runs.notes import FILE, Notes, read_notes, tags_of, write_notes
from studio.runs.store import list_runs, move_runs
from tests.unit.runs.events import ended, started
from tests.unit.runs.test_store import make_run


def test_what_was_written_on_a_run_is_read_back_and_run_json_is_not_touched(tmp_path: Path) -> None:
    run = make_run(tmp_path, started(), ended())
    before = (run / INFO).read_bytes()

    write_notes(run, Notes("Baseline 基线", ("good", "wide"), "First line.\nSecond line."))

    assert read_notes(run) == Notes("Baseline 基线", ("good", "wide"), "First line.\nSecond line.")
    assert (run / INFO).read_bytes() == before
    summary = list_runs(tmp_path)[0]
    assert (summary.label, summary.name) == ("Baseline 基线", "run-0001")
    assert summary.notes.tags == ("good", "wide")


def test_a_run_without_notes_is_called_by_its_folder(tmp_path: Path) -> None:
    run = make_run(tmp_path, started())

    assert read_notes(run) == Notes()
    assert list_runs(tmp_path)[0].label == "run-0001"


def test_what_a_newer_version_wrote_stays(tmp_path: Path) -> None:
    run = make_run(tmp_path, started())
    (run / FILE).write_text('{"name": "old", "color": "red", "stars": [5]}')

    write_notes(run, Notes("new"))

    kept = json.loads((run / FILE).read_text())
    assert kept == {"name": "new", "tags": [], "note": "", "color": "red", "stars": [5]}


@pytest.mark.parametrize("content", ["", "{", "[1]", "\x00\x01", '"text"', "[" * 5000])
def test_a_damaged_file_counts_as_nothing_and_is_put_aside_by_the_next_writing(
    tmp_path: Path, content: str
) -> None:
    run = make_run(tmp_path, started())
    (run / FILE).write_text(content)

    assert read_notes(run) == Notes()
    assert list_runs(tmp_path)[0].status == "interrupted"

    write_notes(run, Notes("again"))
    assert read_notes(run).name == "again"
    assert (run / f"{FILE}.bad").read_text() == content


def test_values_of_another_type_count_as_nothing(tmp_path: Path) -> None:
    run = make_run(tmp_path, started())
    (run / FILE).write_text('{"name": 5, "tags": ["fine", 3, null, "Fine"], "note": {"a": 1}}')

    assert read_notes(run) == Notes("", ("fine",), "")


def test_notes_are_tidied(tmp_path: Path) -> None:
    tidy = Notes.of("  two\nlines\x07 ", ("#Good", "good", " ", "a,b"), "  note\n")

    assert tidy == Notes("two lines", ("Good", "a b"), "note")
    assert len(Notes.of("x" * 500).name) == 120
    assert tags_of("fast, deep，宽、fast") == ("fast", "deep", "宽")


def test_writing_on_a_run_that_is_gone_does_not_bring_its_folder_back(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="is gone"):
        write_notes(tmp_path / "run-0001", Notes("ghost"))

    assert list(tmp_path.iterdir()) == []


def test_notes_move_along_with_their_run(tmp_path: Path) -> None:
    write_notes(make_run(tmp_path / "one", started()), Notes("mine"))

    move_runs(tmp_path / "one", tmp_path / "two")

    assert list_runs(tmp_path / "two")[0].label == "mine"
