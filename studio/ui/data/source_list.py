"""Which data sets can be chosen: one card for each, with what it holds."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import (
    QEnterEvent,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.datasets.source import SOURCES, Source
from studio.ui import theme
from studio.ui.kit import Caption, Elided, IconLabel
from studio.ui.tokens import RADIUS, faded
from studio.ui.words import sentence_of, title_of
from studio.wording import _, full


class SourceCard(QWidget):
    """One data set; a click, Space or Enter takes it."""

    chosen = Signal(str)

    def __init__(self, cls: type[Source], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.key = cls.key
        self._on = self._over = False
        facts = cls().facts()
        picture = len(facts.sample) == 3
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setToolTip(sentence_of(cls))
        self.setAccessibleName(title_of(cls))
        self.setAccessibleDescription(sentence_of(cls))
        name = Elided(title_of(cls))
        name.set_tone("text")
        size = Caption(
            _("{samples} samples, {shape}").format(samples=full(facts.samples), shape=facts.sample)
        )
        texts = QVBoxLayout()
        texts.setSpacing(1)
        texts.addWidget(name)
        texts.addWidget(size)
        row = QHBoxLayout(self)
        row.setContentsMargins(10, 7, 10, 7)
        row.setSpacing(10)
        row.addWidget(IconLabel("picture" if picture else "table", 18, "text2"))
        row.addLayout(texts, 1)

    def show_chosen(self, *, on: bool) -> None:
        """Show whether this is the data set in use."""
        self._on = on
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if self._on:
            painter.setBrush(faded(look.accent, 0.16))
        elif self._over:
            painter.setBrush(look.bg3)
        if self.hasFocus():
            painter.setPen(QPen(look.accent, 1))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def enterEvent(self, _event: QEnterEvent) -> None:
        self._over = True
        self.update()

    def leaveEvent(self, _event: QEvent) -> None:
        self._over = False
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.chosen.emit(self.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.chosen.emit(self.key)
        else:
            super().keyPressEvent(event)


class SourceList(QWidget):
    """The data sets that are built in, one under the other."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        self.cards = {cls.key: SourceCard(cls) for cls in SOURCES if not cls.is_own}
        for card in self.cards.values():
            card.chosen.connect(self.chosen)
            column.addWidget(card)

    def show_source(self, source: Source | None) -> None:
        """Mark the data set in use."""
        for key, card in self.cards.items():
            card.show_chosen(on=source is not None and source.key == key)
