"""Do runs side by side show what differs, which is best, and their curves over each other?"""

import json
from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt

from studio.runs.request import RunRequest
from studio.ui import theme
from studio.ui.runs.branch_dialog import BranchDialog
from studio.ui.runs.overlay import MOST, shade_of
from studio.ui.training.naming import metric_name, metric_text

LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def page(qtbot, panel):
    panel.table.selectAll()
    qtbot.mouseClick(panel.head.compare, LEFT)
    assert panel.comparison.isVisible()
    return panel.comparison


def cells(table) -> list[list[str]]:
    return [
        [item.text() for column in range(table.columnCount()) if (item := table.item(row, column))]
        for row in range(table.rowCount())
    ]


def test_one_run_cannot_be_compared(panel):
    panel.table.selectRow(0)
    assert not panel.head.compare.isEnabled()
    assert "Ctrl" in panel.head.compare.toolTip()


def test_the_best_of_each_metric_is_marked(page):
    assert [one.label for one in page.runs] == ["run-0004", "Baseline", "run-0002", "run-0003"]
    rows = {row[0]: row[1:] for row in cells(page.results)[:3]}
    assert rows["Test"] == []
    assert rows["Loss"] == ["4", "✓ 1", "2", "3"]
    assert rows["Accuracy"] == ["50.00 %", "✓ 80.00 %", "70.00 %", "60.00 %"]


def test_only_settings_that_differ_are_shown(page):
    assert cells(page.settings) == [
        ["Plan"],
        ["Batch size", "128", "32", "64", "96"],
        ["Data: no difference"],
    ]


def test_layers_that_differ_are_shown_beside_each_other(qtbot, page):
    layers = page.layers
    assert layers.left.text() == "run-0004"
    assert [row.kind for row in layers.diagram.rows] == ["changed"]
    assert layers.diagram.rows[0].changes == (("frozen", True, False),)
    qtbot.mouseClick(layers.only, LEFT)
    assert len(layers.diagram.rows) > 5


def test_networks_that_are_the_same_say_so(page, panel):
    page.drop(0)
    assert page.layers.pages.currentWidget() is page.layers.same


def test_curves_lie_over_each_other_by_step_epoch_and_time(qtbot, page):
    curves = page.curves
    assert [len(course.x) for course in curves.loss.courses] == [20] * 4
    assert [course.name for course in curves.score.courses][1] == "Baseline"
    assert curves.chosen.currentText() == "Accuracy, Validation"
    ends = {}
    for key in ("step", "epoch", "time"):
        curves.axis.set_value(key)
        curves.axis.chosen.emit(key)
        ends[key] = curves.loss.courses[0].x[-1]
    assert ends == {"step": 20.0, "epoch": 2.0, "time": 10.0}
    assert curves.loss.unit.text() == "seconds"
    assert curves.rate.courses[1].y[0] == pytest.approx(0.1)


def test_smoothing_calms_the_loss_and_nothing_else(page):
    curves = page.curves
    curves.smoothing.setValue(0)
    raw = curves.loss.lines[0].y.copy()
    assert (raw == curves.loss.courses[0].y).all()
    curves.smoothing.setValue(100)
    assert (curves.loss.lines[0].y[1:] > raw[1:]).all()  # a falling loss, seen through its past
    assert (curves.rate.lines[0].y == curves.rate.courses[0].y).all()


def test_a_logarithmic_scale_shows_decades(page):
    page.curves.logarithmic.click()
    low, high = page.curves.loss.plot.getViewBox().viewRange()[1]
    assert -2 < low < 0.1 < high < 2.5


def test_the_values_under_the_mouse_and_at_the_end_are_told(page):
    page.curves.smoothing.setValue(0)
    assert page.curves.loss.readings(1.0)[1] == "Baseline: 3"
    assert "Baseline: 1.1" in page.curves.loss.accessibleDescription()


def test_a_run_is_taken_away_until_two_are_left(qtbot, panel, page):
    page.drop(1)
    page.drop(1)
    assert [one.label for one in page.runs] == ["run-0004", "run-0003"]
    assert len(page.curves.loss.courses) == 2
    assert page.curves.loss.lines[2].ends is None
    page.drop(0)
    assert panel.pages.currentIndex() == 1


def test_escape_leads_back_to_the_list(qtbot, panel, page):
    assert page.tab.hasFocus()
    qtbot.keyClick(page.tab, Qt.Key.Key_Right)
    assert page.pages.currentIndex() == 1
    qtbot.keyClick(page.tab, Qt.Key.Key_Escape)
    assert panel.pages.currentIndex() == 1
    assert panel.table.hasFocus()


def test_eight_curves_have_eight_colors_in_both_themes(qapp):
    for scheme in ("dark", "light"):
        theme.apply(qapp, scheme)
        assert len({shade_of(place)(theme.current()).rgb() for place in range(MOST)}) == MOST


def test_a_theme_that_changes_recolors_the_tables(qapp, page):
    before = page.results.item(1, 2).foreground().color()
    theme.apply(qapp, "light")
    assert page.results.item(1, 2).foreground().color() != before


@pytest.fixture
def asked(services, shelf) -> RunRequest:
    workspace = services.workspace
    return RunRequest(
        graph=workspace.document.graph,
        source=workspace.source,
        plan=workspace.plan.changed(batch_size=999),
        folder=shelf,
        parent=shelf / "run-0001",
    )


def test_a_branch_says_what_differs_and_needs_a_checkpoint(qtbot, asked):
    dialog = BranchDialog(asked)
    qtbot.addWidget(dialog)
    assert cells(dialog.table) == [["Batch size", "32", "999"]]
    assert not dialog.start.isEnabled()
    assert "no checkpoint" in dialog.trouble.text()


def test_a_branch_with_another_network_offers_that_of_the_run(qtbot, asked, shelf, services):
    folder = shelf / "run-0001" / "checkpoints"
    folder.mkdir()
    (folder / "step.safetensors").write_bytes(b"")
    (folder / "last.json").write_text('{"file": "step.safetensors", "step": 20, "epoch": 2}')
    wider = services.workspace.document.graph
    name = next(name for name, node in wider.nodes.items() if node.layer.key == "linear")
    node = wider[name]
    other = replace(node, layer=node.layer.changed(out_features=77))
    dialog = BranchDialog(replace(asked, graph=wider.with_node(name, other)))
    qtbot.addWidget(dialog)
    assert dialog.own.isChecked()
    assert dialog.start.isEnabled()
    assert dialog.request.graph == dialog.run.info.graph
    assert dialog.request.checkpoint == "last"
    qtbot.mouseClick(dialog.own, LEFT)
    assert not dialog.start.isEnabled()
    assert "do not fit" in dialog.trouble.text()
    assert any("77" in row[0] for row in cells(dialog.table))


def test_checkpoints_are_dots_on_the_loss_curve_from_which_a_branch_is_offered(qtbot, panel, shelf):
    folder = shelf / "run-0001" / "checkpoints"
    folder.mkdir()
    (folder / "step.safetensors").write_bytes(b"")
    for name, at in (("best", 10), ("last", 20)):
        told = {"file": "step.safetensors", "step": at, "epoch": at // 10}
        (folder / f"{name}.json").write_text(json.dumps(told))
    panel.table.selectRow(1)
    assert [spot.pos().x() for spot in panel.dots.dots.points()] == [1.0, 2.0]
    height = panel.dots.dots.points()[1].pos().y()
    panel.loss.logarithmic.click()
    assert panel.dots.dots.points()[1].pos().y() == pytest.approx(np.log10(height))
    heard = []
    panel.dots.picked.disconnect()
    panel.dots.picked.connect(heard.append)
    panel.dots.dots.sigClicked.emit(panel.dots.dots, panel.dots.dots.points()[:1], None)
    assert heard == ["best"]
    panel.table.selectRow(0)
    assert len(panel.dots.dots.points()) == 0


def test_averages_of_a_metric_are_named_and_read_in_percent():
    assert metric_name("f1_weighted") == "F1, classes by size"
    assert metric_text("precision_micro", 0.25) == "25.00 %"
    assert metric_name("made_up") == "made_up"
    assert metric_text("made_up", 0.25) == "0.25"


def test_another_project_ends_the_comparison(panel, page, services):
    services.workspace.new_from("mnist-cnn")
    assert panel.pages.currentWidget() is panel.empty
