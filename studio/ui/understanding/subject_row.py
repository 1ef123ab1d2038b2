"""The row of networks that are compared: each a chip, and a menu to add another."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QMenu, QWidget

from studio import gallery
from studio.errors import StudioError
from studio.paths import SUFFIX
from studio.ui.kit import Button, Elided, ToolButton
from studio.ui.understanding.subjects import (
    OPEN,
    Subject,
    from_file,
    from_gallery,
    from_run,
    offered_runs,
)
from studio.wording import _
from studio.workspace import Workspace

MOST = 6
"""Columns beyond this cannot be read side by side."""


class SubjectRow(QWidget):
    """Chips, the open network first; the menu adds from the gallery, from runs, and from files."""

    changed = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.subjects: list[Subject] = [OPEN]
        self.add = Button(_("Add a network"), "plus")
        self.menu = QMenu(self.add)
        self.menu.aboutToShow.connect(self._fill_menu)
        self.add.setMenu(self.menu)
        self.add.setToolTip(_("Compare with one of the gallery, of a run, or of a file."))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(8)
        self._chips: list[QWidget] = []
        self._row.addWidget(self.add)
        self._row.addStretch(1)
        self._show()

    def take(self, make: Callable[[], Subject]) -> None:
        """Add a network; a notice says why if it cannot be opened."""
        try:
            subject = make()
        except StudioError as refusal:
            self._workspace.refuse(refusal)
            return
        self.subjects.append(subject)
        self._show()
        self.changed.emit()

    def drop(self, index: int) -> None:
        """Take a network away; the open one stays."""
        if 0 < index < len(self.subjects):
            del self.subjects[index]
            self._show()
            self.changed.emit()
            self.add.setFocus()

    def name(self, subject: Subject) -> str:
        """Return what a network is called here."""
        return subject.name or self._workspace.name

    def rename_open(self) -> None:
        """Show the present name of the open network."""
        self._show()

    def _show(self) -> None:
        for chip in self._chips:
            self._row.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [self._chip(index, one) for index, one in enumerate(self.subjects)]
        for index, chip in enumerate(self._chips):
            self._row.insertWidget(index, chip)
        self.add.setEnabled(len(self.subjects) < MOST)

    def _chip(self, index: int, subject: Subject) -> QWidget:
        chip = QFrame()
        chip.setProperty("surface", "card")
        chip.setFixedHeight(32)
        row = QHBoxLayout(chip)
        row.setContentsMargins(10, 0, 4 if index else 10, 0)
        row.setSpacing(4)
        label = Elided(self.name(subject))
        label.setMaximumWidth(label.fontMetrics().horizontalAdvance(label.text()) + 4)
        row.addWidget(label)
        if index:
            close = ToolButton(
                "close", _("Take {name} away").format(name=self.name(subject)), side=22
            )
            close.clicked.connect(lambda: self.drop(index))
            row.addWidget(close)
        return chip

    def _fill_menu(self) -> None:
        self.menu.clear()
        self.menu.addMenu(self._shelf())
        runs = QMenu(_("From a run"), self.menu)
        for folder in offered_runs(self._workspace):
            action = runs.addAction(folder.name)
            action.triggered.connect(
                lambda _on=False, folder=folder: self.take(lambda: from_run(folder))
            )
        runs.setEnabled(not runs.isEmpty())
        self.menu.addMenu(runs)
        self.menu.addAction(_("From a project file…")).triggered.connect(self._choose_file)

    def _shelf(self) -> QMenu:
        """Return the networks of the gallery, a menu for each area."""
        shelf = QMenu(_("From the gallery"), self.menu)
        areas: dict[str, QMenu] = {}
        for entry in gallery.entries():
            if entry.area not in areas:
                areas[entry.area] = shelf.addMenu(_(entry.area))
            action = areas[entry.area].addAction(_(entry.title))
            action.triggered.connect(
                lambda _on=False, name=entry.name: self.take(lambda: from_gallery(name))
            )
        return shelf

    def _choose_file(self) -> None:
        folder = str(self._workspace.path.parent) if self._workspace.path else ""
        kinds = _("Projects (*{suffix})").format(suffix=SUFFIX)
        name, _kind = QFileDialog.getOpenFileName(self, _("Compare with"), folder, kinds)
        if name:
            self.take(lambda: from_file(Path(name)))
