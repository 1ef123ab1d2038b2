"""Convolutions as they come in practice: with normalization and activation, or split in two."""

from collections.abc import Mapping

from studio.catalogue.shape import Shape
from studio.catalogue.windows.convolution import Conv2d
from studio.fields import flag, integer
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.ingredients import (
    ACTIVATIONS,
    activated,
    arriving,
    kernel_of,
    norm_eps,
    norm_layer,
    norm_momentum,
    normed,
    stride_of,
    width_of,
)  # fmt: skip
from studio.presets.preset import Preset, preset

_MARGIN = "dilation * (kernel_size // 2)"
_PLAIN: Mapping[str, Mapping[str, str]] = {
    "width": {"conv.out_channels": "width"},
    "stride": {"conv.stride": "stride"},
    "groups": {"conv.groups": "groups"},
}
_WINDOW: Mapping[str, Mapping[str, str]] = {
    "kernel_size": {"conv.kernel_size": "kernel_size", "conv.padding": _MARGIN},
    "dilation": {"conv.dilation": "dilation", "conv.padding": _MARGIN},
}


@preset(
    "conv_norm_act", group="Convolution", title="Conv Norm Act", aliases=("conv_bn_relu", "cbr")
)
class ConvNormAct(Preset):
    """A convolution, its normalization and its activation: the brick most picture networks use."""

    width: int | None = width_of("How many filters to learn; empty means as many as arrive.")
    kernel_size: int = kernel_of()
    stride: int = stride_of()
    padding: int | None = integer(
        default=None,
        low=0,
        high=1_000,
        optional=True,
        hint="Places added at each end. Empty keeps the size at stride 1.",
    )
    dilation: int = integer(
        default=1, high=1_000, hint="Distance between the places a filter looks at."
    )
    groups: int = integer(
        default=1,
        high=1_000_000,
        hint="Parts that do not see each other; as many as channels makes it depthwise.",
    )
    norm: str = normed()
    activation: str = activated()
    eps: float = norm_eps()
    momentum: float = norm_momentum()

    def driven(self, _graph: Graph) -> Mapping[str, Mapping[str, str]]:
        return _PLAIN if self.padding is not None else {**_PLAIN, **_WINDOW}

    def draw(self, *inputs: Shape) -> Graph:
        width = self.width or arriving(inputs)
        draft = Draft()
        last = draft.add("conv", self._convolution(width), draft.input("input"))
        for name, layer in (
            ("norm", norm_layer(self.norm, width, self.eps, self.momentum)),
            ("act", ACTIVATIONS[self.activation]),
        ):
            last = draft.add(name, layer, last) if layer else last
        draft.output("output", last)
        return draft.graph()

    def _convolution(self, width: int) -> Conv2d:
        usual = self.dilation * (self.kernel_size // 2)
        return Conv2d(
            out_channels=width,
            kernel_size=self.kernel_size,
            stride=self.stride,
            padding=usual if self.padding is None else self.padding,
            dilation=self.dilation,
            groups=self.groups,
            bias=self.norm == "none",
        )


class _Depthwise(Preset):
    """What convolutions that see one channel at a time have in common."""

    channels: int | None = width_of("How many channels arrive; empty: those of the wire.")
    kernel_size: int = kernel_of()
    stride: int = stride_of()
    multiplier: int = integer(
        default=1, high=1_000, hint="How many filters look at each channel, and so how many answer."
    )
    bias: bool = flag(default=True, hint="Learn one offset per filter.")

    def driven(self, _graph: Graph) -> Mapping[str, Mapping[str, str]]:
        return {
            "channels": {
                "depthwise.groups": "channels",
                "depthwise.out_channels": f"{self.multiplier} * channels",
            },
            "kernel_size": {
                "depthwise.kernel_size": "kernel_size",
                "depthwise.padding": "kernel_size // 2",
            },
            "stride": {"depthwise.stride": "stride"},
            "width": {"pointwise.out_channels": "width"},
        }

    def _depthwise(self, channels: int, *, bias: bool) -> Conv2d:
        return Conv2d(
            out_channels=self.multiplier * channels,
            kernel_size=self.kernel_size,
            stride=self.stride,
            padding=self.kernel_size // 2,
            groups=channels,
            bias=bias,
        )


@preset(
    "depthwise_conv2d", group="Convolution", title="Depthwise Conv 2D", aliases=("dwconv", "dw")
)
class DepthwiseConv2d(_Depthwise):
    """Slides filters over each channel by itself: it sees where, but never mixes what."""

    def draw(self, *inputs: Shape) -> Graph:
        draft = Draft()
        layer = self._depthwise(self.channels or arriving(inputs), bias=self.bias)
        draft.output("output", draft.add("depthwise", layer, draft.input("input")))
        return draft.graph()


@preset("separable_conv2d", group="Convolution", title="Separable Conv 2D", aliases=("sepconv",))
class SeparableConv2d(_Depthwise):
    """Looks at each channel by itself, then mixes them: a convolution at a fraction of its cost.

    As in Xception and Keras: nothing comes in between, and only the mixing has offsets.
    """

    width: int | None = width_of("How many maps come out; empty means as many as arrive.")

    def draw(self, *inputs: Shape) -> Graph:
        channels = self.channels or arriving(inputs)
        draft = Draft()
        last = draft.chain(
            draft.input("input"),
            depthwise=self._depthwise(channels, bias=False),
            pointwise=Conv2d(out_channels=self.width or channels, kernel_size=1, bias=self.bias),
        )
        draft.output("output", last)
        return draft.graph()
