"""A layer that holds a network: the way to nest and to repeat."""

from typing import Any

from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer, layer
from studio.errors import SettingError
from studio.fields import integer, opaque
from studio.graph.model import Graph, Node, Wire
from studio.wording import _

_THROUGH = Graph({"input_1": Node(Input()), "output_1": Node(Output(), sources=(Wire("input_1"),))})


@layer("block", group="Structure", title="Block", aliases=("repeat", "group"))
class Block(Layer):
    """Holds a network of its own, used once or repeated one after the other."""

    inputs = (1, None)
    graph: Graph = opaque(default=_THROUGH, hint="The network inside.")
    repeat: int = integer(default=1, low=1, high=10_000, hint="How many copies follow each other.")

    def __post_init__(self) -> None:
        super().__post_init__()
        given: Any = self.graph
        if not isinstance(given, Graph):
            raise SettingError(
                _("graph must be a network, but {value!r} was given.").format(value=given)
            )

    def ports(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the ids of the inner inputs and outputs, in order."""
        return self._of(Input), self._of(Output)

    def caption(self) -> str:
        return f"× {self.repeat}" if self.repeat > 1 else ""

    def _of(self, kind: type[Layer]) -> tuple[str, ...]:
        nodes = self.graph.nodes.items()
        return tuple(name for name, node in nodes if isinstance(node.layer, kind))


def inlets(layer: Layer) -> tuple[int, int | None]:
    """Return the fewest and most wires that may come in; a block has one inlet per inner input."""
    if isinstance(layer, Block):
        count = len(layer.ports()[0])
        return count, count
    return layer.inputs


def outlets(layer: Layer) -> int | None:
    """Return how many outputs a layer has; None where only its shapes can tell."""
    return len(layer.ports()[1]) if isinstance(layer, Block) else None
