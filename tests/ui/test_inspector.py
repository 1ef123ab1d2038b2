"""The inspector: facts of the selection, and settings that go into the network at once."""

import pytest
from PySide6.QtCore import Qt

from studio.graph import edits
from studio.graph.block import Block
from studio.ui.inspector import InspectorPanel
from tests.toys.graphs import network


@pytest.fixture
def inspector(qtbot, workspace):
    made = InspectorPanel(workspace)
    qtbot.addWidget(made)
    made.resize(300, 900)
    made.show()
    return made


def field(inspector, name: str):
    return inspector.node.settings.form.row(name).editor.fields()[0]


def retype(qtbot, widget, text: str) -> None:
    widget.setFocus()
    widget.selectAll()
    qtbot.keyClicks(widget, text)


def test_one_layer_shows_its_shapes_and_its_numbers_with_formulas(inspector, workspace):
    workspace.select({"conv2d_1"})

    summary = inspector.node.summary
    assert inspector.node.shapes.incoming.accessibleDescription() == "1 × 28 × 28"
    assert inspector.node.shapes.outgoing.accessibleDescription() == "32 × 26 × 26"
    assert summary.parameters.value.text() == "320"
    assert summary.parameters.formula.text() == "32 × 1 × 3 × 3 + 32 = 320"
    assert summary.memory.formula.text() == "32 × 26 × 26 × 4 bytes"
    assert summary.levels.value.text() == "1 of 2"


def test_shares_are_those_of_the_whole_network(inspector, workspace):
    workspace.select({"linear_1"})

    assert inspector.node.summary.parameters.share.text() == "99 %"


def test_typing_changes_the_network_and_is_one_step_to_undo(qtbot, inspector, workspace):
    workspace.select({"conv2d_1"})

    retype(qtbot, field(inspector, "out_channels"), "64")
    assert workspace.page["conv2d_1"].layer.out_channels == 64
    assert inspector.node.summary.parameters.value.text() == "640"

    workspace.undo()
    assert workspace.page["conv2d_1"].layer.out_channels == 32
    assert field(inspector, "out_channels").text() == "32"


def test_coming_back_to_a_field_begins_another_step(qtbot, inspector, workspace):
    workspace.select({"conv2d_1"})
    inspector.activateWindow()
    qtbot.waitUntil(inspector.isActiveWindow)

    retype(qtbot, field(inspector, "out_channels"), "64")
    field(inspector, "groups").setFocus()
    retype(qtbot, field(inspector, "out_channels"), "16")
    workspace.undo()

    assert workspace.page["conv2d_1"].layer.out_channels == 64


def test_a_bad_value_never_reaches_the_network(qtbot, inspector, workspace):
    workspace.select({"conv2d_1"})
    before = workspace.document.graph

    retype(qtbot, field(inspector, "out_channels"), "0")

    assert workspace.document.graph is before
    assert field(inspector, "out_channels").property("invalid") is True


def test_the_field_at_hand_is_explained(qtbot, inspector, workspace):
    workspace.select({"conv2d_1"})
    inspector.activateWindow()
    qtbot.waitUntil(inspector.isActiveWindow)

    field(inspector, "groups").setFocus()

    layer = workspace.page["conv2d_1"].layer
    assert inspector.node.settings.teaching.text() == layer.declared["groups"].hint


def test_a_new_name_goes_everywhere(qtbot, inspector, workspace):
    workspace.select({"conv2d_1"})

    retype(qtbot, inspector.node.head.name, "stem")
    qtbot.keyClick(inspector.node.head.name, Qt.Key.Key_Return)

    assert workspace.page["relu_1"].sources[0].node == "stem"
    assert workspace.selection == {"stem"}


@pytest.mark.parametrize("name", ["relu_1", "2nd", "train"])
def test_a_name_that_cannot_be_is_refused_while_it_is_typed(qtbot, inspector, workspace, name):
    workspace.select({"conv2d_1"})
    head = inspector.node.head

    retype(qtbot, head.name, name)
    assert head.refusal.isVisible()
    assert head.refusal.text()
    head.name.clearFocus()

    assert "conv2d_1" in workspace.page
    assert head.name.text() == "conv2d_1"
    assert not head.refusal.isVisible()


def test_the_snowflake_freezes_and_thaws(qtbot, inspector, workspace):
    workspace.select({"conv2d_1"})

    qtbot.mouseClick(inspector.node.freeze.toggle, Qt.MouseButton.LeftButton)
    assert workspace.page["conv2d_1"].frozen is True
    assert workspace.report.frozen == 320

    qtbot.mouseClick(inspector.node.freeze.toggle, Qt.MouseButton.LeftButton)
    assert workspace.page["conv2d_1"].frozen is False


def test_a_layer_without_weights_has_nothing_to_freeze(inspector, workspace):
    workspace.select({"conv2d_1"})
    assert inspector.node.freeze.isVisible()

    workspace.select({"relu_1"})
    assert not inspector.node.freeze.isVisible()


def test_a_batch_norm_can_freeze_only_its_statistics(qtbot, inspector, workspace):
    from studio.catalogue import CATALOGUE

    norm = CATALOGUE["batch_norm2d"]()
    workspace.edit("add", lambda graph: edits.add(graph, norm, after="conv2d_1"))
    workspace.select({"batch_norm2d_1"})
    extent = inspector.node.freeze.extent
    assert extent.isVisible()

    extent.setFocus()
    qtbot.keyClick(extent, Qt.Key.Key_Right)

    assert workspace.page["batch_norm2d_1"].frozen == "statistics"


def test_the_finding_of_a_layer_is_mended_with_one_click(qtbot, inspector, workspace):
    workspace.edit("remove", lambda graph: edits.remove(graph, ["flatten_1"]))
    workspace.select({"linear_1"})
    card = inspector.node.remarks.cards[0]

    qtbot.mouseClick(card.button, Qt.MouseButton.LeftButton)

    assert workspace.report.nodes["linear_1"].output == (10,)
    assert any(node.layer.key == "flatten" for node in workspace.page.nodes.values())


def test_reset_brings_the_usual_settings_back(qtbot, inspector, workspace):
    workspace.edit("set", lambda graph: edits.configure(graph, "conv2d_1", stride=2, padding=1))
    workspace.select({"conv2d_1"})

    qtbot.mouseClick(inspector.node.settings.reset, Qt.MouseButton.LeftButton)

    layer = workspace.page["conv2d_1"].layer
    assert layer == type(layer)()
    assert not inspector.node.settings.reset.isVisible()


def test_several_layers_are_added_up_and_grouped(qtbot, inspector, workspace):
    workspace.select({"conv2d_1", "relu_1", "pool_1"})

    several = inspector.several
    assert several.title.text() == "3 layers selected"
    assert several.summary.parameters.value.text() == "320"
    qtbot.mouseClick(several.group, Qt.MouseButton.LeftButton)
    assert any(node.layer.key == "block" for node in workspace.page.nodes.values())


def test_several_layers_are_duplicated_and_deleted(qtbot, inspector, workspace):
    workspace.select({"conv2d_1", "relu_1"})
    count = len(workspace.page)

    qtbot.mouseClick(inspector.several.twice, Qt.MouseButton.LeftButton)
    assert len(workspace.page) == count + 2
    assert len(workspace.selection) == 2
    qtbot.mouseClick(inspector.several.away, Qt.MouseButton.LeftButton)
    assert len(workspace.page) == count


def test_without_a_selection_the_network_is_summed_up(inspector, workspace):
    workspace.select(())

    network = inspector.network
    assert network.isVisible()
    assert network.count.text() == "7 layers"
    assert network.shapes.outgoing.accessibleDescription() == "10"


def test_a_block_is_opened_from_the_inspector(qtbot, inspector, workspace):
    workspace.new_from("small-resnet")
    workspace.select({"residual_1"})

    qtbot.mouseClick(inspector.node.inside, Qt.MouseButton.LeftButton)

    assert workspace.location == ("residual_1",)


def test_a_refused_number_leaves_the_network_as_it_was_and_one_step_takes_back_all(
    qtbot, inspector, workspace
):
    workspace.select({"conv2d_1"})
    inspector.activateWindow()
    qtbot.waitUntil(inspector.isActiveWindow)

    retype(qtbot, field(inspector, "out_channels"), "99999999999")
    assert workspace.page["conv2d_1"].layer.out_channels == 32
    assert field(inspector, "out_channels").text() == "99999999999"

    retype(qtbot, field(inspector, "out_channels"), "48")
    workspace.undo()
    assert workspace.page["conv2d_1"].layer.out_channels == 32


def test_a_name_that_cannot_be_keeps_its_sentence_until_it_is_given_up(qtbot, inspector, workspace):
    workspace.select({"conv2d_1"})
    inspector.activateWindow()
    qtbot.waitUntil(inspector.isActiveWindow)
    name = inspector.node.head.name

    retype(qtbot, name, "linear_1")
    qtbot.keyClick(name, Qt.Key.Key_Return)
    assert name.text() == "linear_1"
    assert inspector.node.head.refusal.text() == "Another layer is called linear_1."

    qtbot.keyClick(name, Qt.Key.Key_Escape)
    assert name.text() == "conv2d_1"
    assert inspector.node.head.refusal.text() == ""


def test_a_block_says_what_is_wrong_inside_it(inspector, workspace):
    body = network("input 8 → flatten → conv2d 4 → output")
    workspace.edit("block", lambda graph: edits.add(graph, Block(graph=body), after="relu_1"))
    workspace.select({"block_1"})

    card = inspector.node.remarks.cards[0]
    assert card.finding.node.startswith("block_1/")
    card.picked.emit()
    assert workspace.location == ("block_1",)
