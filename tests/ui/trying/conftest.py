"""Really trained small runs to be asked, and the hand that draws on a pad."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from studio.training.choices.optimizers import Adam
from studio.training.plan import Plan
from studio.ui.bridge import TrainingBridge
from studio.ui.loading import DatasetLoader
from studio.workspace import Workspace
from studio.workspace.adopting import adopt

PATIENCE = 60_000


@pytest.fixture
def trained(qtbot, tmp_path):
    """A function that trains a template, or the network proposed for a source."""
    app = QApplication.instance()

    def train(template: str = "", epochs: int = 1, source=None, graph=None, **plan) -> Workspace:
        workspace = Workspace()
        loader = DatasetLoader(workspace, app)
        workspace.path = tmp_path / f"{template or source.key}.layerwise"
        if source is None:
            workspace.new_from(template)
            workspace.path = tmp_path / f"{template}.layerwise"
        else:
            workspace.set_source(source)
            qtbot.waitUntil(lambda: not loader.is_loading, timeout=PATIENCE)
            assert loader.error is None, loader.error
            adopt(workspace)
        if graph is not None:
            workspace.document.commit("Test", graph)
            workspace.set_plan(Plan(optimizer=Adam(learning_rate=0.02), batch_size=16))
        workspace.set_plan(workspace.plan.changed(epochs=epochs, threads=1, **plan))
        bridge = TrainingBridge(workspace, app)
        bridge.start(workspace.run_request())
        qtbot.waitUntil(lambda: not bridge.is_running(), timeout=PATIENCE)
        qtbot.waitUntil(lambda: not loader.is_loading, timeout=PATIENCE)
        assert workspace.history is not None
        assert workspace.history.ended is not None, workspace.history
        return workspace

    return train


@pytest.fixture
def draw():
    """A function that draws one stroke with the mouse."""

    def stroke(pad, *points: tuple[int, int]) -> None:
        left = Qt.MouseButton.LeftButton
        QTest.mousePress(pad, left, pos=QPoint(*points[0]))
        for point in points[1:]:
            QTest.mouseMove(pad, QPoint(*point))
        QTest.mouseRelease(pad, left, pos=QPoint(*points[-1]))

    return stroke
