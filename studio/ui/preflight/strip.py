"""One quiet line above the training: memory, disk, time, and what helps where memory is short."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from studio.analysis.preflight import Preflight, Remedy, preflight
from studio.analysis.room import free_disk
from studio.ui.binding import follow
from studio.ui.data.standing import DataLine
from studio.ui.freeze_gain import FreezeGain
from studio.ui.kit import (
    Caption,
    FixButton,
    Heading,
    Label,
    Note,
    QuietButton,
    StateDot,
    ValueLabel,
)
from studio.ui.preflight.device_room import DeviceRoom
from studio.ui.preflight.memory_bar import MemoryBar, PartLegend
from studio.ui.preflight.words import (
    VERDICTS,
    disk_hint,
    epoch_seconds,
    epoch_text,
    measured_text,
    need_text,
    remedy_hint,
    remedy_text,
    samples_text,
)
from studio.ui.resting import Resting
from studio.ui.services import Services
from studio.ui.terms import terms_of
from studio.wording import _, byte_size
from studio.workspace import State

_ROOM_FOR_PARTS = 1320


class PreflightStrip(Resting):
    """The verdict, the parts of the memory, a checkpoint, an epoch; buttons that make it fit."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = services.workspace
        self.setAccessibleName(_("Before training"))
        self.device = DeviceRoom(services.engine, self)
        self.found: Preflight | None = None
        self.dot, self.verdict = StateDot(), Heading()
        self.bar, self.legend = MemoryBar(), PartLegend()
        self.need, self.checkpoint, self.epoch = Label(), _Fact(), _Fact()
        self.measured, self.samples = _Fact(), _Fact()
        self.gain = FreezeGain(self._workspace, wide=True, free=lambda: self.device.room.free)
        self.unknown = Note()
        self.data = DataLine(services)
        self.help = QuietButton(_("Save memory"), "memory")
        self.menu = QMenu(self.help)
        self.remedies: list[FixButton] = []
        self._second = QWidget()
        self._arrange()
        self._connect(services)

    def refresh(self) -> None:
        workspace = self._workspace
        known = not workspace.report.errors and len(workspace.report.graph) > 0
        refusal = self.device.refusal
        self.found = self._looked() if known and refusal is None else None
        self.unknown.setVisible(self.found is None)
        for widget in (self.bar, self.need, self.checkpoint, self.epoch, self.help):
            widget.setVisible(self.found is not None)
        self._show_measured()
        self._show_samples()
        self.data.refresh()
        if self.found is None:
            self.dot.show_token("text3")
            self.verdict.setText(_("Memory"))
            self.unknown.setText(
                str(refusal) if refusal else _("Known when the network has no errors.")
            )
        else:
            self._show_found(self.found)
        self._show_remedies(self.found)
        self.gain.refresh()
        self._give_room()

    def sizeHint(self) -> QSize:
        return QSize(1000, super().sizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._give_room()
        super().resizeEvent(event)

    def apply(self, remedy: Remedy) -> None:
        """Change the plan as a remedy says."""
        self._workspace.set_plan(self._workspace.plan.changed(**remedy.changes))

    def _looked(self) -> Preflight:
        room, workspace = self.device.room, self._workspace
        return preflight(
            workspace.report,
            terms_of(workspace, room.device),
            free=room.free,
            disk_free=free_disk(workspace.runs_folder),
        )

    def _show_found(self, found: Preflight) -> None:
        word, token, sentence = VERDICTS[found.verdict]
        self.dot.show_token(token)
        self.verdict.setText(_(word))
        self.verdict.setToolTip(_(sentence))
        self.bar.show_estimate(found.needed, found.free)
        self.legend.show_estimate(found.needed)
        self.need.setText(need_text(found))
        self.need.setToolTip(
            _("At the fullest moment of a step with batches of {count}, without the data.").format(
                count=self._workspace.plan.largest_batch
            )
        )
        tone = "text" if found.disk_fits else "error"
        self.checkpoint.show_fact(
            _("Checkpoint"), byte_size(found.checkpoint), disk_hint(found), tone
        )
        self._show_epoch()

    def _show_epoch(self) -> None:
        seconds = epoch_seconds(self._workspace.history, self._workspace.report)
        hint = (
            _("Known after the first steps of a run.")
            if seconds is None
            else _("As measured in the run that is shown.")
        )
        self.epoch.show_fact(_("Epoch"), epoch_text(seconds), hint)

    def _show_measured(self) -> None:
        text, sentence = measured_text(self._workspace.history)
        self.measured.setVisible(bool(text))
        self.measured.show_fact(_("Prediction"), text, sentence)

    def _show_samples(self) -> None:
        workspace, room = self._workspace, self.device.room
        text, sentence = samples_text(workspace.dataset, workspace.plan, room.device, room.free)
        self.samples.setVisible(bool(text))
        self.samples.show_fact(_("Samples"), text, sentence)

    def _show_remedies(self, found: Preflight | None) -> None:
        for button in self.remedies:
            self._second_row.removeWidget(button)
            button.hide()
            button.deleteLater()
        offered = found.remedies if found is not None else ()
        urgent = found is not None and found.verdict != "fits"
        self.remedies = [self._button(one) for one in offered] if urgent else []
        for button in self.remedies:
            self._second_row.insertWidget(self._second_row.count() - 1, button)
        self._second.setVisible(bool(self.remedies))
        self.help.setVisible(bool(offered) and not urgent)
        self.menu.clear()
        for remedy in offered:
            action = self.menu.addAction(remedy_text(remedy))
            action.setToolTip(remedy_hint(remedy, found) if found else "")
            action.triggered.connect(lambda _on=False, remedy=remedy: self.apply(remedy))

    def _button(self, remedy: Remedy) -> FixButton:
        button = FixButton(remedy_text(remedy), "bolt")
        if self.found is not None:
            button.setToolTip(remedy_hint(remedy, self.found))
            button.setAccessibleDescription(remedy_hint(remedy, self.found))
        button.clicked.connect(lambda: self.apply(remedy))
        return button

    def _give_room(self) -> None:
        """Name the parts of the memory where there is room; the bar tells them anyway."""
        self.legend.setVisible(self.found is not None and self.width() >= _ROOM_FOR_PARTS)

    def _connect(self, services: Services) -> None:
        workspace = self._workspace
        self.device.changed.connect(self.outdate)
        services.engine.ready.connect(self._ask_engine)
        follow(self, workspace.report_changed, lambda _report: self.outdate())
        follow(self, workspace.dataset_changed, lambda _dataset: self.outdate())
        follow(self, workspace.plan_changed, lambda _plan: self._ask())
        follow(self, workspace.history_changed, lambda _history: self._follow_run())
        follow(self, workspace.state_changed, lambda _state: self._ask())

    def _ask_engine(self, _version: str) -> None:
        self._ask()

    def _ask(self) -> None:
        """Look at the device again, but not while a run of this program fills it."""
        if self._workspace.state is State.IDLE:
            self.device.ask(self._workspace.plan)
        self.outdate()

    def _follow_run(self) -> None:
        """Show the time of an epoch while a run goes on, and what was measured after it."""
        history = self._workspace.history
        if history is None or history.ended is not None:
            self.outdate()
        elif self.found is not None and self.isVisible():
            self._show_epoch()

    def _arrange(self) -> None:
        self.menu.setToolTipsVisible(True)
        self.help.setMenu(self.menu)
        self.help.setToolTip(_("What makes a training step smaller, and by how much."))
        first = QHBoxLayout()
        first.setSpacing(10)
        first.addWidget(self.dot)
        first.addWidget(self.verdict)
        self.unknown.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        first.addWidget(self.unknown, 1)
        first.addWidget(self.bar, 1)
        first.addWidget(self.need)
        first.addWidget(self.legend)
        for fact in (self.checkpoint, self.samples, self.epoch, self.measured):
            first.addWidget(fact)
        first.addWidget(self.help)
        self._second_row = QHBoxLayout(self._second)
        self._second_row.setContentsMargins(24, 0, 0, 0)
        self._second_row.setSpacing(8)
        self._second_row.addWidget(Caption(_("What helps")))
        self._second_row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 7, 12, 7)
        column.setSpacing(4)
        column.addWidget(self.data)
        column.addLayout(first)
        column.addWidget(self.gain)
        column.addWidget(self._second)
        self.gain.refresh()
        self.setMinimumSize(520, 44)  # the legend gives way before the window has to grow


class _Fact(QWidget):
    """A name and a number on one line."""

    def __init__(self) -> None:
        super().__init__()
        self._name, self.value = Caption(), ValueLabel(px=12)
        row = QHBoxLayout(self)
        row.setContentsMargins(6, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self._name, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.value, 0, Qt.AlignmentFlag.AlignVCenter)

    def show_fact(self, name: str, value: str, hint: str, tone: str = "text") -> None:
        """Show a number by its name."""
        self._name.setText(name)
        self.value.setText(value)
        self.value.set_tone(tone)
        self.setToolTip(hint)
        self.setAccessibleName(name)
        self.setAccessibleDescription(f"{value}. {hint}")
