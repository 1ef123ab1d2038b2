"""The outline mirrors the network, and selection goes both ways."""

import pytest
from PySide6.QtCore import Qt

from studio.graph import edits
from studio.ui.outline import OutlinePanel
from studio.ui.outline.rows import FROZEN, NUMBER, PATH
from studio.workspace import Workspace


@pytest.fixture
def workspace():
    made = Workspace()
    made.new_from("small-resnet")
    return made


@pytest.fixture
def outline(qtbot, workspace):
    made = OutlinePanel(workspace)
    qtbot.addWidget(made)
    made.resize(248, 800)
    made.show()
    return made


def item(outline, path: str):
    return outline.tree._items[path]


def click(qtbot, outline, path: str, offset: int | None = None) -> None:
    rect = outline.tree.visualItemRect(item(outline, path))
    place = rect.center()
    if offset is not None:
        place.setX(outline.tree.viewport().width() - offset)
    qtbot.mouseClick(outline.tree.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_blocks_are_branches_with_what_is_inside(outline, workspace):
    inside = workspace.page["residual_1"].layer.graph

    block = item(outline, "residual_1")

    assert block.childCount() == len(inside)
    assert {block.child(i).text(0) for i in range(block.childCount())} == set(inside)


def test_a_click_selects_on_the_page_of_the_layer(qtbot, outline, workspace):
    click(qtbot, outline, "residual_1/conv2d_2")

    assert workspace.location == ("residual_1",)
    assert workspace.selection == {"conv2d_2"}


def test_what_is_selected_elsewhere_is_marked(outline, workspace):
    workspace.select({"conv2d_2", "relu_1"})

    marked = {one.data(0, PATH) for one in outline.tree.selectedItems()}
    assert marked == {"conv2d_2", "relu_1"}


def test_the_key_f_freezes_what_is_selected(qtbot, outline, workspace):
    click(qtbot, outline, "conv2d_1")

    qtbot.keyClick(outline.tree, Qt.Key.Key_F)

    assert workspace.page["conv2d_1"].frozen is True
    assert item(outline, "conv2d_1").data(0, FROZEN) is True


def test_a_click_on_the_snowflake_freezes(qtbot, outline, workspace):
    click(qtbot, outline, "conv2d_2", offset=20)

    assert workspace.page["conv2d_2"].frozen is True


def test_a_frozen_block_freezes_what_is_inside(outline, workspace):
    workspace.set_frozen({"residual_1"}, True)

    assert item(outline, "residual_1/conv2d_1").data(0, FROZEN) is True


def test_numbers_follow_an_edit_and_branches_stay_closed(outline, workspace):
    item(outline, "residual_1").setExpanded(False)

    workspace.edit("wider", lambda graph: edits.configure(graph, "conv2d_1", out_channels=8))
    workspace.edit("less", lambda graph: edits.remove(graph, ["relu_1"]))

    assert item(outline, "conv2d_1").data(0, NUMBER) == "72"
    assert "relu_1" not in outline.tree._items
    assert not item(outline, "residual_1").isExpanded()
    assert item(outline, "residual_2").isExpanded()


def test_delete_removes_what_is_selected(qtbot, outline, workspace):
    click(qtbot, outline, "relu_1")

    qtbot.keyClick(outline.tree, Qt.Key.Key_Delete)

    assert "relu_1" not in workspace.page


def test_enter_opens_a_block(qtbot, outline, workspace):
    click(qtbot, outline, "residual_1")

    qtbot.keyClick(outline.tree, Qt.Key.Key_Return)

    assert workspace.location == ("residual_1",)


def test_an_empty_network_says_what_to_do(qtbot, outline, workspace):
    workspace.edit("clear", lambda graph: edits.remove(graph, tuple(graph)))

    assert outline.empty.isVisible()
    assert not outline.tree.isVisible()
