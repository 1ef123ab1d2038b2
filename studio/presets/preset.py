"""What a preset is: a block that comes ready-made, can be opened, and is then like any other."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar, TypeVar

from studio.catalogue.shape import Shape
from studio.errors import SettingError
from studio.families import Family
from studio.fields import Declared
from studio.graph.block import Block
from studio.graph.exposing import Exposed
from studio.graph.model import Graph
from studio.graph.targets import setting_of

PRESETS: "Family[Preset]" = Family("preset")


class Preset(Declared):
    """A way to draw a block from a few settings.

    A setting that says how wide the block is may be None: it is then what arrives.
    """

    group: ClassVar[str] = ""
    title: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    drives: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Setting to expose on the block → what it drives inside, by formula (see `Exposed`)."""

    def draw(self, *inputs: Shape) -> Graph:
        """Return the network inside for the shapes that arrive; without shapes, a usual one.

        Raises SettingError or ShapeError if the settings do not fit each other or the shapes.
        """
        raise NotImplementedError

    def block(self, *inputs: Shape, **settings: Any) -> Block:
        """Return the block; `settings` are further ones of Block, such as `repeat`."""
        graph = self.draw(*inputs)
        return Block(graph=graph, exposed=self._exposed(graph), preset=self.key, **settings)

    def driven(self, _graph: Graph) -> Mapping[str, Mapping[str, str]]:
        """Return what a block around `graph` exposes: `drives`, unless the settings decide."""
        return self.drives

    def _exposed(self, graph: Graph) -> Mapping[str, Exposed]:
        found: dict[str, Exposed] = {}
        for name, drives in self.driven(graph).items():
            alive = {target: formula for target, formula in drives.items() if _is(graph, target)}
            bare = [target for target, formula in alive.items() if formula == name]
            if bare:
                value = setting_of(graph, bare[0])[1]
                hint = self.declared[name].hint if name in self.declared else ""
                found[name] = Exposed(value, alive, hint)
        return found

    @classmethod
    def about(cls) -> str:
        """Return what this block does, in one sentence for people, untranslated."""
        return (cls.__doc__ or "").strip().splitlines()[0]


P = TypeVar("P", bound=Preset)


def preset(
    key: str, *, group: str, title: str, aliases: tuple[str, ...] = ()
) -> Callable[[type[P]], type[P]]:
    """File a preset under `key`, in the palette under `group`."""

    def decorate(cls: type[P]) -> type[P]:
        cls.group, cls.title, cls.aliases = group, title, aliases
        PRESETS.file(key)(cls)
        return cls

    return decorate


def _is(graph: Graph, target: str) -> bool:
    try:
        setting_of(graph, target)
    except SettingError:
        return False
    return True
