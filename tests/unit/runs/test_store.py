"""Runs on disk: written as they happen, listed, reopened, removed, whatever lies around."""

import json
import random
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from studio.datasets.normalization import Normalization, Scaling
from studio.errors import FileError
from studio.graph.file import ProjectFile
from studio.runs import store
from studio.runs.history import History
from studio.runs.info import RunInfo, info_json, read_info, write_info
from studio.runs.log import LOG, read_log
from studio.runs.notes import Notes, write_notes
from studio.runs.record import record
from studio.runs.store import delete_run, list_runs, move_runs, new_run, open_run
from studio.training.events import Ended, Event
from tests.unit.runs.events import ended, epoch, started, step

INFO = RunInfo(
    ProjectFile(data={"type": "iris"}, plan={"epochs": 3}),
    created="2026-01-02T03:04:05+00:00",
    parent="run-0007",
    scaling=Scaling(Normalization((1.0,), (2.0,))),
    classes=("cat", "dog"),
    columns=("length",),
    versions={"torch": "2.13"},
)


def make_run(folder: Path, *events: Event, info: RunInfo = INFO) -> Path:
    path = new_run(folder)
    for _event in record(events, path, info):
        pass
    return path


def test_what_was_recorded_is_what_is_opened(tmp_path: Path) -> None:
    events: list[Event] = [started(), step(1, float("nan")), step(2), epoch(1), ended()]

    info, history = open_run(make_run(tmp_path, *events))

    assert info == INFO
    live = History().extend(events)
    assert history.curve.table.tobytes() == live.curve.table.tobytes()
    assert history.epochs == live.epochs
    assert history.ended == live.ended


def test_run_json_is_there_before_the_first_event_is_asked_for(tmp_path: Path) -> None:
    path = new_run(tmp_path)

    def events() -> Iterator[Event]:
        assert read_info(path) == INFO
        yield started()
        assert len(read_log(path)[0]) == 1
        yield step(1)

    assert len(list(record(events(), path, INFO))) == 2


def test_closing_the_record_closes_its_source(tmp_path: Path) -> None:
    closed = threading.Event()

    def events() -> Iterator[Event]:
        try:
            yield started()
            yield step(1)
        finally:
            closed.set()

    recording = record(events(), new_run(tmp_path), INFO)
    next(recording)
    recording.close()  # type: ignore[attr-defined]

    assert closed.is_set()


def test_a_torn_last_line_is_dropped_and_the_log_goes_on(tmp_path: Path) -> None:
    path = make_run(tmp_path, started(), step(1), step(2))
    log = path / LOG
    whole = log.read_bytes()

    for cut in range(1, len(whole.splitlines()[-1]) + 1):
        log.write_bytes(whole[:-cut])
        events, remarks = read_log(path)
        assert len(events) == (3 if cut == 1 else 2)  # only the line end is missing
        assert remarks == ()

    log.write_bytes(whole[:-9])
    list(record([step(3)], path))
    events, remarks = read_log(path)
    assert events == (started(), step(1), step(3))
    assert "1 line of the log was skipped as unreadable, line 3." in remarks[0]


def test_runs_are_listed_with_how_they_went(tmp_path: Path) -> None:
    make_run(tmp_path, started(), epoch(3), ended())
    make_run(tmp_path, started(), step(7))
    make_run(tmp_path, started(), epoch(2), ended("stopped", at=25))

    third, second, first = list_runs(tmp_path)

    assert [run.name for run in (first, second, third)] == ["run-0001", "run-0002", "run-0003"]
    assert [run.status for run in (first, second, third)] == ["finished", "interrupted", "stopped"]
    assert (first.steps, first.seconds, first.metrics) == (100, 12.5, {"test": {"accuracy": 0.75}})
    assert (second.steps, second.seconds, second.parent) == (7, 3.5, "run-0007")
    assert third.metrics["test"]["accuracy"] == 0.75


def test_a_long_log_is_summarized_from_its_end(tmp_path: Path) -> None:
    path = make_run(tmp_path, started(), *(step(n) for n in range(1, 3000)), ended())
    assert (path / LOG).stat().st_size > 4 * 65536

    assert list_runs(tmp_path)[0].status == "finished"


def test_an_end_longer_than_a_glance_is_still_the_end(tmp_path: Path) -> None:
    many = tuple(tuple(range(400)) for _class in range(400))
    path = make_run(tmp_path, started(), epoch(3), replace(ended(), confusion=many))
    assert len((path / LOG).read_bytes().splitlines()[-1]) > 4 * 65536

    assert list_runs(tmp_path)[0].status == "finished"


def test_the_marks_of_an_epoch_longer_than_a_glance_are_found(tmp_path: Path) -> None:
    many = tuple(tuple(range(400)) for _class in range(400))
    marked = replace(epoch(2), confusion=many)
    make_run(tmp_path, started(), marked, step(21), Ended("stopped", 21, 9.0, 900.0))

    (found,) = list_runs(tmp_path)

    assert (found.status, found.steps) == ("stopped", 21)
    assert found.metrics["validation"] == marked.validation


def test_runs_follow_their_project(tmp_path: Path) -> None:
    make_run(tmp_path / "old", started(), ended())

    assert move_runs(tmp_path / "old", tmp_path / "new") == {"run-0001": "run-0001"}

    assert [run.name for run in list_runs(tmp_path / "new")] == ["run-0001"]
    assert not (tmp_path / "old").exists()
    assert move_runs(tmp_path / "old", tmp_path / "new") == {}


def test_runs_that_follow_get_the_next_free_numbers_and_keep_their_parents(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    mine = make_run(new, started(), ended(), info=replace(INFO, parent=""))
    before = (mine / "run.json").read_bytes()
    make_run(old, started(), ended("stopped", at=25), info=replace(INFO, parent=""))
    make_run(old, started(), ended(), info=replace(INFO, parent="run-0001"))
    make_run(old, started(), ended(), info=replace(INFO, parent="run-0077"))

    moved = move_runs(old, new)

    assert moved == {"run-0001": "run-0002", "run-0002": "run-0003", "run-0003": "run-0004"}
    found = {run.name: run for run in list_runs(new)}
    assert [found[name].parent for name in sorted(found)] == ["", "", "run-0002", "run-0077"]
    assert found["run-0002"].status == "stopped"
    assert (mine / "run.json").read_bytes() == before
    assert list_runs(old) == ()


def test_what_is_no_run_is_passed_over_and_what_is_broken_is_named(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    (tmp_path / "empty").mkdir()
    (tmp_path / "run-0005").mkdir()
    broken = tmp_path / "run-0006"
    broken.mkdir()
    (broken / "run.json").write_text("{")

    (found,) = list_runs(tmp_path)

    assert (found.name, found.status) == ("run-0006", "broken")
    assert "not valid JSON" in found.message
    assert list_runs(tmp_path / "absent") == ()
    assert new_run(tmp_path).name == "run-0007"


def test_names_go_up_even_when_asked_at_once(tmp_path: Path) -> None:
    names: list[str] = []
    threads = [
        threading.Thread(target=lambda: names.append(new_run(tmp_path).name)) for _ in range(16)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(names) == [f"run-{number:04}" for number in range(1, 17)]


def test_a_name_that_somebody_took_meanwhile_is_not_taken_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = make_run(tmp_path, started())
    monkeypatch.setattr(store, "_number", lambda _path: 0)  # as if looked at before it was there

    assert new_run(tmp_path).name == "run-0002"
    assert list(taken.iterdir())


def test_a_deleted_run_is_gone_and_nothing_else_is(tmp_path: Path) -> None:
    one, other = make_run(tmp_path, started()), make_run(tmp_path, started())

    delete_run(one)

    assert [run.folder for run in list_runs(tmp_path)] == [other]
    assert [path.name for path in tmp_path.iterdir()] == ["run-0002"]


def test_only_a_run_can_be_deleted(tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious" / "thesis.tex").write_text("…")

    with pytest.raises(FileError, match="is not a run"):
        delete_run(tmp_path / "precious")

    assert (tmp_path / "precious" / "thesis.tex").exists()


def test_opening_what_is_no_run_says_so(tmp_path: Path) -> None:
    with pytest.raises(FileError, match=r"is not a run: it has no run\.json"):
        open_run(tmp_path)


@pytest.mark.parametrize("seed", range(40))
def test_garbage_in_a_run_folder_never_raises_anything_else(tmp_path: Path, seed: int) -> None:
    random_ = random.Random(seed)
    path = make_run(tmp_path, started(), step(1), epoch(1), ended())
    for name in ("run.json", LOG):
        content = bytearray((path / name).read_bytes())
        for _ in range(random_.randrange(1, 30)):
            content[random_.randrange(len(content))] = random_.randrange(256)
        (path / name).write_bytes(content[: random_.randrange(len(content) + 1)])

    assert len(list_runs(tmp_path)) == 1
    try:
        open_run(path)
    except FileError as error:
        assert path.name in str(error)  # noqa: PT017  most seeds raise, some happen not to


@pytest.mark.parametrize("part", ["graph", "data", "plan", "run", "layerwise"])
@pytest.mark.parametrize("value", [None, 3, "x", [], {"a": 1}])
def test_a_run_json_of_wrong_types_is_refused_or_read(
    tmp_path: Path, part: str, value: object
) -> None:
    path = make_run(tmp_path, started())
    (path / "run.json").write_text(json.dumps(info_json(INFO) | {part: value}))

    try:
        read_info(path)
    except FileError as error:
        assert "run.json does not describe a run" in str(error)  # noqa: PT017


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(FileError, match="Cannot write"):
        new_run(tmp_path / "file" / "runs")
    with pytest.raises(FileError, match="Cannot write"):
        write_info(tmp_path / "file", INFO)


def test_a_full_disk_ends_the_record_with_a_sentence(tmp_path: Path) -> None:
    path = new_run(tmp_path)
    (path / LOG).symlink_to("/dev/full")

    with pytest.raises(FileError, match="No space left on device"):
        list(record([started()], path, INFO))


def test_a_list_that_is_asked_for_again_follows_every_file_of_a_run(tmp_path: Path) -> None:
    run = make_run(tmp_path, started(), step(7))
    before = list_runs(tmp_path)
    assert list_runs(tmp_path)[0] is before[0]  # nothing was read again

    write_notes(run, Notes("Renamed"))
    assert list_runs(tmp_path)[0].label == "Renamed"
    for _event in record([ended()], run):
        pass
    assert list_runs(tmp_path)[0].status == "finished"
    write_info(run, replace(INFO, parent="run-0009"))
    assert list_runs(tmp_path)[0].parent == "run-0009"
    (run / "run.json").write_text("{")
    assert list_runs(tmp_path)[0].status == "broken"


def test_a_run_that_was_killed_before_it_began_is_no_broken_run(tmp_path: Path) -> None:
    folder = new_run(tmp_path)
    (folder / "lock").touch()
    (folder / ".run.json.abc.part").touch()
    assert list_runs(tmp_path) == ()
    assert new_run(tmp_path) != folder
