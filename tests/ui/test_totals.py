"""The totals: numbers of the network, and bars that compare layers."""

import time

import pytest
from PySide6.QtCore import QPoint, Qt

from studio.analysis.shares import Row
from studio.catalogue.dense.linear import Linear
from studio.catalogue.inputs import Input, Output
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire
from studio.ui.totals import TotalsPanel
from studio.ui.totals.bars import ROW


@pytest.fixture
def totals(qtbot, workspace):
    made = TotalsPanel(workspace)
    qtbot.addWidget(made)
    made.resize(300, 500)
    made.show()
    return made


def test_the_totals_of_the_network_are_shown(totals):
    assert totals.parameters.text() == "54.4 K"
    assert totals.parameters.toolTip() == "54,410"
    assert totals.levels.accessibleDescription() == "2"
    assert totals.split.text() == "all trainable"


def test_rows_are_sorted_and_add_up(totals):
    bars = totals.bars
    assert [(row.path, row.parameters) for row in bars.rows] == [
        ("linear_1", 54_090),
        ("conv2d_1", 320),
    ]
    assert sum(map(bars.share, bars.rows)) == pytest.approx(1)


def test_copies_that_share_their_weights_are_counted_once(qtbot, totals, workspace):
    body = workspace.page
    workspace.new_from("empty")
    inner = Graph({"x": Node(Input()), "fc": Node(Linear(out_features=28), (Wire("x"),)),
                   "y": Node(Output(), (Wire("fc"),))})  # fmt: skip
    shared = Block(graph=inner, repeat=3, shared=True)
    nodes = {"image": body["image"], "body": Node(shared, (Wire("image"),))}
    workspace.edit("Build", lambda _page: Graph(nodes))

    qtbot.waitUntil(lambda: [row.path for row in totals.bars.rows] == ["body/fc"])
    assert totals.bars.rows[0].parameters == 28 * 28 + 28 == workspace.report.parameters
    assert totals.bars.share(totals.bars.rows[0]) == 1


def test_freezing_shows_in_the_bar_the_words_and_the_speed(qtbot, totals, workspace):
    workspace.set_frozen({"conv2d_1"}, True)

    qtbot.waitUntil(lambda: totals.split.text() == "54.1 K trainable · 320 frozen")
    assert [row.frozen for row in totals.bars.rows] == [0, 320]
    assert totals.speed.accessibleDescription().startswith("A training step should be")


def test_a_click_on_a_bar_selects_its_layer(qtbot, totals, workspace):
    qtbot.mouseClick(totals.bars, Qt.MouseButton.LeftButton, pos=QPoint(60, ROW + 8))

    assert workspace.selection == {"conv2d_1"}
    assert totals.bars.marked == {"conv2d_1"}


def test_bars_are_reached_with_the_keyboard(qtbot, totals, workspace):
    totals.bars.setFocus()

    qtbot.keyClick(totals.bars, Qt.Key.Key_Down)
    qtbot.keyClick(totals.bars, Qt.Key.Key_Return)

    assert workspace.selection == {"conv2d_1"}


def test_the_kind_and_the_measure_can_be_chosen(qtbot, totals):
    totals.kind.setFocus()
    qtbot.keyClick(totals.kind, Qt.Key.Key_Right)
    assert [row.name for row in totals.bars.rows] == ["Linear", "Conv 2D"]

    qtbot.keyClick(totals.measure, Qt.Key.Key_Down)
    assert totals.measure.currentData() == "multiply_adds"
    assert [row.name for row in totals.bars.rows] == ["Conv 2D", "Linear"]


def test_memory_follows_the_batch_size_of_the_plan(qtbot, totals, workspace):
    before = totals.memory.toolTip()

    workspace.set_plan(workspace.plan.changed(batch_size=4096))

    qtbot.waitUntil(lambda: totals.memory.toolTip() != before)
    assert "batches of 4,096" in totals.memory.toolTip()


def test_a_thousand_bars_are_painted_in_a_few_milliseconds(qtbot, totals):
    rows = tuple(
        Row(f"c{i}", "Convolution", "conv2d", "Conv 2D", f"c{i}", parameters=9) for i in range(1000)
    )
    totals.bars.show_rows(rows, "parameters")
    totals.grab()

    begun = time.process_time()
    for _frame in range(10):
        totals.bars.repaint()
    spent = (time.process_time() - begun) / 10

    assert spent < 0.05
