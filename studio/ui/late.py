"""How what is not needed at once is built later: a place for it that fills itself when seen."""

from collections.abc import Callable
from typing import Generic, TypeVar

from PySide6.QtCore import QRectF, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui import theme

Made = TypeVar("Made", bound=QWidget)


class Late(QWidget, Generic[Made]):
    """Holds what `make` returns, once somebody looks at it or asks for it.

    What is made must show the present state by itself: it hears of no change from before.
    """

    def __init__(self, make: Callable[[], Made], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._make = make
        self._made: Made | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)

    @property
    def made(self) -> Made | None:
        """The widget, if it was built already."""
        return self._made

    def widget(self) -> Made:
        """Return the widget, building it if it is not there yet."""
        if self._made is None:
            self._made = made = self._make()
            self._column.addWidget(made)
            made.show()  # else Qt would show it one picture later
        return self._made

    def showEvent(self, event: QShowEvent) -> None:
        self.widget()
        super().showEvent(event)


class Soon(Late[Made]):
    """Is an empty card in the first picture, and filled right after it."""

    def showEvent(self, event: QShowEvent) -> None:
        QWidget.showEvent(self, event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._made is not None:
            return
        look, painter = theme.current(), QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(look.line)
        painter.setBrush(look.bg2 if look.is_dark else look.bg1)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5), 10, 10)
        painter.end()
        QTimer.singleShot(0, self, self.widget)
