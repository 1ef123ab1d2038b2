"""A number with its name, small enough to stand in a row of others."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from studio.ui import icons, theme
from studio.ui.binding import follow
from studio.ui.kit.labels import Caption, ValueLabel


class StatPill(QWidget):
    """A caption over a value, perhaps with a unit: “Throughput 1,284 images/s”."""

    def __init__(
        self, caption: str, value: str = "", parent: QWidget | None = None, *, px: int = 18
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(caption)
        self._caption = Caption(caption)
        self._value = ValueLabel(value or "–", px=px)
        self._unit = Caption("")
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addWidget(self._value)
        row.addWidget(self._unit, 0, Qt.AlignmentFlag.AlignBottom)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._caption)
        column.addLayout(row)

    def show_caption(self, caption: str) -> None:
        """Show another name for the value."""
        self._caption.setText(caption)
        self.setAccessibleName(caption)

    def show_value(self, value: str, unit: str = "", *, full: str = "", tone: str = "text") -> None:
        """Show a value at reading size; `full` is the whole number, for the tooltip."""
        self._value.setText(value)
        self._value.set_tone(tone)
        self._unit.setText(unit)
        self.setToolTip(full)
        self.setAccessibleDescription(full or f"{value} {unit}".strip())


class IconLabel(QLabel):
    """An icon that is only looked at; it follows the theme."""

    def __init__(
        self, name: str, size: int = 16, color: icons.Tint = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._name, self._side, self._color = name, size, color
        self.setFixedSize(size, size)
        follow(self, theme.changed, lambda _look: self._redraw())
        self._redraw()

    def show_icon(self, name: str, color: icons.Tint = None) -> None:
        """Show another icon."""
        self._name, self._color = name, color
        self._redraw()

    def _redraw(self) -> None:
        self.setPixmap(icons.pixmap(self._name, self._side, self._color))
