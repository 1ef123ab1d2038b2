"""Where the samples come from: the choice, its settings, and the folder where it needs one."""

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from studio.datasets.source import SOURCES, Source
from studio.ui.binding import follow
from studio.ui.data.column_roles import ColumnRoles
from studio.ui.data.own_data import OwnData
from studio.ui.data.source_list import SourceList
from studio.ui.form import Form
from studio.ui.kit import Button, Hairline, Note, QuietButton
from studio.ui.loading import DatasetLoader
from studio.ui.side_panel import SidePanel
from studio.ui.words import sentence_of
from studio.wording import _
from studio.workspace import Workspace


class SourcePanel(SidePanel):
    """Chooses the source of the workspace and edits it."""

    def __init__(
        self, workspace: Workspace, loader: DatasetLoader, parent: QWidget | None = None
    ) -> None:
        super().__init__(_("Data"), parent)
        self._workspace = workspace
        self.own = OwnData()
        self._loader = loader
        self.own.chosen.connect(loader.bring)
        self.own.reread.connect(workspace.set_source)
        self.list = SourceList()
        self.list.chosen.connect(self._choose)
        self.others = QuietButton(_("Ready-made data sets"), "chevron_down")
        self.others.setToolTip(_("Show the data sets that come with the program."))
        self.others.clicked.connect(lambda: self._unfold(unfolded=True))
        self.about = Note()
        self.folder = Button(_("Choose folder…"), "folder")
        self.folder.clicked.connect(self.choose_another)
        self.form: Form | None = None
        self._place = QVBoxLayout()
        self.columns = ColumnRoles(workspace)
        self._arrange()
        follow(self, workspace.source_changed, self._show_source)
        loader.recognized.connect(self._show_kinds)
        self._show_source(workspace.source)

    def _arrange(self) -> None:
        self.body.setContentsMargins(12, 10, 12, 16)
        self.body.addWidget(self.own)
        self.body.addWidget(self.others, 0, Qt.AlignmentFlag.AlignLeft)
        self.body.addWidget(self.list)
        self.body.addWidget(Hairline())
        below = QVBoxLayout()
        below.setContentsMargins(4, 0, 4, 0)
        below.setSpacing(10)
        below.addWidget(self.about)
        below.addWidget(self.folder)
        below.addWidget(self.columns)
        below.addLayout(self._place)
        self.body.addLayout(below)
        self.body.addStretch(1)

    def choose_folder(self, folder: Path) -> None:
        """Take the samples from this folder, if the source has one; the same is read anew."""
        source = self._workspace.source
        if source is None or "folder" not in source.declared:
            return
        chosen = source.changed(folder=str(folder))
        if chosen == source:
            self._loader.start()
        self._workspace.set_source(chosen)

    def _choose(self, key: str) -> None:
        present = self._workspace.source
        if present is None or present.key != key:
            self._workspace.set_source(SOURCES[key]())
        if "folder" in SOURCES[key].declared and not self._folder():
            self.choose_another()

    def choose_another(self) -> None:
        """Ask for the folder that holds the samples."""
        found = QFileDialog.getExistingDirectory(
            self, _("The folder with the files"), self._folder()
        )
        if found:
            self.choose_folder(Path(found))

    def _unfold(self, *, unfolded: bool) -> None:
        """Show the data sets that are built in, or one line that unfolds them."""
        self.list.setVisible(unfolded)
        self.others.setVisible(not unfolded)

    def _folder(self) -> str:
        return str(getattr(self._workspace.source, "folder", ""))

    def _show_kinds(self) -> None:
        source = self._workspace.resolved_source
        known = source is not None and self._loader.knows(source)
        self.own.show_kinds(source, self._loader.kinds if known else ())

    def _show_source(self, source: Source | None) -> None:
        self.own.show_source(self._workspace.resolved_source)
        self._show_kinds()
        self.list.show_source(source)
        self._unfold(unfolded=source is None or not source.is_own)
        self.about.setText(sentence_of(type(source)) if source is not None else "")
        needs = source is not None and not source.is_own and "folder" in source.declared
        self.folder.setVisible(needs)
        if self.form is not None and source is not None and type(self.form.value) is type(source):
            self.form.show_value(source)
            return
        if self.form is not None:
            self._place.removeWidget(self.form)
            self.form.hide()  # it is deleted later, and must not be seen till then
            self.form.deleteLater()
            self.form = None
        if source is not None:
            self.form = Form(source)
            self.form.changed.connect(lambda value, _name: self._workspace.set_source(value))
            self._place.addWidget(self.form)
