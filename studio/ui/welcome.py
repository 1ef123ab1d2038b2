"""What a newcomer can try first."""

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from studio.ui import theme
from studio.ui.actions import application
from studio.ui.icons import pixmap
from studio.ui.kit import PrimaryButton
from studio.wording import _, marked

_ITEMS = (
    (
        "play",
        marked("Press Train"),
        marked("The network learns to read digits; the curves show how."),
    ),
    (
        "conv",
        marked("Click a layer"),
        marked("See its shape, its parameters and where each number comes from."),
    ),
    (
        "snowflake",
        marked("Freeze it with F"),
        marked("Frozen layers keep their weights: that is fine-tuning."),
    ),
    (
        "search",
        marked("Press / and type"),
        marked("conv 32 3 → relu → pool 2 adds three layers at once."),
    ),
    (
        "data",
        marked("Bring your own data"),
        marked("Drop photos, a table, texts or sounds anywhere on the window."),
    ),
)
_ELSEWHERE = (QEvent.Type.MouseButtonPress, QEvent.Type.Drop)
"""What tells, anywhere else in the window, that somebody has begun."""


class Welcome(QFrame):
    """A card in the middle of the window with five things to try."""

    closed = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("welcome")
        self.setAccessibleName(_("Welcome to Layerwise"))
        look = theme.current()
        self.setStyleSheet(
            f"#welcome {{ background: {look.bg1.name()}; border: 1px solid {look.line2.name()};"
            " border-radius: 14px; } #welcome QLabel { background: transparent; }"
        )
        layout = QVBoxLayout(self)
        layout.setContentsMargins(32, 28, 32, 24)
        layout.setSpacing(6)
        layout.addWidget(_label(_("Welcome to Layerwise"), 20, 600))
        layout.addWidget(_label(_("Five things to try in the first minute:"), 13, 400, "text2"))
        layout.addSpacing(12)
        layout.addLayout(_grid())
        layout.addSpacing(16)
        button = PrimaryButton(_("Start"))
        button.clicked.connect(self._leave)
        layout.addWidget(button)
        self.setFixedWidth(480)
        self.adjustSize()
        application().installEventFilter(self)
        self._center()
        QTimer.singleShot(0, button, button.setFocus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Escape, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._leave()
        else:
            super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize and watched is self.parentWidget():
            self._center()
        elif event.type() in _ELSEWHERE and not self._holds(watched):
            self._leave()
        return super().eventFilter(watched, event)

    def _holds(self, watched: QObject) -> bool:
        return not isinstance(watched, QWidget) or watched is self or self.isAncestorOf(watched)

    def _leave(self) -> None:
        application().removeEventFilter(self)
        self.closed.emit()
        self.deleteLater()

    def _center(self) -> None:
        room = self.parentWidget()
        if room is not None:
            self.move((room.width() - self.width()) // 2, (room.height() - self.height()) // 2)


def _grid() -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(14)
    grid.setVerticalSpacing(2)
    for index, (name, title, about) in enumerate(_ITEMS):
        picture = QLabel()
        picture.setPixmap(pixmap(name, 24, "accent"))
        row = index * 3
        grid.addWidget(picture, row, 0, 2, 1, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(_label(_(title), 14, 600), row, 1)
        grid.addWidget(_label(_(about), 13, 400, "text2"), row + 1, 1)
        grid.setRowMinimumHeight(row + 2, 10)
    grid.setColumnStretch(1, 1)
    return grid


def _label(text: str, size: int, weight: int, token: str = "text") -> QLabel:
    label = QLabel(text)
    label.setFont(theme.font(size, weight))
    label.setWordWrap(True)
    label.setStyleSheet(f"color: {theme.current().color(token).name()};")
    return label
