"""Blocks in which every layer sees what all layers before it have found."""

from collections.abc import Mapping
from typing import Any

from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.meeting.merge import Concat
from studio.catalogue.shape import Shape
from studio.catalogue.windows.convolution import Conv2d
from studio.catalogue.windows.pooling import AvgPool2d
from studio.fields import integer, number
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.ingredients import (
    ACTIVATIONS,
    activated,
    arriving,
    norm_eps,
    norm_layer,
    width_of,
)  # fmt: skip
from studio.presets.preset import Preset, preset


class _Preactivated(Preset):
    """What blocks that normalize and bend before each convolution have in common."""

    activation: str = activated()
    eps: float = norm_eps()

    def _ready(self, draft: Draft, number: str, last: str) -> str:
        norm, act = norm_layer("batch", 1, self.eps), ACTIVATIONS[self.activation]
        for name, layer in ((f"norm{number}", norm), (f"act{number}", act)):
            last = draft.add(name, layer, last) if layer else last
        return last


@preset("dense_layer", group="Convolution", title="Dense Layer (DenseNet)")
class DenseLayer(_Preactivated):
    """Finds a few new channels and lays them beside all that arrived."""

    growth: int = integer(
        default=32, high=1_000_000, hint="How many channels each layer adds to those that arrive."
    )
    bottleneck: int = integer(
        default=4,
        low=0,
        high=1_000,
        hint="A 1×1 convolution first leaves this many times the growth; 0 leaves it out.",
    )
    dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of new values silenced while training."
    )

    def driven(self, _graph: Graph) -> Mapping[str, Mapping[str, str]]:
        return {
            "growth": {
                "conv1.out_channels": f"{self.bottleneck} * growth",
                "conv2.out_channels": "growth",
            },
            "dropout": {"dropout.p": "dropout"},
        }

    def draw(self, *inputs: Shape) -> Graph:
        arriving(inputs)
        draft = Draft()
        start = last = draft.input("input")
        if self.bottleneck:
            squeezed = Conv2d(out_channels=self.bottleneck * self.growth, kernel_size=1, bias=False)
            last = draft.add("conv1", squeezed, self._ready(draft, "1", last))
        new = Conv2d(out_channels=self.growth, kernel_size=3, padding=1, bias=False)
        last = draft.add("conv2", new, self._ready(draft, "2", last))
        if self.dropout:
            last = draft.add("dropout", Dropout(p=self.dropout), last)
        draft.output("output", draft.add("concat", Concat(), start, last))
        return draft.graph()


@preset("dense_block", group="Convolution", title="Dense Block (DenseNet)")
class DenseBlock(DenseLayer):
    """Repeats a dense layer, so that each copy sees the channels of all before it."""

    layers: int = integer(default=6, high=1_000, hint="How many layers follow each other.")

    def block(self, *inputs: Shape, **settings: Any) -> Block:
        return super().block(*inputs, **({"repeat": self.layers} | settings))


@preset("dense_transition", group="Convolution", title="Transition (DenseNet)")
class DenseTransition(_Preactivated):
    """Halves the channels and the size between two dense blocks."""

    width: int | None = width_of("How many channels come out; empty: half of those that arrive.")

    def driven(self, _graph: Graph) -> Mapping[str, Mapping[str, str]]:
        return {"width": {"conv.out_channels": "width"}}

    def draw(self, *inputs: Shape) -> Graph:
        width = self.width or max(1, arriving(inputs) // 2)
        draft = Draft()
        last = self._ready(draft, "", draft.input("input"))
        conv = Conv2d(out_channels=width, kernel_size=1, bias=False)
        last = draft.chain(last, conv=conv, pool=AvgPool2d())
        draft.output("output", last)
        return draft.graph()
