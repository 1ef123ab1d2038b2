"""The queue keeps what was asked for, in order, over a restart, and goes on after errors."""

import json
from pathlib import Path

import pytest

from studio.errors import FileError, TrainingError
from studio.graph.file import ProjectFile
from studio.runs.info import RunInfo, write_info
from studio.runs.lock import locked
from studio.training.events import Ended
from studio.workspace import Workspace
from studio.workspace.queue import FILE, Entry, RunQueue
from tests.unit.runs.events import started, step
from tests.unit.runs.projects import flowers, request

FAILED = Ended("failed", 3, 1.0, 1.0, message="The disk is gone.")
FINISHED = Ended("finished", 9, 1.0, 1.0)


@pytest.fixture
def queue(tmp_path: Path) -> RunQueue:
    made = RunQueue(tmp_path)
    for number, name in enumerate(("small", "middle", "large"), 1):
        made.add(request(tmp_path, flowers(number)), name)
    return made


def names(queue: RunQueue) -> list[str]:
    return [entry.name for entry in queue.entries]


def states(queue: RunQueue) -> list[str]:
    return [entry.state for entry in queue.entries]


def test_a_restart_keeps_the_queue_with_every_network_and_plan(
    queue: RunQueue, tmp_path: Path
) -> None:
    assert RunQueue(tmp_path).entries == queue.entries
    assert queue.entries[1].request == request(tmp_path, flowers(2))


def test_entries_are_moved_doubled_renamed_and_removed(queue: RunQueue, tmp_path: Path) -> None:
    heard: list[tuple[Entry, ...]] = []
    queue.changed.connect(heard.append)
    small, middle, large = (entry.key for entry in queue.entries)

    queue.move(large, 0)
    assert names(queue) == ["large", "small", "middle"]
    copy = queue.duplicate(small)
    queue.rename(copy.key, "twin")
    assert names(queue) == ["large", "small", "twin", "middle"]
    assert copy.request == queue[small].request
    queue.remove(middle)
    assert names(queue) == ["large", "small", "twin"]
    assert heard[-1] == queue.entries == RunQueue(tmp_path).entries
    assert len(heard) == 4
    with pytest.raises(KeyError):
        queue.remove(middle)


def test_the_next_run_begins_after_each_end_even_a_bad_one(queue: RunQueue) -> None:
    assert queue.next() is None  # nobody said go
    queue.start()
    first = queue.next()
    assert first is not None
    assert queue.next() is None  # it runs
    with pytest.raises(TrainingError, match="under way"):
        queue.remove(first.key)
    for event in (started(run="run-0007"), step(1), FAILED):
        queue.follow(event)
    assert (queue[first.key].state, queue[first.key].run) == ("failed", "run-0007")
    assert queue[first.key].message == "The disk is gone."
    second = queue.next()
    assert second is not None
    assert second.name == "middle"
    queue.follow(FINISHED)
    assert states(queue) == ["failed", "done", "waiting"]
    queue.hold()
    queue.follow(FINISHED)  # of a run that was not in the queue
    assert queue.next() is None
    queue.start()
    assert queue.next() is not None
    queue.follow(FINISHED)
    assert queue.next() is None
    assert not queue.is_going
    queue.again(first.key)
    assert states(queue) == ["waiting", "done", "done"]
    queue.clear_ended()
    assert names(queue) == ["small"]


def running_entry(queue: RunQueue, folder: Path) -> Path:
    queue.start()
    assert queue.next() is not None
    queue.follow(started())
    run = folder / "run-0001"
    run.mkdir()
    write_info(run, RunInfo(ProjectFile(flowers(1))))
    return run


def test_a_run_that_broke_off_with_its_program_waits_to_go_on(
    queue: RunQueue, tmp_path: Path
) -> None:
    run = running_entry(queue, tmp_path)
    (again,) = RunQueue(tmp_path).entries[:1]
    assert (again.state, again.request.resume) == ("waiting", False)  # it had no checkpoint
    (run / "checkpoints").mkdir()
    (run / "checkpoints" / "last.json").write_text('{"step": 3}')

    (again,) = RunQueue(tmp_path).entries[:1]

    assert (again.state, again.request.resume, again.request.parent) == ("waiting", True, run)


def test_a_run_that_still_goes_on_alone_is_not_begun_again(queue: RunQueue, tmp_path: Path) -> None:
    run = running_entry(queue, tmp_path)
    with locked(run):
        assert states(RunQueue(tmp_path)) == ["running", "waiting", "waiting"]

    assert states(RunQueue(tmp_path)) == ["waiting"] * 3


def test_what_happens_in_another_run_is_not_that_of_a_run_left_alone(
    queue: RunQueue, tmp_path: Path
) -> None:
    run = running_entry(queue, tmp_path)
    with locked(run):  # it goes on alone
        queue.follow(started(run="run-0002"))
        queue.follow(FAILED)
        assert queue.current is not None
        assert queue.current.run == "run-0001"
        assert queue.next() is None


def test_the_queue_goes_on_after_a_run_that_ended_alone(queue: RunQueue, tmp_path: Path) -> None:
    from studio.runs.event_json import to_line

    run = running_entry(queue, tmp_path)
    with locked(run):
        assert queue.next() is None
    (run / "events.jsonl").write_text(f"{to_line(started())}\n{to_line(FINISHED)}\n")

    following = queue.next()

    assert following is not None
    assert following.name == "middle"
    assert states(queue) == ["done", "running", "waiting"]


def test_a_run_that_ended_while_nobody_looked_is_done(queue: RunQueue, tmp_path: Path) -> None:
    from studio.runs.event_json import to_line

    run = running_entry(queue, tmp_path)
    (run / "events.jsonl").write_text(f"{to_line(started())}\n{to_line(FINISHED)}\n")

    (first,) = RunQueue(tmp_path).entries[:1]

    assert (first.state, first.message) == ("done", "finished")


def test_the_queue_goes_along_with_its_runs(queue: RunQueue, tmp_path: Path) -> None:
    parent = tmp_path / "run-0004"
    queue.add(request(tmp_path, parent=parent, resume=True), "more")
    there = tmp_path / "there"

    queue.move_to(there, {"run-0004": "run-0001"})

    assert not (tmp_path / FILE).exists()
    last = RunQueue(there).entries[-1]
    assert last.request == request(there, parent=there / "run-0001", resume=True)
    (there / FILE).rename(tmp_path / FILE)  # by hand, while nobody looked
    assert RunQueue(tmp_path).entries[-1].request.parent == tmp_path / "run-0001"


def test_an_empty_queue_leaves_no_file(queue: RunQueue, tmp_path: Path) -> None:
    for entry in queue.entries:
        queue.remove(entry.key)

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("text", ["{", "[]", '{"entries": [1]}', '{"entries": [{"state": "x"}]}'])
def test_a_broken_file_is_refused_in_a_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / FILE).write_text(text)

    with pytest.raises(FileError):
        RunQueue(tmp_path)


def test_a_workspace_queues_what_is_on_its_desk(tmp_path: Path) -> None:
    workspace = Workspace()
    workspace.new_from("mlp")
    first = workspace.enqueue("first")
    workspace.set_plan(workspace.plan.changed(epochs=99))
    workspace.enqueue()
    assert first is not None
    assert [entry.name for entry in workspace.queue.entries] == ["first", workspace.name]
    assert [e.request.plan.epochs for e in workspace.queue.entries] == [
        first.request.plan.epochs,
        99,
    ]

    workspace.save(tmp_path / "mine.layerwise")

    other = Workspace()
    other.open(tmp_path / "mine.layerwise")
    assert [entry.name for entry in other.queue.entries] == ["first", "mlp"]
    assert other.queue.entries[0].request.folder == other.runs_folder
    assert json.loads((other.runs_folder / FILE).read_text())["queue"] == 1


def test_a_project_without_data_cannot_be_queued() -> None:
    workspace = Workspace()
    notices = []
    workspace.notice.connect(notices.append)

    assert workspace.enqueue() is None

    assert "no data" in notices[0].text
