"""A project is saved, opened and recovered as it was."""

import json
import os

import pytest

from studio.graph import edits
from studio.workspace import Workspace, recovery


@pytest.fixture
def workspace():
    made = Workspace()
    made.new_from("digits-cnn")
    return made


def test_a_saved_project_opens_as_it_was(workspace, tmp_path):
    path = tmp_path / "mine.layerwise"
    workspace.set_plan(workspace.plan.changed(epochs=3))

    workspace.save(path)
    other = Workspace()
    other.open(path)

    assert other.document.graph == workspace.document.graph
    assert other.plan == workspace.plan
    assert other.source == workspace.source
    assert other.name == "mine"
    assert not other.is_modified


def test_changes_of_graph_plan_and_data_are_unsaved_until_saved(workspace, tmp_path):
    path = tmp_path / "mine.layerwise"
    workspace.save(path)

    workspace.set_plan(workspace.plan.changed(epochs=7))
    assert workspace.is_modified
    workspace.save()
    assert not workspace.is_modified

    name = next(iter(workspace.page))
    workspace.edit("Move", lambda g: edits.move(g, {name: (5.0, 5.0)}))
    assert workspace.is_modified


def test_a_broken_file_is_a_notice_and_the_open_project_stays(workspace, tmp_path):
    path = tmp_path / "broken.layerwise"
    path.write_text("{")
    before, heard = workspace.document.graph, []
    workspace.notice.connect(heard.append)

    assert not workspace.open(path)

    assert workspace.document.graph is before
    assert "not valid JSON" in heard[0].text


@pytest.mark.parametrize(
    "change",
    [{"plan": {"epochs": 0}}, {"data": {"type": "moon"}}, {"graph": []}],
)
def test_a_project_with_one_bad_part_is_refused_whole(workspace, tmp_path, change):
    path = tmp_path / "bad.layerwise"
    workspace.save(path)
    path.write_text(json.dumps(json.loads(path.read_text()) | change))
    other = Workspace()
    other.new_from("mlp")
    before = (other.document.graph, other.plan, other.source)

    assert not other.open(path)

    assert (other.document.graph, other.plan, other.source) == before


def test_unsaved_work_of_a_program_that_is_gone_comes_back(workspace, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: 2**22 + 17)  # beyond the largest process number
        recovery.keep_aside(workspace.name, None, workspace.as_file())
    other = Workspace()

    (left,) = recovery.left_behind()
    other.recover(left)

    assert other.document.graph == workspace.document.graph
    assert other.is_modified
    assert not left.file.exists()


def test_a_project_gets_back_its_own_work_and_no_other(workspace, monkeypatch, tmp_path):
    mine, other = tmp_path / "mine.layerwise", tmp_path / "other.layerwise"
    for number, path in enumerate((mine, other), 17):
        with monkeypatch.context() as patch:
            patch.setattr(os, "getpid", lambda number=number: 2**22 + number)
            recovery.keep_aside(path.stem, path, workspace.as_file())

    assert [work.path for work in recovery.left_behind(mine)] == [mine]
    assert recovery.left_behind(tmp_path / "third.layerwise") == ()
    assert len(recovery.left_behind()) == 2


def test_the_side_file_of_a_running_program_is_left_alone(workspace):
    recovery.keep_aside(workspace.name, None, workspace.as_file())

    assert recovery.left_behind() == ()
    recovery.forget()


def test_a_folder_that_cannot_be_written_is_a_notice(workspace, tmp_path):
    (tmp_path / "file").write_text("")
    heard = []
    workspace.notice.connect(heard.append)

    assert not workspace.save(tmp_path / "file" / "mine.layerwise")

    assert "Cannot write" in heard[0].text


def test_settings_of_a_newer_version_survive_a_round_trip_and_are_named(workspace, tmp_path):
    path = tmp_path / "newer.layerwise"
    workspace.save(path)
    written = json.loads(path.read_text())
    written["plan"]["moods"] = [1, 2]
    written["data"]["stream"] = True
    path.write_text(json.dumps(written))
    other, heard = Workspace(), []
    other.notice.connect(lambda notice: heard.append(notice.text))

    other.open(path)
    other.save()

    assert json.loads(path.read_text()) == written
    assert heard[0] == "This version knows no setting moods; it is kept."


def test_a_relative_folder_stays_relative_and_is_found_from_the_file(workspace, tmp_path):
    from studio.datasets.mnist import Mnist

    path = tmp_path / "mine.layerwise"
    workspace.save(path)
    workspace.set_source(Mnist(folder="data/raw"))
    workspace.save()

    other = Workspace()
    other.open(path)

    assert json.loads(path.read_text())["data"]["folder"] == "data/raw"
    assert isinstance(other.source, Mnist)
    assert isinstance(other.resolved_source, Mnist)
    assert other.source.folder == "data/raw"
    assert other.resolved_source.folder == str(tmp_path / "data" / "raw")


def test_recovered_work_counts_as_unsaved_even_when_it_is_plain(monkeypatch):
    blank = Workspace()
    with monkeypatch.context() as patch:
        patch.setattr(os, "getpid", lambda: 2**22 + 17)
        recovery.keep_aside("blank", None, blank.as_file())

    blank.recover(recovery.left_behind()[0])

    assert blank.is_modified
    recovery.forget()


def test_the_target_follows_the_only_output_when_it_is_renamed(workspace):
    output = next(n for n, node in workspace.page.nodes.items() if node.layer.key == "output")

    workspace.edit("Rename", lambda g: edits.rename(g, output, "answers"))
    assert workspace.plan.targets[0].output == "answers"

    workspace.undo()
    assert workspace.plan.targets[0].output == output


def test_a_project_from_a_template_leaves_its_place_in_the_gallery_behind():
    workspace = Workspace()

    assert workspace.new_from("mlp")

    assert not {"title", "about"} & set(workspace.as_file().extra)


def test_a_project_can_begin_with_an_empty_network():
    workspace = Workspace()

    assert workspace.new_from("empty")

    assert len(workspace.document.graph) == 0
    assert workspace.name == "Untitled"
