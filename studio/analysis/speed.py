"""How much faster a training step becomes when some layers are frozen."""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.analysis.leaves import Leaf, leaves
from studio.analysis.prefix import Prefix, frozen_prefix
from studio.analysis.report import Report
from studio.catalogue.inputs import Output

FREE = ("output", "flatten", "reshape", "identity", "unsqueeze", "squeeze")
"""Layers that hand on the same memory."""

# In multiply-adds of a matrix product that take as long, fitted to about a hundred measurements of
# twelve networks on one thread of a processor (tests/benchmarks/bench_freezing).
_NUMBER, _NUMBER_BACK = 17.0, 45.0
"""Reading and writing one number on the way forward; its gradient on the way back."""
_CALL, _CALL_BACK = 335e3, 225e3
"""What a layer takes however small its inputs are, each way."""
_LOOKUP = 135.0
"""Gathering one number of a feature that is remembered."""
_ANSWER = 400.0
"""The loss of one number that the network answers, its gradient and its metrics."""
_UPDATE, _TENSOR = 100.0, 240e3
"""The update of one parameter by Adam, and what each tensor takes besides."""
_STEP = 4.85e6
"""What a step takes however small the network is."""
_CONVOLUTION = 0.57
"""How long a multiply-add of a convolution takes; its kernels reuse what they read."""
_TURNS: Mapping[str, tuple[float, float, float]] = {
    "rnn": (0.48e6, 0.78e6, 0.7e6),
    "gru": (1.4e6, 2.1e6, 0.0),
}
"""What one step of a sequence takes in layers that go step by step: forward, back, for weights."""
_ALL_AT_ONCE = ("lstm",)
"""Layers that compute all their gradients in one go, whichever are wanted."""


@dataclass(frozen=True)
class _Cost:
    """What a layer takes, for a whole batch, in multiply-adds."""

    forward: float
    through: float
    """Sending the gradient on, from its outputs to its inputs."""
    inside: float
    """What any gradient takes on its way in, be it for inputs or weights."""
    weights: float


def expected_speedup(report: Report, *, cached: bool = False, batch_size: int = 128) -> float:
    """Return the time of a step with nothing frozen over the time of one as the network is now.

    `cached` remembers the features of a frozen beginning. A layer takes its forward pass; as much
    again to send a gradient on, if something that trains lies before it; and as much again for the
    gradient of its weights, if they train. What multiplies two inputs, as attention does inside,
    sends both gradients on. Numbers, calls, tensors, loss and update take time of their own, so
    that small networks gain less. Within 15 % of what twelve networks measured, and 20 % where so
    little is left that the gain is about a hundredfold.
    """
    if report.trainable == report.parameters or not report.trainable:
        return 1.0
    now = _step(report, batch_size, thawed=False)
    prefix = frozen_prefix(report) if cached else None
    if prefix is not None:
        now += _remembered(prefix, batch_size)
    return _step(report, batch_size, thawed=True) / now


def _step(report: Report, batch: int, *, thawed: bool) -> float:
    """Return the time of a step; `thawed` looks at it as if nothing were frozen."""
    every = list(leaves(report, thawed=thawed))
    tensors = sum(leaf.copies * len(leaf.facts.weights) for leaf in every if leaf.trains)
    numbers = report.parameters if thawed else report.trainable
    layers = sum(_time(leaf, batch) for leaf in every)
    return (
        layers + batch * _ANSWER * _answers(report) + _UPDATE * numbers + _TENSOR * tensors + _STEP
    )


def _remembered(prefix: Prefix, batch: int) -> float:
    """Return how much longer a step takes with features than with the layers that make them."""
    return batch * _LOOKUP * prefix.numbers + _CALL - sum(_time(x, batch) for x in prefix.layers)


def _answers(report: Report) -> int:
    outputs = (name for name in report.graph if isinstance(report.graph[name].layer, Output))
    return sum(shape.size for name in outputs for shape in report.nodes[name].outputs)


def _time(leaf: Leaf, batch: int) -> float:
    """Return the time of one layer, forward and backward."""
    if leaf.layer.key in FREE:
        return 0.0
    cost = _cost(leaf, batch)
    time = cost.forward
    if leaf.carries:
        time += cost.inside + cost.through * any(leaf.fed) + cost.weights * leaf.trains
    return time * leaf.copies


def _cost(leaf: Leaf, batch: int) -> _Cost:
    numbers = batch * sum(shape.size for shape in leaf.facts.outputs)
    turn, turn_back, turn_weights = (_turns(leaf) * each for each in _turn(leaf))
    rate = _CONVOLUTION if leaf.layer.group == "Convolution" else 1.0
    whole = batch * rate * leaf.facts.multiply_adds
    forward = whole + _NUMBER * numbers + _CALL + turn
    inside, through = _CALL_BACK + turn_back, _NUMBER_BACK * numbers
    if leaf.layer.key in _ALL_AT_ONCE:
        return _Cost(forward, 0.0, inside + 2 * whole + through, 0.0)
    learned = whole * _learned(leaf)
    return _Cost(forward, learned + through, inside + 2 * (whole - learned), learned + turn_weights)


def _learned(leaf: Leaf) -> float:
    """Return the share of the multiply-adds that multiply by weights, not one input by another."""
    if not leaf.facts.weights:
        return 0.0
    total, first = leaf.facts.multiply_adds, leaf.facts.inputs[:1]
    if leaf.layer.group != "Attention" or not total or first[0] is None:
        return 1.0
    matrices = sum(shape.size for shape in leaf.facts.weights.values() if len(shape) > 1)
    return min(1.0, float(matrices * first[0][0] / total))


def _turn(leaf: Leaf) -> tuple[float, float, float]:
    return _TURNS.get(leaf.layer.key, (0.0, 0.0, 0.0))


def _turns(leaf: Leaf) -> float:
    """Return how many steps of a sequence a recurrent layer goes, all levels and ways together."""
    arrived = leaf.facts.inputs[:1]
    if leaf.layer.key not in _TURNS or arrived[0] is None:
        return 0.0
    matrices = sum(len(shape) > 1 for shape in leaf.facts.weights.values())
    return arrived[0][0] * matrices / 2
