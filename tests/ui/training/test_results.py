"""Do the heat strip, the confusion matrix and the tables say what happened?"""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from studio.runs.history import History
from studio.training.events import Ended, Started, StepDone
from studio.ui import theme
from studio.ui.kit import ValueLabel
from studio.ui.training.confusion import ConfusionMatrix, _ground
from studio.ui.training.heat import HeatStrip
from studio.ui.training.heat_card import HeatCard
from studio.ui.training.results import MetricTable, ResultsPanel
from studio.workspace import Workspace
from tests.ui.training.conftest import CONFUSION, LAYERS, a_run, an_end


@pytest.fixture
def matrix(qtbot):
    made = ConfusionMatrix()
    qtbot.addWidget(made)
    made.resize(300, 300)
    made.show_counts(CONFUSION, ("cat", "dog", "owl"))
    made.show()
    return made


def test_a_cell_explains_itself_and_can_be_picked(qtbot, matrix):
    assert "2 of 10" in matrix.explanation(1, 2)
    assert "dog" in matrix.explanation(1, 2)
    assert "owl" in matrix.explanation(1, 2)
    with qtbot.waitSignal(matrix.picked) as heard:
        place = matrix.cell_center(1, 2).toPoint()
        qtbot.mouseClick(matrix, Qt.MouseButton.LeftButton, pos=place)
    assert heard.args == [1, 2]


def test_right_and_wrong_cells_differ_and_empty_ones_stay_quiet(matrix):
    image = matrix.grab().toImage()

    def color(row: int, column: int) -> QColor:
        corner = matrix.cell_center(row, column) + QPointF(-15, -15)
        return QColor(image.pixelColor(corner.toPoint()))

    assert color(0, 0).blue() > color(0, 0).red()
    assert color(1, 2).red() > color(1, 2).blue()
    assert abs(color(0, 2).red() - color(0, 2).blue()) < 20


def test_a_hundred_classes_still_fit(qtbot):
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(420, 460)
    counts = tuple(tuple(row) for row in np.eye(100, dtype=int).tolist())
    matrix.show_counts(counts, tuple(f"class {n}" for n in range(100)))
    matrix.show()
    assert not matrix.grab().isNull()
    assert matrix.cell_center(99, 99).x() <= matrix.width()


@pytest.mark.parametrize("side", [500, 150])
def test_small_cells_have_the_colors_of_large_ones(qtbot, side):
    counts = ((14, 6, 0), (1, 19, 0), (0, 12, 8))
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(side, side - 70)
    matrix.show_counts(counts, ("a", "b", "c"))
    matrix.show()
    look, image = theme.current(), matrix.grab().toImage()
    for row, line in enumerate(counts):
        for column, count in enumerate(line):
            place = matrix._place()
            at = matrix.cell_center(row, column) - QPointF(place.side, place.side) / 4
            painted = QColor(image.pixelColor(at.toPoint()))
            expected = _ground(look, count / sum(line), right=row == column)
            for color in (QColor.red, QColor.green, QColor.blue):
                assert abs(color(painted) - color(expected)) <= 2


def test_an_image_of_small_cells_follows_the_counts_and_the_mouse(qtbot):
    matrix = ConfusionMatrix()
    qtbot.addWidget(matrix)
    matrix.resize(200, 200)
    counts = np.eye(30, dtype=int)
    matrix.show_counts(tuple(map(tuple, counts.tolist())), ())
    matrix.show()
    before = matrix.grab().toImage()
    qtbot.mouseMove(matrix, matrix.cell_center(3, 9).toPoint())
    assert matrix.grab().toImage() != before
    counts[3, 9] = 1
    matrix.leaveEvent(QEvent(QEvent.Type.Leave))
    assert matrix.grab().toImage() == before
    matrix.show_counts(tuple(map(tuple, counts.tolist())), ())
    assert matrix.grab().toImage() != before


def test_new_marks_take_the_labels_of_the_old_ones(qtbot):
    table = MetricTable("Marks")
    qtbot.addWidget(table)
    table.show_rows(["train", "test"], [("loss", ["1.0", "2.0"]), ("accuracy", ["10 %", "20 %"])])
    labels = table.findChildren(ValueLabel)
    assert [label.text() for label in labels] == ["1.0", "2.0", "10 %", "20 %"]
    table.show_rows(["train", "test"], [("loss", ["0.5", "0.6"]), ("accuracy", ["30 %", "40 %"])])
    assert table.findChildren(ValueLabel) == labels
    assert [label.text() for label in labels] == ["0.5", "0.6", "30 %", "40 %"]
    assert table.accessibleDescription() == "loss 0.5, 0.6; accuracy 30 %, 40 %"
    table.show_rows(["train"], [("loss", ["0.4"])])
    qtbot.waitUntil(lambda: len(table.findChildren(ValueLabel)) == 1)
    assert table.findChildren(ValueLabel)[0].text() == "0.4"


def test_the_heat_strip_tells_numbers_and_what_was_frozen(qtbot, history):
    strip = HeatStrip()
    qtbot.addWidget(strip)
    strip.resize(500, 140)
    strip.show_values(history.layers, history.heat_steps, history.update_ratios, "updates")
    strip.show_time(80, 80)
    strip.show()
    strip.grab()
    area = strip._area()
    top, bottom = area.top() + 3, area.bottom() - 3
    assert "0.001 of the weights" in strip.explanation(QPointF(area.center().x(), bottom))
    assert LAYERS[-1] in strip.explanation(QPointF(area.center().x(), bottom))
    assert "frozen" in strip.explanation(QPointF(area.right() - 4, top))
    assert "frozen" not in strip.explanation(QPointF(area.left() + 4, top))
    assert strip.explanation(QPointF(2, 2)) == ""


def test_the_switch_shows_gradients_instead_of_updates(qtbot, history):
    card = HeatCard()
    qtbot.addWidget(card)
    card.resize(700, 200)
    card.show()
    card.show_history(history)
    qtbot.waitUntil(lambda: len(card.strip._steps) == 80)
    updates = card.strip._values.copy()
    qtbot.mouseClick(card.kind, Qt.MouseButton.LeftButton, pos=QPoint(card.kind.width() - 20, 12))
    assert card.kind.value == "gradients"
    assert not np.array_equal(card.strip._values, updates, equal_nan=True)


def shown(qtbot: QtBot, history: History | None) -> ResultsPanel:
    workspace = Workspace()
    panel = ResultsPanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(330, 800)
    panel.show()
    workspace.history = history
    workspace.history_changed.emit(history)
    return panel


def test_before_the_first_epoch_the_panel_says_what_will_come(qtbot):
    panel = shown(qtbot, None)
    assert panel.empty.isVisible()
    assert not panel.pane.isVisible()


def test_the_end_shows_marks_matrix_classes_and_the_proof(qtbot):
    end = an_end(frozen_tensors=4, frozen_unchanged=True)
    panel = shown(qtbot, History().extend([*a_run(), end]))
    assert "86.67 %" in panel.marks.accessibleDescription()
    assert panel.matrix.isVisible()
    assert "cat 90.00 %" in panel.classes.accessibleDescription()
    assert panel.proof.isVisible()
    assert panel.proof.text.text() == "4 tensors frozen, all unchanged ✓"


def test_a_broken_proof_is_an_alarm(qtbot):
    end = an_end(frozen_tensors=4, frozen_unchanged=False)
    panel = shown(qtbot, History().extend([*a_run(), end]))
    assert "some have changed" in panel.proof.text.text()
    assert panel.proof.text.property("tone") == "error"


def test_without_frozen_tensors_there_is_no_proof_to_show(qtbot):
    panel = shown(qtbot, History().extend([*a_run(), an_end()]))
    assert not panel.proof.isVisible()


def test_a_failure_is_told_in_its_sentence(qtbot):
    end = Ended("failed", 3, 1.0, 1.0, message="The loss is not a number. Lower the rate.")
    panel = shown(qtbot, History().extend([*a_run(epochs=0), end]))
    assert panel.failure.isVisible()
    assert panel.failure.text() == "The loss is not a number. Lower the rate."


def test_at_the_end_the_strip_reaches_the_last_step_and_the_axis_is_right(qtbot):
    card = HeatCard()
    qtbot.addWidget(card)
    card.resize(700, 200)
    card.show()
    start = Started("run-0001", 80, 20, 4, 640, 5, 5, "cpu", 1, layers=("linear_1",))
    one = StepDone(2, 0.1, 1.0, 1e-3, 1.0, 0.1, {"linear_1": 0.5}, {"linear_1": 1e-3})
    rest = StepDone(80, 4.0, 1.0, 1e-3, 1.0, 1.0)
    history = History().extend([start, one])
    card.show_history(history)
    qtbot.waitUntil(lambda: card.strip._total == 20, timeout=2000)
    card.show_history(history.extend([rest, Ended("finished", 80, 1.0, 640.0)]))
    qtbot.waitUntil(lambda: card.strip._total == 80, timeout=2000)
    area = card.strip._area()
    for share in (0.1, 0.5, 0.95):
        place = QPointF(area.left() + share * area.width(), area.center().y())
        assert "0.001 of the weights" in card.strip.explanation(place)


def test_what_is_not_measured_yet_looks_unlike_what_is_frozen(qtbot):
    strip = HeatStrip()
    qtbot.addWidget(strip)
    strip.resize(500, 60)
    nothing = np.full((1, 1), np.nan)
    strip.show_values(("linear_1",), np.array([10.0]), nothing, "updates")
    strip.show_time(40, 80)
    image, area = strip.grab().toImage(), strip._area()
    y = round(area.center().y())
    frozen, unknown = (
        image.pixelColor(round(area.left() + share * area.width()), y) for share in (0.4, 0.8)
    )
    assert frozen.blue() - frozen.red() > 15
    assert abs(unknown.blue() - unknown.red()) < 15
    assert strip.explanation(QPointF(area.left() + 0.8 * area.width(), y)) == ""
