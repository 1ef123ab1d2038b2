"""EfficientNet: one small network, and a rule for how to make it larger."""

from math import ceil

from studio.catalogue.shape import Shape
from studio.fields import number
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.pictures import PictureNetwork, dropped
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.convolutional import ConvNormAct
from studio.presets.ingredients import norm_eps, norm_momentum
from studio.presets.inverted import InvertedResidual, divisible
from studio.presets.stage import growing, stage
from studio.wording import marked

_STAGES = (
    (1, 3, 1, 16, 1),
    (6, 3, 2, 24, 2),
    (6, 5, 2, 40, 2),
    (6, 3, 2, 80, 3),
    (6, 5, 1, 112, 3),
    (6, 5, 2, 192, 4),
    (6, 3, 1, 320, 1),
)
"""Expansion, kernel, stride, channels and depth of each stage (arXiv 1905.11946, table 1)."""
_STEM, _HEAD = 32, 4


@architecture("efficientnet")
class EfficientNet(PictureNetwork):
    """Seven stages of inverted residuals with gates, made wider and deeper by two factors."""

    width: float = number(
        default=1.0, low=0.1, high=100.0, hint="Factor of all channels: 1 in B0, 2 in B7."
    )
    depth: float = number(
        default=1.0, low=0.1, high=100.0, hint="Factor of the depth of each stage: 3.1 in B7."
    )
    drop_path: float = number(
        default=0.2,
        low=0.0,
        high=1.0,
        hint="How often the last branch is skipped while training; it grows from 0.",
    )
    dropout: float = dropped(0.2)
    eps: float = norm_eps()
    momentum: float = norm_momentum()

    def graph(self) -> Graph:
        draft = Draft()
        channels = self._scaled(_STEM)
        last = draft.add("stem", self._conv(channels, 3, 2), self.pictures(draft))
        depths = [ceil(row[-1] * self.depth) for row in _STAGES]
        for step, depth in enumerate(depths):
            done = sum(depths[:step])
            block = self._stage(step, channels, depth, done / sum(depths), 1 / sum(depths))
            last = draft.add(f"stage{step + 1}", block, last)
            channels = self._scaled(_STAGES[step][3])
        last = draft.add("head", self._conv(_HEAD * channels, 1), last)
        self.classified(draft, last, self.dropout)
        return draft.graph()

    def _scaled(self, channels: int) -> int:
        return divisible(channels * self.width)

    def _conv(self, width: int, kernel_size: int, stride: int = 1) -> Block:
        return ConvNormAct(
            width=width,
            kernel_size=kernel_size,
            stride=stride,
            activation="silu",
            eps=self.eps,
            momentum=self.momentum,
        ).block()

    def _stage(self, step: int, channels: int, depth: int, done: float, each: float) -> Block:
        """Return a stage; `done` is the share of blocks before it, `each` that of one block."""
        expand, kernel, stride, out, _depth = _STAGES[step]
        width = self._scaled(out)
        block = InvertedResidual(
            width=width,
            expand=expand,
            kernel_size=kernel,
            activation="silu",
            eps=self.eps,
            momentum=self.momentum,
        )
        first = block.changed(
            stride=stride,
            squeeze=max(1, channels // 4),
            drop_path=self.drop_path * done,
        ).block(Shape(channels, 1, 1))
        start, end = (self.drop_path * (done + each * copy) for copy in (1, depth - 1))
        rest = block.changed(squeeze=max(1, width // 4), drop_path=start)
        return stage(first, growing(rest.block(Shape(width, 1, 1)), depth - 1, start, end), depth)


def _published(size: int, width: float, depth: float, image: int, dropout: float) -> EfficientNet:
    """Return one of B0 to B7; the largest three were trained with another normalization."""
    plain = EfficientNet(width=width, depth=depth, image=image, dropout=dropout)
    return plain.changed(eps=1e-3, momentum=0.01) if size > 4 else plain


_PAPER = "arXiv:1905.11946"

publish(
    Entry(
        name="efficientnet-b0",
        title="EfficientNet-B0",
        area=PICTURES,
        about=marked("Depth, width and picture should grow together: this is where they start."),
        year=2019,
        paper=_PAPER,
        reference="tv.efficientnet_b0",
        architecture=_published(0, 1.0, 1.0, 224, 0.2),
    ),
    Entry(
        name="efficientnet-b3",
        title="EfficientNet-B3",
        area=PICTURES,
        about=marked("Three steps up: half the weights of ResNet-50, and more often right."),
        year=2019,
        paper=_PAPER,
        reference="tv.efficientnet_b3",
        architecture=_published(3, 1.2, 1.4, 300, 0.3),
    ),
    Entry(
        name="efficientnet-b7",
        title="EfficientNet-B7",
        area=PICTURES,
        about=marked("Seven steps up, 600 pixels: the best on ImageNet of 2019."),
        year=2019,
        paper=_PAPER,
        reference="tv.efficientnet_b7",
        architecture=_published(7, 2.0, 3.1, 600, 0.5),
    ),
)
