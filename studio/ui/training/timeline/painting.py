"""How the timeline is drawn: rates on top, rows of what learns, flags, and where the run is."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPainterPath, QPen

from studio.training.course.preview import Preview, Span
from studio.ui import theme
from studio.ui.tokens import Theme, faded, mixed
from studio.ui.training.timeline.place import FLAGS, Place
from studio.ui.training.timeline.saying import called
from studio.wording import Plural, _

_POINTS = 240


@dataclass(frozen=True)
class Flag:
    """A tick as it stands in the timeline."""

    step: int
    title: str
    number: int
    """Which tick of the plan it is; negative for what was done by hand."""


def flags_of(foreseen: Preview) -> tuple[Flag, ...]:
    """Return the flags of all ticks whose step is known."""
    return tuple(
        Flag(fired.step, called(fired.tick), fired.number)
        for span in foreseen.spans
        for fired in span.ticks
    )


def paint(
    painter: QPainter,
    place: Place,
    foreseen: Preview,
    flags: Sequence[Flag],
    chosen: int | None,
) -> None:
    """Draw a preview with its flags."""
    look = theme.current()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _paint_rows(painter, place, foreseen, look)
    _paint_rates(painter, place, foreseen, look)
    for index, flag in enumerate(flags):
        _paint_flag(painter, place, flag, look, is_chosen=index == chosen)
    _paint_titles(painter, place, flags, chosen, look)
    if not flags:
        _paint_invitation(painter, place, look)
    _paint_foot(painter, place, foreseen, look)


def paint_cursor(painter: QPainter, place: Place, reached: int) -> None:
    """Draw the step that a run has come to over all that."""
    look = theme.current()
    x = round(place.x(reached)) + 0.5
    done = QRectF(place.area.left(), place.rows.top(), x - place.area.left(), place.rows.height())
    painter.fillRect(done, faded(look.bg2, 0.35))
    painter.setPen(QPen(look.text, 1))
    painter.drawLine(QPointF(x, FLAGS), QPointF(x, place.rows.bottom() + 3))


def _paint_rows(painter: QPainter, place: Place, foreseen: Preview, look: Theme) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for span in foreseen.spans:
        left, right = place.x(span.first), place.x(span.until)
        for index, path in enumerate(foreseen.layers):
            row = place.row(index)
            gap = 1.0 if row.height() > 4 else 0.0
            cell = QRectF(left, row.top(), right - left, row.height() - gap)
            painter.fillRect(cell, _ground(span, path, look))
            if path in span.bypassed:
                painter.fillRect(cell, QBrush(faded(look.text3, 0.45), Qt.BrushStyle.BDiagPattern))
    _paint_names(painter, place, foreseen.layers, look)


def _ground(span: Span, path: str, look: Theme) -> QColor:
    if path in span.bypassed:
        return look.bg1
    if path in span.trained:
        return mixed(look.bg1, look.accent, 0.42)
    return mixed(look.bg1, look.ice, 0.3)


def _paint_names(painter: QPainter, place: Place, layers: Sequence[str], look: Theme) -> None:
    painter.setFont(theme.font(11))
    painter.setPen(look.text2)
    metrics = painter.fontMetrics()
    height = place.row(0).height()
    every = max(1, math.ceil(12 / max(height, 0.1)))
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for index in range(0, len(layers), every):
        box = QRectF(0, place.row(index).top(), place.area.left() - 10, max(height, 12))
        short = metrics.elidedText(layers[index], Qt.TextElideMode.ElideMiddle, round(box.width()))
        painter.drawText(box, flags, short)


def _paint_rates(painter: QPainter, place: Place, foreseen: Preview, look: Theme) -> None:
    """Draw one line for each section of layers, on one scale from nothing to the highest."""
    steps = _sampled(foreseen)
    rates = np.array([foreseen.course.at(step).rates for step in steps])
    most = float(rates.max()) or 1.0
    area = place.curves
    color = theme.hue("Normalization")
    painter.setPen(QPen(look.line, 1))
    painter.drawLine(area.bottomLeft(), area.bottomRight())
    for section in reversed(range(rates.shape[1])):
        points = [
            QPointF(place.x(step), area.bottom() - rate / most * (area.height() - 4))
            for step, rate in zip(steps, rates[:, section].tolist(), strict=True)
        ]
        points.append(QPointF(area.right(), points[-1].y()))  # the last step has a width, too
        path = QPainterPath(points[0])
        for point in points[1:]:
            path.lineTo(point)
        painter.setPen(
            QPen(color if section == 0 else faded(color, 0.55), 2 if section == 0 else 1)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(path)
    painter.setPen(look.text3)
    painter.setFont(theme.font(11, tabular=True))
    box = QRectF(0, area.top() - 2, place.area.left() - 10, 14)
    painter.drawText(box, Qt.AlignmentFlag.AlignRight, f"{most:.3g}")


def _sampled(foreseen: Preview) -> list[int]:
    """Return the steps at which rates are looked up: evenly spread, and both sides of each tick."""
    last = max(0, foreseen.steps - 1)
    edges = {edge for span in foreseen.spans for edge in (span.first, span.until - 1)}
    even = np.linspace(0, last, min(_POINTS, last + 1)).round().astype(int).tolist()
    return sorted({*even, *edges})


def _paint_flag(
    painter: QPainter, place: Place, flag: Flag, look: Theme, *, is_chosen: bool
) -> None:
    x = round(place.x(flag.step)) + 0.5
    color = look.warn if flag.number < 0 else look.accent
    painter.setPen(QPen(faded(color, 1.0 if is_chosen else 0.6), 2 if is_chosen else 1))
    painter.drawLine(QPointF(x, FLAGS - 6), QPointF(x, place.rows.bottom()))
    head = QPainterPath(QPointF(x - 5, 4))
    for corner in ((x + 5, 4), (x + 5, 10), (x, 15), (x - 5, 10)):
        head.lineTo(*corner)
    head.closeSubpath()
    painter.setPen(QPen(look.bg2, 1))
    painter.setBrush(color)
    painter.drawPath(head)


def _paint_titles(
    painter: QPainter, place: Place, flags: Sequence[Flag], chosen: int | None, look: Theme
) -> None:
    """Write the names of flags beside them, as far as there is room; that of the chosen first."""
    painter.setFont(theme.font(11, 500))
    metrics = painter.fontMetrics()
    order = sorted(range(len(flags)), key=lambda index: (index != chosen, flags[index].step))
    taken = [(place.x(flag.step) - 6, place.x(flag.step) + 6) for flag in flags]
    for index in order:
        left = place.x(flags[index].step) + 9
        right = left + metrics.horizontalAdvance(flags[index].title)
        if right > place.area.right() + 8:  # no room at the right of the flag
            left, right = 2 * place.x(flags[index].step) - right, left - 18
        free = all(right < begin or left > end for begin, end in taken)
        if free and left >= place.area.left():
            painter.setPen(look.text if index == chosen else look.text2)
            painter.drawText(QPointF(left, 13), flags[index].title)
            taken.append((left - 4, right + 4))


def _paint_invitation(painter: QPainter, place: Place, look: Theme) -> None:
    """Say in the empty line of flags how the first tick is placed."""
    painter.setFont(theme.font(11))
    painter.setPen(look.text3)
    line = QRectF(place.area.left(), 0, place.area.width(), FLAGS - 2)
    words = _("Double-click to place a tick: a change of rate, a freeze, another batch size…")
    short = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(line.width()))
    painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, short)


def _paint_foot(painter: QPainter, place: Place, foreseen: Preview, look: Theme) -> None:
    painter.setPen(look.text3)
    painter.setFont(theme.font(11, tabular=True))
    foot = QRectF(place.area.left(), place.rows.bottom() + 3, place.area.width(), 14)
    painter.drawText(foot, Qt.AlignmentFlag.AlignLeft, "0")
    count = Plural("1 epoch", "{count} epochs").of(foreseen.course.plan.epochs)
    painter.drawText(foot, Qt.AlignmentFlag.AlignRight, count)
