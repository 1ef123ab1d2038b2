"""The card that says that a run broke off, and resumes it with one click."""

from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.runs.isolated.deaths import way_on
from studio.ui.binding import follow
from studio.ui.kit import Card, Heading, IconLabel, Note, PrimaryButton, ToolButton
from studio.ui.services import Services
from studio.wording import _


class InterruptedCard(Card):
    """Why the run that is shown is not complete, until it goes on or the card is put away."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=14)
        self._workspace, self._training = services.workspace, services.training
        self._run: Path | None = None
        self._put_away: Path | None = None
        self.setAccessibleName(_("This run broke off"))
        self.why = Note()
        self.resume = PrimaryButton(_("Resume"), "play")
        self.close_it = ToolButton("close", _("Put this report away"), side=26)
        self._arrange()
        self.resume.clicked.connect(self._go_on)
        self.close_it.clicked.connect(self._hide)
        follow(self, self._workspace.history_changed, lambda _history: self._show())
        follow(self, self._workspace.state_changed, lambda _state: self._show())
        self._show()

    def _show(self) -> None:
        run = self._workspace.interrupted_run
        self._run = run
        if run is None:
            self._put_away = None
        self.setVisible(run is not None and run != self._put_away)
        if run is not None:
            self.why.setText(self._sentence(run))
            self.setAccessibleDescription(self.why.text())

    def _sentence(self, run: Path) -> str:
        """Return why the run ended, and from where it goes on."""
        history = self._workspace.history
        if history is not None and history.ended is not None:
            return history.ended.message
        gone = _("The program ended while {run} was under way.").format(run=run.name)
        return f"{gone} {way_on(run)}"

    def _go_on(self) -> None:
        self._training.go_on()

    def _hide(self) -> None:
        self._put_away = self._run
        self.hide()

    def _arrange(self) -> None:
        self.why.set_tone("text2")
        self.resume.setToolTip(
            _("Goes on from the last checkpoint, bit for bit as if nothing had happened.\nCtrl+P")
        )
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(Heading(_("This run broke off")))
        words.addWidget(self.why)
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(IconLabel("warning", 18, "warn"))
        row.addLayout(words, 1)
        row.addWidget(self.resume)
        row.addWidget(self.close_it)
        self.body.addLayout(row)
