"""How much memory a training step takes at its fullest moment."""

from collections.abc import Sequence
from dataclasses import dataclass

from studio.analysis.memory.acts import Act, Op, Spend, Stay, Value
from studio.analysis.memory.layers import value_of
from studio.analysis.memory.live import Levels, Live
from studio.analysis.memory.pages import Inside, page_of
from studio.analysis.memory.stretches import Stretch
from studio.analysis.memory.terms import Terms
from studio.analysis.report import Report
from studio.catalogue.inputs import Input, Output
from studio.catalogue.shape import Shape
from studio.graph.block import Block

_VALUE = 4


@dataclass(frozen=True)
class MemoryEstimate:
    """Bytes that are alive at the fullest moment of a training step; the parts add up to it."""

    parameters: int
    """Weights and buffers."""
    gradients: int
    """Gradients of parameters that are there at that moment."""
    optimizer: int
    """What the optimizer remembers of each parameter that trains."""
    activations: int
    """What waits for the backward pass, and the batch itself."""
    transient: int = 0
    """What comes and goes: gradients of activations, and what layers need while they work."""
    all_gradients: int = 0
    """Gradients of all parameters that train, as they are when the optimizer begins its work.

    By then activations are gone, so that this is no part of the fullest moment as such.
    """

    @property
    def total(self) -> int:
        """All of it."""
        held = self.parameters + self.gradients + self.optimizer
        return held + self.activations + self.transient


def training_memory(report: Report, terms: Terms) -> MemoryEstimate:
    """Return what a training step takes, played through forward, backward and update.

    Weights, gradients and the state of the optimizer are float32 in every precision. What does not
    depend on this program is left out: torch itself, its threads, and the data set.
    """
    live = Live()
    step, outputs = _step(report, terms)
    step.forward(live, saving=True)
    for value in outputs:
        value.gradient = live.take(0)
    step.backward(live)
    live.look(_updating(report, terms))
    return _estimate(report, terms, live.fullest)


def _estimate(report: Report, terms: Terms, fullest: Levels) -> MemoryEstimate:
    kept, passing, gradients = fullest
    return MemoryEstimate(
        parameters=(report.parameters + report.buffers) * _VALUE,
        gradients=gradients,
        optimizer=report.trainable * _VALUE * terms.states,
        activations=kept,
        transient=passing,
        all_gradients=report.trainable * _VALUE,
    )


def _step(report: Report, terms: Terms) -> tuple[Stretch, list[Value]]:
    """Return a whole step, and the losses with which the backward pass begins."""
    acts: list[Act] = []
    arriving = []
    for name, node in report.graph.nodes.items():
        if isinstance(node.layer, Input):
            arriving.append(_batch(report, report.nodes[name].outputs[0], terms, acts))
    page = page_of(report, arriving, Inside(terms, outermost=True))
    acts.append(page.acts)
    losses = []
    nodes = report.graph.nodes.items()
    outputs = [name for name, node in nodes if isinstance(node.layer, Output)]
    reached = [name for name in outputs if report.nodes[name].outputs]
    for name, value in zip(reached, page.leaving, strict=True):
        key = terms.loss_of(name)
        if key is not None:
            losses.append(_loss(value, report.nodes[name].outputs[0], key, acts))
    return Stretch(acts), losses


def _batch(report: Report, shape: Shape, terms: Terms, acts: list[Act]) -> Value:
    """Let a batch arrive; pictures are laid out channels-last where convolutions follow."""
    value = value_of(shape, terms.batch_size)
    acts.append(Stay([value]))
    picture = len(shape) == 3 and shape[0] > 1 and shape[1] * shape[2] > 1
    if not (picture and terms.channels_last and _convolves(report)):
        return value
    other = Value(value.size, value.width, spatial=True)
    acts.append(Op([value], [other]))
    return other


def _convolves(report: Report) -> bool:
    for name, node in report.graph.nodes.items():
        if node.layer.key == "conv2d":
            return True
        if isinstance(node.layer, Block) and any(map(_convolves, report.nodes[name].copies)):
            return True
    return False


def _loss(value: Value, shape: Shape, key: str, acts: list[Act]) -> Value:
    """Write how an output is compared with the right answers; return the loss."""
    numbers = value.size // value.width
    classes = key == "cross_entropy" and bool(shape)
    answers = Value(numbers // shape[-1] * 8 if classes else numbers * _VALUE)
    acts.append(Stay([answers]))
    scores = Value(numbers * _VALUE, fed=value.fed) if value.width != _VALUE else value
    if scores is not value:
        acts += [Op([value], [scores]), Spend([value])]
    if classes:
        likely = Value(numbers * _VALUE, fed=value.fed)
        acts.append(Op([scores], [likely], keeps=[likely]))
        scores = likely
    loss = Value(0, fed=value.fed)
    acts.append(Op([scores], [loss], keeps=[scores]))
    return loss


def _updating(report: Report, terms: Terms) -> int:
    """Return what comes and goes while the optimizer works."""
    if terms.optimizer != "rmsprop":
        return 0
    # it has no fused kernel: roots are taken parameter by parameter on processors, at once on GPUs
    return (_largest([report]) if terms.device == "cpu" else report.trainable) * _VALUE


def _largest(reports: Sequence[Report]) -> int:
    most = 0
    for report in reports:
        for facts in report.nodes.values():
            sizes = (shape.size for shape in facts.weights.values())
            most = max(most, _largest(facts.copies), *sizes, 0)
    return most
