"""Runs side by side: settings and data that differ, results, curves, and where to branch."""

import json
from pathlib import Path

import numpy as np
import pytest

from studio.errors import FileError, TrainingError
from studio.graph.file import ProjectFile
from studio.runs.history import History
from studio.runs.info import read_info
from studio.runs.notes import Notes, write_notes
from studio.runs.overview.branching import points
from studio.runs.overview.comparing import (
    MISSING,
    Compared,
    Difference,
    data_differ,
    differences,
    marks,
    plans_differ,
)
from studio.runs.overview.course import curve, metric_curves, smooth
from studio.runs.overview.spelling import setting_text, value_text
from studio.runs.store import list_runs
from studio.training.checkpoints.checkpoint import load
from studio.training.choices.optimizers import Adam
from tests.unit.runs.events import epoch, started, step
from tests.unit.runs.projects import flowers, performed, request


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("iris.runs")
    performed(request(folder))
    performed(request(folder, batch_size=8, seed=3))
    write_notes(folder / "run-0002", Notes("Small batches"))
    return folder / "run-0001", folder / "run-0002"


def test_only_what_differs_is_a_row() -> None:
    one = {"a": 1, "b": {"c": 2, "d": [1, 2]}, "e": [{"f": 1}], "g": None}
    other = {"a": 1, "b": {"c": 3, "d": [1, 2]}, "e": [{"f": 1}, {"f": 2}]}

    assert differences([one, one]) == ()
    assert differences([one, other, one]) == (
        Difference("b.c", (2, 3, 2)),
        Difference("e.2.f", (MISSING, 2, MISSING)),
        Difference("g", (None, MISSING, None)),
    )


def test_corrected_samples_are_told_by_their_names(two: tuple[Path, Path]) -> None:
    before = Compared.opened(two[0])
    corrections = {"relabel": {"cat/a.b.png": "dog"}, "exclude": ["dog/IMG_1.jpg"]}
    project = before.info.project
    data = {**project.data, "corrections": corrections}
    now = Compared.planned(ProjectFile(project.graph, data, project.plan))

    told = {setting_text(row.path): row.values for row in data_differ((before, now))}

    assert told == {
        "Other class › cat/a.b.png": (MISSING, "dog"),
        "Left out › dog/IMG_1.jpg": (MISSING, True),
    }


def test_settings_and_results_of_two_runs(two: tuple[Path, Path]) -> None:
    runs = [Compared.opened(folder) for folder in two]

    assert [run.label for run in runs] == ["run-0001", "Small batches"]
    assert plans_differ(runs) == (
        Difference("batch_size", (16, 8)),
        Difference("seed", (0, 3)),
    )
    assert data_differ(runs) == ()
    rows = {(row.part, row.metric): row for row in marks(runs)}
    assert next(iter(rows)) == ("test", "loss")
    losses = rows["validation", "loss"].values
    assert losses == tuple(run.history.metrics["validation"]["loss"] for run in runs)
    assert None not in losses
    assert rows["validation", "loss"].best == {losses.index(min(losses))}  # type: ignore[type-var]


def test_a_plan_of_an_older_version_means_the_defaults(two: tuple[Path, Path]) -> None:
    info = json.loads((two[0] / "run.json").read_text())
    del info["check"]
    del info["plan"]["l1"]
    old = two[0].with_name("old")
    old.mkdir()
    (old / "run.json").write_text(json.dumps(info))

    assert plans_differ([Compared.opened(two[0]), Compared.opened(old)]) == ()


def test_a_run_that_is_half_deleted_is_refused_in_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "run-0001").mkdir()

    with pytest.raises(FileError, match="is not a run"):
        Compared.opened(tmp_path / "run-0001")


def test_curves_by_step_epoch_and_time() -> None:
    history = History().extend([started(), step(5, 3.0), step(10, 1.0), epoch(1), epoch(2)])

    assert [axis.tolist() for axis in curve(history, "loss", "step")] == [[5, 10], [3.0, 1.0]]
    assert curve(history, "rate", "time")[0].tolist() == [2.5, 5.0]
    assert [axis.tolist() for axis in curve(history, "validation.accuracy", "epoch")] == [
        [1, 2],
        [0.7, 0.7],
    ]
    assert curve(history, "train.loss", "time")[0].tolist() == [5.0, 10.0]
    assert len(curve(history, "test.loss", "step")[0]) == 0
    assert metric_curves([History(), history])[:2] == ("validation.loss", "validation.accuracy")


def test_smoothing_calms_noise_and_keeps_the_level() -> None:
    steps = np.arange(1.0, 501)
    values = 2.0 + np.where(steps % 2 == 0, 1.0, -1.0)

    assert smooth(steps, values, 0.0) is values
    weak, strong = smooth(steps, values, 0.3), smooth(steps, values, 1.0)
    assert strong[100:].std() < weak[100:].std() < values[100:].std() / 2
    assert strong[-1] == pytest.approx(2.0, abs=0.05)


def test_values_are_spelled_for_people() -> None:
    assert value_text(MISSING) == "–"
    assert value_text(True) == "on"
    assert value_text(0.1 + 0.2) == "0.3"
    assert value_text((1, 28, 28)) == "1 × 28 × 28"
    assert value_text("/very/long" * 9 + "/iris.csv") == "…/iris.csv"


def test_a_branch_starts_from_the_checkpoint_that_was_asked_for(
    two: tuple[Path, Path],
) -> None:
    best, last, *_past = points(two[0])
    assert (best.name, last.name) == ("best", "last")
    assert last.epoch == 3
    assert 0 < best.step <= last.step
    assert best.validation["accuracy"] >= last.validation.get("accuracy", 0.0)

    still = Adam(learning_rate=0.0)
    _events, end = performed(
        request(two[0].parent, parent=two[0], checkpoint="best", epochs=1, optimizer=still)
    )

    child = list_runs(two[0].parent)[0]
    assert (child.parent, child.checkpoint, child.parent_step) == ("run-0001", "best", best.step)
    begun, kept = load(two[0] / "checkpoints", "best"), load(child.folder / "checkpoints", "last")
    assert all(begun.weights[name].equal(kept.weights[name]) for name in begun.weights)
    assert end.metrics["validation"]["accuracy"] == best.validation["accuracy"]


def test_a_checkpoint_that_is_gone_is_no_place_to_branch_from(two: tuple[Path, Path]) -> None:
    with pytest.raises(FileError):
        performed(request(two[0].parent, parent=two[0], checkpoint="gone"))
    with pytest.raises(TrainingError, match="does not fit"):
        performed(request(two[0].parent, flowers(hidden=9), parent=two[0], checkpoint="best"))


def test_half_deleted_checkpoints_are_passed_over(tmp_path: Path) -> None:
    performed(request(tmp_path))
    run = tmp_path / "run-0001"
    folder = run / "checkpoints"
    (folder / "broken.json").write_text("{")
    (folder / "odd.json").write_text('{"file": 5}')
    assert [point.name for point in points(run)] == ["best", "last", "epoch-0001"]

    for tensors in folder.glob("*.safetensors"):
        tensors.unlink()
    assert points(run) == ()
    assert points(tmp_path / "nothing") == ()


def test_an_old_run_without_a_branch_point_is_still_read(two: tuple[Path, Path]) -> None:
    path = two[0].with_name("ancient")
    path.mkdir()
    info = json.loads((two[0] / "run.json").read_text())
    del info["check"]
    for name in ("checkpoint", "parent_step"):
        del info["run"][name]
    (path / "run.json").write_text(json.dumps(info))

    assert (read_info(path).checkpoint, read_info(path).parent_step) == ("", 0)
