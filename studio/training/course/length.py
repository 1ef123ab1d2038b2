"""How many steps an epoch has, told before torch is loaded."""

from studio.graph.model import Graph
from studio.graph.walk import walk


def steps_in_epoch(samples: int, batch_size: int, graph: Graph) -> int:
    """Return how many batches an epoch has, at least one.

    A last batch of a single sample is left out where the network normalizes over the batch.
    """
    whole, rest = divmod(samples, batch_size)
    pairs = any(node.layer.key.startswith("batch_norm") for _path, node in walk(graph))
    return max(1, whole + (1 if rest > 1 or (rest == 1 and not pairs) else 0))
