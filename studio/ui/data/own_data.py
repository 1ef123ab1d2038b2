"""Where one's own data come in: a place to drop a file or a folder, and two buttons that ask."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.datasets.source import Source
from studio.ui import theme
from studio.ui.editors import Combo
from studio.ui.kit import Button, Caption, Elided
from studio.ui.tokens import RADIUS, faded
from studio.ui.words import title_of
from studio.wording import _


class OwnData(QWidget):
    """Names the file or folder in use, if it is one's own, and asks for another."""

    chosen = Signal(object)
    """The path of a file or folder that somebody picked."""
    reread = Signal(object)
    """The source by which the same file or folder is to be read instead."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on = False
        self.name = Elided("")
        self.name.set_tone("text")
        self.kind = Caption("")
        self.as_kind = Combo()
        self.as_kind.setAccessibleName(_("Read it as"))
        self.as_kind.activated.connect(lambda _at: self.reread.emit(self.as_kind.currentData()))
        self._ways = QWidget()
        self.folder = Button(_("Folder…"), "folder")
        self.file = Button(_("File…"), "open")
        self._arrange()
        self.folder.clicked.connect(self._ask_for_folder)
        self.file.clicked.connect(self._ask_for_file)
        self.show_source(None)

    def show_source(self, source: Source | None) -> None:
        """Show what is read now, if it is one's own."""
        self._on = source is not None and source.is_own
        if source is not None and self._on:
            path = Path(source.lies_at)
            self.name.setText(path.name or str(path))
            self.name.setToolTip(str(path))
            self.kind.setText(title_of(type(source)))
        else:
            self.name.setText(_("Your own data"))
            self.name.setToolTip("")
            self.kind.setText(_("Drop a folder or a file here"))
        self.show_kinds(source, ())
        self.update()

    def show_kinds(self, source: Source | None, kinds: tuple[Source, ...]) -> None:
        """Offer the sources that can read the same place, if there are others than the present."""
        self.as_kind.clear()
        for kind in kinds:
            self.as_kind.addItem(title_of(type(kind)), kind)
        present = [at for at, kind in enumerate(kinds) if type(kind) is type(source)]
        self.as_kind.setCurrentIndex(present[0] if present else -1)
        offers = self._on and any(type(kind) is not type(source) for kind in kinds)
        self._ways.setVisible(offers)
        self.kind.setVisible(not offers)

    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen = QPen(look.accent if self._on else look.line2, 1)
        pen.setStyle(Qt.PenStyle.SolidLine if self._on else Qt.PenStyle.DashLine)
        painter.setPen(pen)
        painter.setBrush(faded(look.accent, 0.16) if self._on else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), RADIUS, RADIUS)
        painter.end()

    def _arrange(self) -> None:
        self.setAccessibleName(_("Your own data"))
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.folder, 1)
        buttons.addWidget(self.file, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 10, 12, 10)
        column.setSpacing(2)
        column.addWidget(self.name)
        column.addWidget(self.kind)
        ways = QHBoxLayout(self._ways)
        ways.setContentsMargins(0, 4, 0, 0)
        ways.addWidget(Caption(_("Read it as")))
        ways.addWidget(self.as_kind, 1)
        column.addWidget(self._ways)
        column.addSpacing(6)
        column.addLayout(buttons)

    def _ask_for_folder(self) -> None:
        found = QFileDialog.getExistingDirectory(self, _("The folder with the data"))
        if found:
            self.chosen.emit(Path(found))

    def _ask_for_file(self) -> None:
        found, _kind = QFileDialog.getOpenFileName(self, _("The file with the data"))
        if found:
            self.chosen.emit(Path(found))
