"""A switch that is on or off."""

from PySide6.QtCore import QEasingCurve, QPointF, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QWidget

from studio.ui import icons, theme
from studio.ui.tokens import faded, mixed

_SIZE = QSize(36, 20)


class Toggle(QAbstractButton):
    """A switch; `token` names its color when it is on, `icon` sits on the knob."""

    def __init__(
        self, name: str, parent: QWidget | None = None, *, token: str = "accent", icon: str = ""
    ) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._token = token
        self._icon = icon
        self._slide = QVariantAnimation(self)
        self._slide.setDuration(120)
        self._slide.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._slide.valueChanged.connect(lambda _value: self.update())
        self.setFixedSize(_SIZE + QSize(4, 4))
        self.clicked.connect(self._animate)

    def sizeHint(self) -> QSize:
        return _SIZE + QSize(4, 4)

    def _animate(self, checked: bool) -> None:  # noqa: FBT001  Qt calls it so
        self._slide.stop()
        self._slide.setStartValue(0.0 if checked else 1.0)
        self._slide.setEndValue(1.0 if checked else 0.0)
        if self.isVisible():
            self._slide.start()

    def _share(self) -> float:
        if self._slide.state() == QVariantAnimation.State.Running:
            return float(self._slide.currentValue())
        return 1.0 if self.isChecked() else 0.0

    def paintEvent(self, _event: QPaintEvent) -> None:
        look, share = theme.current(), self._share()
        on = look.color(self._token)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        body = QRectF(2, 2, _SIZE.width(), _SIZE.height())
        if self.hasFocus():
            painter.setPen(QPen(faded(look.accent, 0.55), 2))
            painter.drawRoundedRect(body.adjusted(-1, -1, 1, 1), 11, 11)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(mixed(look.line2, on, share))
        painter.drawRoundedRect(body, 10, 10)
        center = QPointF(body.left() + 10 + 16 * share, body.center().y())
        painter.setBrush(look.on_accent)
        painter.drawEllipse(center, 8, 8)
        if self._icon:
            drawn = icons.pixmap(self._icon, 12, mixed(look.line2, on, share))
            painter.drawPixmap(center - QPointF(6, 6), drawn)
        painter.end()
