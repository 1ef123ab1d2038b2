"""What a panel says when it has nothing to show yet."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.kit.labels import Heading, Note
from studio.ui.kit.pill import IconLabel


class EmptyState(QWidget):
    """An icon, one line, and a sentence on what to do; buttons can be added below."""

    def __init__(
        self,
        icon: str,
        title: str,
        sentence: str = "",
        parent: QWidget | None = None,
        *,
        token: str = "text3",
    ) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.icon = IconLabel(icon, 28, token)
        self.title = Heading(title)
        self.note = Note(sentence)
        for label in (self.title, self.note):
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.title.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 24, 20, 24)
        column.setSpacing(8)
        column.addStretch(1)
        column.addWidget(self.icon, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self.title)
        column.addWidget(self.note)
        column.addStretch(2)
        self.note.setVisible(bool(sentence))  # not before it has a parent: it would be a window

    def add(self, widget: QWidget) -> None:
        """Put a widget, such as a button, under the sentence."""
        column = self.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.count() - 1, widget, 0, Qt.AlignmentFlag.AlignHCenter)
