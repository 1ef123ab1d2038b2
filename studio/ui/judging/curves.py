"""One class against the rest: ROC and precision over recall, calibration, and the threshold."""

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from studio.runs.judging import figures
from studio.runs.judging.answers import Answers
from studio.ui.data.class_menu import ClassMenu
from studio.ui.judging.plots import SHARES, PlotCard
from studio.ui.judging.wording import share
from studio.ui.kit import Caption, Card, Heading, Label, ValueLabel
from studio.wording import _, marked

_STEPS = 1000
_NAMES = {
    "hit": marked("Found"),
    "alarm": marked("False alarms"),
    "missed": marked("Missed"),
    "free": marked("Rightly left"),
    "precision": marked("Precision"),
    "recall": marked("Recall"),
}
_NONE = np.zeros(0)
_ENDS = np.array([0.0, 1.0])


class CurvesView(QWidget):
    """Curves of the class that is chosen, and what a threshold for it would do."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answers: Answers | None = None
        self.only = ClassMenu(whole=False)
        self.roc = PlotCard(_("ROC"), _("Recall over the share of false alarms"))
        self.steep = PlotCard(_("Precision and recall"), _("Precision over recall"))
        self.trust = PlotCard(_("Calibration"), _("Share of right answers over confidence"))
        for card in (self.roc, self.trust):
            card.diagonal().show(_ENDS, _ENDS)
        cards = (self.roc, self.steep, self.trust)
        self._lines = [card.line(lambda look: look.accent) for card in cards]
        self._points = [card.line(lambda look: look.warn) for card in cards[:2]]
        for card in cards:
            card.plot.show_ranges(SHARES, SHARES)
        self.threshold = ThresholdCard()
        self._arrange()
        self.only.chosen.connect(self._show)
        self.threshold.slider.valueChanged.connect(lambda _value: self._show_threshold())

    def show_answers(self, answers: Answers) -> None:
        """Show what these answers tell of the class that is chosen."""
        if self._answers is None or self._answers.classes != answers.classes:
            self.only.show_classes(answers.classes)
            self.only.setCurrentIndex(1 if len(answers.classes) == 2 else 0)
        self._answers = answers
        self._show()

    def _show(self) -> None:
        answers = self._answers
        if answers is None:
            return
        number = self.only.currentIndex()
        curves = figures.roc(answers, number), figures.precision_recall(answers, number)
        texts = (_("Area {area:.3f}"), _("Average precision {area:.3f}"))
        for card, line, curve, text in zip(
            (self.roc, self.steep), self._lines, curves, texts, strict=False
        ):
            if curve is None:  # of a class without samples, or with no others
                line.show(_NONE, _NONE)
                card.value.setText("–")
            else:
                line.show(curve.x.astype(np.float64), curve.y.astype(np.float64))
                card.value.setText(text.format(area=curve.area))
        trust = figures.calibration(answers)
        full = trust.counts > 0
        self._lines[2].show(
            trust.confidence[full].astype(np.float64), trust.accuracy[full].astype(np.float64)
        )
        self.trust.value.setText(_("Error {share}").format(share=share(trust.error)))
        self._show_threshold()

    def _show_threshold(self) -> None:
        if self._answers is None:
            return
        at = self.threshold.value
        counts = figures.at_threshold(self._answers, self.only.currentIndex(), at)
        self.threshold.show_counts(counts)
        (free, alarm), (missed, hit) = counts.tolist()
        recall, precision = hit / max(1, hit + missed), hit / max(1, hit + alarm)
        alarms = alarm / max(1, alarm + free)
        for point, x, y in zip(self._points, (alarms, recall), (recall, precision), strict=True):
            point.show(np.array([x]), np.array([y]))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(Label(_("Class against the rest")))
        head.addWidget(self.only)
        head.addStretch(1)
        grid = QGridLayout()
        grid.setSpacing(12)
        for place, card in enumerate((self.roc, self.steep, self.trust, self.threshold)):
            grid.addWidget(card, place // 2, place % 2)
            grid.setColumnStretch(place % 2, 1)
            grid.setRowStretch(place // 2, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addLayout(grid, 1)


class ThresholdCard(Card):
    """From which share on a class is answered: the slider, the four counts, and two marks."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Threshold"))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, _STEPS)
        self.slider.setValue(_STEPS // 2)
        self.slider.setAccessibleName(_("Threshold"))
        self._reading = ValueLabel(px=16)
        self.values = {key: ValueLabel(px=16) for key in _NAMES}
        self._arrange()

    @property
    def value(self) -> float:
        """The least share that counts as an answer."""
        return self.slider.value() / _STEPS

    def show_counts(self, counts: figures.Counts) -> None:
        """Show [[true no, false alarm], [missed, hit]] and what follows."""
        (free, alarm), (missed, hit) = counts.tolist()
        told = (
            *(f"{count:,}" for count in (hit, alarm, missed, free)),
            share(hit / (hit + alarm)) if hit + alarm else "–",
            share(hit / (hit + missed)) if hit + missed else "–",
        )
        for label, text in zip(self.values.values(), told, strict=True):
            label.setText(text)
        self._reading.setText(share(self.value))

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Heading(_("Threshold")))
        head.addStretch(1)
        head.addWidget(self._reading)
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(2)
        for place, (key, label) in enumerate(self.values.items()):
            row, column = 2 * (place // 2), place % 2
            grid.addWidget(Caption(_(_NAMES[key])), row, column)
            grid.addWidget(label, row + 1, column)
            grid.setColumnStretch(column, 1)
        self.body.setContentsMargins(14, 10, 14, 12)  # its title stands as those of the plots
        self.body.addLayout(head)
        self.body.addWidget(Caption(_("The class is answered from this share on.")))
        self.body.addWidget(self.slider)
        self.body.addSpacing(6)
        self.body.addLayout(grid)
        self.body.addStretch(1)
