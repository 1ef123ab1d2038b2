"""The frame of a panel at the side of a page: a title line, and below it what scrolls."""

from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.kit import Hairline, Heading, scrolled


class SidePanel(QWidget):
    """Add tools to `head` and content to `body`."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        heading = Heading(title)
        heading.setFixedHeight(28)
        self.head = QHBoxLayout()
        self.head.setContentsMargins(16, 10, 12, 8)
        self.head.addWidget(heading)
        self.head.addStretch(1)
        self.inner = QWidget()
        self.body = QVBoxLayout(self.inner)
        self.body.setContentsMargins(16, 12, 16, 16)
        self.body.setSpacing(12)
        self.pane = scrolled(self.inner)
        self.pane.setFrameShape(QFrame.Shape.NoFrame)
        self.whole = QVBoxLayout(self)
        self.whole.setContentsMargins(0, 0, 0, 0)
        self.whole.setSpacing(0)
        self.whole.addLayout(self.head)
        self.whole.addWidget(Hairline())
        self.whole.addWidget(self.pane, 1)
