"""What freezing saves a run before it begins: which layers need no gradients, and which no work."""

from dataclasses import dataclass, field
from typing import Literal

from studio.analysis.leaves import leaves
from studio.analysis.memory.terms import Terms
from studio.analysis.prefix import frozen_prefix
from studio.analysis.report import Report
from studio.analysis.speed import expected_speedup

Obstacle = Literal["", "nothing", "augmented", "memory", "off"]

SHARE = 0.5
"""Of the free memory, what remembered features may take at most."""


@dataclass(frozen=True)
class Data:
    """What is known of the samples and of the computer."""

    samples: int
    """Training and validation samples together."""
    augmented: bool = False
    """Whether the samples are changed at random."""
    free: int | None = None
    """Free bytes of the device, where they are known."""
    terms: Terms = field(default_factory=Terms)
    """In which format layers compute, and where."""


@dataclass(frozen=True)
class Gain:
    """What the frozen layers of a network save."""

    layers: int
    """Layers with parameters through which no gradient has to flow."""
    beginning: int
    """Layers with parameters whose answers can be remembered."""
    bytes: int
    """What remembering them takes in memory."""
    obstacle: Obstacle
    """Why they are not remembered: nothing to remember, changing samples, no room, not wanted."""
    plain: float
    """Time of a step with nothing frozen over that of a step that remembers nothing."""
    remembered: float
    """The same with remembered features."""

    @property
    def speedup(self) -> float:
        """What is to be expected of the run as it is planned."""
        return self.plain if self.obstacle else self.remembered


def freezing_gain(report: Report, data: Data, *, batch_size: int, wanted: bool) -> Gain | None:
    """Return what the run will save, or None if nothing is frozen or nothing would train."""
    if not report.frozen or not report.trainable:
        return None
    idle = sum(
        leaf.copies
        for leaf in leaves(report)
        if leaf.facts.parameters and not leaf.trains and not any(leaf.fed)
    )
    prefix = frozen_prefix(report, data.terms)
    held = prefix.bytes(data.samples) if prefix is not None else 0
    obstacle: Obstacle = "off" if not wanted else ""
    if prefix is None:
        obstacle = "nothing"
    elif data.augmented:
        obstacle = "augmented"
    elif data.free is not None and held > SHARE * data.free:
        obstacle = "memory"
    layers = prefix.layers if prefix is not None else ()
    beginning = sum(leaf.copies for leaf in layers if leaf.facts.parameters)
    speeds = (
        expected_speedup(report, cached=cached, batch_size=batch_size) for cached in (False, True)
    )
    return Gain(idle, beginning, held, obstacle, *speeds)
