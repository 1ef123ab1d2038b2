"""Loss, a metric and the learning rate of several runs over each other."""

from collections.abc import Sequence
from typing import cast

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from studio.runs.overview.comparing import Compared
from studio.runs.overview.course import STEPWISE, Axis, curve, metric_curves
from studio.ui.editors import Combo
from studio.ui.kit import Label, Segmented, ToolButton
from studio.ui.runs.overlay import Course, Overlay
from studio.ui.training.naming import is_share, metric_name, part_name
from studio.wording import _


class CompareCurves(QWidget):
    """Three plots with one axis, one smoothing, and the same colors."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Curves"))
        self._runs: tuple[Compared, ...] = ()
        axes = (("step", _("Steps")), ("epoch", _("Epochs")), ("time", _("Time")))
        self.axis = Segmented(axes, _("What the curves run over"), height=26)
        self.smoothing = QSlider(Qt.Orientation.Horizontal)
        self.logarithmic = ToolButton("chart", _("Logarithmic scale"), checkable=True, side=24)
        self.loss, self.score = Overlay(_("Training loss")), Overlay(_("Metric"))
        self.rate = Overlay(_("Learning rate"))
        self.chosen = Combo()
        self._arrange()
        self.axis.chosen.connect(lambda _key: self._draw())
        self.smoothing.valueChanged.connect(lambda _value: self._draw())
        self.logarithmic.toggled.connect(lambda _on: self._draw())
        self.chosen.currentIndexChanged.connect(lambda _index: self._draw())

    def show_runs(self, runs: Sequence[Compared]) -> None:
        """Draw the curves of these runs."""
        self._runs = tuple(runs)
        before = self.chosen.currentData()
        names = metric_curves([one.history for one in runs])
        self.chosen.blockSignals(True)  # noqa: FBT003  Qt knows it only by place
        self.chosen.clear()
        for name in names:
            self.chosen.addItem(_curve_name(name), name)
        wanted = before if before in names else _telling(names)
        self.chosen.setCurrentIndex(max(0, self.chosen.findData(wanted)))
        self.chosen.blockSignals(False)  # noqa: FBT003
        self.chosen.setEnabled(bool(names))
        self._draw()

    def _draw(self) -> None:
        unit = {"step": _("steps"), "epoch": _("epochs"), "time": _("seconds")}[self.axis.value]
        strength = self.smoothing.value() / 100
        self.loss.show_courses(
            self._courses("loss"),
            unit,
            strength=strength,
            logarithmic=self.logarithmic.isChecked(),
        )
        self.rate.show_courses(self._courses("rate"), unit)
        name = self.chosen.currentData() or ""
        self.score.show_title(self.chosen.currentText() or _("Metric"))
        percent = is_share(name.rpartition(".")[2])
        self.score.show_courses(self._courses(name), unit, percent=percent)

    def _courses(self, name: str) -> list[Course]:
        axis = cast("Axis", self.axis.value)
        found = []
        for one in self._runs:
            x, y = curve(one.history, name, axis)
            steps = one.history.steps if name in STEPWISE else x
            found.append(Course(one.label, x, y, steps))
        return found

    def _arrange(self) -> None:
        self.smoothing.setRange(0, 100)
        self.smoothing.setValue(30)
        self.smoothing.setFixedWidth(140)
        self.smoothing.setPageStep(10)
        self.smoothing.setAccessibleName(_("Smoothing"))
        self.smoothing.setToolTip(_("Over how much of its past the loss is averaged"))
        self.chosen.setAccessibleName(_("Metric to compare"))
        self.chosen.setSizeAdjustPolicy(Combo.SizeAdjustPolicy.AdjustToContents)
        self.score.head.insertWidget(1, self.chosen)
        self.score.heading.hide()
        self.loss.head.addWidget(self.logarithmic)
        tools = QHBoxLayout()
        tools.setSpacing(10)
        tools.addWidget(self.axis)
        tools.addStretch(1)
        tools.addWidget(Label(_("Smoothing")))
        tools.addWidget(self.smoothing)
        grid = QGridLayout()
        grid.setSpacing(12)
        grid.addWidget(self.loss, 0, 0, 2, 1)
        grid.addWidget(self.score, 0, 1)
        grid.addWidget(self.rate, 1, 1)
        grid.setColumnStretch(0, 3)
        grid.setColumnStretch(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 16)
        column.setSpacing(12)
        column.addLayout(tools)
        column.addLayout(grid, 1)


def _telling(names: Sequence[str]) -> str:
    """Return the metric that tells most: a score on validation samples, else what there is."""
    wanted = ("validation.accuracy", "validation.r2", "validation.loss")
    return next((name for name in wanted if name in names), names[0] if names else "")


def _curve_name(name: str) -> str:
    part, _dot, metric = name.partition(".")
    return _("{metric}, {part}").format(metric=metric_name(metric), part=part_name(part))
