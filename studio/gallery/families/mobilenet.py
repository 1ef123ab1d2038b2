"""MobileNet: inverted residuals for phones, the third version found by search."""

from collections.abc import Iterator
from typing import NamedTuple

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import Hardswish
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.arrangement import Flatten
from studio.catalogue.windows.adaptive import AdaptiveAvgPool2d
from studio.fields import choice, number
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.pictures import PictureNetwork, dropped
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.convolutional import ConvNormAct
from studio.presets.inverted import InvertedResidual, divisible
from studio.presets.stage import sequence, stage
from studio.wording import marked


class _Phone(PictureNetwork):
    """What both versions have in common."""

    width: float = number(
        default=1.0,
        low=0.01,
        high=100.0,
        hint="Factor of all channels; the results are multiples of 8.",
    )
    dropout: float = dropped(0.2)

    def _scaled(self, channels: int) -> int:
        return divisible(channels * self.width)


_V2 = (
    (1, 16, 1, 1),
    (6, 24, 2, 2),
    (6, 32, 3, 2),
    (6, 64, 4, 2),
    (6, 96, 3, 1),
    (6, 160, 3, 2),
    (6, 320, 1, 1),
)
"""Expansion, channels, depth and stride of each stage (arXiv 1801.04381, table 2)."""


@architecture("mobilenet_v2")
class MobileNetV2(_Phone):
    """Seven stages of inverted residuals with ReLU6."""

    def graph(self) -> Graph:
        draft = Draft()
        channels = self._scaled(32)
        first = ConvNormAct(width=channels, stride=2, activation="relu6").block()
        last = draft.add("stem", first, self.pictures(draft))
        for step, (expand, width, depth, stride) in enumerate(_V2, 1):
            block = InvertedResidual(width=self._scaled(width))
            inside = expand * channels, expand * self._scaled(width)
            blocks = (
                block.changed(hidden=inside[0], stride=stride).block(Shape(channels, 1, 1)),
                block.changed(hidden=inside[1]).block(Shape(self._scaled(width), 1, 1)),
            )
            last = draft.add(f"stage{step}", stage(*blocks, depth), last)
            channels = self._scaled(width)
        head = ConvNormAct(
            width=divisible(1280 * max(1.0, self.width)), kernel_size=1, activation="relu6"
        )
        self.classified(draft, draft.add("head", head.block(), last), self.dropout)
        return draft.graph()


class _Row(NamedTuple):
    """One block: its kernel, channels inside and out, activation and stride.

    `squeeze` says by what the gate divides the channels; 0 is no gate.
    """

    kernel: int
    inside: int
    out: int
    squeeze: int
    act: str
    stride: int


_RE, _HS = "relu", "hardswish"
_V3 = {
    "large": (
        _Row(3, 16, 16, 0, _RE, 1),
        _Row(3, 64, 24, 0, _RE, 2),
        _Row(3, 72, 24, 0, _RE, 1),
        _Row(5, 72, 40, 4, _RE, 2),
        _Row(5, 120, 40, 4, _RE, 1),
        _Row(5, 120, 40, 4, _RE, 1),
        _Row(3, 240, 80, 0, _HS, 2),
        _Row(3, 200, 80, 0, _HS, 1),
        _Row(3, 184, 80, 0, _HS, 1),
        _Row(3, 184, 80, 0, _HS, 1),
        _Row(3, 480, 112, 4, _HS, 1),
        _Row(3, 672, 112, 4, _HS, 1),
        _Row(5, 672, 160, 4, _HS, 2),
        _Row(5, 960, 160, 4, _HS, 1),
        _Row(5, 960, 160, 4, _HS, 1),
    ),
    "small": (
        _Row(3, 16, 16, 4, _RE, 2),
        _Row(3, 72, 24, 0, _RE, 2),
        _Row(3, 88, 24, 0, _RE, 1),
        _Row(5, 96, 40, 4, _HS, 2),
        _Row(5, 240, 40, 4, _HS, 1),
        _Row(5, 240, 40, 4, _HS, 1),
        _Row(5, 120, 48, 4, _HS, 1),
        _Row(5, 144, 48, 4, _HS, 1),
        _Row(5, 288, 96, 4, _HS, 2),
        _Row(5, 576, 96, 4, _HS, 1),
        _Row(5, 576, 96, 4, _HS, 1),
    ),
}
"""The blocks of both sizes (arXiv 1905.02244, tables 1 and 2)."""
_LAST = {"large": 1280, "small": 1024}
_EPS, _MOMENTUM = 1e-3, 0.01


@architecture("mobilenet_v3")
class MobileNetV3(_Phone):
    """Inverted residuals with gates where they pay, and a cheap end."""

    size: str = choice(
        default="large", options=tuple(_V3), hint="Which of the two networks that were found."
    )

    def graph(self) -> Graph:
        draft = Draft()
        brick = ConvNormAct(activation=_HS, eps=_EPS, momentum=_MOMENTUM)
        first = brick.changed(width=self._scaled(16), stride=2)
        last = draft.add("stem", first.block(), self.pictures(draft))
        for step, blocks in enumerate(self._stages(), 1):
            last = draft.add(f"stage{step}", sequence(blocks), last)
        head = brick.changed(width=6 * self._scaled(_V3[self.size][-1].out), kernel_size=1)
        last = draft.chain(
            last,
            head=head.block(),
            pool=AdaptiveAvgPool2d(),
            flatten=Flatten(),
            linear=Linear(out_features=self._scaled(_LAST[self.size])),
            act=Hardswish(),
            dropout=Dropout(p=self.dropout),
            classify=Linear(out_features=self.classes),
        )
        draft.output("scores", last)
        return draft.graph()

    def _stages(self) -> Iterator[list[Block]]:
        """Yield the blocks of each size of maps."""
        blocks: list[Block] = []
        channels = self._scaled(16)
        for row in _V3[self.size]:
            if row.stride > 1 and blocks:
                yield blocks
                blocks = []
            inside = self._scaled(row.inside)
            block = InvertedResidual(
                width=self._scaled(row.out),
                hidden=inside,
                kernel_size=row.kernel,
                stride=row.stride,
                squeeze=divisible(inside // row.squeeze) if row.squeeze else None,
                squeeze_activation="relu",
                gate="hardsigmoid",
                activation=row.act,
                eps=_EPS,
                momentum=_MOMENTUM,
            )
            blocks.append(block.block(Shape(channels, 1, 1)))
            channels = self._scaled(row.out)
        yield blocks


publish(
    Entry(
        name="mobilenet-v2",
        title="MobileNetV2",
        area=PICTURES,
        about=marked("Wide inside, narrow outside, and linear where narrow: vision on phones."),
        year=2018,
        paper="arXiv:1801.04381",
        reference="tv.mobilenet_v2",
        architecture=MobileNetV2(),
    ),
    Entry(
        name="mobilenet-v3-large",
        title="MobileNetV3-Large",
        area=PICTURES,
        about=marked("Found by search and trimmed by hand: gates, and functions made of lines."),
        year=2019,
        paper="arXiv:1905.02244",
        reference="tv.mobilenet_v3_large",
        architecture=MobileNetV3(),
    ),
    Entry(
        name="mobilenet-v3-small",
        title="MobileNetV3-Small",
        area=PICTURES,
        about=marked("A picture understood with 57 million multiplications."),
        year=2019,
        paper="arXiv:1905.02244",
        reference="tv.mobilenet_v3_small",
        architecture=MobileNetV3(size="small"),
    ),
)
