"""A choice of a few, side by side."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from studio.ui import icons, theme
from studio.ui.tokens import RADIUS, faded

_PAD = 3


class Segmented(QWidget):
    """One of a few words, each with a key; `chosen` tells the key the user picked."""

    chosen = Signal(str)

    def __init__(
        self,
        options: Sequence[tuple[str, str]],
        name: str,
        parent: QWidget | None = None,
        *,
        height: int = 30,
        icon_names: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self._options = tuple(options)
        self._icons = tuple(icon_names)
        self._key = self._options[0][0]
        self._badges: dict[str, str] = {}
        self._over = -1
        self.setAccessibleName(name)
        self.setFont(theme.font(13 if height >= 30 else 12, 500))
        self.setFixedHeight(height)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """The keys and their words, in order."""
        return self._options

    @property
    def value(self) -> str:
        """The key of the option in use."""
        return self._key

    def set_value(self, key: str) -> None:
        """Show the option `key` as the one in use, without telling anyone."""
        if key != self._key:
            self._key = key
            self.setAccessibleDescription(dict(self._options).get(key, ""))
            self.update()

    def set_text(self, key: str, text: str) -> None:
        """Say the option `key` with another word."""
        renamed = tuple((one, text if one == key else word) for one, word in self._options)
        if renamed != self._options:
            self._options = renamed
            self.updateGeometry()
            self.update()

    def set_options(self, options: Sequence[tuple[str, str]]) -> None:
        """Offer these options; the one in use stays if it is among them, else it is the first."""
        self._options = tuple(options)
        self._key = self._key if self._key in dict(options) else self._options[0][0]
        self.updateGeometry()
        self.update()

    def set_badge(self, key: str, text: str) -> None:
        """Put a few characters behind the word of an option, such as a number to be seen to."""
        if self._badges.get(key, "") != text:
            self._badges[key] = text
            self.updateGeometry()
            self.update()

    def badge(self, key: str) -> str:
        """Return what stands behind the word of an option."""
        return self._badges.get(key, "")

    def sizeHint(self) -> QSize:
        return QSize(sum(self._widths()) + 2 * _PAD, self.height())

    def minimumSizeHint(self) -> QSize:
        metrics = QFontMetrics(self.font())
        words = sum(metrics.horizontalAdvance(text) + 12 for _key, text in self._options)
        return QSize(words + 22 * len(self._icons) + 2 * _PAD, self.height())

    def _widths(self) -> list[int]:
        metrics = QFontMetrics(self.font())
        extra = 22 if self._icons else 0
        badges = [self._badge_width(key) for key, _text in self._options]
        words = [metrics.horizontalAdvance(text) + 28 + extra for _key, text in self._options]
        return [word + badge for word, badge in zip(words, badges, strict=True)]

    def _badge_width(self, key: str) -> int:
        text = self.badge(key)
        return (
            max(16, QFontMetrics(theme.font(10, 600)).horizontalAdvance(text) + 10) if text else 0
        )

    def _boxes(self) -> list[QRectF]:
        widths = self._widths()
        room = self.width() - 2 * _PAD
        scale = room / sum(widths)
        left, boxes = float(_PAD), []
        for width in widths:
            boxes.append(QRectF(left, _PAD, width * scale, self.height() - 2 * _PAD))
            left += width * scale
        return boxes

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -0.5)
        painter.setPen(QPen(look.accent if self.hasFocus() else look.line, 1))
        painter.setBrush(look.bg2)
        painter.drawRoundedRect(frame, RADIUS + 1, RADIUS + 1)
        painter.setFont(self.font())
        for index, box in enumerate(self._boxes()):
            self._paint_option(painter, index, box)
        painter.end()

    def _paint_option(self, painter: QPainter, index: int, box: QRectF) -> None:
        look, (key, text) = theme.current(), self._options[index]
        on = key == self._key
        if on:
            painter.setPen(QPen(look.line2 if look.is_dark else look.line, 1))
            painter.setBrush(look.bg3 if look.is_dark else look.bg1)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS - 2, RADIUS - 2)
        tone = look.text if on or index == self._over else look.text2
        painter.setPen(tone if self.isEnabled() else faded(tone, 0.5))
        if self._icons:
            wide = painter.fontMetrics().horizontalAdvance(text) + (22 if text else 16)
            left = box.center().x() - (wide + self._badge_width(key)) / 2
            drawn = icons.pixmap(self._icons[index], 16, look.accent if on else tone)
            painter.drawPixmap(round(left), round(box.center().y() - 8), drawn)
            inner = QRectF(left + 22, box.top(), wide, box.height())
            painter.drawText(inner, int(Qt.AlignmentFlag.AlignVCenter), text)
            self._paint_badge(painter, key, box)
            return
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), text)

    def _paint_badge(self, painter: QPainter, key: str, box: QRectF) -> None:
        if not self.badge(key):
            return
        look, wide = theme.current(), self._badge_width(key)
        place = QRectF(box.right() - wide - 8, box.center().y() - 8, wide, 16)
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(faded(look.warn, 0.22))
        painter.drawRoundedRect(place, 8, 8)
        painter.setPen(look.warn)
        painter.setFont(theme.font(10, 600))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), self.badge(key))
        painter.restore()

    def _pick(self, index: int) -> None:
        key = self._options[index][0]
        if key != self._key:
            self.set_value(key)
            self.chosen.emit(key)

    def _at(self, x: float) -> int:
        return next((i for i, box in enumerate(self._boxes()) if box.left() <= x < box.right()), -1)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        index = self._at(event.position().x())
        if index >= 0 and event.button() == Qt.MouseButton.LeftButton:
            self._pick(index)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._over = self._at(event.position().x())
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self._over = -1
        self.update()
        super().leaveEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(Qt.Key(event.key()), 0)
        if not step:
            super().keyPressEvent(event)
            return
        keys = [key for key, _text in self._options]
        self._pick(max(0, min(len(keys) - 1, keys.index(self._key) + step)))
