"""What a layer type is: its settings and the questions every layer answers, declared once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from studio.catalogue.count import Count
from studio.catalogue.keeping import NO_WORK, Autocast, Keeps, Passes, Work
from studio.catalogue.shape import Shape
from studio.families import Family
from studio.fields import Declared

CATALOGUE: "Family[Layer]" = Family("layer")
NOTHING: Mapping[str, Shape] = {}


@dataclass(frozen=True)
class Call:
    """A torch constructor or function, spelled instead of called.

    `target` starts with "nn." for a module of torch, with "studio." for one of
    `studio.network.modules`, and with "torch." for a function. A module gets `arguments` when it is
    made; a function gets them with its inputs at every call. `via` names the way inputs go in and
    outputs come out (see `network/passing.py`): "plain" is `f(a, b)`, "listed" is `f([a, b])`.
    """

    target: str
    arguments: Mapping[str, Any]
    via: str = "plain"

    @classmethod
    def to(cls, target: str, via: str = "plain", **arguments: Any) -> "Call":
        """Spell a call with keyword arguments."""
        return cls(target, arguments, via)


class Layer(Declared):
    """One type of layer. Shapes are those of one sample, without the batch axis.

    The questions are declared for `Any` inputs because each layer names its own: `shape(x)`,
    `shape(query, key)`, `shape(*inputs)`; inputs are always of `Shape`.
    """

    group: ClassVar[str] = ""
    title: ClassVar[str] = ""
    aliases: ClassVar[tuple[str, ...]] = ()
    inputs: ClassVar[tuple[int, int | None]] = (1, 1)
    """Fewest and most wires that may come in; None means any number."""
    keeps: ClassVar[Keeps] = "inputs"
    passes: ClassVar[Passes] = "new"
    autocast: ClassVar[Autocast] = "same"

    def shape(self, *inputs: Any, **_none: Any) -> Shape:
        """Return the shape of the output; raises ShapeError if the inputs do not fit."""
        raise NotImplementedError

    def shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """Return the shapes of all outputs; raises ShapeError if the inputs do not fit."""
        return (self.shape(*inputs),)

    def weights(self, *_inputs: Any, **_none: Any) -> Mapping[str, Shape]:
        """Return every parameter by its torch name."""
        return NOTHING

    def buffers(self, *_inputs: Any, **_none: Any) -> Mapping[str, Shape]:
        """Return every buffer (state that is saved but not trained) by its torch name."""
        return NOTHING

    def multiply_adds(self, *_inputs: Any, **_none: Any) -> Count:
        """Return the multiply-adds of one sample: convolutions and matrix products only."""
        return Count(0)

    def depth(self, *_learned: bool) -> int:
        """Return how many weighted layers lie on the longest way through this one.

        `_learned` says of each input whether it follows from parameters alone: a product with such
        a matrix is a weighted layer, one of two values that both follow from data is none.
        """
        return 0

    def reads(self) -> bool:
        """Return whether the numbers that come in matter, not only how many they are."""
        return True

    def work(self, *_inputs: Any, **_none: Any) -> Work:
        """Return what one sample holds inside while training, for the estimate of memory."""
        return NO_WORK

    def recipe(self, *inputs: Any, **_none: Any) -> Call:
        """Spell the torch call that computes this layer."""
        raise NotImplementedError

    def caption(self) -> str:
        """Return the key settings in a few characters for the canvas: “3×3 · s2”."""
        return ""

    @classmethod
    def about(cls) -> str:
        """Return what this layer does, in one sentence for people, untranslated."""
        return (cls.__doc__ or "").strip().splitlines()[0]


L = TypeVar("L", bound=Layer)


def layer(
    key: str, *, group: str, title: str, aliases: tuple[str, ...] = ()
) -> Callable[[type[L]], type[L]]:
    """File a layer type in the catalogue under `key`, in the palette under `group`.

    `aliases` are the words by which the command bar knows it beside its key.
    """

    def decorate(cls: type[L]) -> type[L]:
        cls.group, cls.title, cls.aliases = group, title, aliases
        CATALOGUE.file(key)(cls)
        return cls

    return decorate
