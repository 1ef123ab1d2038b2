"""The inspector of a block: settings shown outside, copies that differ, blocks that are kept."""

import pytest
from PySide6.QtCore import Qt

from studio.graph import edits
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.presets import mine
from studio.ui.inspector.inner_choice import Differing, Growing, Showing
from studio.ui.inspector.inside import InsideSection
from tests.toys.graphs import block, network

BODY = network("input 8 16 16 → conv 8 3 p1 → dropout → output")


@pytest.fixture
def section(qtbot, workspace):
    draft = Draft()
    stage = Block(graph=BODY, repeat=4)
    draft.output("map", draft.add("stage", stage, draft.input("image", 8, 16, 16)))
    workspace.edit("draw", lambda _graph: draft.graph())
    made = InsideSection(workspace)
    qtbot.addWidget(made)
    made.show_block("stage", stage)
    made.show()
    return made


def _choose(dialog, target):
    dialog.choice.setCurrentIndex(dialog.choice.findData(target))


def test_an_inner_setting_becomes_one_of_the_block(qtbot, section, workspace):
    dialog = Showing(block(workspace.page, "stage"), section)
    _choose(dialog, "conv2d_1.out_channels")
    assert dialog.outside.text() == "out_channels"
    dialog.outside.setText("width")
    qtbot.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    assert dialog.result()
    workspace.edit("show", lambda graph: dialog.applied(graph, "stage"))
    assert block(workspace.page, "stage").get("width") == 8


def test_what_is_shown_outside_already_and_shapes_of_inputs_are_not_offered(section, workspace):
    target = "conv2d_1.out_channels"
    workspace.edit("show", lambda graph: edits.expose(graph, "stage", target, "width"))
    dialog = Showing(block(workspace.page, "stage"), section)
    offered = {dialog.choice.itemData(row) for row in range(dialog.choice.count())}
    assert "conv2d_1.stride" in offered
    assert target not in offered
    assert not any(one.startswith("input_1.") for one in offered)


def test_tab_goes_from_the_copy_to_its_value(section, workspace):
    dialog = Differing(block(workspace.page, "stage"), section)
    _choose(dialog, "dropout_1.p")
    assert dialog._editor is not None
    assert dialog.number.nextInFocusChain() is dialog._editor.fields()[0]


def test_a_name_that_cannot_be_is_refused_in_place(qtbot, section, workspace):
    dialog = Showing(block(workspace.page, "stage"), section)
    dialog.outside.setText("repeat")
    qtbot.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    assert not dialog.result()
    assert "repeat" in dialog.refusal.text()


def test_one_copy_gets_a_value_of_its_own_counted_from_one(qtbot, section, workspace):
    dialog = Differing(block(workspace.page, "stage"), section)
    _choose(dialog, "dropout_1.p")
    dialog.number.setText("9")
    qtbot.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    assert "4" in dialog.refusal.text()
    dialog.number.setText("4")
    assert dialog._editor is not None
    dialog._editor.edited.emit(0.25)
    qtbot.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    workspace.edit("differ", lambda graph: dialog.applied(graph, "stage"))
    stage = block(workspace.page, "stage")
    assert stage.overrides == {"3": {"dropout_1.p": 0.25}}
    section.show_block("stage", stage)
    assert section._rows.count() == 1


def test_only_real_numbers_grow(qtbot, section, workspace):
    dialog = Growing(block(workspace.page, "stage"), section)
    targets = {dialog.choice.itemData(index) for index in range(dialog.choice.count())}
    assert targets == {"dropout_1.p"}
    dialog.last.setText("2")
    qtbot.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    assert not dialog.result()
    dialog.last.setText("0.9")
    qtbot.mouseClick(dialog.done_button, Qt.MouseButton.LeftButton)
    workspace.edit("grow", lambda graph: dialog.applied(graph, "stage"))
    assert block(workspace.page, "stage").ramps == {"dropout_1.p": (0.5, 0.9)}


def test_a_block_is_kept_under_the_name_that_is_typed(qtbot, section, workspace):
    qtbot.mouseClick(section.keep, Qt.MouseButton.LeftButton)
    section.title.setText("Conv and rest")
    qtbot.keyClick(section.title, Qt.Key.Key_Return)
    assert [kept.name for kept in mine.kept()] == ["Conv and rest"]
    assert not section.title.isVisible()
