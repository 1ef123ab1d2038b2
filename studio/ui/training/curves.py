"""How a run goes: the loss, the metric that matters, and the learning rate, as live curves."""

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from studio.runs.history import History
from studio.ui.kit import ToolButton
from studio.ui.tokens import Theme
from studio.ui.training import scale
from studio.ui.training.chart import Chart
from studio.ui.training.decimation import Floats
from studio.ui.training.naming import is_share, loss_text, main_metric, metric_name, metric_text
from studio.ui.training.plot import Dots, Line, ends_of
from studio.ui.training.scale import Scale
from studio.wording import _


class LossChart(Chart):
    """The training loss, raw and smoothed, and the validation loss of each epoch."""

    def __init__(self, parent: QWidget | None = None) -> None:
        legend = ((_("train"), _accent), (_("validation"), _amber))
        super().__init__(_("Loss"), legend, parent)
        self._train = Line(self.plot, _accent, raw=True, fill=True)
        self._validation = Dots(self.plot, _amber)
        self._range = scale.linear(0, 1)
        self.logarithmic = ToolButton("chart", _("Logarithmic scale"), checkable=True, side=24)
        self.logarithmic.toggled.connect(lambda _on: self._rescale())
        self.head.insertWidget(self.head.count() - 1, self.logarithmic)

    def sight(self, history: History) -> object:
        """Return what is seen of the run: the losses move to the right pixel by pixel."""
        return _known(history), self.plot.column(_reached(history))

    def draw(self, history: History) -> None:
        """Bring the curves up to date."""
        log = self.logarithmic.isChecked()
        self._train.show(history.epoch_points, history.smoothed, history.losses, logarithmic=log)
        x, y = _per_epoch(history, "validation", "loss")
        self._validation.show(x, y, logarithmic=log)
        self._range = _loss_range(self._range, (self._train.ends, self._validation.ends), log=log)
        self.plot.show_ranges(_epochs(history), self._range)

    def present(self, history: History) -> str:
        """Return the newest smoothed training loss."""
        return loss_text(history)

    def reading(self, x: float, history: History) -> str:
        """Return the losses at `x` epochs."""
        return _("Epoch {epoch}: training loss {loss}").format(
            epoch=f"{x:.2f}", loss=f"{_at(self._train.x, self._train.y, x):.4g}"
        )

    def wear(self, look: Theme) -> None:
        """Take on the colors of a theme."""
        self._train.wear(look)
        self._validation.wear(look)

    def _rescale(self) -> None:
        self._validation.redraw()
        self._range = Scale(0, 0)
        self._redraw()


class MetricChart(Chart):
    """Accuracy, or what stands for it when numbers are predicted, after each epoch."""

    LAG_MS = 25

    def __init__(self, parent: QWidget | None = None) -> None:
        legend = ((_("train"), _green), (_("validation"), _violet))
        super().__init__(_("Accuracy"), legend, parent)
        self._train = Line(self.plot, _green, fill=True)
        self._validation = Dots(self.plot, _violet)
        self._range = scale.percent(0, 1)
        self._metric = "accuracy"

    def sight(self, history: History) -> object:
        """Return what is seen of the run: its epochs, on a time axis that grows now and then."""
        return _known(history), _epochs(history).high

    def draw(self, history: History) -> None:
        """Bring the curves up to date."""
        metric = main_metric(history)
        if metric != self._metric:
            self._metric, self._range = metric, scale.linear(0.0, 1.0)
        self.heading.setText(metric_name(self._metric))
        self._train.show(*_per_epoch(history, "train", self._metric))
        self._validation.show(*_per_epoch(history, "validation", self._metric))
        ends = [found for found in (self._train.ends, self._validation.ends) if found]
        low = min((found[0] for found in ends), default=0.0)
        high = max((found[1] for found in ends), default=1.0)
        if is_share(self._metric):
            self._range = scale.percent(max(0.0, low - 0.02), high)
        elif not self._range.holds(min(0.0, low), high):
            self._range = scale.linear(min(0.0, low), high)
        self.plot.show_ranges(_epochs(history), self._range)

    def present(self, history: History) -> str:
        """Return the newest value on the validation samples, else on the training samples."""
        for part in ("validation", "train"):
            _x, values = _per_epoch(history, part, self._metric)
            if len(values):
                return metric_text(self._metric, float(values[-1]))
        return "–"

    def reading(self, x: float, history: History) -> str:
        """Return the values of the epoch nearest to `x`."""
        if not len(self._train.x):
            return ""
        return _("Epoch {epoch}: {train} on training, {validation} on validation samples").format(
            epoch=f"{round(x)}",
            train=metric_text(self._metric, _at(self._train.x, self._train.y, x)),
            validation=metric_text(self._metric, _at(self._validation.x, self._validation.y, x)),
        )

    def wear(self, look: Theme) -> None:
        """Take on the colors of a theme."""
        self._train.wear(look)
        self._validation.wear(look)
        self._validation.redraw()


class RateChart(Chart):
    """The learning rate, step by step."""

    LAG_MS = 50

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(_("Learning rate"), (), parent)
        self._rate = Line(self.plot, _teal, fill=True)
        self._range = scale.linear(0, 1e-3, most=4)

    def sight(self, history: History) -> object:
        """Return what is seen of the run: the rate moves to the right pixel by pixel."""
        return _known(history), self.plot.column(_reached(history))

    def draw(self, history: History) -> None:
        """Bring the curve up to date."""
        self._rate.show(history.epoch_points, history.rates)
        high = (self._rate.ends or (0.0, 1e-3))[1] or 1e-3
        if not self._range.holds(0.0, high):
            self._range = scale.linear(0, high, most=4)
        self.plot.show_ranges(_epochs(history), self._range)

    def present(self, history: History) -> str:
        """Return the present rate."""
        return f"{history.rates[-1]:.3g}" if len(history.curve) else "–"

    def reading(self, x: float, history: History) -> str:
        """Return the rate at `x` epochs."""
        rate = f"{_at(self._rate.x, self._rate.y, x):.4g}"
        return _("Epoch {epoch}: learning rate {rate}").format(epoch=f"{x:.2f}", rate=rate)

    def wear(self, look: Theme) -> None:
        """Take on the colors of a theme."""
        self._rate.wear(look)


def _epochs(history: History) -> Scale:
    total = float(history.started.epochs) if history.started else 1.0
    return scale.counted(_reached(history), total)


def _reached(history: History) -> float:
    return float(history.epoch_points[-1]) if len(history.curve) else 0.0


def _known(history: History) -> object:
    """Return what tells one state of a run from others, but for the steps it has made."""
    last = history.epochs[-1].elapsed_s if history.epochs else 0.0
    return history.started, len(history.epochs), last, history.ended


def _per_epoch(history: History, part: str, metric: str) -> tuple[Floats, Floats]:
    pairs = [
        (float(done.epoch), float(getattr(done, part)[metric]))
        for done in history.epochs
        if metric in getattr(done, part)
    ]
    table = np.asarray(pairs, dtype=np.float64).reshape(-1, 2)
    return table[:, 0], table[:, 1]


def _loss_range(shown: Scale, ends: tuple[tuple[float, float] | None, ...], *, log: bool) -> Scale:
    known = np.asarray([end for end in ends if end is not None]).reshape(-1)
    low, high = ends_of(known) or (0.1, 1.0)
    if log:
        return scale.logarithmic(max(low, 1e-8), high)
    return shown if shown.holds(0.0, high) else scale.linear(0.0, high * 1.04)


def _at(x: Floats, y: Floats, place: float) -> float:
    if not len(x):
        return float("nan")
    return float(y[int(np.abs(x - place).argmin())])


def _accent(look: Theme) -> QColor:
    return look.accent


def _amber(look: Theme) -> QColor:
    return look.warn


def _green(look: Theme) -> QColor:
    return look.ok


def _violet(look: Theme) -> QColor:
    return look.hue("Pooling")


def _teal(look: Theme) -> QColor:
    return look.hue("Normalization")
