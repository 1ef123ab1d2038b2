"""Buttons: the one that matters, the ordinary ones, and those that are only an icon."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent, QTextLayout
from PySide6.QtWidgets import QPushButton, QSizePolicy, QToolButton, QWidget

from studio.ui import icons, theme


class Button(QPushButton):
    """An ordinary button with a word and perhaps an icon."""

    role = ""
    weight = 500
    tint: icons.Tint = "text2"

    def __init__(self, text: str, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setProperty("role", self.role)
        self.setFont(theme.font(13, self.weight))
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if icon:
            self.set_icon(icon)

    def set_icon(self, name: str) -> None:
        """Show the icon `name` before the word."""
        self.setIcon(icons.icon(name, self.tint))
        self.setIconSize(QSize(16, 16))


class PrimaryButton(Button):
    """The one thing to press next; at most one can be seen at a time."""

    role = "primary"
    weight = 600
    tint = "on_accent"


class QuietButton(Button):
    """A button that looks like a link until the mouse is over it."""

    role = "quiet"
    tint = "accent"


class FixButton(Button):
    """A small button that applies a remedy; in a narrow panel its words take more lines."""

    role = "fix"
    tint = "accent"

    def __init__(self, text: str, icon: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, icon, parent)
        self._whole = text
        self._lines = 1
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.setFont(theme.font(12, 500))
        self.setAccessibleName(text)

    def minimumSizeHint(self) -> QSize:
        return QSize(72, self.sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        lines = self._broken(self.width() - 48)  # the icon and the space around the words
        self.setText("\n".join(lines))
        if len(lines) != self._lines:
            self._lines = len(lines)
            self.updateGeometry()
        super().resizeEvent(event)

    def sizeHint(self) -> QSize:
        metrics = self.fontMetrics()
        return QSize(
            metrics.horizontalAdvance(self._whole) + 50,
            13 + self._lines * metrics.lineSpacing(),
        )

    def _broken(self, room: float) -> list[str]:
        """Return the words in lines that fit into `room`."""
        layout = QTextLayout(self._whole, self.font())
        lines: list[str] = []
        layout.beginLayout()
        while (line := layout.createLine()).isValid():
            line.setLineWidth(room)
            lines.append(self._whole[line.textStart() :][: line.textLength()].rstrip())
        layout.endLayout()
        return lines


class ToolButton(QToolButton):
    """A button that is only an icon; its tooltip is also its accessible name."""

    def __init__(
        self,
        icon: str,
        tip: str,
        parent: QWidget | None = None,
        *,
        checkable: bool = False,
        side: int = 28,
    ) -> None:
        super().__init__(parent)
        self.setIcon(icons.icon(icon))
        self.setIconSize(QSize(18, 18) if side >= 26 else QSize(14, 14))
        self.setFixedSize(side, side)
        self.setCheckable(checkable)
        self.setAutoRaise(True)
        self.set_tip(tip)

    def set_tip(self, tip: str) -> None:
        """Say what the button does, to the eye and to a screen reader."""
        self.setToolTip(tip)
        self.setAccessibleName(tip.partition("\n")[0])

    def set_icon(self, name: str, color: icons.Tint = None) -> None:
        """Show another icon."""
        self.setIcon(icons.icon(name, color))
