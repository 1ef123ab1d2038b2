"""The bars that say where a network's cost is."""

import pytest
from PySide6.QtCore import QPoint, Qt

from studio.analysis.shares import Row
from studio.graph import edits
from studio.graph.model import Graph
from studio.ui.understanding.share_columns import columns
from studio.ui.understanding.share_list import ROW
from studio.ui.understanding.shares_tab import SharesTab


@pytest.fixture
def tab(qtbot, workspace):
    workspace.new_from("small-resnet")
    made = SharesTab(workspace)
    qtbot.addWidget(made)
    made.resize(1000, 600)
    made.show()
    return made


def test_the_layers_are_listed_largest_first_with_the_whole_above(tab, workspace):
    assert tab.list.rows[0].path == "residual_3/conv2d_1"
    assert tab.value.toolTip() == f"{workspace.report.parameters:,}"
    values = [row.parameters for row in tab.list.rows]
    assert values == sorted(values, reverse=True)
    assert tab.whole.parts[0][0] == "Convolution"


def test_a_click_asks_for_the_layer(qtbot, tab):
    with qtbot.waitSignal(tab.jumped) as asked:
        qtbot.mouseClick(tab.list, Qt.MouseButton.LeftButton, pos=QPoint(60, ROW + 10))

    assert asked.args == ["residual_3/conv2d_2"]


def test_the_keyboard_walks_switches_and_jumps(qtbot, tab):
    tab.kind.setFocus()
    qtbot.keyClick(tab.kind, Qt.Key.Key_Right)
    assert tab.list.rows[0].name == "residual_3"
    tab.measure.setFocus()
    qtbot.keyClick(tab.measure, Qt.Key.Key_Right)
    qtbot.keyClick(tab.measure, Qt.Key.Key_Right)
    assert tab.list.measure == "multiply_adds"

    tab.list.setFocus()
    qtbot.keyClick(tab.list, Qt.Key.Key_Home)
    qtbot.keyClick(tab.list, Qt.Key.Key_Down)
    with qtbot.waitSignal(tab.jumped) as asked:
        qtbot.keyClick(tab.list, Qt.Key.Key_Return)

    assert asked.args == [tab.list.rows[1].path]
    assert tab.list.rows[1].path.replace("/", " › ") in tab.list.accessibleDescription()


def test_the_head_of_a_column_compares_by_it(qtbot, tab):
    box = columns(tab.head.width()).values[2]

    qtbot.mouseClick(tab.head, Qt.MouseButton.LeftButton, pos=QPoint(round(box.right()) - 20, 12))

    assert tab.measure.value == tab.list.measure == "multiply_adds"


def test_what_is_in_no_block_has_a_row_that_leads_nowhere(qtbot, tab):
    tab.kind.set_value("block")
    tab.refresh()
    outside = [row.path for row in tab.list.rows].index("")

    with qtbot.assertNotEmitted(tab.jumped):
        place = QPoint(60, outside * ROW + 10)
        qtbot.mouseClick(tab.list, Qt.MouseButton.LeftButton, pos=place)


def test_an_edit_shows_after_a_rest_and_the_row_of_the_keyboard_stays(qtbot, tab, workspace):
    tab.list.setFocus()
    qtbot.keyClick(tab.list, Qt.Key.Key_End)
    name = tab.list.rows[tab.list.at].name

    workspace.edit("w", lambda g: edits.configure(g, "linear_1", out_features=100))

    qtbot.waitUntil(lambda: tab.value.toolTip() == f"{workspace.report.parameters:,}")
    assert tab.list.rows[tab.list.at].name == name


def test_nothing_is_worked_out_while_the_tab_is_hidden(qtbot, tab, workspace):
    tab.hide()
    before = tab.value.toolTip()

    workspace.edit("w", lambda g: edits.configure(g, "linear_1", out_features=100))
    qtbot.wait(150)
    assert tab.value.toolTip() == before

    tab.show()
    assert tab.value.toolTip() == f"{workspace.report.parameters:,}"


def test_the_selected_layer_is_marked(tab, workspace):
    workspace.select({"linear_1"})

    assert tab.list.marked == {"linear_1"}


def test_an_empty_network_says_what_to_do(qtbot, tab, workspace):
    workspace.edit("clear", lambda _graph: Graph())

    qtbot.waitUntil(lambda: tab.pages.currentIndex() == 2)


def test_a_network_without_blocks_says_how_to_make_one(tab, workspace):
    workspace.new_from("mnist-cnn")
    tab.kind.set_value("block")
    tab.refresh()

    assert [row.path for row in tab.list.rows] == [""]


def test_a_thousand_rows_scroll_with_the_keyboard(qtbot, tab):
    rows = tuple(Row(f"a{i}", "Linear", "linear", path=f"a{i}", parameters=9) for i in range(1000))
    tab.list.show_rows(rows, "parameters", {"parameters": 9000})
    tab.list.setFocus()
    qtbot.waitUntil(lambda: tab.area.verticalScrollBar().maximum() > 20_000)

    qtbot.keyClick(tab.list, Qt.Key.Key_End)

    qtbot.waitUntil(lambda: tab.area.verticalScrollBar().value() > 20_000)
