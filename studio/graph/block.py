"""A layer that holds a network: the way to nest and to repeat."""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any, Self

from studio.catalogue.inputs import Input, Output
from studio.catalogue.layer import Layer, layer
from studio.errors import SettingError
from studio.fields import flag, integer, opaque
from studio.graph import exposing, variation
from studio.graph.exposing import Exposed
from studio.graph.model import Graph, Node, Wire
from studio.graph.targets import configured
from studio.setting import Setting
from studio.wording import _

_THROUGH = Graph({"input_1": Node(Input()), "output_1": Node(Output(), sources=(Wire("input_1"),))})


@layer("block", group="Structure", title="Block", aliases=("repeat", "group"))
class Block(Layer):
    """Holds a network of its own, used once or repeated one after the other."""

    inputs = (0, None)
    graph: Graph = opaque(default=_THROUGH, hint="The network inside.")
    repeat: int = integer(default=1, low=1, high=10_000, hint="How many copies follow each other.")
    shared: bool = flag(
        default=False, hint="Let all copies use the same weights, as ALBERT does: fewer parameters."
    )
    overrides: Mapping[str, Mapping[str, Any]] = opaque(
        default={}, hint="What single copies do differently, such as the stride of the first."
    )
    ramps: Mapping[str, tuple[float, float]] = opaque(
        default={}, hint="Settings that grow evenly from the first copy to the last."
    )
    exposed: Mapping[str, Exposed] = opaque(
        default={}, hint="Settings of the block that drive those inside."
    )

    preset: str = opaque(default="", hint="The ready-made block that this one began as.")

    def __post_init__(self) -> None:
        super().__post_init__()
        given: Any = self.graph
        if not isinstance(given, Graph):
            raise SettingError(
                _("graph must be a network, but {value!r} was given.").format(value=given)
            )
        began: Any = self.preset
        if not isinstance(began, str):
            raise self.declared["preset"].refuse(began, _("a word"))
        for name in ("overrides", "ramps", "exposed"):
            if not isinstance(getattr(self, name), Mapping):
                raise self.declared[name].refuse(getattr(self, name), _("an object"))
        if self.overrides:
            self._set("overrides", variation.read_overrides(self.graph, self.overrides))
            variation.refuse_shared(self.shared)
        if self.ramps:
            self._set("ramps", variation.read_ramps(self.graph, self.ramps))
        if self.exposed:
            self._set("exposed", self._read_exposed())

    def _set(self, name: str, value: Any) -> None:
        object.__setattr__(self, name, value)

    def _read_exposed(self) -> Mapping[str, Exposed]:
        found = {name: Exposed.read(name, value) for name, value in dict(self.exposed).items()}
        for name in found:
            if not name.isidentifier() or name in {*self.declared, "self"}:
                raise SettingError(_("A setting cannot be exposed as {name}.").format(name=name))
        exposing.check(self.graph, found)
        return found

    def ports(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Return the ids of the inner inputs and outputs, in order."""
        return self._of(Input), self._of(Output)

    def caption(self) -> str:
        return f"× {self.repeat}" if self.repeat > 1 else ""

    def offered(self) -> Mapping[str, Setting]:
        return self._offered

    @cached_property
    def _offered(self) -> Mapping[str, Setting]:
        found = {name: exposing.declared(self.graph, name, e) for name, e in self.exposed.items()}
        return {**found, "repeat": self.declared["repeat"], "shared": self.declared["shared"]}

    def get(self, name: str) -> Any:
        return self.exposed[name].value if name in self.exposed else super().get(name)

    def changed(self, **values: Any) -> Self:
        outside = {name: values.pop(name) for name in tuple(values) if name in self.exposed}
        block = super().changed(**values)
        return block._driven(outside) if outside else block  # noqa: SLF001  its own

    def _driven(self, values: Mapping[str, Any]) -> Self:
        exposed = dict(self.exposed)
        for name, value in values.items():
            one = exposed[name]
            checked = exposing.declared(self.graph, name, one).in_words().check(value)
            exposed[name] = Exposed(checked, one.drives, one.hint)
        graph = exposing.driven(self.graph, exposed)
        return super().changed(graph=graph, exposed=exposed)

    def with_page(self, graph: Graph) -> Self:
        """Return the block after an edit inside: what it says of its layers follows the edit.

        Layers that were renamed are followed, what was said of layers that are gone is dropped, and
        an exposed setting takes over what was set by hand.
        """
        moved = variation.renamed(self.graph, graph)
        return super().changed(
            graph=graph,
            overrides=variation.kept_overrides(self.overrides, graph, moved),
            ramps=variation.kept_ramps(self.ramps, graph, moved),
            exposed=variation.kept_exposed(self.exposed, self.graph, graph, moved),
        )

    @cached_property
    def _pages(self) -> Mapping[int, Graph]:
        """The networks of the copies that differ, by their number."""
        found: dict[int, Graph] = {}
        for spelled, values in self.overrides.items():
            number = int(spelled) + self.repeat * (int(spelled) < 0)
            if 0 <= number < self.repeat:
                found[number] = configured(found.get(number, self.graph), values)
        return found

    def runs(self) -> Iterator[tuple[Graph, int]]:
        """Yield the networks of the copies in order, each with how many in a row are alike.

        Ramps are left out: they change neither shapes nor counts.
        """
        after = 0
        for number in sorted(self._pages):
            if number > after:
                yield self.graph, number - after
            yield self._pages[number], 1
            after = number + 1
        if after < self.repeat:
            yield self.graph, self.repeat - after

    def page(self, number: int) -> Graph:
        """Return the network of one copy, with what it does differently."""
        graph = self._pages.get(number, self.graph)
        return configured(graph, variation.ramped(self.ramps, number, self.repeat))

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
