"""What can be put on the canvas: layers, blocks that come ready-made, and blocks people kept."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from studio.catalogue import CATALOGUE, Layer, Shape
from studio.errors import SettingError, StudioError
from studio.fields import nearest
from studio.graph.block import Block
from studio.presets import PRESETS, Preset, mine
from studio.wording import _, marked

BASICS = marked("Basics")
READY = marked("Ready-made blocks")
MINE = marked("My blocks")

_OF_PRESETS = "preset:"
OF_MINE = "mine:"
_BASIC = (
    *("input", "output", "linear", "conv2d", "max_pool2d", "batch_norm2d", "relu"),
    *("dropout", "flatten", "add"),
)


@dataclass(frozen=True)
class Offer:
    """One thing to choose; its texts are untranslated."""

    key: str
    title: str
    group: str
    about: str
    aliases: tuple[str, ...]
    look: tuple[str, str]
    """The layer type and the family whose icon and color it has."""
    make: Callable[..., Layer]
    """Makes the layer for the shapes that will arrive; raises FileError if it cannot be read."""


def offers() -> tuple[Offer, ...]:
    """Return everything that can be put on the canvas, in the order of the palette."""
    layers = tuple(map(_layer, CATALOGUE))
    return (*layers, *map(_preset, PRESETS), *map(_mine, mine.kept()))


def basics() -> tuple[Offer, ...]:
    """Return the few layers that a first network is made of; they are offered again above all."""
    return tuple(replace(_layer(CATALOGUE[key]), group=BASICS) for key in _BASIC)


def offer(key: str) -> Offer:
    """Return one by its key; raises SettingError with the nearest if there is none."""
    found = {one.key: one for one in offers()}
    if key not in found:
        raise SettingError(
            _("There is nothing called {key} to put on the canvas.").format(key=key),
            nearest(key, found),
        )
    return found[key]


def of_layer(layer: Layer) -> Offer:
    """Return the offer of one particular layer, settings and all."""
    made = _layer(type(layer))
    return Offer(made.key, made.title, made.group, made.about, (), made.look, lambda *_in: layer)


def _layer(cls: type[Layer]) -> Offer:
    look = cls.key, cls.group
    return Offer(cls.key, cls.title, cls.group, cls.about(), cls.aliases, look, lambda *_in: cls())


def _preset(cls: type[Preset]) -> Offer:
    def make(*shapes: Shape) -> Block:
        for made in _fitting(cls, shapes):
            try:
                return made.block(*shapes)
            except StudioError:
                continue
        return cls().block()  # what arrives does not fit; the block says so on the canvas

    key, look = f"{_OF_PRESETS}{cls.key}", ("block", cls.group)
    return Offer(key, cls.title, READY, cls.about(), (cls.key, *cls.aliases), look, make)


def _fitting(cls: type[Preset], shapes: tuple[Shape, ...]) -> Iterator[Preset]:
    """Yield the preset as it is declared, then with as many heads as divide what arrives."""
    usual = cls()
    yield usual
    if "heads" in cls.declared and shapes and shapes[0]:
        for size in (shapes[0][-1], shapes[0][0]):
            yield usual.changed(heads=math.gcd(usual.get("heads"), size))


def _mine(kept: mine.Kept) -> Offer:
    about = marked("A block that you kept for later.")
    look = ("block", Block.group)
    key = f"{OF_MINE}{kept.name}"
    return Offer(key, kept.name, MINE, about, (), look, lambda *_in: mine.load(kept.path))
