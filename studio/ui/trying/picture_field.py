"""How a picture is given: drawn, dropped, pasted, or chosen from the disk."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from studio.catalogue.shape import Shape
from studio.datasets.dataset import Array, Dataset
from studio.datasets.pictures.reading import SUFFIXES, read_picture
from studio.datasets.pictures.sketch import sketched
from studio.errors import FileError, StudioError
from studio.ui.bridge import Task
from studio.ui.kit import QuietButton, ToolButton
from studio.ui.pictures import picture
from studio.ui.trying.field import Field, Reading
from studio.ui.trying.pad import DrawingPad
from studio.wording import _

if TYPE_CHECKING:
    from studio.runs.trying import Tryout

_SHOWN = Shape(3, 280, 280)


class PictureField(Field):
    """Takes strokes of the mouse, or a file of a picture."""

    takes_files = True

    def __init__(
        self, name: str, sample: Shape, parent: QWidget | None = None, *, light_on_dark: bool
    ) -> None:
        super().__init__(name, parent)
        self._sample, self._light_on_dark = sample, light_on_dark
        self._brought: Path | QImage | None = None
        self._bringing: Task | None = None
        self.pad = DrawingPad(light_on_dark=light_on_dark, draws=sample[0] == 1)
        self.choose = QuietButton(_("Choose a picture…"), "picture")
        self.draw = ToolButton("pencil", _("Draw with the mouse"), checkable=True)
        buttons = QHBoxLayout()
        buttons.addWidget(self.choose)
        buttons.addStretch(1)
        buttons.addWidget(self.draw)
        self.body.addWidget(self.pad)
        self.body.addLayout(buttons)
        self.draw.setVisible(not self.pad.draws)  # not before it has a parent
        self.pad.drawn.connect(self._follow_strokes)
        self.pad.brought.connect(self.bring)
        self.pad.asked.connect(self._ask_for_file)
        self.choose.clicked.connect(self._ask_for_file)
        self.draw.toggled.connect(lambda on: self.pad.let_draw(on=on))

    @property
    def called(self) -> str:
        if isinstance(self._brought, Path):
            return self._brought.name
        return _("drawing") if self._brought is None else _("picture")

    def bring(self, what: Path | QImage) -> None:
        """Take a file, or a picture from the clipboard; both are read away from the window."""
        self._forget_bringing()

        def accept(shown: Array) -> None:
            self._bringing, self._brought = None, what
            self.pad.show_picture(picture(shown))
            self._touched()

        self._bringing = Task(lambda: _shown(what), accept, self._decline, self)
        self._bringing.start()

    def _decline(self, refusal: StudioError) -> None:
        self._bringing = None
        self.refused.emit(str(refusal))

    def _forget_bringing(self) -> None:
        if self._bringing is not None:
            self._bringing.cancel()
            self._bringing = None

    def _follow_strokes(self) -> None:
        self._forget_bringing()
        self._brought = None
        self._touched()

    def _ask_for_file(self) -> None:
        kinds = " ".join(f"*{suffix}" for suffix in SUFFIXES)
        found, _kind = QFileDialog.getOpenFileName(
            self, _("Choose a picture"), "", f"{_('Pictures')} ({kinds});;{_('All files')} (*)"
        )
        if found:
            self.bring(Path(found))

    def _reading(self) -> Reading | None:
        if self._brought is not None:
            return self._reader(self._brought)
        strokes = self.pad.strokes
        if not strokes:
            return None
        sample, light_on_dark = self._sample, self._light_on_dark

        def read(_tryout: "Tryout") -> Array:
            return sketched(strokes, sample, light_on_dark=light_on_dark)

        return read

    def _reader(self, what: Path | QImage) -> Reading:
        name = self.name

        def read(tryout: "Tryout") -> Array:
            with _as_file(what) as path:
                return tryout.typed(name, str(path))

        return read

    def _show(self, _dataset: Dataset, _index: int, sample: Array) -> None:
        self._forget_bringing()
        self._brought = None
        self.pad.show_picture(picture(sample))

    def _wipe(self) -> None:
        self._forget_bringing()
        self._brought = None
        self.pad.clear()


@contextmanager
def _as_file(what: Path | QImage) -> Iterator[Path]:
    """Give the file, or one that holds a picture as long as it is needed."""
    if isinstance(what, Path):
        yield what
        return
    with tempfile.TemporaryDirectory(prefix="layerwise-") as folder:
        path = Path(folder) / "picture.png"
        if not what.save(str(path)):
            raise FileError(_("The picture cannot be kept in {folder}.").format(folder=folder))
        yield path


def _shown(what: Path | QImage) -> Array:
    with _as_file(what) as path:
        return read_picture(path, _SHOWN, fit="pad")
