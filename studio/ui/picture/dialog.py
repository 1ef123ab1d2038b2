"""The question how a picture is to be: its format, its colors, its size."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.ui.kit import Button, Heading, Label, Note, PrimaryButton, Segmented, Toggle
from studio.ui.picture.formats import Choice
from studio.wording import _, marked

_ABOUT = {
    "svg": marked("Vectors for web pages and drawing programs; sharp at any size."),
    "png": marked("Pixels for slides and documents."),
    "pdf": marked("Vectors on one page, for papers and for printing."),
}
_LABEL_WIDTH = 120


@dataclass(frozen=True)
class Wish:
    """What the user asked for; `scheme` is light or dark."""

    choice: Choice
    scheme: str


class PictureDialog(QDialog):
    """Asks for the format of a picture; Enter takes what is shown, Escape leaves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("Export picture"))
        self.setMinimumWidth(440)
        formats = (("svg", "SVG"), ("png", "PNG"), ("pdf", "PDF"))
        schemes = (("light", _("Light")), ("dark", _("Dark")))
        sizes = (("1", "1×"), ("2", "2×"), ("3", "3×"), ("4", "4×"))
        self.format = Segmented(formats, _("Format"))
        self.scheme = Segmented(schemes, _("Colors"))
        self.scale = Segmented(sizes, _("Size"))
        self.scale.set_value("2")
        self.clear = Toggle(_("Transparent ground"))
        self.about = Note()
        self.about.set_tone("text2")
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(12)
        column.addWidget(Heading(_("Export the whole page as a picture")))
        column.addLayout(_row(_("Format"), self.format))
        column.addWidget(self.about)
        column.addLayout(_row(_("Colors"), self.scheme))
        column.addLayout(_row(_("Size"), self.scale))
        column.addLayout(_row(_("Transparent ground"), self.clear))
        column.addSpacing(8)
        column.addLayout(self._buttons())
        self.format.chosen.connect(self._explain)
        self._explain(self.format.value)

    def wish(self) -> Wish:
        """Return what was chosen."""
        pixels = self.format.value == "png"
        clear = pixels and self.clear.isChecked()
        choice = Choice(self.format.value, float(self.scale.value), clear)
        return Wish(choice, self.scheme.value)

    def _explain(self, key: str) -> None:
        self.about.setText(_(_ABOUT[key]))
        for widget in (self.scale, self.clear):
            widget.setEnabled(key == "png")

    def _buttons(self) -> QHBoxLayout:
        go, leave = PrimaryButton(_("Export…")), Button(_("Cancel"))
        go.setDefault(True)
        go.clicked.connect(self.accept)
        leave.clicked.connect(self.reject)
        return _lined([leave, go], stretch_first=True)


def _row(text: str, widget: QWidget) -> QHBoxLayout:
    label = Label(text)
    label.setMinimumWidth(_LABEL_WIDTH)
    row = _lined([label, widget])
    row.addStretch(1)
    return row


def _lined(widgets: Sequence[QWidget], *, stretch_first: bool = False) -> QHBoxLayout:
    row = QHBoxLayout()
    row.setSpacing(8)
    if stretch_first:
        row.addStretch(1)
    for widget in widgets:
        row.addWidget(widget)
    return row
