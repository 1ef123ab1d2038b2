"""The frame around one plot of a judgment: its title, what it comes to, and its axes."""

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.runs.judging.answers import Floats
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.kit import Caption, Card, Heading, ValueLabel
from studio.ui.tokens import Theme, faded
from studio.ui.training.plot import Line, Plot, Shade
from studio.ui.training.scale import Scale, linear
from studio.wording import humanized, in_percent

_LONG = 10_000
SHARES = Scale(0.0, 1.0, tuple((at / 4, in_percent(at / 4)) for at in range(5)))


def _axis(low: float, high: float) -> Scale:
    """Return an axis whose labels are short enough to stand beside it: 200 K, 1.5 M."""
    found = linear(low, high)
    ticks = ((at, humanized(at) if abs(at) >= _LONG else text) for at, text in found.ticks)
    return Scale(found.low, found.high, tuple(ticks))


class PlotCard(Card):
    """A card with one plot, the names of its axes below the title."""

    def __init__(self, title: str, axes: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.plot = Plot()
        self.plot.setAccessibleName(title)
        self.value = ValueLabel("", px=16)
        head = QHBoxLayout()
        head.addWidget(Heading(title))
        head.addStretch(1)
        head.addWidget(self.value)
        self.body.setContentsMargins(14, 10, 12, 6)
        self.body.setSpacing(2)
        self.body.addLayout(head)
        self.body.addWidget(Caption(axes))
        self.body.addWidget(self.plot, 1)
        self._lines: list[Line] = []
        follow(self, theme.changed, self._wear)

    def line(self, shade: Shade) -> Line:
        """Return a new curve on the plot."""
        made = Line(self.plot, shade)
        self._lines.append(made)
        return made

    def diagonal(self) -> Line:
        """Return a quiet line that says where all would lie if it were perfect, or mere chance."""
        return self.line(lambda look: look.line2)

    def sizeHint(self) -> QSize:
        return QSize(320, 260)

    def _wear(self, look: Theme) -> None:
        for line in self._lines:
            line.wear(look)


class Cloud(PlotCard):
    """Many dots, one for each sample; of very many samples, some that are evenly chosen."""

    _MOST = 4000

    def __init__(self, title: str, axes: str) -> None:
        super().__init__(title, axes)
        self._perfect = self.diagonal()
        self._dots = pg.ScatterPlotItem(size=6, pxMode=True, pen=None)
        self.plot.addItem(self._dots, ignoreBounds=True)
        self._wear(theme.current())

    def show_dots(self, x: Floats, y: Floats) -> None:
        """Show one dot for each pair, on axes of the same scale."""
        both = np.concatenate([x, y])
        axis = _axis(float(both.min()), float(both.max())) if len(both) else SHARES
        self.plot.show_ranges(axis, axis)
        ends = np.array([axis.low, axis.high])
        self._perfect.show(ends, ends)
        some = slice(None, None, -(-len(x) // self._MOST) or None)
        self._dots.setData(x[some], y[some])

    def _wear(self, look: Theme) -> None:
        super()._wear(look)
        if hasattr(self, "_dots"):
            self._dots.setBrush(faded(look.accent, 0.55))


class Histogram(PlotCard):
    """How often values lie where, as bars."""

    _BINS = 40

    def __init__(self, title: str, axes: str) -> None:
        super().__init__(title, axes)
        self._bars = pg.BarGraphItem(x=[0], height=[0], width=1, pen=None)
        self.plot.addItem(self._bars, ignoreBounds=True)
        self._wear(theme.current())

    def show_values(self, values: Floats) -> None:
        """Count values in bars of equal width."""
        counts, edges = np.histogram(values, self._BINS)
        width = edges[1] - edges[0]
        self._bars.setOpts(x=edges[:-1] + width / 2, height=counts, width=width * 0.9)
        most = max(1, int(counts.max()))
        self.plot.show_ranges(_axis(float(edges[0]), float(edges[-1])), _axis(0, most))

    def _wear(self, look: Theme) -> None:
        super()._wear(look)
        if hasattr(self, "_bars"):
            self._bars.setOpts(brush=faded(look.accent, 0.75))
