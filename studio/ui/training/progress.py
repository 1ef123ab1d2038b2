"""How far the run is: its state, epoch, loss, speed, time left, and the buttons that steer it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from studio.runs.history import History
from studio.ui.binding import follow
from studio.ui.kit import (
    Bar,
    Button,
    Caption,
    Card,
    Elided,
    Heading,
    IconLabel,
    StateDot,
    StatPill,
    ToolButton,
    ValueLabel,
)
from studio.ui.training.moved_on import MovedOn
from studio.ui.training.naming import (
    ending_name,
    loss_text,
    main_metric,
    metric_name,
    metric_text,
    time_text,
)
from studio.wording import Plural, _, duration, full, humanized
from studio.workspace import State, Workspace

_TONES = {
    State.IDLE: "text3",
    State.STARTING: "warn",
    State.RUNNING: "ok",
    State.PAUSED: "warn",
    State.STOPPING: "warn",
}

_ENDINGS = {"finished": "ok", "finished early": "ok", "stopped": "text3", "failed": "error"}


class ProgressCard(Card):
    """The card of the run: what it does, how far it is, and how to steer it."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=14)
        self._workspace = workspace
        self._moved_on = MovedOn(workspace)
        self.apart = _apart()
        self.dot = StateDot()
        self.state = Heading()
        self.alone = IconLabel("isolated", 15, "text3")
        self.run = Elided()
        self.epoch = ValueLabel("–", px=15)
        self.of_epochs = Caption()
        self.bar = Bar(_("Progress"))
        self.loss = StatPill(_("Train loss"))
        self.score = StatPill(_("Validation"))
        self.speed = StatPill(_("Throughput"))
        self.left = StatPill(_("Time left"))
        self.pause = Button(_("Pause"), "pause")
        self.stop = Button(_("Stop"), "stop")
        self.finish = ToolButton("finish", _("Finish early: evaluate and save now"), side=30)
        self._arrange()
        self.pause.clicked.connect(self._pause_or_resume)
        self.stop.clicked.connect(workspace.stop)
        self.finish.clicked.connect(workspace.finish_early)
        follow(self, workspace.state_changed, self._show_state)
        follow(self, workspace.history_changed, self._show_history)
        follow(self, workspace.document.changed, lambda _change: self._compare())
        follow(self, workspace.source_changed, lambda _source: self._compare())
        self._show_state(workspace.state)
        self._show_history(workspace.history)

    def sizeHint(self) -> QSize:
        return QSize(280, 214)

    def _arrange(self) -> None:
        self.setMinimumWidth(240)
        self.run.set_tone("text3")
        self.run.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.stop.setToolTip(_("Save the run as it is and end it; it can be resumed later."))
        self.pause.setToolTip(_("Hold the run between two steps; the network stays in memory."))
        self.alone.setAccessibleName(_("In a process of its own"))
        self.alone.setToolTip(
            _("This run has a process of its own; it may go on after the window is closed.")
        )
        head, buttons = QHBoxLayout(), QHBoxLayout()
        for widget in (self.dot, self.state, self.alone):
            head.addWidget(widget)
        head.addWidget(self.run, 1)
        buttons.addWidget(self.pause, 1)
        buttons.addWidget(self.stop, 1)
        buttons.addWidget(self.finish)
        self.body.setSpacing(6)
        self.body.addLayout(head)
        self.body.addLayout(self._count())
        self.body.addWidget(self.bar)
        self.body.addSpacing(4)
        self.body.addLayout(self._numbers())
        self.body.addWidget(self.apart)
        self.body.addStretch(1)
        self.body.addLayout(buttons)

    def _count(self) -> QHBoxLayout:
        count = QHBoxLayout()
        count.addWidget(Caption(_("Epoch")))
        count.addStretch(1)
        count.addWidget(self.epoch)
        count.addWidget(self.of_epochs)
        return count

    def _numbers(self) -> QGridLayout:
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(12)
        numbers.setVerticalSpacing(8)
        for place, pill in enumerate((self.loss, self.score, self.speed, self.left)):
            numbers.addWidget(pill, *divmod(place, 2))
            numbers.setColumnStretch(place % 2, 1)
        return numbers

    def _pause_or_resume(self) -> None:
        if self._workspace.state is State.PAUSED:
            self._workspace.resume()
        else:
            self._workspace.pause()

    def _show_state(self, state: State) -> None:
        self.dot.show_token(_TONES[state])
        paused = state is State.PAUSED
        self.pause.setText(_("Resume") if paused else _("Pause"))
        self.pause.set_icon("play" if paused else "pause")
        going = state in {State.RUNNING, State.PAUSED}
        for button in (self.pause, self.finish):
            button.setEnabled(going)
        self.stop.setEnabled(going or state is State.STARTING)
        self.alone.setVisible(state is not State.IDLE and self._workspace.can_leave)
        self._show_heading(state, self._workspace.history)
        self._compare()

    def _compare(self) -> None:
        """Say when the run goes on with something else than what is shown."""
        self.apart.setVisible(self._moved_on.is_true())

    def _show_heading(self, state: State, history: History | None) -> None:
        ended = history.ended if history is not None else None
        idle = ending_name(ended.reason) if ended is not None else _("Ready")
        words = {
            State.IDLE: idle,
            State.STARTING: _("Starting…"),
            State.RUNNING: _("Training"),
            State.PAUSED: _("Paused"),
            State.STOPPING: _("Saving…"),
        }
        self.state.setText(words[state])
        if state is State.IDLE:
            self.dot.show_token(_ENDINGS[ended.reason] if ended is not None else _TONES[state])

    def _show_history(self, history: History | None) -> None:
        history = history or History()
        self._show_heading(self._workspace.state, history)
        started = history.started
        self.run.setText(started.run if started else self._earlier())
        self.epoch.setText(f"{history.progress * started.epochs:.1f}" if started else "–")
        self.of_epochs.setText(f"/ {started.epochs}" if started else "")
        ended = history.ended
        self.bar.show_share(history.progress, _ENDINGS[ended.reason] if ended else "accent")
        self._show_numbers(history)

    def _earlier(self) -> str:
        """Return what to say where no run is shown: that there are some, or none yet."""
        count = len(self._workspace.runs()) if not self._workspace.is_training else 0
        if not count:
            return _("not trained yet")
        return Plural(
            "1 run, open it on the Runs page", "{count} runs, open one on the Runs page"
        ).of(count)

    def _show_numbers(self, history: History) -> None:
        self.loss.show_value(loss_text(history))
        metric = main_metric(history)
        known = history.epochs[-1].validation.get(metric) if history.epochs else None
        self.score.show_value(
            "–" if known is None else metric_text(metric, known),
            full="" if known is None else f"{metric_name(metric)}: {known:.6g}",
        )
        speed = float(history.speeds[-1]) if len(history.curve) else 0.0
        if history.ended is not None and history.ended.samples_per_second:
            speed = history.ended.samples_per_second
        unit = _("samples/s") if speed else ""
        exact = full(round(speed)) if speed else ""
        self.speed.show_value(humanized(speed) if speed else "–", unit, full=exact)
        left = history.time_left_s
        if history.ended is not None:
            self.left.show_caption(_("Time"))
            self.left.show_value(time_text(history.ended.seconds))
        else:
            self.left.show_caption(_("Time left"))
            self.left.show_value("–" if left is None else duration(left))


def _apart() -> Elided:
    """Return the line that shows when what is open is no longer what is being trained."""
    line = Elided(_("The run goes on with what it was started with."))
    line.set_tone("text3")
    line.setToolTip(
        _("The network or the data have changed; the next run will use them as they are now.")
    )
    return line
