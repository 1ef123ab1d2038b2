"""Texts in the sizes of the program: headings, captions, notes and numbers."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from studio.ui import theme


class _Toned(QLabel):
    """A label in one of the text tones, which follow the theme."""

    tone = "text"
    px = 13
    weight = 400
    tabular = False

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setFont(theme.font(self.px, self.weight, tabular=self.tabular))
        self.setProperty("tone", self.tone)

    def set_tone(self, tone: str) -> None:
        """Take the color of a token: "text", "text2", "text3", "ok", "warn", "error", "ice"."""
        if self.property("tone") == tone:
            return
        self.setProperty("tone", tone)
        if self.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
            chosen = self.font()  # polishing brings the font of the first polish back
            self.style().unpolish(self)
            self.style().polish(self)
            self.setFont(chosen)


class Heading(_Toned):
    """The title of a panel or a card."""

    weight = 600


class Label(_Toned):
    """The name of a field."""

    tone = "text2"


class Caption(_Toned):
    """A word in small grey above or beside a value."""

    tone = "text3"
    px = 11
    weight = 500


class Note(_Toned):
    """A sentence in small grey that wraps."""

    tone = "text3"
    px = 12

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)


class ValueLabel(_Toned):
    """A number to be read: digits of one width, so that it stands still while it changes."""

    px = 18
    weight = 600
    tabular = True

    def __init__(self, text: str = "", parent: QWidget | None = None, *, px: int = 18) -> None:
        self.px = px
        self.weight = 600 if px >= 16 else 500
        super().__init__(text, parent)


class Elided(_Toned):
    """One line that ends in “…” where there is no room; the tooltip then has all of it."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        return QSize(24, super().minimumSizeHint().height())

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(theme.current().color(str(self.property("tone"))))
        painter.setFont(self.font())
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(
            self.text(), Qt.TextElideMode.ElideRight, room.width()
        )
        if shown != self.text() and not self.toolTip():
            self.setToolTip(self.text())
        painter.drawText(room, int(self.alignment()), shown)
