"""The line that says that a run of the open project goes on by itself, with the way to watch it."""

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.runs.isolated import Living
from studio.runs.notes import read_notes
from studio.ui.binding import follow
from studio.ui.kit import Elided, Hairline, QuietButton, StateDot, ToolButton
from studio.ui.services import Services
from studio.wording import _
from studio.workspace import Workspace

_LOOK_MS = 2000
"""How often it looks whether the run still goes on."""


class LivingLine(QWidget):
    """One line above the pages; it is there while a run goes on that nobody here watches."""

    watched = Signal()
    """The run is followed from now on."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace: Workspace = services.workspace
        self._training = services.training
        self._away: frozenset[Path] = frozenset()
        self.run: Path | None = None
        self.dot, self.text = StateDot(), Elided()
        self.watch = QuietButton(_("Watch it"), "eye")
        self.close_it = ToolButton("close", _("Put this line away; the run goes on"), side=26)
        self._clock = QTimer(self, interval=_LOOK_MS)
        self._arrange()
        self._clock.timeout.connect(self._look)
        self.watch.clicked.connect(self._attach)
        self.close_it.clicked.connect(self._put_away)
        workspace = self._workspace
        follow(self, workspace.opened, lambda _name: self._look())
        follow(self, workspace.state_changed, lambda _state: self._look())
        follow(self, workspace.runs_changed, lambda _none: self._look())
        self._look()

    def _look(self) -> None:
        """Show the newest run that goes on by itself, if there is one."""
        workspace = self._workspace
        living = () if workspace.is_training else workspace.living_runs()
        found = next((life for life in living if life.folder not in self._away), None)
        before, self.run = self.run, found.folder if found is not None else None
        self.setVisible(found is not None)
        if found is not None:
            self._clock.start()
            self._show(found)
            return
        self._clock.stop()
        if before is not None and not workspace.is_training and not living:
            workspace.runs_changed.emit(None)  # it came to its end

    def _show(self, life: Living) -> None:
        name = read_notes(life.folder).name or life.folder.name
        text = (
            _("A run of this project is paused and waits: {run}")
            if life.paused
            else _("A run of this project is going on by itself: {run}")
        )
        self.dot.show_token("warn" if life.paused else "ok")
        self.text.setText(text.format(run=name))
        self.setAccessibleName(self.text.text())

    def _attach(self) -> None:
        if self.run is not None and self._training.attach(self.run):
            self.watched.emit()

    def _put_away(self) -> None:
        if self.run is not None:
            self._away |= {self.run}
        self._look()

    def _arrange(self) -> None:
        self.text.set_tone("text2")
        self.watch.setToolTip(
            _("Show its curves as they grow, and steer it as if it had begun in this window.")
        )
        row = QHBoxLayout()
        row.setContentsMargins(16, 3, 12, 3)
        row.setSpacing(8)
        row.addWidget(self.dot)
        row.addWidget(self.text, 1)
        row.addWidget(self.watch)
        row.addWidget(self.close_it)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(Hairline())
