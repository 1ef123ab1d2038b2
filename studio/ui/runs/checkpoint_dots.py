"""The checkpoints of a run as dots on its loss curve; a click branches from there."""

from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QBrush

from studio.runs.history import History
from studio.runs.overview.branching import Point, points
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.runs.branch_dialog import point_text
from studio.ui.tokens import Theme
from studio.ui.training.curves import LossChart
from studio.wording import _


class CheckpointDots(QObject):
    """Draws on a loss chart; the button of the page does the same for the keyboard."""

    picked = Signal(str)
    """The checkpoint whose dot was clicked."""

    def __init__(self, chart: LossChart) -> None:
        super().__init__(chart)
        self._chart = chart
        self._history: History | None = None
        self.points: tuple[Point, ...] = ()
        self.dots = pg.ScatterPlotItem(size=11, pxMode=True, symbol="d", hoverable=True, tip=_told)
        self.dots.setZValue(8)
        chart.plot.addItem(self.dots, ignoreBounds=True)
        self.dots.sigClicked.connect(self._pick)
        chart.logarithmic.toggled.connect(lambda _on: self._draw())
        follow(self, theme.changed, self._wear)
        self._wear(theme.current())

    def show_run(self, folder: Path | None, history: History | None) -> None:
        """Show the checkpoints of a run; None shows none."""
        known = folder is not None and history is not None and len(history.curve) > 0
        self.points = points(folder) if known and folder is not None else ()
        self._history = history
        self._draw()

    def _draw(self) -> None:
        spots = [self._spot(point) for point in self.points]
        self.dots.setData(spots=spots)

    def _spot(self, point: Point) -> dict[str, object]:
        assert self._history is not None, "without a history there are no points"
        at = int(np.abs(self._history.steps - point.step).argmin())
        y = float(self._history.smoothed[at])
        if self._chart.logarithmic.isChecked():
            y = float(np.log10(max(y, 1e-12)))
        return {"pos": (float(self._history.epoch_points[at]), y), "data": point}

    def _pick(self, _dots: object, spots: list[pg.SpotItem], *_rest: object) -> None:
        if len(spots):
            self.picked.emit(spots[0].data().name)

    def _wear(self, look: Theme) -> None:
        self.dots.setPen(pg.mkPen(look.bg1, width=1.5))
        self.dots.setBrush(QBrush(look.text))


def _told(data: Point, **_place: object) -> str:
    """Return what the mouse is told over a dot."""
    return _("{checkpoint}. Click to branch from here.").format(checkpoint=point_text(data))
