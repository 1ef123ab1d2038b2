"""The same curve of several runs over each other, in one plot."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QSize
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.runs.overview.course import smooth
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.kit import Caption, Card, Heading
from studio.ui.tokens import Theme
from studio.ui.training import scale
from studio.ui.training.decimation import Floats
from studio.ui.training.plot import Line, Plot, Shade, ends_of
from studio.ui.training.scale import Scale

MOST = 8
"""More curves over each other cannot be told apart."""
_TOKENS = ("accent", "warn", "ok")
_GROUPS = ("Linear", "Pooling", "Embedding", "Shape", "Recurrent")
_EMPTY = np.zeros(0)


@dataclass(frozen=True, eq=False)
class Course:
    """One curve of one run."""

    name: str
    x: Floats
    y: Floats
    steps: Floats
    """The steps of the points, over which smoothing counts."""


def shade_of(place: int) -> Shade:
    """Return the color of the run at `place`."""

    def shade(look: Theme) -> QColor:
        if place < len(_TOKENS):
            return look.color(_TOKENS[place])
        return look.hue(_GROUPS[(place - len(_TOKENS)) % len(_GROUPS)])

    return shade


class Overlay(Card):
    """A card with a curve for each run; under the mouse it says their values."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = Heading(title)
        self.unit = Caption("")
        self.plot = Plot()
        self.lines = [Line(self.plot, shade_of(place), raw=True) for place in range(MOST)]
        self.courses: tuple[Course, ...] = ()
        self._spell = "number"
        self.head = QHBoxLayout()
        self.head.setSpacing(8)
        self.head.addWidget(self.heading)
        self.head.addStretch(1)
        self.head.addWidget(self.unit)
        self.body.setContentsMargins(14, 10, 12, 6)
        self.body.setSpacing(2)
        self.body.addLayout(self.head)
        self.body.addWidget(self.plot, 1)
        self.show_title(title)
        self.plot.hovered.connect(self._show_place)
        follow(self, theme.changed, self._wear)

    def sizeHint(self) -> QSize:
        return QSize(420, 240)

    def show_title(self, title: str) -> None:
        """Say what is drawn."""
        self.heading.setText(title)
        self.setAccessibleName(title)
        self.plot.setAccessibleName(title)

    def show_courses(
        self,
        courses: Sequence[Course],
        unit: str,
        *,
        strength: float = 0.0,
        logarithmic: bool = False,
        percent: bool = False,
    ) -> None:
        """Draw these curves; `unit` is that of the axis below, `strength` that of the smoothing."""
        self.courses = tuple(courses)
        self.unit.setText(unit)
        for place, line in enumerate(self.lines):
            if place < len(courses):
                one = courses[place]
                y = smooth(one.steps, one.y, strength)
                line.show(one.x, y, one.y, logarithmic=logarithmic)
            else:
                line.show(_EMPTY, _EMPTY, _EMPTY)
        self.plot.show_ranges(self._along(), self._up(logarithmic=logarithmic, percent=percent))
        self.setAccessibleDescription("; ".join(self.readings()))

    def readings(self, x: float | None = None) -> list[str]:
        """Return the value of each run at `x`, or at its end."""
        told = []
        for one, line in zip(self.courses, self.lines, strict=False):
            if len(line.x):
                at = -1 if x is None else int(np.abs(line.x - x).argmin())
                told.append(f"{one.name}: {line.y[at]:.4g}")
        return told

    def _along(self) -> Scale:
        high = max((float(one.x[-1]) for one in self.courses if len(one.x)), default=1.0)
        return scale.linear(0.0, max(high, 1e-9), most=8)

    def _up(self, *, logarithmic: bool, percent: bool) -> Scale:
        ends = [line.ends for line in self.lines if line.ends is not None]
        low, high = ends_of(np.asarray(ends).reshape(-1)) or (0.0, 1.0)
        if logarithmic:
            return scale.logarithmic(max(low, 1e-8), high)
        if percent:
            return scale.percent(max(0.0, low - 0.02), high)
        return scale.linear(min(0.0, low), high * 1.04 if high > 0 else 1.0)

    def _show_place(self, place: object) -> None:
        inside = place is not None and self.plot.getViewBox().viewRect().contains(place)
        x = place.x() if inside else 0.0  # type: ignore[attr-defined]
        self.plot.setToolTip("\n".join(self.readings(x)) if inside else "")

    def _wear(self, look: Theme) -> None:
        for line in self.lines:
            line.wear(look)
