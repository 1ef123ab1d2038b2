"""What happened in a run so far: the fold over its events that plots and tables read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import groupby, islice
from typing import Any

import numpy as np

from studio.runs.rows import BLOCK, Rows
from studio.runs.series import Series, Table
from studio.runs.smoothing import smoothed, window
from studio.training.events import (
    BatchSplit,
    Broken,
    CheckpointSaved,
    Ended,
    EpochDone,
    Event,
    FreezeChanged,
    LengthChanged,
    Metrics,
    RateChanged,
    Started,
    StepDone,
    TickFired,
    Trouble,
)

_LISTS: Mapping[type, str] = {
    EpochDone: "epochs",
    FreezeChanged: "freezes",
    RateChanged: "rate_changes",
    LengthChanged: "lengths",
    TickFired: "ticks",
    CheckpointSaved: "checkpoints",
    Trouble: "troubles",
}
"""Where events of a kind are gathered."""
_CURVE = ("step", "epoch", "loss", "smoothed", "rate", "speed", "elapsed")


@dataclass(frozen=True, eq=False)
class History:
    """A run as far as it is known; every event makes a new one, and old ones stay as they were.

    Arrays are read-only views of float64 that plots may keep.
    """

    started: Started | None = None
    epochs: tuple[EpochDone, ...] = ()
    freezes: tuple[FreezeChanged, ...] = ()
    rate_changes: tuple[RateChanged, ...] = ()
    lengths: tuple[LengthChanged, ...] = ()
    ticks: tuple[TickFired, ...] = ()
    checkpoints: tuple[CheckpointSaved, ...] = ()
    troubles: tuple[Trouble, ...] = ()
    breaks: tuple[Broken, ...] = ()
    splits: tuple[BatchSplit, ...] = ()
    ended: Ended | None = None
    curve: Series = field(default_factory=lambda: Series(len(_CURVE)))
    heat: Series = field(default_factory=lambda: Series(1))
    """Each row: the step, then the gradient norms of all layers, then their update ratios."""

    def folded(self, event: Event | Rows) -> "History":
        """Return the history with one more event, or with many steps."""
        match event:
            case Rows():
                return self._with_rows(event)
            case StepDone():
                return self._with_rows(Rows.of((event,)))
            case Started():
                return self._with_start(event)
            case Ended():
                return replace(self, ended=event)
            case Broken():
                return replace(self._until(event.back_to), breaks=(*self.breaks, event))
            case BatchSplit():
                return replace(self._until(event.step), splits=(*self.splits, event))
        name = _LISTS[type(event)]
        gathered: dict[str, Any] = {name: (*getattr(self, name), event)}
        return replace(self, **gathered)

    def extend(self, events: Iterable[Event | Rows]) -> "History":
        """Return the history with more events: the same as folding them one by one, but faster."""
        history = self
        for are_steps, group in groupby(events, key=lambda event: isinstance(event, StepDone)):
            if are_steps:
                while block := [e for e in islice(group, BLOCK) if isinstance(e, StepDone)]:
                    history = history.folded(Rows.of(block))
            else:
                for event in group:
                    history = history.folded(event)
        return history

    @property
    def steps(self) -> Table:
        """Steps done at each point of the curves."""
        return self.curve.table[:, 0]

    @property
    def epoch_points(self) -> Table:
        """Epochs done, with a fraction, at each point of the curves."""
        return self.curve.table[:, 1]

    @property
    def losses(self) -> Table:
        """Training loss, the mean since the point before."""
        return self.curve.table[:, 2]

    @property
    def smoothed(self) -> Table:
        """Training loss with the noise of single batches averaged out."""
        return self.curve.table[:, 3]

    @property
    def rates(self) -> Table:
        """Learning rate."""
        return self.curve.table[:, 4]

    @property
    def speeds(self) -> Table:
        """Samples per second."""
        return self.curve.table[:, 5]

    @property
    def elapsed(self) -> Table:
        """Seconds since the start."""
        return self.curve.table[:, 6]

    @property
    def layers(self) -> tuple[str, ...]:
        """Paths of the layers with parameters: the rows of the heat strip."""
        return self.started.layers if self.started else ()

    @property
    def heat_steps(self) -> Table:
        """The steps at which gradients were measured."""
        return self.heat.table[:, 0]

    @property
    def gradient_norms(self) -> Table:
        """Gradient norms, [measurements, layers]; NaN where a layer had none, as when frozen."""
        return self.heat.table[:, 1 : 1 + len(self.layers)]

    @property
    def update_ratios(self) -> Table:
        """Norm of the update over norm of the weights, [measurements, layers]; NaN as above."""
        return self.heat.table[:, 1 + len(self.layers) :]

    @property
    def latest_ratios(self) -> Mapping[str, float]:
        """The last measured update ratio of each layer that had one."""
        if not len(self.heat):
            return {}
        last = zip(self.layers, self.update_ratios[-1].tolist(), strict=True)
        return {layer: ratio for layer, ratio in last if ratio == ratio}  # noqa: PLR0124  not NaN

    @property
    def step(self) -> int:
        """Steps done so far."""
        if self.ended is not None:
            return self.ended.step
        if len(self.curve):
            return int(self.curve.table[-1, 0])
        return self.started.first_step if self.started else 0

    @property
    def total(self) -> int:
        """Steps of the whole run, as far as is known now."""
        if self.lengths:
            return self.lengths[-1].steps
        return self.started.steps if self.started else 0

    def epochs_at(self, steps: Table) -> Table:
        """Return how many epochs were done at steps that were made, with fractions."""
        if self.started is None:
            return np.zeros(len(steps))
        even = self.started.steps_per_epoch
        is_even = self.started.steps == even * self.started.epochs and not self.lengths
        if is_even or not len(self.curve):
            return np.asarray(steps, dtype=np.float64) / max(1, even)
        known, done = np.append(0.0, self.steps), np.append(0.0, self.epoch_points)
        return np.asarray(np.interp(steps, known, done), dtype=np.float64)

    @property
    def progress(self) -> float:
        """The share of the run that is done, from 0 to 1."""
        total = self.total
        return min(1.0, self.step / total) if total else 0.0

    @property
    def time_left_s(self) -> float | None:
        """Seconds left at the present speed; None while that is not known."""
        if self.started is None or self.ended is not None or not len(self.curve):
            return None
        speed = float(self.speeds[-1])
        left = max(0.0, self.started.epochs - float(self.epoch_points[-1]))
        return left * self.started.samples / speed if speed > 0 else None

    @property
    def frozen(self) -> tuple[str, ...]:
        """Paths of the layers that are frozen now."""
        return self.freezes[-1].frozen if self.freezes else ()

    @property
    def confusion(self) -> tuple[tuple[int, ...], ...]:
        """The latest confusion matrix, true class by row: of the end, else of the last epoch."""
        if self.ended is not None and self.ended.confusion:
            return self.ended.confusion
        return self.epochs[-1].confusion if self.epochs else ()

    @property
    def metrics(self) -> Mapping[str, Metrics]:
        """The latest metrics by split: of the end, else of the last epoch."""
        if self.ended is not None and self.ended.metrics:
            return self.ended.metrics
        if not self.epochs:
            return {}
        last = self.epochs[-1]
        parts = {"train": last.train, "validation": last.validation}
        return {part: metrics for part, metrics in parts.items() if metrics}

    def _with_start(self, event: Started) -> "History":
        """Begin, or go on after `first_step`; what was done beyond it is forgotten."""
        same = self.started is not None and self.started.layers == event.layers
        heat = self.heat if same else Series(1 + 2 * len(event.layers))
        # the start knows of all lengths
        again = replace(self, started=event, ended=None, lengths=(), heat=heat)
        return again._until(event.first_step)  # noqa: SLF001

    def _until(self, first: int) -> "History":
        """Return what happened up to a step from which the run goes on."""
        return replace(
            self,
            epochs=tuple(done for done in self.epochs if done.step <= first),
            freezes=tuple(change for change in self.freezes if change.step <= first),
            rate_changes=tuple(change for change in self.rate_changes if change.step <= first),
            lengths=tuple(change for change in self.lengths if change.step <= first),
            # those of the very step are told again
            ticks=tuple(came for came in self.ticks if came.step < first),
            checkpoints=tuple(saved for saved in self.checkpoints if saved.step <= first),
            troubles=tuple(told for told in self.troubles if told.step <= first),
            breaks=tuple(broken for broken in self.breaks if broken.back_to <= first),
            splits=tuple(split for split in self.splits if split.step <= first),
            curve=self.curve.cut(int((self.steps <= first).sum())),
            heat=self.heat.cut(int((self.heat.table[:, 0] <= first).sum())),
        )

    def _with_rows(self, rows: Rows) -> "History":
        going, started = len(self.curve) > 0, self.started
        means = smoothed(
            self.smoothed[-1] if going else None,
            int(self.steps[-1]) if going else 0,
            rows.numbers[:, 0].tolist(),
            rows.numbers[:, 2].tolist(),
            window(started.steps, started.steps_per_epoch) if started else window(0),
        )
        curve = self.curve.extended(np.insert(rows.numbers, 3, means, axis=1))
        measured = [self._heat_row(step) for step in rows.measured]
        heat = self.heat.extended(measured) if self.layers else self.heat
        return replace(self, curve=curve, heat=heat)

    def _heat_row(self, event: StepDone) -> list[float]:
        norms = (event.gradient_norms.get(layer, float("nan")) for layer in self.layers)
        ratios = (event.update_ratios.get(layer, float("nan")) for layer in self.layers)
        return [float(event.step), *norms, *ratios]
