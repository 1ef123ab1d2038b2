"""Can a trained network be asked by drawing, by a row of numbers, and by a test sample?"""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.datasets.source import SOURCES
from studio.ui.bridge import TrainingBridge
from studio.ui.loading import DatasetLoader
from studio.ui.training.pad import SIDE, DrawingPad
from studio.ui.training.try_panel import TryPanel
from studio.workspace import Workspace

PATIENCE = 60_000
LEFT = Qt.MouseButton.LeftButton


@pytest.fixture
def trained(qtbot, tmp_path):
    """A function that trains a template and returns its workspace."""
    app = QApplication.instance()
    bridges = []

    def train(template: str, epochs: int) -> Workspace:
        workspace = Workspace()
        loader = DatasetLoader(workspace, app)
        workspace.new_from(template)
        workspace.path = tmp_path / f"{template}.layerwise"
        workspace.set_plan(workspace.plan.changed(epochs=epochs, threads=1))
        bridge = TrainingBridge(workspace, app)
        bridges.append(bridge)
        bridge.start(workspace.run_request())
        qtbot.waitUntil(lambda: not bridge.is_running(), timeout=PATIENCE)
        qtbot.waitUntil(lambda: not loader.is_loading, timeout=PATIENCE)
        return workspace

    return train


def stroke(pad: DrawingPad, *points: tuple[int, int]) -> None:
    QTest.mousePress(pad, LEFT, pos=QPoint(*points[0]))
    for point in points[1:]:
        QTest.mouseMove(pad, QPoint(*point))
    QTest.mouseRelease(pad, LEFT, pos=QPoint(*points[-1]))


def test_before_training_there_is_nothing_to_ask(qtbot):
    panel = TryPanel(Workspace())
    qtbot.addWidget(panel)
    panel.show()
    assert panel.empty.isVisible()
    assert not panel.pane.isVisible()


def test_a_drawn_one_and_a_test_picture_are_recognized(qtbot, shown, trained):
    panel = shown(TryPanel(trained("digits-cnn", 8)), 330, 760)
    stroke(panel.pad, (130, 40), (130, 120), (130, 200))
    qtbot.waitUntil(lambda: panel.answer.text() != "", timeout=PATIENCE)
    assert "1" in panel.bars.accessibleDescription()
    qtbot.mouseClick(panel.clear, LEFT)
    assert panel.answer.text() == ""
    right = 0
    for _try in range(6):
        qtbot.mouseClick(panel.sample, LEFT)
        qtbot.waitUntil(lambda: "right answer" in panel.note.text(), timeout=PATIENCE)
        right += panel.note.text() == f"The right answer is {panel.answer.text()}."
        panel.note.setText("")
    assert right >= 4


def test_a_row_of_numbers_is_answered_and_nonsense_is_explained(qtbot, trained):
    workspace = trained("mlp", 3)
    panel = TryPanel(workspace)
    qtbot.addWidget(panel)
    panel.resize(330, 760)
    panel.show()
    assert panel.row.isVisible()
    count = workspace.source.facts().sample.size
    panel.row.setText(", ".join(["1.5"] * count))
    qtbot.keyClick(panel.row, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: bool(panel.answer.text()), timeout=PATIENCE)
    assert panel.answer.text() in workspace.source.facts().classes
    assert "%" in panel.bars.accessibleDescription()
    panel.row.setText("1, 2")
    qtbot.keyClick(panel.row, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not panel.answer.text(), timeout=PATIENCE)
    assert str(count) in panel.note.text()


def test_the_drawing_is_centered_with_room_around_it(qtbot):
    pad = DrawingPad()
    qtbot.addWidget(pad)
    pad.resize(SIDE, SIDE)
    pad.show()
    stroke(pad, (40, 40), (40, 100))
    assert not pad.is_empty
    image = pad.picture(0.2)
    lit = [
        (x, y)
        for x in range(image.width())
        for y in range(image.height())
        if image.pixelColor(x, y).lightness() > 128
    ]
    middle = sum(x for x, _y in lit) / len(lit)
    assert abs(middle - image.width() / 2) < image.width() * 0.05
    assert min(y for _x, y in lit) > image.height() * 0.15
    pad.clear()
    qtbot.waitUntil(lambda: pad.is_empty)
    shown = QImage(2, 2, QImage.Format.Format_Grayscale8)
    shown.fill(QColor("white"))
    pad.show_picture(shown)
    assert pad.picture().pixelColor(5, 5) == QColor("white")


def test_a_test_sample_is_one_of_the_run_whatever_data_are_open_now(qtbot, trained):
    workspace = trained("digits-cnn", 1)
    panel = TryPanel(workspace)
    qtbot.addWidget(panel)
    panel.show()
    workspace.set_source(SOURCES["iris"]())
    qtbot.mouseClick(panel.sample, LEFT)
    qtbot.waitUntil(lambda: panel.answer.text() != "", timeout=PATIENCE)
    assert not panel.pad.is_empty
    assert panel.row.text() == ""
