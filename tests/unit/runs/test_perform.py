"""A run from request to disk: whole when it ends well, explained when it does not."""

import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import torch

from studio.errors import StudioError, TrainingError
from studio.runs import perform as module
from studio.runs.history import History
from studio.runs.log import LOG, read_log
from studio.runs.perform import perform
from studio.runs.store import list_runs, open_run
from studio.training.checkpoints.checkpoint import load
from studio.training.control import Control
from studio.training.events import Ended, EpochDone, Event, Started, Trouble
from tests.unit.runs.events import in_turn, started, step
from tests.unit.runs.projects import flowers, performed, request


def weights(run: Path) -> dict[str, torch.Tensor]:
    return dict(load(run / "checkpoints", "last").weights)


def test_what_is_yielded_is_on_disk(tmp_path: Path) -> None:
    events, ended = performed(request(tmp_path))

    run = tmp_path / "run-0001"
    info, history = open_run(run)
    assert ended.reason == "finished"
    assert ended.metrics.keys() == {"train", "validation", "test"}
    assert in_turn(read_log(run)[0]) == in_turn(events)
    assert history.curve.table.tobytes() == History().extend(events).curve.table.tobytes()
    assert info.graph == flowers()
    assert info.classes == ("setosa", "versicolor", "virginica")
    assert info.scaling.inputs is not None
    assert info.versions["torch"] == torch.__version__
    assert list_runs(tmp_path)[0].status == "finished"


def test_a_run_tells_the_predicted_memory_and_the_measured_one(tmp_path: Path) -> None:
    events, ended = performed(request(tmp_path))
    began = events[0]
    assert isinstance(began, Started)
    assert began.memory_predicted > 0
    assert abs(ended.memory_peak - began.memory_predicted) < 0.1 * began.memory_predicted


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"batch_size": 1000}, "The batch size is 1000, but there are only 102 training samples"),
        ({"targets": ({"output": "nowhere"},)}, "trains an output called nowhere"),
        ({"device": "cuda"}, "asks for a GPU"),
    ],
)
def test_a_run_that_cannot_start_leaves_nothing_behind(
    tmp_path: Path, changes: dict[str, Any], sentence: str
) -> None:
    if "device" in changes and torch.cuda.is_available():
        pytest.skip("there is a GPU")
    with pytest.raises(StudioError, match=sentence):
        performed(request(tmp_path, **changes))

    assert list(tmp_path.iterdir()) == []


def test_a_network_that_does_not_suit_the_data_is_refused_at_once(tmp_path: Path) -> None:
    graph = flowers()
    wrong = graph.with_node("linear_2", graph["linear_2"].changed(layer=_linear(2)))

    with pytest.raises(StudioError, match=r"3 classes|2 scores"):
        performed(request(tmp_path, wrong))


def _linear(features: int) -> Any:
    layer = flowers()["linear_2"].layer
    return layer.changed(out_features=features)


def test_a_run_starts_from_the_weights_of_another_and_frozen_ones_do_not_move(
    tmp_path: Path,
) -> None:
    performed(request(tmp_path, epochs=30))
    parent = tmp_path / "run-0001"

    events, ended = performed(request(tmp_path, flowers(frozen=True), parent=parent))

    before, after = weights(parent), weights(tmp_path / "run-0002")
    assert torch.equal(before["linear_1.weight"], after["linear_1.weight"])
    assert not torch.equal(before["linear_2.weight"], after["linear_2.weight"])
    assert (ended.frozen_tensors, ended.frozen_unchanged) == (2, True)
    assert open_run(tmp_path / "run-0002")[0].parent == "run-0001"
    first = next(event for event in events if isinstance(event, EpochDone))
    assert first.train["loss"] < 0.8  # a fresh network starts at ln 3 = 1.1


def test_weights_that_do_not_fit_are_refused_by_name(tmp_path: Path) -> None:
    performed(request(tmp_path))

    with pytest.raises(TrainingError, match=r"linear_\d\.\w+ is \(.*8.*\) there and \(.*9.*\) in"):
        performed(request(tmp_path, flowers(9), parent=tmp_path / "run-0001"))

    assert len(list_runs(tmp_path)) == 1


def test_a_stopped_run_goes_on_to_the_very_weights_of_one_that_was_not(tmp_path: Path) -> None:
    _, whole = performed(request(tmp_path / "whole", epochs=6))
    asked = request(tmp_path / "parts", epochs=6)
    control = Control()
    events: list[Event] = []
    for event in perform(asked, control):
        events.append(event)
        if isinstance(event, EpochDone) and event.epoch == 2:
            control.stop()
    run = tmp_path / "parts" / "run-0001"
    assert list_runs(run.parent)[0].status == "stopped"

    more, ended = performed(request(run.parent, epochs=6, parent=run, resume=True))

    assert ended.metrics == whole.metrics
    assert isinstance(more[0], Started)
    assert more[0].first_step == 2 * more[0].steps_per_epoch
    once, again = weights(tmp_path / "whole" / "run-0001"), weights(run)
    assert all(torch.equal(once[name], again[name]) for name in once)
    _, history = open_run(run)
    assert [done.epoch for done in history.epochs] == [1, 2, 3, 4, 5, 6]
    assert len(list_runs(run.parent)) == 1


def test_a_complete_run_cannot_be_resumed_but_can_be_given_more_epochs(tmp_path: Path) -> None:
    performed(request(tmp_path))
    run = tmp_path / "run-0001"

    with pytest.raises(TrainingError, match="complete: 3 of 3 epochs"):
        performed(request(tmp_path, parent=run, resume=True))
    _, ended = performed(request(tmp_path, parent=run, resume=True, epochs=4))

    assert ended.reason == "finished"
    assert ended.step == 28


def changed_plan(run: Path) -> dict[str, Any]:
    return dict(open_run(run)[0].project.plan)


def stopped_after(done: int, folder: Path, **changes: Any) -> Path:
    control = Control()
    for event in perform(request(folder, **changes), control):
        if isinstance(event, EpochDone) and event.epoch == done:
            control.stop()
    return folder / "run-0001"


def test_a_resumed_run_keeps_its_own_plan_whatever_is_on_screen(tmp_path: Path) -> None:
    _, whole = performed(request(tmp_path / "whole", epochs=6, l1=0.01))
    run = stopped_after(2, tmp_path / "parts", epochs=6, l1=0.01)
    before = open_run(run)[0]

    _, ended = performed(
        request(run.parent, epochs=2, batch_size=32, optimizer="sgd", parent=run, resume=True)
    )

    assert (ended.step, ended.metrics) == (whole.step, whole.metrics)
    assert open_run(run)[0] == before


def test_a_run_that_is_given_more_epochs_remembers_them(tmp_path: Path) -> None:
    run = stopped_after(2, tmp_path)
    control = Control()
    for event in perform(request(tmp_path, epochs=9, parent=run, resume=True), control):
        if isinstance(event, EpochDone) and event.epoch == 5:
            control.stop()
    assert changed_plan(run)["epochs"] == 9

    _, ended = performed(request(tmp_path, parent=run, resume=True))

    assert (ended.reason, ended.step) == ("finished", 9 * 7)
    info = open_run(run)[0]
    assert (info.parent, info.graph, info.project.plan["epochs"]) == ("", flowers(), 9)


def test_a_resumed_run_takes_a_whole_new_plan_if_that_is_asked_for(tmp_path: Path) -> None:
    run = stopped_after(2, tmp_path)
    asked = request(tmp_path, epochs=3, l1=0.5, parent=run, resume=True)

    events = list(perform(asked, Control(), own_plan=False))

    assert isinstance(events[-1], Ended)
    assert changed_plan(run)["l1"] == 0.5
    assert load(run / "checkpoints", "last").plan == asked.plan


def test_a_resumption_that_cannot_start_leaves_the_run_as_it_was(tmp_path: Path) -> None:
    run = stopped_after(2, tmp_path)
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    asked = request(tmp_path, epochs=9, batch_size=5000, parent=run, resume=True)

    with pytest.raises(StudioError, match="batch size is 5000"):
        list(perform(asked, Control(), own_plan=False))

    assert before == {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}


@pytest.mark.parametrize("place", ["train", "prepared"])
@pytest.mark.parametrize("error", [MemoryError(), torch.OutOfMemoryError("CUDA out of memory")])
def test_memory_that_runs_out_before_the_first_step_is_said_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, error: Exception
) -> None:
    def never() -> Event:
        raise error

    def broken(*_args: object, **_options: object) -> Iterator[Event]:
        yield never()

    def refused(*_args: object) -> None:
        raise error

    monkeypatch.setattr(module, place, broken if place == "train" else refused)

    with pytest.raises(TrainingError, match="not enough memory"):
        performed(request(tmp_path))

    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "not enough memory. Use smaller batches"),
        (torch.OutOfMemoryError("CUDA out of memory"), "not enough memory"),
        (RuntimeError("DefaultCPUAllocator: can't allocate memory: 9 bytes"), "not enough memory"),
        (OSError(28, "No space left on device"), "The disk is full"),
        (RuntimeError("strange\nstack"), "broke off: RuntimeError: strange."),
        (TrainingError("Said already."), "Said already."),
    ],
)
def test_what_goes_wrong_in_the_middle_ends_the_run_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    def broken(*_args: object, **_options: object) -> Iterator[Event]:
        yield started()
        yield step(7)
        raise error

    monkeypatch.setattr(module, "train", broken)

    _, ended = performed(request(tmp_path))

    assert ended.reason == "failed"
    assert sentence in ended.message
    assert (ended.step, ended.seconds) == (7, 3.5)
    assert open_run(tmp_path / "run-0001")[1].ended == ended


def test_a_log_that_can_grow_no_more_is_told_at_once_and_at_the_end(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    events: list[Event] = []
    try:
        for event in perform(request(tmp_path, epochs=50), Control()):
            events.append(event)
            if len(events) == 2:
                size = (tmp_path / "run-0001" / LOG).stat().st_size
                resource.setrlimit(resource.RLIMIT_FSIZE, (size + 5000, before[1]))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)

    told = next(event for event in events if isinstance(event, Trouble) and event.about == "log")
    ended = events[-1]
    assert isinstance(ended, Ended)
    assert ended.reason == "finished"
    assert ended.step > told.step
    assert "Cannot write" in told.message
    assert "Cannot write" in ended.message
    # closing the log was a last attempt, which the disk took only after the limit was gone
    assert open_run(tmp_path / "run-0001")[1].ended is None


def test_a_damaged_last_checkpoint_is_told_and_the_one_before_goes_on(tmp_path: Path) -> None:
    _, whole = performed(request(tmp_path / "whole", epochs=6))
    run = stopped_after(4, tmp_path / "parts", epochs=6)
    folder = run / "checkpoints"
    (folder / "best.json").unlink()
    (folder / "last.json").write_text("{")

    more, ended = performed(request(run.parent, epochs=6, parent=run, resume=True))

    assert isinstance(more[0], Started)
    assert more[0].first_step < 4 * more[0].steps_per_epoch
    (told,) = [event for event in more if isinstance(event, Trouble)]
    assert "last.json is damaged" in told.message
    assert f"of step {more[0].first_step}." in told.message
    assert (folder / "last.json.bad").exists()
    assert ended.metrics == whole.metrics
    once, again = weights(tmp_path / "whole" / "run-0001"), weights(run)
    assert all(torch.equal(once[name], again[name]) for name in once)


def test_a_run_whose_program_died_before_it_was_judged_gets_its_end(tmp_path: Path) -> None:
    events, whole = performed(request(tmp_path))
    run = tmp_path / "run-0001"
    log = (run / LOG).read_bytes().splitlines(keepends=True)
    (run / LOG).write_bytes(b"".join(log[:-1]))
    assert list_runs(tmp_path)[0].status == "interrupted"

    _, ended = performed(request(tmp_path, parent=run, resume=True))

    assert (ended.reason, ended.step, ended.metrics) == ("finished", whole.step, whole.metrics)
    assert ended.step == events[-2].step  # type: ignore[union-attr]
    with pytest.raises(TrainingError, match="complete"):
        performed(request(tmp_path, parent=run, resume=True))


def test_a_defect_ends_the_run_and_is_not_swallowed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_options: object) -> Iterator[Event]:
        yield started()
        yield step(7)
        raise KeyError("a mistake of ours")

    monkeypatch.setattr(module, "train", broken)
    events: list[Event] = []

    with pytest.raises(KeyError):
        events.extend(perform(request(tmp_path), Control()))

    ended = open_run(tmp_path / "run-0001")[1].ended
    assert ended is not None
    assert (ended.reason, ended.step) == ("failed", 7)
    assert "broke off: KeyError: 'a mistake of ours'." in ended.message


def test_closing_in_the_middle_leaves_an_interrupted_run(tmp_path: Path) -> None:
    events = perform(request(tmp_path), Control())
    next(events)
    events.close()  # type: ignore[attr-defined]

    assert list_runs(tmp_path)[0].status == "interrupted"
