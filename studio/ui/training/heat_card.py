"""The card around the heat strip: which number it shows, and what its colors mean."""

from PySide6.QtCore import QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QLinearGradient, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.runs.history import History
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.kit import Card, Heading, Segmented
from studio.ui.training import scale
from studio.ui.training.chart import PAUSE_MS
from studio.ui.training.colors import balance, strength
from studio.ui.training.heat import RANGES, HeatStrip, Kind
from studio.wording import _

_ROOM_FOR_KEY = 560
_LAG_MS = 75
"""It is drawn after the charts."""


class ColorKey(QWidget):
    """The color map with the numbers at its ends."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._kind: Kind = "updates"
        self.setFixedSize(176, 16)
        follow(self, theme.changed, lambda _look: self.update())

    def show_kind(self, kind: Kind) -> None:
        """Show the map of this number."""
        self._kind = kind
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        colors = (balance if self._kind == "updates" else strength)(look)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        bar = QRectF(44, 4, 88, 8)
        ramp = QLinearGradient(bar.topLeft(), bar.topRight())
        for place in range(0, len(colors), 15):
            ramp.setColorAt(place / 255, QColor.fromRgba(int(colors[place])))
        painter.setPen(look.line)
        painter.setBrush(ramp)
        painter.drawRoundedRect(bar, 3, 3)
        painter.setPen(look.text3)
        painter.setFont(theme.font(11, tabular=True))
        low, high = RANGES[self._kind]
        flags = Qt.AlignmentFlag
        middle = flags.AlignVCenter
        painter.drawText(QRectF(0, 0, 40, 16), flags.AlignRight | middle, f"{10**low:.0e}")
        painter.drawText(QRectF(136, 0, 40, 16), flags.AlignLeft | middle, f"{10**high:.1g}")
        painter.end()


class HeatCard(Card):
    """Layers by time: how large their updates, or their gradients, are."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Layers over time"))
        kinds = (("updates", _("Update ratio")), ("gradients", _("Gradient norm")))
        self.kind = Segmented(kinds, _("What the strip shows"), height=26)
        self.kind.setToolTip(
            _("Update ratio: how far one step moves the weights. About a thousandth is healthy.")
        )
        self.strip = HeatStrip()
        self.key = ColorKey()
        head = QHBoxLayout()
        head.addWidget(Heading(_("Layers over time")))
        head.addStretch(1)
        head.addWidget(self.key)
        head.addSpacing(8)
        head.addWidget(self.kind)
        self.body.setContentsMargins(14, 10, 12, 10)
        self.body.addLayout(head)
        self.body.addWidget(self.strip, 1)
        self._history: History | None = None
        self._drawn: tuple[object, ...] = ()
        self._clock = QTimer(self)
        self._clock.setSingleShot(True)
        self._clock.timeout.connect(self._draw)
        self.kind.chosen.connect(lambda _key: self._draw())

    def show_history(self, history: History | None) -> None:
        """Show a run, soon; nothing is drawn while the card is hidden."""
        self._history = history
        if not self._clock.isActive():
            self._clock.start(_LAG_MS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self.key.setVisible(self.width() >= _ROOM_FOR_KEY)
        super().resizeEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._draw()

    def _draw(self) -> None:
        history = self._history or History()
        kind: Kind = "updates" if self.kind.value == "updates" else "gradients"
        if not self.isVisible():
            return
        self._clock.start(3 * PAUSE_MS)
        state = (history.started, len(history.heat), kind)
        if state != self._drawn:
            self._drawn = state
            self.key.show_kind(kind)
            values = history.update_ratios if kind == "updates" else history.gradient_norms
            self.strip.show_values(history.layers, history.heat_steps, values, kind)
        started = history.started
        reached = history.epoch_points[-1] if len(history.curve) else 0.0
        each = history.total / started.epochs if started else 1.0
        total = epochs_shown(history, float(reached)) * each
        self.strip.show_time(history.step, round(total))


def epochs_shown(history: History, reached: float) -> float:
    """Return how many epochs the curves above show, so that both have one time axis."""
    return scale.counted(reached, float(history.started.epochs) if history.started else 1.0).high
