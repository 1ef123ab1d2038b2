"""How the report of a judgment is written from the window: where to, and behind it."""

from pathlib import Path

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QFileDialog, QWidget

from studio.errors import StudioError
from studio.runs.judging.judgment import Judgment
from studio.runs.judging.report import write_judged
from studio.ui import preferences
from studio.ui.bridge import Task
from studio.wording import _
from studio.workspace import Notice, Workspace


def write_report(owner: QWidget, workspace: Workspace, judgment: Judgment) -> None:
    """Ask where the report shall lie, and write it there; a notice says how it went."""
    start = Path(preferences.load().export_folder or Path.home()) / f"{judgment.run.name}.html"
    kinds = ";;".join((_("Web page (*.html)"), _("Markdown (*.md)")))
    name, kind = QFileDialog.getSaveFileName(owner, _("Write report"), str(start), kinds)
    if not name:
        return
    path = Path(name)
    path = path if path.suffix else path.with_suffix(".md" if "*.md" in kind else ".html")

    def done(_answer: object) -> None:
        workspace.notice.emit(Notice(_("Written to {path}.").format(path=path), "info"))

    def refused(error: StudioError) -> None:
        workspace.refuse(error)

    Task(
        lambda: write_judged(path, judgment), done, refused, QCoreApplication.instance() or owner
    ).start()
