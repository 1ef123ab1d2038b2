"""The frame around a plot: its title, its legend, the present value, and when it is redrawn."""

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from studio.runs.history import History
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.kit import Caption, Card, Heading, ValueLabel
from studio.ui.tokens import Theme
from studio.ui.training.flags import Flags
from studio.ui.training.plot import Plot, Shade

PAUSE_MS = 90
"""The least time between two drawings; more often costs training speed and shows nothing more."""


class LegendMark(QWidget):
    """The short colored dash before a word of the legend."""

    def __init__(self, shade: Shade, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shade = shade
        self.setFixedSize(14, 12)
        follow(self, theme.changed, lambda _look: self.update())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._shade(theme.current()))
        painter.drawRoundedRect(QRectF(0, 4.8, 14, 2.6), 1.3, 1.3)
        painter.end()


class Chart(Card):
    """A card with one plot; subclasses say what is drawn. Nothing is drawn while it is hidden."""

    def __init__(
        self,
        title: str,
        legend: Sequence[tuple[str, Shade]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.plot = Plot()
        self.plot.setAccessibleName(title)
        self.heading = Heading(title)
        self.value = ValueLabel("", px=16)
        self.flags = Flags(self.plot)
        self._history: History | None = None
        self._stale = False
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._draw_if_stale)
        self.head = QHBoxLayout()
        self._fill_head(legend)
        self.body.setContentsMargins(14, 10, 12, 6)
        self.body.setSpacing(2)
        self.body.addLayout(self.head)
        self.body.addWidget(self.plot, 1)
        self.plot.hovered.connect(self._show_place)
        follow(self, theme.changed, self._wear)

    def show_history(self, history: History | None) -> None:
        """Show a run, soon: drawings are at least 90 ms apart, and only the newest is made."""
        self._history, self._stale = history, True
        if not self._clock.isActive():
            self._draw_if_stale()

    def sizeHint(self) -> QSize:
        return QSize(360, 220)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw_if_stale()

    def draw(self, history: History) -> None:
        """Bring the plot up to date with a run."""
        raise NotImplementedError

    def present(self, history: History) -> str:
        """Return the newest value, for the head of the card."""
        raise NotImplementedError

    def reading(self, x: float, history: History) -> str:
        """Return what the curves say at `x` epochs."""
        raise NotImplementedError

    def wear(self, look: Theme) -> None:
        """Take on the colors of a theme."""
        raise NotImplementedError

    def _fill_head(self, legend: Sequence[tuple[str, Shade]]) -> None:
        self.head.setSpacing(6)
        self.value.setFixedHeight(26)
        self.head.addWidget(self.heading)
        self.head.addWidget(_legend(legend), 1)
        self.head.addWidget(self.value)

    def _draw_if_stale(self) -> None:
        if not self._stale or not self.isVisible():
            return
        self._stale = False
        self._clock.start(PAUSE_MS)
        history = self._history or History()
        self.draw(history)
        self.flags.show_history(history)
        self.value.setText(self.present(history))

    def _show_place(self, place: object) -> None:
        history = self._history
        if history is None or not len(history.curve):
            return
        inside = place is not None and self.plot.getViewBox().viewRect().contains(place)
        text = self.reading(place.x(), history) if inside else ""  # type: ignore[attr-defined]
        self.plot.setToolTip(text)

    def _wear(self, look: Theme) -> None:
        self.wear(look)
        self.flags.update()
        self._stale = True
        self._clock.stop()
        self._draw_if_stale()


def _legend(entries: Sequence[tuple[str, Shade]]) -> QWidget:
    """Return the words for the curves; in a narrow card they give way to the value."""
    legend = QWidget()
    legend.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    row = QHBoxLayout(legend)
    row.setContentsMargins(8, 0, 0, 0)
    row.setSpacing(6)
    for word, shade in entries:
        row.addWidget(LegendMark(shade))
        row.addWidget(Caption(word))
        row.addSpacing(4)
    row.addStretch(1)
    return legend
