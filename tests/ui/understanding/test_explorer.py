"""The curves of what a network would become."""

import pytest
from PySide6.QtCore import QPoint, Qt

from studio.graph import edits
from studio.graph.model import Graph
from studio.ui.understanding.explorer_tab import ExplorerTab
from tests.unit.analysis.test_explore import transformer


@pytest.fixture
def tab(qtbot, workspace):
    workspace.document.replace(transformer(4))
    made = ExplorerTab(workspace)
    qtbot.addWidget(made)
    made.resize(1100, 640)
    made.show()
    return made


def choose(tab: ExplorerTab, path: str, setting: str) -> None:
    """Pick a setting as the menus do."""
    form = tab.form
    form.place.setCurrentIndex(form.place.findData(path))
    form.place.activated.emit(form.place.currentIndex())
    form.setting.setCurrentIndex(form.setting.findData(setting))
    form.setting.activated.emit(form.setting.currentIndex())


def test_the_repeat_count_of_the_first_block_is_explored_first(tab, workspace):
    series = tab.cards["parameters"].plot.series

    assert tab.form.knob.path == "body"
    assert series.xs[series.now] == workspace.report.depth
    assert series.ys[series.now] == workspace.report.parameters
    assert "depth of the network" in tab.axis.text()
    assert "Each copy adds 4 to the depth, 7.09 M parameters" in tab.lesson.text()
    assert "77.2 M parameters lie outside" in tab.lesson.text()


def test_the_slider_shows_what_would_be_beside_what_is(tab):
    tab.form.slider.setValue(8)

    said = tab.table.accessibleDescription()
    assert "Depth: 17 → 33" in said
    assert tab.cards["parameters"].plot.at == 7
    assert tab.cards["parameters"].change.text() == "+26.9 %"
    assert tab.apply.isEnabled()


def test_a_value_is_taken_over_and_can_be_undone(qtbot, tab, workspace):
    tab.form.slider.setValue(6)

    tab.apply.click()

    assert workspace.document.graph["body"].layer.repeat == 6
    qtbot.waitUntil(lambda: tab.form.knob.value == 6)
    assert not tab.apply.isEnabled()
    workspace.undo()
    assert workspace.document.graph["body"].layer.repeat == 4


def test_values_are_taken_over_inside_a_block_whatever_page_is_open(tab, workspace):
    choose(tab, "body/up", "out_features")
    tab.form.slider.setValue(1024)

    tab.apply.click()

    inner = workspace.document.graph["body"].layer.graph
    assert inner["up"].layer.out_features == 1024


def test_along_a_setting_that_leaves_the_depth_the_value_is_the_course(tab):
    choose(tab, "body/up", "out_features")

    assert "the depth stays 17" in tab.axis.text()
    assert tab.cards["parameters"].plot.series.xs[-1] == 2 * 3072
    assert "Doubling Out features multiplies the parameters by about" in tab.lesson.text()


def test_values_that_do_not_run_are_left_out_and_say_why(tab):
    choose(tab, "body/attention", "num_heads")

    assert "5 heads cannot share 768 features evenly." in tab.skipped.text()
    tab.form.slider.setValue(7)
    assert not tab.apply.isEnabled()
    assert "7 heads" in tab.apply.toolTip()


def test_the_curves_are_read_with_mouse_and_keyboard(qtbot, tab):
    plot = tab.cards["multiply_adds"].plot
    place = plot._place(plot.series.xs[9], plot.series.ys[9]).toPoint()

    qtbot.mouseMove(plot, QPoint(place.x(), place.y() + 5))
    qtbot.waitUntil(lambda: tab.form.slider.value() == 10)

    plot.setFocus()
    qtbot.keyClick(plot, Qt.Key.Key_Left)
    assert tab.form.slider.value() == 9
    qtbot.keyClick(plot, Qt.Key.Key_Home)
    assert tab.form.slider.value() == 1
    assert "5: " in plot.accessibleDescription()


def test_the_range_can_be_typed(qtbot, tab):
    tab.form.high.setFocus()
    tab.form.high.selectAll()
    qtbot.keyClicks(tab.form.high, "96")

    assert tab.form.range == (1, 96)
    assert len(tab.cards["parameters"].plot.series.xs) == 60
    tab.form.slider.setValue(95)
    assert "Depth: 17 → 381" in tab.table.accessibleDescription()


def test_training_memory_follows_the_plan(qtbot, tab, workspace):
    before = tab.cards["training_bytes"].plot.series.ys

    workspace.set_plan(workspace.plan.changed(batch_size=1))

    qtbot.waitUntil(lambda: tab.cards["training_bytes"].plot.series.ys != before)
    assert tab.cards["training_bytes"].plot.series.ys[0] < before[0]


def test_an_empty_network_says_what_to_do(qtbot, tab, workspace):
    workspace.edit("clear", lambda _graph: Graph())

    qtbot.waitUntil(lambda: tab.pages.currentIndex() == 1)


def test_a_published_family_is_turned_as_a_whole(qtbot, tab, workspace):
    workspace.new_from("gpt2")
    qtbot.waitUntil(lambda: tab.form.place.findData("") >= 0)
    choose(tab, "", "width")
    assert tab.form.knob.value == 768
    points = len(tab.cards["parameters"].plot.series.xs)
    assert points > 2

    tab.form.slider.setValue(384)
    tab.apply.click()

    block = workspace.document.graph["layers"].layer
    assert block.get("width") == 384
    assert not workspace.report.errors
    qtbot.waitUntil(lambda: tab.form.knob is not None and tab.form.knob.value == 384)
    workspace.undo()
    qtbot.waitUntil(lambda: tab.form.knob is not None and tab.form.knob.value == 768)


def test_an_edited_network_is_no_longer_of_its_family(qtbot, tab, workspace):
    workspace.new_from("gpt2")
    qtbot.waitUntil(lambda: tab.form.place.findData("") >= 0)

    workspace.edit("w", lambda page: edits.configure(page, "layers", repeat=3))
    qtbot.waitUntil(lambda: tab.form.place.findData("") < 0)
