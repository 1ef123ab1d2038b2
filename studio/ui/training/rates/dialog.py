"""Which learning rate to take: a short trial of many, its curve, and a choice."""

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.runs.request import RunRequest
from studio.ui.kit import (
    Bar,
    Button,
    Card,
    Heading,
    Label,
    Note,
    NumberField,
    PrimaryButton,
    QuietButton,
)
from studio.ui.training.legend import Legend
from studio.ui.training.rates.curve import RateCurve
from studio.ui.training.rates.search import STEPS, RateSearch
from studio.wording import _
from studio.workspace import Workspace


class RateDialog(QDialog):
    """Begins to search as it opens; “Use” writes the chosen rate into the plan."""

    def __init__(
        self, workspace: Workspace, request: RunRequest, keeper: QObject, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self._workspace, self._request = workspace, request
        self.setWindowTitle(_("Find a learning rate"))
        self.setMinimumSize(680, 520)
        self.search = RateSearch(keeper, self)
        self.curve = RateCurve()
        self.bar = Bar(_("Progress"))
        self.told = Note()
        self.enough = QuietButton(_("That is enough"), "stop")
        self.rate = NumberField(whole=False, low=0.0)
        self.use = PrimaryButton(_("Use this rate"), "check")
        self.leave = Button(_("Cancel"))
        self._touched = False
        self._arrange()
        self._connect()
        self.curve.mark(self.curve.planned, request.plan.optimizer.learning_rate)
        self._choose(request.plan.optimizer.learning_rate)
        self.curve.mark(self.curve.chosen, None)
        self.told.setText(_("Trying ever larger rates…"))
        QTimer.singleShot(0, self, lambda: self.search.start(self._request))

    def _connect(self) -> None:
        search = self.search
        search.grew.connect(self._grow)
        search.ended.connect(self._finish)
        search.failed.connect(self._refuse)
        self.enough.clicked.connect(search.stop)
        self.curve.picked.connect(self._pick)
        self.rate.textEdited.connect(self._type)
        self.use.clicked.connect(self._take)
        self.leave.clicked.connect(self.reject)
        self.finished.connect(lambda _code: search.leave())

    def closeEvent(self, event: QCloseEvent) -> None:
        self.search.leave()
        super().closeEvent(event)

    def _grow(self) -> None:
        points = self.search.points
        self.bar.show_share(len(points) / STEPS)
        self.curve.show_points(points)

    def _finish(self) -> None:
        suggested = self.search.suggested
        self._rest()
        self.curve.mark(self.curve.suggested, suggested)
        if suggested is None:
            self.told.setText(
                _("The loss fell at no rate. Check data and layers, or pick a rate yourself.")
            )
            return
        self.told.setText(
            _(
                "Suggested: {rate}, where the loss falls most steeply. The plan has {planned}. "
                "Click on the curve to pick another one."
            ).format(
                rate=f"{suggested:.2g}", planned=f"{self._request.plan.optimizer.learning_rate:.2g}"
            )
        )
        if not self._touched:
            self._choose(float(f"{suggested:.2g}"))

    def _refuse(self, error: StudioError) -> None:
        self._rest()
        self.told.set_tone("error")
        self.told.setText(str(error))

    def _rest(self) -> None:
        self.bar.show_share(1.0, "ok")
        self.enough.hide()

    def _pick(self, rate: float) -> None:
        self._touched = True
        self._choose(rate)

    def _type(self, text: str) -> None:
        self._touched = True
        rate = _read(text)
        self.curve.mark(self.curve.chosen, rate)
        self.use.setEnabled(rate is not None)

    def _choose(self, rate: float) -> None:
        self.rate.setText(f"{rate:.10g}")
        self.curve.mark(self.curve.chosen, rate)
        self.use.setEnabled(True)

    def _take(self) -> None:
        rate, plan = _read(self.rate.text()), self._workspace.plan
        if rate is None:
            return
        try:
            optimizer = plan.optimizer.changed(learning_rate=rate)
        except StudioError as refusal:
            self._refuse(refusal)
            return
        self._workspace.set_plan(plan.changed(optimizer=optimizer))
        self.accept()

    def _arrange(self) -> None:
        self.rate.setAccessibleName(_("Learning rate"))
        self.rate.setFixedWidth(130)
        self.enough.setToolTip(_("Stop trying; the curve so far is judged."))
        self.use.setDefault(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(Heading(self.windowTitle()))
        column.addWidget(
            Note(
                _(
                    "The network trains for a moment with a rate that climbs from tiny to huge. "
                    "A good rate lies where the loss falls fast, before it climbs. Nothing is "
                    "kept of this."
                )
            )
        )
        column.addWidget(self._framed(), 1)
        column.addWidget(self.bar)
        column.addWidget(self.told)
        column.addLayout(self._buttons())

    def _framed(self) -> Card:
        """Return the curve with its legend."""
        card = Card()
        card.body.setContentsMargins(14, 10, 12, 6)
        head = QHBoxLayout()
        head.addWidget(Heading(_("Loss over learning rate")))
        words = (
            (_("suggested"), lambda look: look.ok),
            (_("chosen"), lambda look: look.accent),
            (_("the plan's"), lambda look: look.text3),
        )
        head.addWidget(Legend(words), 1)
        card.body.addLayout(head)
        card.body.addWidget(self.curve, 1)
        return card

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self.enough)
        row.addStretch(1)
        row.addWidget(Label(_("Learning rate")))
        row.addWidget(self.rate)
        row.addWidget(self.leave)
        row.addWidget(self.use)
        return row


def _read(text: str) -> float | None:
    """Return a typed rate, or None while it is none."""
    try:
        rate = float(text)
    except ValueError:
        return None
    return rate if 0 < rate < float("inf") else None
