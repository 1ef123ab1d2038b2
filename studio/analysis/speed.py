"""How much faster a training step becomes when some layers are frozen."""

from studio.analysis.leaves import Leaf, leaves
from studio.analysis.prefix import Prefix, frozen_prefix
from studio.analysis.report import Report
from studio.catalogue.inputs import Output

FREE = ("output", "flatten", "reshape", "identity", "unsqueeze", "squeeze")
"""Layers that hand on the same memory."""

# In multiply-adds that take as long, by measurement on a processor (tests/benchmarks).
_NUMBER = 16.0
"""Reading and writing one number."""
_ANSWER = 280.0
"""The loss of one number that the network answers, its gradient and its metrics."""
_UPDATE = 300.0
"""Bringing one parameter and its gradient into shape, and the update of Adam."""
_STEP = 12e6
"""What a step takes however small the network is."""


def expected_speedup(report: Report, *, cached: bool = False, batch_size: int = 128) -> float:
    """Return the time of a step with nothing frozen over the time of one as the network is now.

    `cached` remembers the features of a frozen beginning. Unit costs: the forward pass costs 1; the
    gradient of a layer's input costs 1 if a layer that trains lies before it; the gradient of its
    weights costs 1 if it trains. The unit of a layer is its multiply-adds and a share for each
    number it writes; loss, update and step take what they always take. On networks of eight and
    twelve equal blocks the model came within 15 % of the measured times.
    """
    if report.trainable == report.parameters or not report.trainable:
        return 1.0
    full = sum(map(_time, leaves(report, thawed=True)))
    now = sum(map(_time, leaves(report)))
    prefix = frozen_prefix(report) if cached else None
    if prefix is not None:
        now += _looked_up(prefix) - sum(map(_time, prefix.layers))
    answers = _ANSWER * _answers(report)
    before = batch_size * (full + answers) + _UPDATE * report.parameters + _STEP
    return before / (batch_size * (now + answers) + _UPDATE * report.trainable + _STEP)


def _looked_up(prefix: Prefix) -> float:
    return _NUMBER * prefix.numbers


def _answers(report: Report) -> int:
    outputs = (name for name in report.graph if isinstance(report.graph[name].layer, Output))
    return sum(shape.size for name in outputs for shape in report.nodes[name].outputs)


def _time(leaf: Leaf) -> float:
    """Return the time of one layer for one sample, forward and backward, in multiply-adds."""
    if leaf.layer.key in FREE:
        return 0.0
    numbers = sum(shape.size for shape in leaf.facts.outputs)
    forward = leaf.facts.multiply_adds + _NUMBER * numbers
    backward = (forward if any(leaf.fed) else 0.0) + leaf.facts.multiply_adds * leaf.trains
    return (forward + backward) * leaf.copies
