"""How a file or folder is named in a form: typed, or picked with the button behind it."""

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from studio.setting import Setting
from studio.ui.editors import Editor
from studio.ui.kit.buttons import ToolButton
from studio.wording import _

PLACES = ("path", "folder", "file")
"""What settings are called that name a file or folder."""


class PathField(Editor):
    """A line that is read when the hand leaves it: half a path names something else."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self.field = QLineEdit()
        self._name(self.field)
        self.pick = ToolButton("folder", _("Choose…"), side=26)
        self._shown = ""
        self.field.editingFinished.connect(lambda: self._take(self.field.text()))
        self.pick.clicked.connect(self._ask)
        self.row.addWidget(self.field, 1)
        self.row.addWidget(self.pick)

    def show_value(self, value: Any) -> None:
        self._shown = str(value)
        self.field.setText(self._shown)
        self.field.setToolTip(self._shown)

    def fields(self) -> list[QWidget]:
        return [self.field]

    def _take(self, place: str) -> None:
        if place != self._shown:
            self._shown = place
            self.edited.emit(place)

    def _ask(self) -> None:
        start = str(Path(self._shown).parent) if self._shown else ""
        if self.setting.name == "file":
            found, _kind = QFileDialog.getOpenFileName(self, self.setting.title, start)
        else:
            found = QFileDialog.getExistingDirectory(self, self.setting.title, start)
        if found:
            self.field.setText(found)
            self._take(found)
