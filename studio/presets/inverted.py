"""The block of networks for phones: wide inside, narrow outside, each channel looked at alone."""

from collections.abc import Mapping

from studio.catalogue.functions.regularization import DropPath
from studio.catalogue.layer import Layer
from studio.catalogue.meeting.merge import Add
from studio.catalogue.shape import Shape
from studio.fields import choice, flag, integer, number
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.convolutional import ConvNormAct
from studio.presets.ingredients import (
    activated,
    arriving,
    kernel_of,
    norm_eps,
    norm_momentum,
    skipping,
    stride_of,
    width_of,
)  # fmt: skip
from studio.presets.preset import Preset, preset
from studio.presets.squeezing import GATES, SqueezeExcite


def divisible(channels: float, divisor: int = 8) -> int:
    """Return the nearest multiple of `divisor`, at least 90 % of `channels` and one divisor.

    The rule of MobileNet (arXiv 1801.04381), by which widths suit the processors of phones.
    """
    rounded = max(divisor, int(channels + divisor / 2) // divisor * divisor)
    return rounded + divisor if rounded < 0.9 * channels else rounded


@preset(
    "inverted_residual",
    group="Convolution",
    title="Inverted Residual",
    aliases=("mbconv", "fused_mbconv"),
)
class InvertedResidual(Preset):
    """Widens, looks at each channel by itself, and narrows again: the brick of EfficientNet."""

    width: int | None = width_of("How many channels come out; empty means as many as arrive.")
    expand: float = number(
        default=6.0, low=0.1, high=100.0, hint="How many times more channels there are inside."
    )
    hidden: int | None = width_of("Channels inside; empty: by the factor, in multiples of 8.")
    kernel_size: int = kernel_of()
    stride: int = stride_of()
    fused: bool = flag(
        default=False,
        hint="Widen and look in one convolution: faster on large pictures.",
    )
    squeeze: int | None = integer(
        default=None,
        optional=True,
        high=1_000_000,
        hint="Channels of the squeeze-and-excite gate; empty leaves the gate out.",
    )
    squeeze_activation: str = activated("silu")
    gate: str = choice(
        default="sigmoid", options=tuple(GATES), hint="What turns scores into weights from 0 to 1."
    )
    activation: str = activated("relu6")
    eps: float = norm_eps()
    momentum: float = norm_momentum()
    drop_path: float = skipping()

    def driven(self, graph: Graph) -> Mapping[str, Mapping[str, str]]:
        hidden = ("expand.width", "depthwise.width", "depthwise.groups", "squeeze_excite.channels")
        looking = "depthwise" if "depthwise" in graph else "expand"
        found = {
            "width": {"project.width": "width"},
            "kernel_size": {f"{looking}.kernel_size": "kernel_size"},
            "drop_path": {"drop_path.p": "drop_path"},
            "squeeze": {"squeeze_excite.squeeze": "squeeze"},
        }
        if "expand" in graph:
            found["hidden"] = dict.fromkeys(hidden, "hidden")
        if "add" not in graph:
            found["stride"] = {f"{looking}.stride": "stride"}
        return found

    def draw(self, *inputs: Shape) -> Graph:
        channels = arriving(inputs)
        width = self.width or channels
        draft = Draft()
        start = draft.input("input")
        last = self._branch(draft, start, channels, width)
        if self.stride == 1 and width == channels:
            if self.drop_path:
                last = draft.add("drop_path", DropPath(p=self.drop_path), last)
            last = draft.add("add", Add(), start, last)
        draft.output("output", last)
        return draft.graph()

    def _branch(self, draft: Draft, last: str, channels: int, width: int) -> str:
        hidden = self.hidden or divisible(channels * self.expand)
        wide = self._conv(hidden, kernel_size=self.kernel_size, stride=self.stride)
        if self.fused and hidden == channels:
            return draft.add("project", wide.changed(width=width).block(), last)
        if self.fused:
            last = draft.add("expand", wide.block(), last)
        else:
            if hidden != channels:
                last = draft.add("expand", self._conv(hidden, kernel_size=1).block(), last)
            last = draft.add("depthwise", wide.changed(groups=hidden).block(), last)
        if self.squeeze:
            last = draft.add("squeeze_excite", self._gate(hidden), last)
        narrow = self._conv(width, kernel_size=1).changed(activation="none")
        return draft.add("project", narrow.block(), last)

    def _conv(self, width: int, *, kernel_size: int, stride: int = 1) -> ConvNormAct:
        return ConvNormAct(
            width=width,
            kernel_size=kernel_size,
            stride=stride,
            activation=self.activation,
            eps=self.eps,
            momentum=self.momentum,
        )

    def _gate(self, hidden: int) -> Layer:
        return SqueezeExcite(
            channels=hidden,
            squeeze=self.squeeze,
            activation=self.squeeze_activation,
            gate=self.gate,
        ).block()
