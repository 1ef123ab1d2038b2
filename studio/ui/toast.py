"""How the window says one sentence without stopping anyone."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QWidget

from studio.ui import theme
from studio.ui.icons import pixmap
from studio.workspace import Notice

_ICONS = {"info": ("check", "ok"), "warning": ("warning", "warn"), "error": ("error", "error")}
_WIDTH = 560
_ICON = 18
_MILLISECONDS_A_CHARACTER = 60
_AT_LEAST_MS = 3500


class Toast(QFrame):
    """A sentence at the foot of the window that leaves by itself; a click sends it away."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("toast")
        self._icon = QLabel()
        self._text = QLabel()
        self._text.setWordWrap(True)
        self._text.setFont(theme.font(13))
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(14, 10, 16, 10)
        layout.setSpacing(10)
        line = max(_ICON, self._text.fontMetrics().height())
        self._icon.setFixedHeight(line)  # stands level with the first line of the text
        self._text.setMinimumHeight(line)
        layout.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._text, 1)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.hide)
        parent.installEventFilter(self)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Show a sentence long enough to read it."""
        name, token = _ICONS[notice.severity]
        look = theme.current()
        self.setStyleSheet(
            f"#toast {{ background: {look.bg3.name()}; border: 1px solid {look.line2.name()};"
            " border-radius: 9px; } #toast QLabel { background: transparent; border: none; }"
        )
        self._icon.setPixmap(pixmap(name, _ICON, token))
        self._text.setText(notice.text)
        self.setAccessibleName(notice.text)
        self._place()
        self.show()
        self.raise_()
        self._timer.start(reading_ms(notice.text))

    def mousePressEvent(self, _event: object) -> None:
        self.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and self.isVisible():
            self._place()
        return super().eventFilter(watched, event)

    def _place(self) -> None:
        room = self.parentWidget()
        if room is None:
            return
        one_line = self._text.fontMetrics().horizontalAdvance(self._text.text()) + 76
        self.setFixedWidth(min(one_line, _WIDTH, room.width() - 48))
        self.adjustSize()
        self.move((room.width() - self.width()) // 2, room.height() - self.height() - 44)


def reading_ms(text: str) -> int:
    """Return how long a sentence stays, in milliseconds: long enough to read it."""
    return max(_AT_LEAST_MS, len(text) * _MILLISECONDS_A_CHARACTER)
