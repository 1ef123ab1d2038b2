"""How many steps an epoch has, told before torch is loaded."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from studio.graph.model import Graph
from studio.graph.walk import walk


@dataclass(frozen=True)
class Samples:
    """What epochs are cut from."""

    count: int
    """Training samples."""
    pairs: bool = False
    """Whether a last batch of a single sample is left out."""
    later: Mapping[str, int] = field(default_factory=dict)
    """Training samples of data that ticks switch to, by their identity, as far as is known."""

    @classmethod
    def of(cls, count: int, graph: Graph, later: Mapping[str, int] | None = None) -> "Samples":
        """Return so many samples for a network, which may normalize over the batch."""
        return cls(count, needs_pairs(graph), later or {})


def batches(samples: int, batch_size: int, *, pairs: bool) -> int:
    """Return how many batches samples make; a last one of one sample is left out if `pairs`."""
    whole, rest = divmod(samples, batch_size)
    return whole + (1 if rest > 1 or (rest == 1 and not pairs) else 0)


def needs_pairs(graph: Graph) -> bool:
    """Whether a network normalizes over the batch, which takes two samples at least."""
    return any(node.layer.key.startswith("batch_norm") for _path, node in walk(graph))


def steps_in_epoch(samples: int, batch_size: int, graph: Graph) -> int:
    """Return how many batches an epoch has, at least one.

    A last batch of a single sample is left out where the network normalizes over the batch.
    """
    return max(1, batches(samples, batch_size, pairs=needs_pairs(graph)))
