"""A canvas on a small network, and a hand that moves a real mouse over it."""

import json

import pytest
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from studio.catalogue.inputs import Input, Output
from studio.graph import edits
from studio.graph.command import apply, parse
from studio.graph.model import Graph, Node
from studio.ui.canvas.gestures.palette_drop import MIME
from studio.ui.canvas.panel import CanvasPanel
from studio.workspace import Workspace


class Hand:
    """Moves the mouse over a canvas, in coordinates of the page."""

    def __init__(self, panel: CanvasPanel) -> None:
        self.panel = panel
        self.view = panel.view
        self.nodes = panel.view.canvas.nodes

    def at(self, point: QPointF) -> QPoint:
        return self.view.viewportTransform().map(point).toPoint()

    def body(self, name: str) -> QPointF:
        """A point on the card that is neither a port nor the snowflake."""
        return self.nodes[name].pos() + QPointF(90, 45)

    def click(self, point: QPointF, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        viewport = self.view.viewport()
        QTest.mouseClick(viewport, Qt.MouseButton.LeftButton, modifier, self.at(point))

    def double_click(self, point: QPointF) -> None:
        self.click(point)
        QTest.mouseDClick(
            self.view.viewport(),
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
            self.at(point),
        )

    def press(self, point: QPointF, button=Qt.MouseButton.LeftButton) -> None:
        self._send(QEvent.Type.MouseButtonPress, point, button, button)

    def move(self, point: QPointF, button=Qt.MouseButton.LeftButton) -> None:
        self._send(QEvent.Type.MouseMove, point, Qt.MouseButton.NoButton, button)

    def release(self, point: QPointF, button=Qt.MouseButton.LeftButton) -> None:
        self._send(QEvent.Type.MouseButtonRelease, point, button, Qt.MouseButton.NoButton)

    def drag(self, start: QPointF, end: QPointF, button=Qt.MouseButton.LeftButton) -> None:
        """Press, move in four steps, release; positions are taken before the page moves."""
        spots = [start + (end - start) * share for share in (0, 0.25, 0.5, 0.75, 1)]
        self.press(spots[0], button)
        for spot in spots[1:]:
            self.move(spot, button)
        self.release(end, button)

    def drop(self, layer: dict[str, object], point: QPointF, onto: QWidget | None = None) -> None:
        """Bring a layer from the palette: enter, move, drop."""
        data = QMimeData()
        data.setData(MIME, json.dumps(layer).encode())
        spot, copy = self.at(point), Qt.DropAction.CopyAction
        left, bare = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        for event in (
            QDragEnterEvent(spot, copy, data, left, bare),
            QDragMoveEvent(spot, copy, data, left, bare),
            QDropEvent(QPointF(spot), copy, data, left, bare),
        ):
            QApplication.sendEvent(onto or self.view.viewport(), event)

    def key(self, key: Qt.Key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        """Press a key while the canvas has the keyboard."""
        self.view.setFocus()
        QTest.keyClick(self.view, key, modifier)

    def _send(self, kind, point, button, buttons) -> None:
        spot = QPointF(self.at(point))
        event = QMouseEvent(
            kind,
            spot,
            self.view.viewport().mapToGlobal(spot),
            button,
            buttons,
            Qt.KeyboardModifier.NoModifier,
        )
        QApplication.sendEvent(self.view.viewport(), event)


@pytest.fixture
def workspace():
    """A picture classifier: image, conv, relu, pool, flatten, linear, output."""
    graph = Graph({"image": Node(Input(sample=(1, 28, 28)))})
    graph = apply(graph, parse("conv2d 32 3 → relu → max_pool2d 2 → flatten → linear 10"))
    graph = edits.add(graph, Output(), after="linear_1")
    made = Workspace()
    made.document.replace(graph)
    return made


@pytest.fixture
def panel(workspace, qtbot, shown):
    made = shown(CanvasPanel(workspace), 1200, 800)
    made.activateWindow()
    made.view.setFocus()
    qtbot.waitUntil(made.view.hasFocus, timeout=2000)
    return made


@pytest.fixture
def hand(panel):
    return Hand(panel)


@pytest.fixture
def notices(workspace):
    """The texts of all notices, as they come."""
    texts: list[str] = []
    workspace.notice.connect(lambda notice: texts.append(notice.text))
    return texts
