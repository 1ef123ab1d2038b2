"""The head of the runs page: the search, and what can be done with the selected runs."""

from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from studio.runs.isolated.deaths import resumable_step
from studio.runs.store import RunSummary
from studio.ui.kit import Button, Heading, SearchField, ToolButton
from studio.wording import _

_UNFINISHED = {"stopped", "interrupted", "finished early"}


class RunsHead(QWidget):
    """Fields and buttons; the page connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.search = SearchField(_("Search runs"))
        self.search.setToolTip(
            _("A name, a word of the note, a tag (tag:good) or a result (accuracy>90%).")
        )
        self.tree = ToolButton("branch", _("Branches below their runs"), checkable=True, side=30)
        self.tree.setChecked(True)
        self.compare = Button(_("Compare"), "compare")
        self.judge = Button(_("Judge"), "target")
        self.judge.setToolTip(
            _("See what this run gets wrong: class by class, and sample by sample.")
        )
        self.branch = Button(_("Branch from here"), "branch")
        self.resume = Button(_("Resume"), "play")
        self.watch = Button(_("Watch it"), "eye")
        self.export = ToolButton("export", _("Export the metrics"), side=30)
        self.export.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.rename = ToolButton("pencil", _("Rename this run\nF2"), side=30)
        self.reveal = ToolButton("folder", _("Show the folder of this run"), side=30)
        self.delete = ToolButton("trash", _("Delete the selected runs"), side=30)
        self._arrange()

    def offer(
        self, marked: tuple[RunSummary, ...], *, idle: bool, running: bool, alone: bool = False
    ) -> None:
        """Enable what can be done with these runs; `running` if one of them is under way.

        `alone` if it is under way by itself, so that it can be watched.
        """
        run = marked[0] if len(marked) == 1 else None
        readable = [one for one in marked if one.status != "broken"]
        unfinished = run is not None and _goes_on(run) and not running
        self.compare.setEnabled(len(readable) > 1)
        self.judge.setEnabled(run is not None and bool(readable) and not running)
        self.branch.setEnabled(run is not None and bool(readable) and idle)
        self.resume.setEnabled(unfinished and idle)
        self.resume.setVisible(unfinished)
        self.watch.setVisible(run is not None and alone and idle)
        self.export.setEnabled(bool(marked) and len(readable) == len(marked))
        self.rename.setEnabled(run is not None)
        self.reveal.setEnabled(run is not None)
        self.delete.setEnabled(bool(marked) and not running)
        self.compare.setToolTip(
            ""
            if len(readable) > 1
            else _("Select two or more runs, with Ctrl or Shift and the arrow keys or the mouse.")
        )

    def _arrange(self) -> None:
        self.search.setMinimumWidth(120)
        self.search.setMaximumWidth(260)
        above = QHBoxLayout()
        above.setSpacing(8)
        above.addWidget(Heading(_("Runs")))
        above.addSpacing(8)
        above.addWidget(self.search, 4)
        above.addWidget(self.tree)
        above.addStretch(1)
        self.watch.setToolTip(
            _("Show its curves as they grow, and steer it as if it had begun in this window.")
        )
        for button in (self.judge, self.compare, self.branch, self.resume, self.watch):
            above.addWidget(button)
        for tool in (self.rename, self.export, self.reveal, self.delete):
            above.addWidget(tool)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 8, 12, 8)
        column.addLayout(above)


def _goes_on(run: RunSummary) -> bool:
    """Whether a run is not complete; one that failed needs a checkpoint to go on from."""
    if run.status == "failed":
        return resumable_step(run.folder) is not None
    return run.status in _UNFINISHED
