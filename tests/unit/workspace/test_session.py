"""The workspace follows a run from its first event to its last, and lets it be steered."""

from dataclasses import replace

import pytest

from studio.errors import TrainingError
from studio.runs.perform import perform
from studio.training.events import Broken, Ended, Started
from studio.training.ticks.moments import AtEpoch
from studio.training.ticks.tick import Tick
from studio.workspace import State, Workspace


@pytest.fixture
def workspace(tmp_path):
    made = Workspace()
    made.new_from("mlp")
    made.save(tmp_path / "mine.layerwise")
    made.set_plan(made.plan.changed(epochs=2))
    return made


def run(workspace):
    request = workspace.run_request()
    workspace.begin(request)
    for event in perform(request, workspace.control):
        workspace.absorb([event])


def test_a_run_passes_through_its_states_and_is_listed(workspace):
    states = []
    workspace.state_changed.connect(states.append)

    run(workspace)

    assert states == [State.STARTING, State.RUNNING, State.IDLE]
    assert [summary.status for summary in workspace.runs()] == ["finished"]
    assert workspace.history.ended.reason == "finished"


def test_a_reopened_run_shows_the_same_curves(workspace):
    run(workspace)
    live = workspace.history
    other = Workspace()
    other.open(workspace.path)

    other.open_run(workspace.run_folder)

    assert other.history is not None
    assert live is not None
    assert list(other.history.epochs) == list(live.epochs)
    assert other.history.ended == live.ended


def test_the_runs_of_an_unsaved_project_follow_it_to_its_file(tmp_path):
    workspace = Workspace()
    workspace.new_from("mlp")
    workspace.set_plan(workspace.plan.changed(epochs=1))
    run(workspace)

    workspace.save(tmp_path / "mine.layerwise")

    assert workspace.run_folder == tmp_path / "mine.runs" / "run-0001"
    assert [summary.folder for summary in workspace.runs()] == [workspace.run_folder]
    assert workspace.open_run(tmp_path / "mine.runs" / "run-0001")


def test_a_project_saved_while_training_gets_its_run_when_that_ends(tmp_path):
    workspace = Workspace()
    workspace.new_from("mlp")
    workspace.set_plan(workspace.plan.changed(epochs=1))
    request = workspace.run_request()
    workspace.begin(request)

    for event in perform(request, workspace.control):
        workspace.absorb([event])
        if workspace.path is None:
            workspace.save(tmp_path / "mine.layerwise")

    assert workspace.run_folder == tmp_path / "mine.runs" / "run-0001"
    assert workspace.open_run(tmp_path / "mine.runs" / "run-0001")


def test_another_project_shows_no_run_of_the_one_before(workspace):
    run(workspace)

    workspace.new_from("digits-cnn")

    assert workspace.history is None
    assert workspace.run_folder is None


def test_a_network_with_errors_is_not_trained(workspace):
    from studio.graph import edits

    name = next(n for n, node in workspace.page.nodes.items() if node.layer.key == "linear")
    workspace.edit("Cut", lambda g: edits.disconnect(g, name, 0))

    with pytest.raises(TrainingError):
        workspace.run_request()


def test_freezing_while_training_reaches_the_run(workspace):
    workspace.set_plan(workspace.plan.changed(epochs=50))
    request = workspace.run_request()
    workspace.begin(request)
    events = perform(request, workspace.control)
    linear = next(n for n, node in workspace.page.nodes.items() if node.layer.key == "linear")
    seen = []

    for event in events:
        workspace.absorb([event])
        seen.append(type(event).__name__)
        if len(seen) == 3:
            workspace.toggle_frozen([linear])
        if "FreezeChanged" in seen:
            workspace.stop()

    assert "FreezeChanged" in seen
    assert isinstance(event, Ended)
    assert event.reason == "stopped"
    assert workspace.state is State.IDLE


def test_a_second_run_is_refused_while_one_is_under_way(workspace):
    workspace.begin(workspace.run_request())

    with pytest.raises(TrainingError, match=r"A run is under way\. Stop it first\."):
        workspace.run_request()


def test_thawing_while_training_reaches_the_run(workspace):
    from studio.training.events import FreezeChanged

    workspace.set_plan(workspace.plan.changed(epochs=200))
    request = workspace.run_request()
    workspace.begin(request)
    linear = next(n for n, node in workspace.page.nodes.items() if node.layer.key == "linear")
    changes = []

    for count, event in enumerate(perform(request, workspace.control)):
        workspace.absorb([event])
        if count == 2:
            workspace.toggle_frozen([linear])
        if isinstance(event, FreezeChanged):
            changes.append(event.frozen)
            workspace.toggle_frozen([linear]) if len(changes) == 1 else workspace.stop()

    assert [linear in frozen for frozen in changes] == [True, False]


def test_a_run_that_is_refused_at_its_start_leaves_the_curves_of_the_one_before(workspace):
    run(workspace)
    before, folder = workspace.history, workspace.run_folder
    workspace.begin(workspace.run_request())

    workspace.absorb([Ended("failed", 0, 0.0, 0.0, message="There are too few samples.")])

    assert workspace.history is before
    assert workspace.run_folder == folder


def test_a_view_that_fails_does_not_cost_the_state(workspace):
    workspace.begin(workspace.run_request())
    workspace.history_changed.connect(lambda _history: 1 / 0)

    with pytest.raises(ZeroDivisionError):
        workspace.absorb([Ended("stopped", 1, 1.0, 1.0)])

    assert workspace.state is State.IDLE


def test_a_stop_asked_before_the_first_step_stays_asked(workspace):
    workspace.set_plan(workspace.plan.changed(epochs=50))
    request = workspace.run_request()
    workspace.begin(request)
    workspace.stop()
    states = []
    workspace.state_changed.connect(states.append)

    for event in perform(request, workspace.control):
        workspace.absorb([event])

    assert states == [State.IDLE]


def test_a_resumed_run_shows_what_it_had_behind_it(workspace):
    run(workspace)
    before = len(workspace.history.steps)
    workspace.set_plan(workspace.plan.changed(epochs=4))

    workspace.begin(workspace.run_request(workspace.run_folder, resume=True))

    assert len(workspace.history.steps) == before


def test_ticks_that_are_moved_reach_the_run_and_other_settings_do_not(workspace):
    workspace.begin(workspace.run_request())
    workspace.set_plan(workspace.plan.changed(epochs=9))
    assert workspace.control.take().ticks is None
    ticks = (Tick(at=AtEpoch(at=1.5)),)
    workspace.set_plan(workspace.plan.changed(ticks=ticks))
    assert workspace.control.take().ticks == ticks
    workspace.set_plan(workspace.plan.changed(seed=3))
    assert workspace.control.take().ticks is None


def test_a_run_that_waits_for_an_answer_is_paused_and_goes_on_when_resumed(workspace):
    told = []
    workspace.notice.connect(told.append)
    request = workspace.run_request()
    workspace.begin(request)
    assert workspace.control.attended
    states: list[State] = []
    broken = Broken(7, "rate", 4, 1, message="It broke.")
    for event in perform(request, workspace.control):
        workspace.absorb([event])
        if isinstance(event, Started):
            workspace.absorb([broken])
            states.append(workspace.state)
            workspace.absorb([replace(broken, action="pause", message="It waits.")])
            states.append(workspace.state)
            assert workspace.control.is_paused
            workspace.resume()
    assert states == [State.RUNNING, State.PAUSED]
    assert [notice.text for notice in told] == ["It broke.", "It waits."]
    assert {notice.severity for notice in told} == {"warning"}
    assert workspace.history.ended.reason == "finished"
