"""How networks outside the gallery are drawn for the contract tests: a graph for each id."""

from collections.abc import Callable
from typing import Any

import studio.presets  # noqa: F401  files the presets
from studio.catalogue.layer import CATALOGUE, Layer
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.preset import PRESETS

DRAWN: dict[str, Callable[[], Graph]] = {}
"""Id in others.json → what draws that network."""

Part = Callable[[Draft, str], str]


def drawing(name: str) -> Callable[[Callable[[], Graph]], Callable[[], Graph]]:
    """File a function that draws the network `name`."""

    def decorate(draw: Callable[[], Graph]) -> Callable[[], Graph]:
        assert name not in DRAWN, f"{name} is drawn twice"
        DRAWN[name] = draw
        return draw

    return decorate


def of(key: str, **settings: Any) -> Layer:
    """Return a layer of the catalogue."""
    return CATALOGUE[key](**settings)


def preset(key: str, **settings: Any) -> Block:
    """Return a ready-made block."""
    return PRESETS[key](**settings).block()


def conv(width: int, kernel: Any = 3, stride: Any = 1, padding: Any = 0, **settings: Any) -> Layer:
    """Return a convolution of pictures."""
    sizes = {"kernel_size": kernel, "stride": stride, "padding": padding}
    return of("conv2d", out_channels=width, **sizes, **settings)


def normed(width: int, kernel: int = 3, stride: int = 1, **settings: Any) -> Block:
    """Return a convolution that keeps the size, with normalization and ReLU."""
    return preset("conv_norm_act", width=width, kernel_size=kernel, stride=stride, **settings)


def linear(width: int, **settings: Any) -> Layer:
    """Return a linear layer."""
    return of("linear", out_features=width, **settings)


def block(part: Part, repeat: int = 1) -> Block:
    """Return a block with one input and one output around what `part` adds."""
    draft = Draft()
    draft.output("output", part(draft, draft.input("input")))
    return Block(graph=draft.graph(), repeat=repeat)


def residual(**branch: Layer) -> Block:
    """Return a block that adds what arrives to what a chain of layers makes of it."""
    return block(lambda draft, x: draft.add("add", of("add"), x, draft.chain(x, **branch)))


def classified(draft: Draft, last: str, classes: int = 1000) -> Graph:
    """Add the mean of each map and one score per class; return the network."""
    pool, flatten = of("adaptive_avg_pool2d"), of("flatten")
    draft.output("scores", draft.chain(last, pool=pool, flatten=flatten, fc=linear(classes)))
    return draft.graph()
