"""The checkpoints of a run as dots on its loss curve, live too; a click branches from one."""

from pathlib import Path

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QBrush

from studio.runs.history import History
from studio.runs.overview.branching import Point, points
from studio.training.events import CheckpointSaved
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.runs.branch_dialog import point_text
from studio.ui.tokens import Theme
from studio.ui.training.curves import LossChart
from studio.wording import _

_PAUSE_MS = 500
"""The least time between two looks into the folder of a run under way."""


class CheckpointDots(QObject):
    """Draws on a loss chart; the Runs page does the same by a button, for the keyboard."""

    picked = Signal(str)
    """The checkpoint whose dot was clicked."""

    def __init__(self, chart: LossChart) -> None:
        super().__init__(chart)
        self._chart = chart
        self._history: History | None = None
        self._folder: Path | None = None
        self._saved: tuple[CheckpointSaved, ...] = ()
        self._read: tuple[CheckpointSaved, ...] = ()
        self.points: tuple[Point, ...] = ()
        self.dots = pg.ScatterPlotItem(size=11, pxMode=True, symbol="d", hoverable=True, tip=_told)
        self.dots.setZValue(8)
        chart.plot.addItem(self.dots, ignoreBounds=True)
        self.dots.sigClicked.connect(self._pick)
        chart.logarithmic.toggled.connect(lambda _on: self._draw())
        self._rest = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._rest.timeout.connect(self._look_again)
        follow(self, theme.changed, lambda _look: self._draw())

    def show_run(self, folder: Path | None, history: History | None) -> None:
        """Show the checkpoints of a run; None shows none. Cheap while there are no new ones."""
        known = folder is not None and history is not None and len(history.curve) > 0
        self._history = history
        shown = folder if known else None
        saved = history.checkpoints if history is not None and known else ()
        if shown == self._folder and saved is self._saved:
            return
        other, self._folder, self._saved = shown != self._folder, shown, saved
        if other:
            self._rest.stop()
        if not self._rest.isActive():
            self._look()

    def _look(self) -> None:
        """Read which checkpoints are there; while more come, only now and then."""
        self._read = self._saved
        self.points = points(self._folder) if self._folder is not None else ()
        self._draw()
        self._rest.start()

    def _look_again(self) -> None:
        if self._saved is not self._read:
            self._look()

    def _draw(self) -> None:
        look = theme.current()
        self.dots.setData(spots=[self._spot(point, look) for point in self.points])

    def _spot(self, point: Point, look: Theme) -> dict[str, object]:
        assert self._history is not None, "without a history there are no points"
        at = int(np.abs(self._history.steps - point.step).argmin())
        y = float(self._history.smoothed[at])
        if self._chart.logarithmic.isChecked():
            y = float(np.log10(max(y, 1e-12)))
        return {
            "pos": (float(self._history.epoch_points[at]), y),
            "data": point,
            "pen": pg.mkPen(look.bg1, width=1.5),
            "brush": QBrush(look.ok if point.name == "best" else look.text),
        }

    def _pick(self, _dots: object, spots: list[pg.SpotItem], *_rest: object) -> None:
        if len(spots):
            self.picked.emit(spots[0].data().name)


def _told(data: Point, **_place: object) -> str:
    """Return what the mouse is told over a dot."""
    return _("{checkpoint}. Click to branch from here.").format(checkpoint=point_text(data))
