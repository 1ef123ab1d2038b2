"""Which networks are there to begin with: a card for each, with its picture and its numbers."""

from PySide6.QtCore import QPoint, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QDialog,
    QGridLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from studio import gallery
from studio.analysis.analyze import analyze
from studio.graph.layout import CARD, placed
from studio.graph.model import Graph
from studio.ui import icons, theme
from studio.ui.tokens import faded
from studio.wording import _, full

_COLUMNS = 2
_SIZE = QSize(344, 116)
_PICTURE = QRectF(12, 12, 84, 92)
_GAP, _ROWS = 12, 4
"""Space between the cards, and how many rows are seen whole."""


class GalleryDialog(QDialog):
    """Lets the user pick a template; `chosen` is its name afterwards."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.chosen = ""
        self.setWindowTitle(_("New from template"))
        title = QLabel(_("Begin with a network"))
        title.setFont(theme.font(18, 600))
        about = QLabel(_("Each one is ready to train or to take apart; everything can be changed."))
        about.setFont(theme.font(13))
        about.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 20)
        layout.setSpacing(8)
        layout.addWidget(title)
        layout.addWidget(about)
        layout.addSpacing(8)
        self.cards: list[QAbstractButton] = []
        self.area = self._scrolled()
        layout.addWidget(self.area, 1)

    def _scrolled(self) -> QScrollArea:
        page = QWidget()
        grid = QGridLayout(page)
        grid.setContentsMargins(0, 0, 8, 0)
        grid.setSpacing(_GAP)
        for index, name in enumerate((gallery.EMPTY, *gallery.names())):
            card = _Card(gallery.entry(name), gallery.load(name).graph)
            card.clicked.connect(lambda _checked=False, name=name: self._choose(name))
            self.cards.append(card)
            grid.addWidget(card, index // _COLUMNS, index % _COLUMNS)
        grid.setRowStretch(grid.rowCount(), 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(page)
        bar = area.verticalScrollBar().sizeHint().width()
        area.setMinimumSize(
            page.minimumSizeHint().width() + bar, _ROWS * (_SIZE.height() + _GAP) - _GAP
        )
        return area

    def _choose(self, name: str) -> None:
        self.chosen = name
        self.accept()


class _Card(QAbstractButton):
    """One network: its picture, its name, what it teaches, and its two numbers."""

    def __init__(self, template: gallery.Entry, graph: Graph) -> None:
        super().__init__()
        self._template, self._graph = template, graph
        self._report = analyze(graph)
        self.setFixedSize(_SIZE)
        self.setAccessibleName(_(template.title))
        self.setAccessibleDescription(_(template.about))
        self.setToolTip(_(template.about))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        lively = self.underMouse() or self.hasFocus()
        painter.setPen(QPen(look.accent if lively else look.line2, 1.2))
        painter.setBrush(look.bg3 if self.underMouse() else look.bg2)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 10, 10)
        if self._graph.nodes:
            draw_thumbnail(painter, self._graph, _PICTURE)
        else:
            corner = _PICTURE.center().toPoint() - QPoint(14, 14)
            painter.drawPixmap(corner, icons.pixmap("plus", 28, "text3"))
        self._write(painter)

    def _write(self, painter: QPainter) -> None:
        look = theme.current()
        left, width = 108, self.width() - 120
        painter.setPen(look.text)
        painter.setFont(theme.font(14, 600))
        painter.drawText(left, 14, width, 20, Qt.AlignmentFlag.AlignLeft, _(self._template.title))
        painter.setPen(look.text2)
        painter.setFont(theme.font(12))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.TextFlag.TextWordWrap
        painter.drawText(left, 36, width, 50, int(flags), _(self._template.about))
        painter.setPen(look.text3)
        painter.setFont(theme.font(11, tabular=True))
        if not self._graph.nodes:
            return
        numbers = _("{parameters} parameters · depth {depth}").format(
            parameters=full(self._report.parameters), depth=self._report.depth
        )
        painter.drawText(left, 88, width, 16, Qt.AlignmentFlag.AlignLeft, numbers)


def draw_thumbnail(painter: QPainter, graph: Graph, room: QRectF) -> None:
    """Draw the cards of `graph` as colored boxes with their wires, fitted into `room`."""
    places = placed(graph)
    if not places:
        return
    width, height = CARD
    xs, ys = zip(*places.values(), strict=True)
    scale = min(
        room.width() / (max(xs) - min(xs) + width), room.height() / (max(ys) - min(ys) + height)
    )
    painter.save()
    painter.translate(room.center())
    painter.scale(scale, scale)
    painter.translate(-(max(xs) + min(xs) + width) / 2, -(max(ys) + min(ys) + height) / 2)
    painter.setPen(QPen(theme.current().line2, 8))
    for name, node in graph.nodes.items():
        x, y = places[name]
        for wire in node.sources:
            if wire is not None and wire.node in places:
                sx, sy = places[wire.node]
                painter.drawLine(QPointF(sx + width / 2, sy + height), QPointF(x + width / 2, y))
    painter.setPen(Qt.PenStyle.NoPen)
    for name, (x, y) in places.items():
        painter.setBrush(faded(theme.hue(graph[name].layer.group), 0.85))
        painter.drawRoundedRect(QRectF(x, y, width, height), 16, 16)
    painter.restore()
