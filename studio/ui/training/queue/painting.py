"""How a run in the queue is painted: its name and state, what it trains, how far it is."""

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from studio.ui import icons, theme
from studio.ui.tokens import faded
from studio.ui.training.queue.words import data_text, epochs_text, plan_text, state_text
from studio.workspace.queue import Entry

ROW = 70
"""The height of a row in pixels."""
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_EDGE, _INDENT, _STATE = 10, 32, 92
_SIGNS = {
    "waiting": ("clock", "text3"),
    "running": ("play", "accent"),
    "done": ("check_circle", "ok"),
    "failed": ("error", "error"),
}
"""Icon and color of each state."""


def name_room(row: QRectF) -> QRectF:
    """Return where in a row the name is written."""
    return QRectF(row.left() + _INDENT, row.top() + 7, row.width() - _INDENT - _STATE, 20)


def paint_entry(painter: QPainter, row: QRectF, entry: Entry, network: str, share: float) -> None:
    """Paint one run of the queue."""
    look, request = theme.current(), entry.request
    icon, token = _sign(entry)
    painter.drawPixmap(QPointF(row.left() + _EDGE, row.top() + 10), icons.pixmap(icon, 15, token))
    ended = entry.state in {"done", "failed"}
    painter.setFont(theme.font(13, 600))
    painter.setPen(look.text2 if ended else look.text)
    _write(painter, name_room(row), entry.name)
    state = QRectF(row.right() - _STATE, row.top() + 7, _STATE - _EDGE, 20)
    painter.setFont(theme.font(12, 500, tabular=True))
    painter.setPen(look.color(token) if entry.state != "waiting" else look.text3)
    painter.drawText(state, _RIGHT, state_text(entry, share))
    line = QRectF(row.left() + _INDENT, row.top() + 27, row.width() - _INDENT - _EDGE, 17)
    painter.setFont(theme.font(12, 400))
    painter.setPen(look.text2)
    _write(painter, line, " · ".join((network, data_text(request), epochs_text(request))))
    below = line.translated(0, 17)
    if entry.state == "running":
        _paint_share(painter, below, share)
    else:
        failed = entry.state == "failed" and bool(entry.message)
        painter.setPen(look.error if failed else look.text3)
        _write(painter, below, entry.message if failed else plan_text(request))


def paint_gap(painter: QPainter, y: float, width: float) -> None:
    """Paint where a row that is dragged would fall."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.current().accent, 2))
    painter.drawLine(QLineF(6, y, width - 2, y))
    painter.setBrush(theme.current().bg1)
    painter.drawEllipse(QPointF(4.5, y), 3, 3)


def _sign(entry: Entry) -> tuple[str, str]:
    return ("stop", "warn") if entry.message == "stopped" else _SIGNS[entry.state]


def _paint_share(painter: QPainter, room: QRectF, share: float) -> None:
    look = theme.current()
    track = QRectF(room.left(), room.center().y() - 1, room.width(), 4)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(faded(look.text3, 0.35))
    painter.drawRoundedRect(track, 2, 2)
    wide = track.width() * min(1.0, max(0.0, share))
    if wide:
        painter.setBrush(look.accent)
        painter.drawRoundedRect(QRectF(track.topLeft(), track.bottomRight()).adjusted(
            0, 0, max(4.0, wide) - track.width(), 0), 2, 2)  # fmt: skip


def _write(painter: QPainter, room: QRectF, text: str) -> None:
    """Write one line that ends in "…" where there is no room."""
    end = Qt.TextElideMode.ElideRight
    first = text.partition("\n")[0]
    painter.drawText(room, _LEFT, painter.fontMetrics().elidedText(first, end, int(room.width())))
