"""How strokes look on the pad: each piece is painted once, so that a long drawing stays quick."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from studio.datasets.pictures.sketch import PEN, Stroke


class Ink:
    """Keeps the picture of the strokes so far, and adds to it what is new."""

    def __init__(self) -> None:
        self._picture = QPixmap()
        self._painted: list[int] = []
        """How many points of each stroke are in the picture."""

    def wipe(self) -> None:
        """Forget all strokes."""
        self._picture, self._painted = QPixmap(), []

    def picture(self, strokes: Sequence[Stroke], side: int, ratio: float, ink: QColor) -> QPixmap:
        """Return a square of `side` logical pixels; strokes only grow until `wipe`."""
        pixels = max(1, round(side * ratio))
        if self._picture.width() != pixels:
            self._picture, self._painted = QPixmap(pixels, pixels), []
            self._picture.fill(Qt.GlobalColor.transparent)
        self._picture.setDevicePixelRatio(1.0)  # points are pixels while it is painted on
        painter = QPainter(self._picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        cap, join = Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin
        painter.setPen(QPen(ink, pixels * PEN, Qt.PenStyle.SolidLine, cap, join))
        for number, stroke in enumerate(strokes):
            painted = self._painted[number] if number < len(self._painted) else 0
            if painted < len(stroke):
                new = stroke[max(0, painted - 1) :]
                points = [QPointF(x * pixels, y * pixels) for x, y in new]
                painter.drawPolyline(QPolygonF(points))
        painter.end()
        self._painted = [len(stroke) for stroke in strokes]
        self._picture.setDevicePixelRatio(ratio)
        return self._picture
