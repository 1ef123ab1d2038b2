"""Hands that use the window: through Qt, or through a real X server with `xdotool`."""

import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEventLoop, QMimeData, QPoint, QPointF, Qt, QTimer, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QDialog, QPushButton, QWidget

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
_KEYS = {"Return": Qt.Key.Key_Return, "Down": Qt.Key.Key_Down, "Home": Qt.Key.Key_Home}
_KEYS |= {"Escape": Qt.Key.Key_Escape, "Right": Qt.Key.Key_Right}
_CORNER = 1460, 920
"""Where the window of the other program lies, beside ours."""
_CALM_MS = 300
"""What a person waits until nothing moves any more under the mouse."""


def wait(milliseconds: int) -> None:
    """Let the window and all threads live on; `QTest.qWait` keeps the interpreter to itself."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


class Hand:
    """What a person does; subclasses say by what means."""

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        """Press and release the left button in the middle of a widget, or at a place of it."""
        raise NotImplementedError

    def stroke(self, widget: QWidget, points: Sequence[QPoint]) -> None:
        """Draw with the button held."""
        raise NotImplementedError

    def key(self, name: str) -> None:
        """Press a key, wherever the keyboard is."""
        raise NotImplementedError

    def type(self, text: str) -> None:
        """Type a text, wherever the keyboard is."""
        raise NotImplementedError

    def drop(self, path: Path, window: QWidget) -> None:
        """Drag a file or folder from elsewhere onto a window."""
        raise NotImplementedError

    def choose(self, menu: QComboBox, place: int) -> None:
        """Choose an entry of a menu with the mouse and the keyboard."""
        self.click(menu)
        self.until(menu.view().isVisible)
        self.key("Home")
        for _step in range(place):
            self.key("Down")
        self.key("Return")
        self.until(lambda: not menu.view().isVisible())

    def answer(self, button: Callable[[QDialog], QPushButton]) -> None:
        """Press this button of the next dialog; called before what opens it, which waits for it."""

        def look() -> None:
            dialog = QApplication.activeModalWidget()
            if isinstance(dialog, QDialog):
                clock.stop()
                self.click(button(dialog))

        clock = QTimer(QApplication.instance())
        clock.timeout.connect(look)
        clock.start(300)

    @staticmethod
    def until(reached: Callable[[], bool], seconds: float = 300) -> None:
        """Wait while the window lives on; AssertionError if it takes too long."""
        end = time.monotonic() + seconds
        while not reached():
            assert time.monotonic() < end, "it did not happen"
            wait(20)


class QtHand(Hand):
    """Sends events to the widgets; needs no screen."""

    def __init__(self) -> None:
        self._clicked: QWidget | None = None
        """Where texts go, as no window is the active one without a screen."""

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        self._clicked = widget
        QTest.mouseClick(widget, LEFT, NONE, at or widget.rect().center())

    def stroke(self, widget: QWidget, points: Sequence[QPoint]) -> None:
        QTest.mousePress(widget, LEFT, NONE, points[0])
        for point in points[1:]:
            QTest.mouseMove(widget, point)
        QTest.mouseRelease(widget, LEFT, NONE, points[-1])

    def key(self, name: str) -> None:
        QTest.keyClick(self._keyboard(), _KEYS[name])

    def type(self, text: str) -> None:
        QTest.keyClicks(self._keyboard(), text)

    def choose(self, menu: QComboBox, place: int) -> None:
        self.click(menu)
        view = menu.view()
        view.setCurrentIndex(menu.model().index(place, 0))
        QTest.keyClick(view, Qt.Key.Key_Return)
        self.until(lambda: menu.currentIndex() == place or not menu.isVisible())

    def drop(self, path: Path, window: QWidget) -> None:
        carried, action = QMimeData(), Qt.DropAction.CopyAction
        carried.setUrls([QUrl.fromLocalFile(str(path))])
        middle = window.rect().center()
        enter = QDragEnterEvent(middle, action, carried, LEFT, NONE)
        QApplication.sendEvent(window, enter)
        assert enter.isAccepted()
        QApplication.sendEvent(window, QDropEvent(QPointF(middle), action, carried, LEFT, NONE))

    def _keyboard(self) -> QWidget:
        widget = QApplication.focusWidget() or self._clicked
        assert widget is not None
        return widget


class RealHand(Hand):
    """Moves the mouse and presses the keys of the X server that $DISPLAY names."""

    def click(self, widget: QWidget, at: QPoint | None = None) -> None:
        wait(_CALM_MS)
        self._go(widget, at or widget.rect().center())
        self._do("click", "1")

    def stroke(self, widget: QWidget, points: Sequence[QPoint]) -> None:
        self._go(widget, points[0])
        self._do("mousedown", "1")
        for point in points[1:]:
            self._go(widget, point)
        self._do("mouseup", "1")

    def key(self, name: str) -> None:
        self._do("key", name)

    def type(self, text: str) -> None:
        self._do("type", "--delay", "30", text)

    def drop(self, path: Path, window: QWidget) -> None:
        place = [str(number) for number in _CORNER]
        command = [sys.executable, str(Path(__file__).with_name("drag_source.py"))]
        with subprocess.Popen([*command, str(path), *place]) as other:
            try:
                self._carry(window)
            finally:
                other.terminate()

    def _carry(self, window: QWidget) -> None:
        """Take hold of what the other program offers, and let go over the window."""
        wait(3000)
        self._do("mousemove", str(_CORNER[0] + 50), str(_CORNER[1] + 30))
        self._do("mousedown", "1")
        middle = window.rect().center()
        for step in range(12):
            self._go(window, middle + QPoint(step, step))
            wait(60)
        self._do("mouseup", "1")
        wait(500)

    def _go(self, widget: QWidget, point: QPoint) -> None:
        place = widget.mapToGlobal(point)
        self._do("mousemove", str(place.x()), str(place.y()))

    @staticmethod
    def _do(*words: str) -> None:
        with subprocess.Popen(["xdotool", *words]) as tool:
            while tool.poll() is None:
                wait(10)
        wait(40)
