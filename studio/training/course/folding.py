"""How ticks, one after the other, become the stretches between them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import singledispatchmethod

from studio.datasets.source import Source
from studio.training.choices.augmentations import Augmentation
from studio.training.choices.losses import Loss
from studio.training.course.curves import UNTOUCHED, Curve, Ramp
from studio.training.course.fired import Fired
from studio.training.course.marks import Marks, covers, marked, thawed
from studio.training.ticks.actions import (
    Action,
    Bypass,
    ClipGradient,
    Enable,
    Freeze,
    Rate,
    SkipBatch,
    SwitchAugmentation,
    SwitchBatchSize,
    SwitchData,
    SwitchLoss,
    Unfreeze,
)


@dataclass(frozen=True)
class Stretch:
    """Steps between two ticks, in which nothing moves but rates along their curves."""

    first: int
    """The first step of it, counted from 0; -1 is what the network itself says."""
    ticks: tuple[Fired, ...] = ()
    """The ticks it begins with."""
    overall: Curve = UNTOUCHED
    """What the learning rate makes of that of the plan."""
    own: Mapping[int, Curve] = field(default_factory=dict)
    """By section: what its rate makes of the learning rate."""
    lasting: Mapping[int, Curve] = field(default_factory=dict)
    """By section, 0 for all: what multiplies its rate, whatever else ticks make of it."""
    marks: Marks = field(default_factory=dict)
    kept: frozenset[str] = frozenset()
    """Layers whose momentum is kept while they are frozen."""
    bypassed: frozenset[str] = frozenset()
    """Paths of layers and blocks that are left out."""
    losses: Mapping[str, Loss] = field(default_factory=dict)
    """By output, "" for all: the loss instead of that of the plan."""
    augment: tuple[Augmentation, ...] | None = None
    """The augmentation instead of that of the plan."""
    clip: float | None = None
    """The longest that gradients may be, instead of what the plan says."""
    skipped: frozenset[int] = frozenset()
    """Steps that are not made."""
    data: Source | None = None
    """The data of epochs that begin in it, instead of those that the run began with."""
    batch: int | None = None
    """The batch size instead of that of the plan."""


class Folding:
    """Takes ticks in the order in which they come and makes stretches of them."""

    def __init__(
        self,
        marks: Marks,
        sections: Mapping[str, int],
        planned: Callable[[int], float],
        steps_per_epoch: Callable[[int], int],
    ) -> None:
        self._sections = sections
        self._planned = planned
        self._per_epoch = steps_per_epoch
        self._now = Stretch(-1, marks=marks)
        self._done: list[Stretch] = []

    def take(self, step: int, fired: Fired) -> None:
        """Let a tick come before `step`, at or after the one before it."""
        if step > self._now.first:
            self._done.append(self._now)
            self._now = replace(self._now, first=step, ticks=())
        self._now = replace(self._now, ticks=(*self._now.ticks, fired))
        for action in fired.tick.actions:
            self._now = self._after(action)

    def stretches(self) -> list[Stretch]:
        """Return the stretches of all ticks so far."""
        return [*self._done, self._now]

    @singledispatchmethod
    def _after(self, action: Action) -> Stretch:
        """Return the stretch as it is after an action; some change nothing that lasts."""
        del action
        return self._now

    @_after.register
    def _freeze(self, action: Freeze) -> Stretch:
        now = self._now
        marks = marked(now.marks, self._named(action.paths), action.what == "all" or "statistics")
        touched = self._touched(action.paths)
        keeps = action.what == "all" and action.memory == "keep"
        return replace(now, marks=marks, kept=now.kept | touched if keeps else now.kept - touched)

    @_after.register
    def _unfreeze(self, action: Unfreeze) -> Stretch:
        now = self._now
        marks: Marks = now.marks if action.own_mark or action.paths else {}
        if action.own_mark:
            marks = marked(marks, self._named(action.paths), mark=False)
        else:
            for path in action.paths:
                marks = thawed(marks, path, self._sections)
        return replace(now, marks=marks, kept=now.kept - self._touched(action.paths))

    @_after.register
    def _bypass(self, action: Bypass) -> Stretch:
        return replace(self._now, bypassed=self._now.bypassed.union(self._named(action.paths)))

    @_after.register
    def _enable(self, action: Enable) -> Stretch:
        left = frozenset(
            path
            for path in self._now.bypassed
            if action.paths and not any(covers(named, path) for named in action.paths)
        )
        return replace(self._now, bypassed=left)

    @_after.register
    def _switch_loss(self, action: SwitchLoss) -> Stretch:
        before = self._now.losses if action.output else {}
        return replace(self._now, losses={**before, action.output: action.loss})

    @_after.register
    def _switch_augmentation(self, action: SwitchAugmentation) -> Stretch:
        return replace(self._now, augment=action.augment)

    @_after.register
    def _switch_data(self, action: SwitchData) -> Stretch:
        return replace(self._now, data=action.source)

    @_after.register
    def _switch_batch_size(self, action: SwitchBatchSize) -> Stretch:
        return replace(self._now, batch=action.size)

    @_after.register
    def _clip(self, action: ClipGradient) -> Stretch:
        return replace(self._now, clip=action.norm)

    @_after.register
    def _skip(self, action: SkipBatch) -> Stretch:
        return replace(self._now, skipped=self._now.skipped | {action.step})

    @_after.register
    def _rate(self, action: Rate) -> Stretch:
        now, step = self._now, self._now.first
        if action.mode == "lasting":
            return replace(now, lasting=self._multiplied(action))
        planned = self._planned(step)
        overall = now.overall.rate(step, planned)
        if not action.paths:
            return replace(now, overall=self._led(action, now.overall, planned))
        own = dict(now.own)
        for section in self._sections_of(action.paths):
            own[section] = self._led(action, own.get(section, UNTOUCHED), overall)
        return replace(now, own=own)

    def _multiplied(self, action: Rate) -> Mapping[int, Curve]:
        """Return what multiplies rates for good after an action."""
        found = dict(self._now.lasting)
        for section in self._sections_of(action.paths) if action.paths else (0,):
            found[section] = found.get(section, UNTOUCHED).multiplied(self._factor(action))
        return found

    def _factor(self, action: Rate) -> Ramp:
        """Return what an action multiplies by."""
        step, begin = self._now.first, 1.0 if action.start is None else action.start
        steps = action.steps(self._per_epoch(step))
        return Ramp(action.value, begin, step, steps, action.shape)

    def _led(self, action: Rate, curve: Curve, followed: float) -> Curve:
        """Return the curve after an action, where the rate it follows is `followed` now."""
        step = self._now.first
        steps = action.steps(self._per_epoch(step))
        if action.mode == "times":
            return curve.multiplied(self._factor(action))
        fixed = action.mode == "rate"
        begin = _begin(curve, step, followed, fixed=fixed)
        if action.start is not None:
            begin = action.start
        return Curve(Ramp(action.value, begin, step, steps, action.shape), fixed=fixed)

    def _sections_of(self, paths: Sequence[str]) -> Iterable[int]:
        touched = self._touched(paths)
        return sorted({section for path, section in self._sections.items() if path in touched})

    def _named(self, paths: Sequence[str]) -> Iterable[str]:
        """Return the paths of an action, the top of every layer where it names none."""
        return paths or dict.fromkeys(layer.partition("/")[0] for layer in self._sections)

    def _touched(self, paths: Sequence[str]) -> frozenset[str]:
        """Return the layers that an action is about."""
        return frozenset(
            layer
            for layer in self._sections
            if not paths or any(covers(path, layer) for path in paths)
        )


def _begin(curve: Curve, step: int, followed: float, *, fixed: bool) -> float:
    """Return where a rate stands, as a rate or as a share of the one it follows."""
    if curve.fixed == fixed:
        return curve.value(step)
    if fixed:
        return curve.rate(step, followed)
    return curve.value(step) / followed if followed else 0.0
