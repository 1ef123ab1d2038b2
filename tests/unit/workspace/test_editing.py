"""The open document tells its views what they need, wherever it is open."""

import pytest

from studio.catalogue import CATALOGUE
from studio.graph import edits
from studio.workspace import Workspace


@pytest.fixture
def workspace():
    made = Workspace()
    made.new_from("mnist-cnn")
    return made


def first_of(workspace, key):
    return next(name for name, node in workspace.page.nodes.items() if node.layer.key == key)


def test_an_edit_is_analyzed_at_once_and_can_be_taken_back(workspace):
    conv = first_of(workspace, "conv2d")
    heard = []
    workspace.report_changed.connect(heard.append)

    workspace.edit("More filters", lambda g: edits.configure(g, conv, out_channels=64))
    workspace.undo()

    assert [report.parameters for report in heard] == [108_810, 54_410]


def test_a_refused_edit_becomes_a_notice_and_changes_nothing(workspace):
    before, heard = workspace.document.graph, []
    workspace.notice.connect(heard.append)

    done = workspace.edit("Break", lambda g: edits.configure(g, "nobody", out_channels=64))

    assert not done
    assert workspace.document.graph is before
    assert heard[0].severity == "error"
    assert "nobody" in heard[0].text


def test_a_block_can_be_entered_edited_and_left(workspace):
    conv, relu = first_of(workspace, "conv2d"), first_of(workspace, "relu")
    workspace.edit("Group", lambda g: edits.group(g, [conv, relu], "stem"))

    workspace.enter("stem")
    workspace.edit("Wider", lambda g: edits.configure(g, conv, out_channels=64))
    inside = workspace.page
    workspace.leave()

    assert conv in inside
    assert workspace.location == ()
    assert workspace.report.parameters == 108_810


def test_undoing_the_block_one_stands_in_leads_back_to_the_top(workspace):
    conv, relu = first_of(workspace, "conv2d"), first_of(workspace, "relu")
    workspace.edit("Group", lambda g: edits.group(g, [conv, relu], "stem"))
    workspace.enter("stem")

    workspace.undo()

    assert workspace.location == ()
    assert conv in workspace.page


def test_a_removed_layer_is_no_longer_selected(workspace):
    relu = first_of(workspace, "relu")
    workspace.select([relu])

    workspace.edit("Delete", lambda g: edits.remove(g, [relu]))

    assert workspace.selection == frozenset()


def test_revealing_a_path_opens_its_block_and_selects_the_layer(workspace):
    conv, relu = first_of(workspace, "conv2d"), first_of(workspace, "relu")
    workspace.edit("Group", lambda g: edits.group(g, [conv, relu], "stem"))

    workspace.reveal(f"stem/{conv}")

    assert workspace.location == ("stem",)
    assert workspace.selection == {conv}


def test_freezing_toggles_and_counts(workspace):
    conv = first_of(workspace, "conv2d")

    workspace.toggle_frozen([conv])
    assert workspace.report.frozen == 320

    workspace.toggle_frozen([conv])
    assert workspace.report.frozen == 0


def test_a_fix_is_applied_to_the_network(workspace):
    flatten = first_of(workspace, "flatten")
    workspace.edit("Delete", lambda g: edits.remove(g, [flatten]))
    linear = first_of(workspace, "linear")
    finding = next(f for f in workspace.report.findings if f.fix and f.node == linear)

    workspace.apply_fix(finding)

    assert workspace.report.parameters == 54_410


def test_a_graph_from_nothing_can_be_built(workspace):
    fresh = Workspace()

    fresh.edit("Add", lambda g: edits.add(g, CATALOGUE["input"]()))

    assert len(fresh.page) == 1
