"""A network to begin with for the data at hand, taken by one button and undone as one step."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.analysis.report import Report
from studio.errors import StudioError
from studio.ui.binding import follow
from studio.ui.kit import Button, Note
from studio.ui.question import ask
from studio.wording import _
from studio.workspace import Notice, Workspace
from studio.workspace.adopting import adopt


class Start(QWidget):
    """Says whether the network fits the data, and proposes one that does."""

    proposed = Signal()
    """A network was proposed and stands on the canvas."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.note = Note()
        self.button = Button(_("Propose a network"), "flask")
        self.button.setToolTip(_("Puts a small network and a plan for these data on the canvas."))
        self.button.clicked.connect(self.propose)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.note)
        column.addWidget(self.button)
        follow(self, workspace.report_changed, self._show_report)
        self._show_report(workspace.report)

    def propose(self) -> None:
        """Take the proposal; a network that is already there is replaced only if that is wished."""
        if len(self._workspace.document.graph) and not self._may_replace():
            return
        try:
            adopt(self._workspace)
        except StudioError as refusal:
            self._workspace.refuse(refusal)
            return
        self._workspace.notice.emit(
            Notice(_("Here is a network to begin with. Undo brings back the former one."))
        )
        self.proposed.emit()

    def _may_replace(self) -> bool:
        sentence = _("The network on the canvas and its plan are replaced. Undo brings them back.")
        answers = (("replace", _("Replace")), ("keep", _("Keep mine")))
        return ask(self, _("Propose a network?"), sentence, answers) == "replace"

    def _show_report(self, report: Report) -> None:
        if not len(report.graph):
            text = _("There is no network for these data yet.")
        elif report.errors:
            text = _("The network does not fit these data: {problem}").format(
                problem=report.errors[0].problem
            )
        else:
            text = ""
        self.note.setText(text)
        self.note.setVisible(bool(text))
