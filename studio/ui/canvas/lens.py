"""How the page is looked at: zoom, scroll, and painting as much as the zoom can show."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, QTimer
from PySide6.QtGui import QCursor, QPainter, QPaintEvent, QResizeEvent, QTransform
from PySide6.QtWidgets import QFrame, QGraphicsView, QStyleOptionGraphicsItem, QWidget

from studio.signals import Signal
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.canvas.background import paint_ground
from studio.ui.canvas.detail import Detail
from studio.ui.canvas.scene import CanvasScene
from studio.ui.canvas.ties import Ties
from studio.workspace import Workspace

LEAST, MOST = 0.04, 3.0
_SETTLE_MS = 140
_SHARPEN_MS = 5.0
_ALLOWANCE = 4
_ROOM = 12_000.0
_BARE = Qt.ScrollBarPolicy.ScrollBarAlwaysOff


class Lens(QGraphicsView):
    """Shows a part of the page at some zoom; cards become sharp when the zoom rests."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.moved: Signal[None] = Signal()
        """Told when another part of the page is seen."""
        self.detail = Detail(ratio=self.devicePixelRatioF())
        self.canvas = CanvasScene(workspace, self.detail, self)
        self.setScene(self.canvas)
        self.ties = Ties(workspace, self.canvas)
        self._overlaid = QRectF()
        self.fitted = False
        """Whether the whole page is shown, since nobody has zoomed or scrolled after `fit`."""
        self._settle = QTimer(self, singleShot=True, interval=_SETTLE_MS)
        self._settle.timeout.connect(self._rest)
        self._sharpen = QTimer(self, interval=0)
        self._sharpen.timeout.connect(self._sharpen_some)
        self._set_up()
        follow(self, self.canvas.arranged, lambda _none: self._make_room())
        follow(self, self.canvas.touched, lambda _none: self.refresh())
        follow(self, theme.changed, lambda _theme: self.viewport().update())

    def _set_up(self) -> None:
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(_BARE)
        self.setVerticalScrollBarPolicy(_BARE)
        self.setRenderHint(QPainter.RenderHint.Antialiasing)
        self.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self.setOptimizationFlag(QGraphicsView.OptimizationFlag.DontAdjustForAntialiasing)
        self.setViewportUpdateMode(QGraphicsView.ViewportUpdateMode.SmartViewportUpdate)
        self.setTransformationAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self.setResizeAnchor(QGraphicsView.ViewportAnchor.NoAnchor)
        self._make_room()

    @property
    def zoom(self) -> float:
        """Logical pixels per unit of the page."""
        return self.detail.zoom

    def scene_point(self, position: QPointF) -> QPointF:
        """Return the point of the page at a position of the window."""
        return self.viewportTransform().inverted()[0].map(position)

    def pointed(self) -> QPointF:
        """Return the point of the page under the mouse, or in the middle if it is elsewhere."""
        position = self.viewport().mapFromGlobal(QCursor.pos())
        inside = self.viewport().rect().contains(position)
        return self.scene_point(QPointF(position if inside else self.viewport().rect().center()))

    def seen(self) -> QRectF:
        """Return the part of the page that is seen."""
        return QRectF(
            self.scene_point(QPointF(0, 0)),
            self.scene_point(QPointF(self.viewport().width(), self.viewport().height())),
        )

    def zoom_to(self, zoom: float, anchor: QPointF | None = None) -> None:
        """Zoom around `anchor`, a position of the window; around its center if None."""
        self.fitted = False
        fixed = QPointF(self.viewport().rect().center()) if anchor is None else anchor
        held = self.scene_point(fixed)
        self._set_zoom(zoom)
        off = self.viewportTransform().map(held) - fixed
        self.scroll_by(off)
        self.moved.emit(None)

    def fit(self, area: QRectF | None = None, most: float = 1.0) -> None:
        """Show `area`, or the whole page, as large as it fits but not above `most`."""
        whole = self.canvas.content()
        area = whole if area is None else area
        room = QRectF(self.viewport().rect()).adjusted(28, 64, -28, -72)
        if area.isEmpty() or room.width() < 40 or room.height() < 40:
            self._set_zoom(1.0)
        else:
            self._set_zoom(min(room.width() / area.width(), room.height() / area.height(), most))
        self.scroll_by(self.viewportTransform().map(area.center()) - room.center())
        self.settle()
        self.fitted = area is whole
        self.moved.emit(None)

    def reveal(self, area: QRectF) -> None:
        """Scroll as little as needed to see `area`."""
        if not self.seen().contains(area):
            self.ensureVisible(area, 60, 80)
            self.moved.emit(None)

    def center_on(self, point: QPointF) -> None:
        """Bring a point of the page to the middle of the window."""
        self.scroll_by(
            self.viewportTransform().map(point) - QPointF(self.viewport().rect().center())
        )
        self.moved.emit(None)

    def settle(self) -> None:
        """Draw everything for exactly this zoom at once."""
        self._settle.stop()
        self.detail.ratio = self.devicePixelRatioF()
        self.detail.exact = self.detail.patient = True
        self.viewport().update()

    def _rest(self) -> None:
        """Draw everything for exactly this zoom, a few cards at a time."""
        self.settle()
        self.detail.patient = False
        self._sharpen.start()

    def _sharpen_some(self) -> None:
        if not self.detail.exact or not self.canvas.sharpen(_SHARPEN_MS):
            self._sharpen.stop()

    def _set_zoom(self, zoom: float) -> None:
        self.detail.zoom = min(max(zoom, LEAST), MOST)
        self.detail.exact = self.detail.patient = False
        self._settle.start()
        self._show_from_afar(afar=self.detail.overview)
        self.setTransform(QTransform.fromScale(self.detail.zoom, self.detail.zoom))

    def _show_from_afar(self, *, afar: bool) -> None:
        """From afar we paint everything ourselves, so Qt need not find out what to paint."""
        mode = QGraphicsView.ViewportUpdateMode
        wanted = mode.NoViewportUpdate if afar else mode.SmartViewportUpdate
        if self.viewportUpdateMode() != wanted:
            self.setViewportUpdateMode(wanted)
            self.viewport().update()

    def refresh(self) -> None:
        """Paint again what changed if the network is seen from afar; Qt sees to it otherwise."""
        changed = self.canvas.afar.outdated() | self._overlaid
        self._overlaid = QRectF()
        for item in (*self.canvas.overlays, *self.ties.links.values()):
            self._overlaid |= item.sceneBoundingRect()
        if self.detail.overview:
            seen = self.viewportTransform().mapRect(changed | self._overlaid)
            self.viewport().update(seen.toAlignedRect().adjusted(-3, -3, 3, 3))

    def scroll_by(self, step: QPointF) -> None:
        """Scroll by whole pixels."""
        for bar, amount in (
            (self.horizontalScrollBar(), step.x()),
            (self.verticalScrollBar(), step.y()),
        ):
            bar.setValue(bar.value() + round(amount))

    def _make_room(self) -> None:
        self.setSceneRect(self.canvas.content().adjusted(-_ROOM, -_ROOM, _ROOM, _ROOM))

    def paintEvent(self, event: QPaintEvent) -> None:
        if not self.detail.overview:
            self._paint_cards(event)
            return
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.current().bg0)
        painter.setWorldTransform(self.viewportTransform())
        self.ties.paint(painter)
        seen = event.rect().adjusted(-2, -2, 2, 2)  # wires have a width also along the edge
        back = painter.worldTransform().inverted()[0]
        self.canvas.afar.paint(painter, back.mapRect(QRectF(seen)))
        for item in self.canvas.overlays:
            item.paint(painter, QStyleOptionGraphicsItem(), None)
        painter.end()

    def _paint_cards(self, event: QPaintEvent) -> None:
        self.detail.allowance = _ALLOWANCE
        super().paintEvent(event)
        if self.detail.exact and not self.detail.patient:
            self._sharpen.start()
        self.detail.patient = False

    def drawBackground(self, painter: QPainter, rect: QRectF | QRect) -> None:
        paint_ground(painter, QRectF(rect), self.detail.zoom, self.devicePixelRatioF())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.moved.emit(None)

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        super().scrollContentsBy(dx, dy)
        self.fitted = False
        if self.detail.overview:
            self.viewport().update()
        self.moved.emit(None)
