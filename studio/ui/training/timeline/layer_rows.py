"""The layers of a network as rows with a box to tick."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPen

from studio.analysis.report import Report
from studio.graph.block import Block
from studio.graph.model import Node
from studio.graph.walk import walk
from studio.training.course.marks import covers
from studio.training.course.preview import has_parameters
from studio.ui import icons, theme
from studio.ui.kit.rows import PaintedRows
from studio.ui.tokens import Theme
from studio.wording import _

ROW = 28
_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_MIDDLE = Qt.TextElideMode.ElideMiddle


@dataclass(frozen=True)
class Entry:
    """A layer or a block that can be chosen."""

    path: str
    key: str
    group: str

    @property
    def level(self) -> int:
        """How many blocks are around it."""
        return self.path.count("/")


def entries(report: Report, chosen: Collection[str], *, weights: bool) -> tuple[Entry, ...]:
    """Return the layers and blocks to choose from, perhaps only those that have something to learn.

    What is `chosen` is always among them, even where the network has it no longer.
    """
    nodes = dict(walk(report.graph))
    lost = tuple(Entry(path, "", "") for path in chosen if path not in nodes)
    found = (
        Entry(path, node.layer.key, node.layer.group)
        for path, node in nodes.items()
        if path in chosen or _is_offered(report, path, node, weights=weights)
    )
    return (*lost, *found)


def _is_offered(report: Report, path: str, node: Node, *, weights: bool) -> bool:
    if node.layer.group == "Input and output":
        return False
    return not weights or _learns(report, path, node)


def _learns(report: Report, path: str, node: Node) -> bool:
    if not isinstance(node.layer, Block):
        return has_parameters(report, path)
    return any(_learns(report, f"{path}/{name}", n) for name, n in node.layer.graph.nodes.items())


class LayerRows(PaintedRows):
    """Rows of layers; Enter, Space or a click ticks and unticks one."""

    toggled = Signal(str)

    def __init__(self) -> None:
        super().__init__(ROW)
        self.entries: tuple[Entry, ...] = ()
        self.chosen: frozenset[str] = frozenset()
        self.setAccessibleName(_("Layers that are meant"))

    def show_entries(self, shown: Sequence[Entry], chosen: Collection[str]) -> None:
        """Show these layers, and which of them are chosen."""
        at = self.entries[self.at].path if self.at < len(self.entries) else ""
        self.entries, self.chosen = tuple(shown), frozenset(chosen)
        places = [index for index, entry in enumerate(self.entries) if entry.path == at]
        self.lay_rows(len(self.entries), places[0] if places else 0)

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    def pick(self, index: int) -> None:
        self.toggled.emit(self.entries[index].path)

    def told(self, index: int) -> str:
        path = self.entries[index].path
        if path in self.chosen:
            return _("{layer}, chosen").format(layer=path)
        if self._is_inside(path):
            return _("{layer}, inside of a block that is chosen").format(layer=path)
        return _("{layer}, not chosen").format(layer=path)

    def tip(self, index: int) -> str:
        return self.told(index)

    def paint_row(self, painter: QPainter, index: int) -> None:
        look, entry, top = theme.current(), self.entries[index], index * ROW
        held = self.hasFocus() and index == self.at
        if held or index == self.over:
            painter.setPen(look.accent if held else Qt.PenStyle.NoPen)
            painter.setBrush(look.bg3 if index == self.over else Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(2.5, top + 1.5, self.width() - 5, ROW - 3), 6, 6)
        self._paint_box(painter, QRectF(10.5, top + 6.5, 15, 15), entry.path, look)
        left = 36 + 14 * entry.level
        icon = icons.layer_icon(entry.key, entry.group) if entry.group else "unknown"
        hue = theme.hue(entry.group) if entry.group else look.warn
        painter.drawPixmap(left, round(top + ROW / 2 - 8), icons.pixmap(icon, 16, hue))
        painter.setFont(theme.font(13))
        painter.setPen(look.text if entry.group else look.warn)
        room = QRectF(left + 24, top, self.width() - left - 32, ROW)
        name = entry.path.rpartition("/")[2] if entry.group else entry.path
        text = painter.fontMetrics().elidedText(name, _MIDDLE, round(room.width()))
        painter.drawText(room, _LEFT, text)

    def _paint_box(self, painter: QPainter, box: QRectF, path: str, look: Theme) -> None:
        inside, chosen = self._is_inside(path), path in self.chosen
        painter.setPen(QPen(look.accent if chosen else look.text3, 1))
        painter.setBrush(look.accent if chosen else look.bg1)
        painter.drawRoundedRect(box, 4, 4)
        if not chosen and not inside:
            return
        painter.setPen(QPen(look.on_accent if chosen else look.text3, 1.8))
        corner = box.topLeft()
        painter.drawPolyline(
            [corner + QPointF(*at) for at in ((3.5, 7.8), (6.4, 10.6), (11.5, 4.6))]
        )

    def _is_inside(self, path: str) -> bool:
        return any(covers(other, path) for other in self.chosen if other != path)
