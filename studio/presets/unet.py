"""The halves of a U-Net: down to what is in a picture, and up again to where it is."""

from collections.abc import Mapping

from studio.catalogue.meeting.merge import Concat
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.resizing import Crop, Upsample
from studio.catalogue.windows.convolution import Conv2d
from studio.catalogue.windows.pooling import MaxPool2d
from studio.catalogue.windows.transposed import ConvTranspose2d
from studio.fields import choice, flag
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.ingredients import (
    ACTIVATIONS,
    activated,
    arriving,
    norm_eps,
    norm_layer,
    normed,
    width_of,
)  # fmt: skip
from studio.presets.preset import Preset, preset


class _Twice(Preset):
    """What blocks with two convolutions in a row have in common."""

    padded: bool = flag(
        default=True, hint="Keep the size. Off, each convolution cuts one place off at every side."
    )
    norm: str = normed()
    activation: str = activated()
    eps: float = norm_eps()

    def driven(self, _graph: Graph) -> Mapping[str, Mapping[str, str]]:
        names = ("enlarge", "conv1", "conv2")
        return {"width": {f"{name}.out_channels": "width" for name in names}}

    def _convolved(self, draft: Draft, width: int, last: str) -> str:
        for number in (1, 2):
            conv = Conv2d(
                out_channels=width,
                kernel_size=3,
                padding=int(self.padded),
                bias=self.norm == "none",
            )
            last = draft.add(f"conv{number}", conv, last)
            norm, act = norm_layer(self.norm, width, self.eps), ACTIVATIONS[self.activation]
            for name, layer in ((f"norm{number}", norm), (f"act{number}", act)):
                last = draft.add(name, layer, last) if layer else last
        return last


@preset("double_conv", group="Convolution", title="Double Conv")
class DoubleConv(_Twice):
    """Two 3×3 convolutions in a row, each with its normalization and activation."""

    width: int | None = width_of("How many channels come out; empty means as many as arrive.")

    def draw(self, *inputs: Shape) -> Graph:
        draft = Draft()
        width = self.width or arriving(inputs)
        draft.output("output", self._convolved(draft, width, draft.input("input")))
        return draft.graph()


@preset("unet_down", group="Convolution", title="U-Net Down")
class UNetDown(_Twice):
    """Halves a picture and looks at it twice: one step down a U-Net."""

    width: int | None = width_of("How many channels come out; empty means twice as many as arrive.")

    def draw(self, *inputs: Shape) -> Graph:
        width = self.width or 2 * arriving(inputs)
        draft = Draft()
        last = draft.chain(draft.input("input"), pool=MaxPool2d(kernel_size=2))
        draft.output("output", self._convolved(draft, width, last))
        return draft.graph()


@preset("unet_up", group="Convolution", title="U-Net Up")
class UNetUp(_Twice):
    """Doubles a picture, lays the one from the way down beside it, and looks at both twice.

    The first wire brings what is enlarged, the second the picture from the way down.
    """

    width: int | None = width_of(
        "How many channels come out; empty means half of those that arrive."
    )
    enlarge: str = choice(
        default="transposed",
        options=("transposed", "bilinear"),
        hint="transposed learns how to enlarge; bilinear blends, then a 1×1 convolution narrows.",
    )

    def draw(self, *inputs: Shape) -> Graph:
        width = self.width or max(1, arriving(inputs, 128) // 2)
        draft = Draft()
        below, beside = draft.input("input"), draft.input("skip")
        if self.enlarge == "transposed":
            up = ConvTranspose2d(out_channels=width, kernel_size=2, stride=2)
            last = draft.add("enlarge", up, below)
        else:
            blend = draft.add("blend", Upsample(mode="bilinear"), below)
            last = draft.add("enlarge", Conv2d(out_channels=width, kernel_size=1), blend)
        if not self.padded:
            beside = draft.add("crop", Crop(), beside, last)
        last = draft.add("concat", Concat(), beside, last)
        draft.output("output", self._convolved(draft, width, last))
        return draft.graph()
