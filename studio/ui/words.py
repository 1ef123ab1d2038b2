"""How members of families, and shares of a whole, are put into words."""

from studio.catalogue.layer import Layer
from studio.fields import Declared
from studio.graph.block import Block
from studio.presets import PRESETS
from studio.wording import _, in_percent

_SPELLED = {
    "sgd": "SGD",
    "adamw": "AdamW",
    "rmsprop": "RMSprop",
    "mse": "MSE",
    "bce": "BCE",
    "l1": "L1",
    "mnist": "MNIST",
    "clip": "Clip the gradient",
    "skip": "Skip a batch",
}


def title_of(cls: type[Declared]) -> str:
    """Return the name of a member for people: its title, or its key in words."""
    title = getattr(cls, "title", "")
    if isinstance(title, str) and title:
        return _(title)
    return _(_SPELLED.get(cls.key, cls.key.replace("_", " ").capitalize()))


def sentence_of(cls: type[Declared]) -> str:
    """Return what a member is, in one sentence: the first line of its docstring."""
    lines = (cls.__doc__ or "").strip().splitlines()
    return _(lines[0]) if lines else ""


def kind_of(layer: Layer) -> str:
    """Return what a layer is: a block that began as a ready-made one bears its name."""
    return title_of(_began(layer) or type(layer)) or layer.key


def lesson_of(layer: Layer) -> str:
    """Return what a layer does, in one sentence."""
    return sentence_of(_began(layer) or type(layer))


def _began(layer: Layer) -> type[Declared] | None:
    known = isinstance(layer, Block) and layer.preset in PRESETS
    return PRESETS[layer.preset] if known and isinstance(layer, Block) else None


def percent(share: float) -> str:
    """Return a share as people say it: 0 %, <1 %, 32 %."""
    if 0 < share < 0.01:
        return "<1 %"
    return in_percent(share)
