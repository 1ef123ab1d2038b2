"""The frame around a plot: its title, its legend, the present value, and when it is redrawn."""

from collections.abc import Sequence

from PySide6.QtCore import QSize, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.runs.history import History
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.kit import Card, Heading, ValueLabel
from studio.ui.tokens import Theme
from studio.ui.training.flags import Flags
from studio.ui.training.legend import Legend
from studio.ui.training.plot import Plot, Shade

PAUSE_MS = 90
"""The least time between two drawings; more often costs training speed and shows nothing more."""


class Chart(Card):
    """A card with one plot; subclasses say what is drawn. Nothing is drawn while it is hidden."""

    LAG_MS = 0
    """How long after the news it is drawn: one after the other, cards never hold up a click."""

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
        self._drawn: object = None
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
        if self._clock.isActive():
            return
        if self.LAG_MS and self._drawn is not None:
            self._clock.start(self.LAG_MS)
        else:
            self._draw_if_stale()

    def sizeHint(self) -> QSize:
        return QSize(360, 220)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw_if_stale()

    def sight(self, history: History) -> object:
        """Return what the curves look like; what would look the same is not drawn again."""
        raise NotImplementedError

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
        self.legend = Legend(legend)
        self.head.addWidget(self.legend, 1)
        self.head.addWidget(self.value)

    def _draw_if_stale(self) -> None:
        if not self._stale or not self.isVisible():
            return
        self._stale = False
        self._clock.start(PAUSE_MS)
        history = self._history or History()
        if self.sight(history) != self._drawn:
            self.draw(history)
            self._drawn = self.sight(history)  # its axes may have grown
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
        self._redraw()

    def _redraw(self) -> None:
        """Draw even what looks the same, at once."""
        self._drawn, self._stale = None, True
        self._clock.stop()
        self._draw_if_stale()
