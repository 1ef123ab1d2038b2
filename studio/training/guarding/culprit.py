"""Which layer made a number that is not finite, found by making the very step again."""

import math
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field

import torch
from torch import Tensor

from studio.network.features import Inputs, tensors_of
from studio.training.data.epochs import Epoch
from studio.training.events import Cause, Where
from studio.training.guarding.trace import Spot, Trace, traced
from studio.training.session import Session
from studio.training.soundness import finite_peak, unsound

_NAMED = 20
"""Samples of a batch that are named at most."""
_NONE: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Culprit:
    """What broke first."""

    where: Where = ""
    cause: Cause = "unknown"
    layer: str = ""
    """Its path; "" where no layer is to blame."""
    copy: int = 0
    """The copy of a repeated block, counted from 1; 0 for a layer that is there once."""
    largest: float = 0.0
    """The largest finite absolute number on the way there."""
    samples: tuple[int, ...] = ()
    """Numbers of the samples that are not finite, counted from 0 in the data set."""
    outputs: Mapping[str, float] = field(default_factory=dict)
    gradients: Mapping[str, float] = field(default_factory=dict)


def culprit(session: Session, batches: Epoch, position: int) -> Culprit:
    """Make the batch at `position` of an epoch again and return what broke first.

    The weights have to be those before that step, the random state too. No weight is changed;
    gradients, random state and running statistics are spoiled.
    """
    rows = batches.rows(position)
    x, y = batches.plain(position)
    raw = _spoiled(rows, session.data.samples(rows), session.data.targets[rows])
    # those that were mixed with others have spoiled these, too
    if samples := raw or _spoiled(rows, x, session.sharing.share(y)):
        largest = max(map(finite_peak, tensors_of(x)))
        return Culprit("data", "data", largest=largest, samples=samples)
    sick = unsound(dict(session.network.named_parameters()))
    with traced(session.network) as trace:
        loss = session.stepper.computed(x, y)
    found = _judged(session, trace, float(loss), sick)
    return Culprit(
        *(found.where, found.cause, found.layer, found.copy),
        largest=trace.largest,
        outputs=dict(trace.outputs),
        gradients=dict(trace.gradients),
    )


def likeliest(found: Sequence[Culprit]) -> Culprit:
    """Return what most probably broke first, of what several processes found in their samples."""
    return max(found, key=lambda one: (one.where == "data", one.cause != "unknown"))


def _judged(session: Session, trace: Trace, loss: float, sick: frozenset[str]) -> Culprit:
    layers = {path: _names(session, path) for path in session.network.layers()}
    if trace.forward is not None:
        return _of(trace, trace.forward, "output", sick & layers.get(trace.forward.path, _NONE))
    if not math.isfinite(loss):
        return Culprit("loss", "loss")
    if trace.backward is not None:
        return _of(trace, trace.backward, "gradient", sick & layers.get(trace.backward.path, _NONE))
    bad = {name for name, p in session.network.named_parameters() if _is_bad(p.grad)}
    if path := next((path for path in reversed(layers) if layers[path] & bad), ""):
        # some kernels pass over weights that are not finite until the gradient
        return _of(trace, Spot(path, 1), "gradient", sick & layers[path])
    if any(not math.isfinite(size) for size in trace.gradients.values()):
        return Culprit("gradient", "loss")
    idle = next((path for path, names in layers.items() if names & sick), "")
    return Culprit("weights", "weights", idle) if idle else Culprit()


def _of(trace: Trace, spot: Spot, where: Where, sick: Set[str]) -> Culprit:
    found: Cause = "weights" if sick else ("layer" if spot.sound_input else "input")
    copy = spot.copy if trace.calls(spot.path) > 1 else 0
    return Culprit(where, found, spot.path, copy)


def _names(session: Session, path: str) -> frozenset[str]:
    """Return the names of the parameters of a layer, those of all copies together."""
    own = {p for module in session.network.layers()[path] for p in module.parameters()}
    return frozenset(name for name, p in session.network.named_parameters() if p in own)


def _is_bad(gradient: Tensor | None) -> bool:
    return gradient is not None and not bool(torch.isfinite(gradient).all())


def _spoiled(rows: Tensor, x: Inputs, y: Tensor) -> tuple[int, ...]:
    """Return the numbers of the samples whose input or target is not finite."""
    bad = torch.zeros(len(rows), dtype=torch.bool, device=rows.device)
    for values in (*tensors_of(x), y):
        if values.is_floating_point():
            bad |= ~torch.isfinite(values).reshape(len(rows), -1).all(1)
    found: list[int] = rows[bad].tolist()
    return tuple(sorted(found)[:_NAMED])
