"""A line in which a chain of layers is typed: `conv 32 3 → relu → pool 2`."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QLabel, QLineEdit, QVBoxLayout, QWidget

from studio.catalogue.layer import Layer
from studio.errors import StudioError
from studio.graph.command import parse
from studio.ui import theme
from studio.ui.canvas.floating.float import floated
from studio.ui.canvas.verbs import Verbs
from studio.wording import _

_EXAMPLE = "conv 32 3 → relu → pool 2 → flatten → linear 10"
_WIDTH = 560


class CommandBar(QFrame):
    """Shows what a line would add while it is typed; Enter adds it."""

    def __init__(self, verbs: Verbs, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        floated(self, _("Type layers"))
        self._verbs = verbs
        self._layers: tuple[Layer, ...] = ()
        self.field = QLineEdit(self)
        self.field.setPlaceholderText(_EXAMPLE)
        self.field.setAccessibleName(_("Layers to add, in order"))
        self.field.setFont(theme.font(14))
        self.preview = QLabel(self)
        self.preview.setTextFormat(Qt.TextFormat.PlainText)
        self.preview.setWordWrap(True)
        self.preview.setFont(theme.font(12))
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 10, 10, 9)
        column.setSpacing(7)
        column.addWidget(self.field)
        column.addWidget(self.preview)
        self.field.textEdited.connect(self._edited)
        self.field.installEventFilter(self)
        self.hide()

    def open(self) -> None:
        """Open over the lower edge of the canvas."""
        self.field.clear()
        self._show("")
        self.show()
        self.raise_()
        self.field.setFocus()

    def close_up(self) -> None:
        """Close and give the keyboard back to the canvas."""
        if self.isVisible():
            self.hide()
            self._canvas.setFocus()

    def place(self) -> None:
        """Lie centered over the lower edge of the canvas."""
        room = self._canvas.rect()
        self.setFixedWidth(min(_WIDTH, room.width() - 24))
        self.adjustSize()
        self.move((room.width() - self.width()) // 2, room.height() - self.height() - 64)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._apply()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.close_up()
                return True
        if event.type() == QEvent.Type.FocusOut:
            self.hide()
        return False

    def _edited(self, text: str) -> None:
        if "->" in text:
            cursor = self.field.cursorPosition() - text[: self.field.cursorPosition()].count("->")
            self.field.setText(text.replace("->", "→"))
            self.field.setCursorPosition(cursor)
        self._show(self.field.text())

    def _show(self, text: str) -> None:
        self._layers = ()
        problem = ""
        try:
            self._layers = parse(text)
        except StudioError as error:
            problem = str(error)
        self._say(problem or self._promise(), "error" if problem else "text2")

    def _promise(self) -> str:
        if not self._layers:
            return _("Name layers in order; their settings follow as numbers or name=value.")
        words = (f"{_(one.title)} {one.caption()}".strip() for one in self._layers)
        after = self._verbs.end()
        chain = "  →  ".join(words)
        if after is None:
            return _("Enter adds: {chain}").format(chain=chain)
        return _("Enter adds after {name}: {chain}").format(name=after, chain=chain)

    def _say(self, text: str, tone: str) -> None:
        self.preview.setText(text)
        self.preview.setProperty("tone", tone)
        self.preview.style().unpolish(self.preview)
        self.preview.style().polish(self.preview)
        self.place()

    def _apply(self) -> None:
        if self._layers and self._verbs.append(self._layers, _("Add layers")):
            self.close_up()
