"""Where one's own data come in: a place to drop a file or a folder, and two buttons that ask."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.datasets.source import Source
from studio.ui import theme
from studio.ui.kit import Button, Caption, Elided
from studio.ui.tokens import RADIUS, faded
from studio.ui.words import title_of
from studio.wording import _


class OwnData(QWidget):
    """Names the file or folder in use, if it is one's own, and asks for another."""

    chosen = Signal(object)
    """The path of a file or folder that somebody picked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._on = False
        self.name = Elided("")
        self.name.set_tone("text")
        self.kind = Caption("")
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
            path = place_of(source)
            self.name.setText(path.name or str(path))
            self.name.setToolTip(str(path))
            self.kind.setText(title_of(type(source)))
        else:
            self.name.setText(_("Your own data"))
            self.name.setToolTip("")
            self.kind.setText(_("Drop a folder or a file here"))
        self.update()

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


def place_of(source: Source) -> Path:
    """Return the file or folder that a source reads."""
    settings = ("path", "folder", "file")
    return Path(
        next((str(getattr(source, name)) for name in settings if hasattr(source, name)), "")
    )
