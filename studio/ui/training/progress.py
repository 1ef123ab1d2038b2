"""How far the run is: its state, epoch, loss, speed, time left, and the buttons that steer it."""

from PySide6.QtCore import QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from studio.runs.history import History
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.kit import (
    Bar,
    Button,
    Caption,
    Card,
    Elided,
    Heading,
    StatPill,
    ToolButton,
    ValueLabel,
)
from studio.ui.tokens import faded
from studio.ui.training.naming import ending_name, main_metric, metric_name, metric_text, time_text
from studio.wording import _, duration, full, humanized
from studio.workspace import State, Workspace

_TONES = {
    State.IDLE: "text3",
    State.STARTING: "warn",
    State.RUNNING: "ok",
    State.PAUSED: "warn",
    State.STOPPING: "warn",
}


class StateDot(QWidget):
    """The dot that says at a glance what the run is doing."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._token = "text3"
        self.setFixedSize(14, 14)
        follow(self, theme.changed, lambda _look: self.update())

    def show_token(self, token: str) -> None:
        """Take the color of a token."""
        self._token = token
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        color = theme.current().color(self._token)
        for radius, share in ((6.0, 0.2), (3.5, 1.0)):
            painter.setBrush(faded(color, share))
            painter.drawEllipse(QPointF(7, 7), radius, radius)
        painter.end()


class ProgressCard(Card):
    """The card of the run: what it does, how far it is, and how to steer it."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=14)
        self._workspace = workspace
        self.dot = StateDot()
        self.state = Heading()
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
        self._show_state(workspace.state)
        self._show_history(workspace.history)

    def sizeHint(self) -> QSize:
        return QSize(280, 240)

    def _arrange(self) -> None:
        self.setMinimumWidth(240)
        self.run.set_tone("text3")
        self.run.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.stop.setToolTip(_("Save the run as it is and end it; it can be resumed later."))
        self.pause.setToolTip(_("Hold the run between two steps; the network stays in memory."))
        head, count, buttons = QHBoxLayout(), QHBoxLayout(), QHBoxLayout()
        for widget in (self.dot, self.state):
            head.addWidget(widget)
        head.addWidget(self.run, 1)
        count.addWidget(Caption(_("Epoch")))
        count.addStretch(1)
        count.addWidget(self.epoch)
        count.addWidget(self.of_epochs)
        numbers = QGridLayout()
        numbers.setHorizontalSpacing(12)
        numbers.setVerticalSpacing(8)
        for place, pill in enumerate((self.loss, self.score, self.speed, self.left)):
            numbers.addWidget(pill, *divmod(place, 2))
            numbers.setColumnStretch(place % 2, 1)
        buttons.addWidget(self.pause, 1)
        buttons.addWidget(self.stop, 1)
        buttons.addWidget(self.finish)
        self.body.setSpacing(6)
        self.body.addLayout(head)
        self.body.addLayout(count)
        self.body.addWidget(self.bar)
        self.body.addSpacing(4)
        self.body.addLayout(numbers)
        self.body.addStretch(1)
        self.body.addLayout(buttons)

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
        self._show_heading(state, self._workspace.history)

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
        if state is State.IDLE and ended is not None:
            tones = {"failed": "error", "stopped": "warn"}
            self.dot.show_token(tones.get(ended.reason, "ok"))

    def _show_history(self, history: History | None) -> None:
        history = history or History()
        self._show_heading(self._workspace.state, history)
        started = history.started
        self.run.setText(started.run if started else _("not trained yet"))
        self.epoch.setText(f"{history.progress * started.epochs:.1f}" if started else "–")
        self.of_epochs.setText(f"/ {started.epochs}" if started else "")
        color = "ok" if history.ended is not None else "accent"
        self.bar.show_share(history.progress, color)
        self._show_numbers(history)

    def _show_numbers(self, history: History) -> None:
        loss = f"{history.smoothed[-1]:.4g}" if len(history.curve) else "–"
        self.loss.show_value(loss)
        metric = main_metric(history)
        known = history.epochs[-1].validation.get(metric) if history.epochs else None
        self.score.show_value(
            "–" if known is None else metric_text(metric, known),
            full="" if known is None else f"{metric_name(metric)}: {known:.6g}",
            tone="text" if known is None or metric != "accuracy" else "ok",
        )
        speed = float(history.speeds[-1]) if len(history.curve) else 0.0
        if history.ended is not None and history.ended.samples_per_second:
            speed = history.ended.samples_per_second
        unit = _("samples/s") if speed else ""
        exact = full(round(speed)) if speed else ""
        self.speed.show_value(humanized(speed) if speed else "–", unit, full=exact)
        left = history.time_left_s
        if history.ended is not None:
            self.left.show_value(time_text(history.ended.seconds), _("in all"))
        else:
            self.left.show_value("–" if left is None else duration(left))
