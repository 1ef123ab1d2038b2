"""How the window writes the network down: as a picture, as a table, on the clipboard."""

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.errors import StudioError
from studio.export.formats import FORMATS, write
from studio.export.summary import Summary, summary
from studio.ui import preferences
from studio.ui.picture.dialog import PictureDialog, Wish
from studio.ui.picture.drawing import Drawing
from studio.ui.picture.formats import save
from studio.ui.tokens import DARK, LIGHT
from studio.wording import _
from studio.workspace import Notice, Workspace


class Exports:
    """The verbs that write down what is open; all refusals become notices."""

    def __init__(self, workspace: Workspace, window: QWidget | None) -> None:
        self._workspace = workspace
        self._window = window

    def choose_picture(self) -> None:
        """Ask how the picture is to be and where it goes, and write it."""
        dialog = PictureDialog(self._window)
        if not dialog.exec():
            return
        wish = dialog.wish()
        kind = wish.choice.format
        path = self._place(_("Export picture"), f".{kind}", [f"{kind.upper()} (*.{kind})"])
        if path is not None:
            self.write_picture(path, wish)

    def write_picture(self, path: Path, wish: Wish) -> None:
        """Write the visible page as a picture."""
        look = DARK if wish.scheme == "dark" else LIGHT
        try:
            note = save(Drawing(self._workspace.page_report, look), path, wish.choice)
        except StudioError as refusal:
            self._workspace.refuse(refusal)
            return
        self._tell(path, note)

    def choose_summary(self) -> None:
        """Ask for a place and write the table of all layers there, in the format of its ending."""
        kinds = [f"{_(form.title)} (*{form.suffix})" for form in FORMATS.values()]
        path = self._place(_("Export summary"), ".md", kinds)
        if path is not None:
            self.write_summary(path)

    def write_summary(self, path: Path) -> None:
        """Write the table of all layers; an unknown ending means Markdown."""
        ending = path.suffix.lower()
        name = next((key for key, form in FORMATS.items() if form.suffix == ending), "markdown")
        try:
            write(self._summary(), path, name)
        except StudioError as refusal:
            self._workspace.refuse(refusal)
            return
        self._tell(path, "")

    def copy_summary(self) -> None:
        """Put the table of all layers on the clipboard, as Markdown."""
        QGuiApplication.clipboard().setText(FORMATS["markdown"].spell(self._summary()))
        self._workspace.notice.emit(Notice(_("The summary is on the clipboard.")))

    def _summary(self) -> Summary:
        return summary(self._workspace.name, self._workspace.report)

    def _place(self, title: str, suffix: str, kinds: Sequence[str]) -> Path | None:
        """Let the user name a file, beginning in the folder of the last one; None if they do not.

        The ending follows the kind that is chosen in the dialog.
        """
        dialog = QFileDialog(self._window, title, str(_folder(self._workspace)), ";;".join(kinds))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(suffix)
        dialog.filterSelected.connect(lambda kind: dialog.setDefaultSuffix(_ending(kind)))
        dialog.selectFile(f"{self._workspace.name}{suffix}")
        if not dialog.exec():
            return None
        path = Path(dialog.selectedFiles()[0])
        preferences.update(export_folder=str(path.parent))
        return path

    def _tell(self, path: Path, note: str) -> None:
        text = _("Written to {path}.").format(path=path)
        self._workspace.notice.emit(
            Notice(f"{text} {note}" if note else text, "warning" if note else "info")
        )


def _folder(workspace: Workspace) -> Path:
    remembered = preferences.load().export_folder
    if remembered and Path(remembered).is_dir():
        return Path(remembered)
    return workspace.path.parent if workspace.path else Path.home()


def _ending(kind: str) -> str:
    """Return the ending in the name of a kind of file: “CSV (*.csv)”."""
    return kind.rpartition("*")[2].rstrip(")")
