"""Are the data that ticks switch to read and checked before a run starts, and recorded with it?"""

import json

import pytest

from studio.datasets.builtin import Iris
from studio.errors import TrainingError
from studio.runs.evaluate import evaluate
from studio.runs.info import read_info
from studio.runs.perform import perform
from studio.training.control import Control
from studio.training.events import EpochDone, Started, TickFired
from studio.training.plan import read_plan
from studio.workspace import Workspace
from tests.unit.runs.projects import performed, request


def ticks(source, at=1.0):
    moment = {"type": "epoch", "at": at}
    return read_plan({"ticks": [{"at": moment, "actions": [{"type": "data", "source": source}]}]})


def test_a_run_goes_over_to_other_data_and_remembers_them(tmp_path):
    source = {"type": "iris", "test": 0.4, "split_seed": 3}
    events, ended = performed(request(tmp_path, ticks=ticks(source).ticks))
    assert ended.reason == "finished"
    started = events[0]
    assert isinstance(started, Started)
    done = [event.step for event in events if isinstance(event, EpochDone)]
    # 106 of 150 samples train at first, 68 later
    assert done == [7, 12, 17]
    assert started.steps == 17
    (came,) = [event for event in events if isinstance(event, TickFired)]
    assert came.tick["actions"][0]["source"]["test"] == 0.4
    for part in ("validation", "test"):
        judged = evaluate(tmp_path / started.run, part)
        assert judged.result.metrics == ended.metrics[part]
    assert evaluate(tmp_path / started.run, "test").samples == 60
    info = read_info(tmp_path / started.run)
    kept = json.loads(json.dumps(info.project.plan))["ticks"][0]["actions"][0]["source"]
    assert kept["split_seed"] == 3
    more, _end = performed(request(tmp_path, parent=tmp_path / started.run, resume=True, epochs=4))
    assert [event.step for event in more if isinstance(event, EpochDone)] == [22]


@pytest.mark.parametrize(
    ("source", "sentence"),
    [("wine", "samples are"), ("diabetes", "instead of"), ("digits", "samples are")],
)
def test_data_that_do_not_fit_are_refused_before_the_run_has_a_folder(tmp_path, source, sentence):
    with pytest.raises(TrainingError) as refusal:
        next(perform(request(tmp_path, ticks=ticks(source).ticks), Control()))
    assert sentence in str(refusal.value)
    assert "as many classes" in str(refusal.value)
    assert not list(tmp_path.iterdir())


def test_folders_of_later_data_are_taken_from_that_of_the_project(tmp_path):
    workspace = Workspace()
    workspace.new_from("mlp")
    workspace.set_source(Iris())
    assert workspace.save(tmp_path / "there.layerwise")
    source = {"type": "mnist", "folder": "raw"}
    workspace.set_plan(workspace.plan.changed(ticks=ticks(source).ticks))
    asked = workspace.run_request().plan.ticks[0].actions[0]
    assert asked.get("source").folder == str(tmp_path / "raw")
    assert workspace.plan.ticks[0].actions[0].get("source").folder == "raw"
