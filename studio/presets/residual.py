"""The block that made networks deep: what arrives is added to what was computed from it."""

from collections.abc import Mapping

from studio.catalogue.functions.regularization import DropPath
from studio.catalogue.meeting.merge import Add
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.resizing import Pad
from studio.catalogue.shaping.splitting import Slice
from studio.catalogue.windows.convolution import Conv2d
from studio.errors import SettingError
from studio.fields import choice, flag, integer
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.ingredients import (
    ACTIVATIONS,
    USUAL,
    activated,
    arriving,
    norm_eps,
    norm_layer,
    normed,
    skipping,
    stride_of,
    width_of,
)  # fmt: skip
from studio.presets.preset import Preset, preset
from studio.presets.squeezing import SqueezeExcite
from studio.wording import _

Sizes = tuple[tuple[int, int, int, int, int], ...]
"""Convolutions in order, each with width, kernel, stride, dilation and groups."""


@preset(
    "residual_block",
    group="Convolution",
    title="Residual Block",
    aliases=("resnet_block", "bottleneck"),
)
class ResidualBlock(Preset):
    """Adds what arrives to what its convolutions make of it, so that very deep networks train."""

    kind: str = choice(
        default="basic",
        options=("basic", "bottleneck"),
        hint="basic: two 3×3 (ResNet-18); bottleneck: 1×1, 3×3, 1×1 in fewer channels (ResNet-50).",
    )
    width: int | None = width_of("How many channels come out; empty means as many as arrive.")
    inner: int | None = width_of(
        "Channels inside. Empty: as many as come out, in a bottleneck a quarter."
    )
    stride: int = stride_of()
    dilation: int = integer(
        default=1, high=1_000, hint="Distance between the places the 3×3 filters look at."
    )
    groups: int = integer(
        default=1,
        high=1_000_000,
        hint="Parts of the 3×3 that are apart from each other: 32 in ResNeXt.",
    )
    shortcut: str = choice(
        default="projection",
        options=("projection", "padding"),
        hint="What happens to what arrives where sizes differ: 1×1 convolution, or empty channels.",
    )
    preactivation: bool = flag(
        default=False, hint="Normalize and bend before each convolution, not after (ResNet v2)."
    )
    squeeze: int | None = integer(
        default=None,
        optional=True,
        high=1_000_000,
        hint="Channels of a squeeze-and-excite gate at the end; empty leaves the gate out.",
    )
    norm: str = normed()
    activation: str = activated()
    eps: float = norm_eps()
    drop_path: float = skipping()

    def driven(self, graph: Graph) -> Mapping[str, Mapping[str, str]]:
        *inside, last = (f"conv{number}" for number, _conv in enumerate(self._sizes(1, 1), 1))
        wide = [last, *(inside if self._is_even else ())]
        strided = {f"{inside[-1] if self.kind == 'bottleneck' else inside[0]}.stride": "stride"}
        found: dict[str, Mapping[str, str]] = {"drop_path": {"drop_path.p": "drop_path"}}
        if not self._is_even:
            found["inner"] = {f"{name}.out_channels": "inner" for name in inside}
        if "shortcut_rows" in graph:
            rows, columns = "shortcut_rows.step", "shortcut_columns.step"
            found["stride"] = strided | {rows: "stride", columns: "stride"}
        elif "shortcut" in graph and self.shortcut == "projection":
            found["stride"] = strided | {"shortcut.stride": "stride"}
        if self.shortcut == "projection" or "shortcut" not in graph:
            driven = [f"{name}.out_channels" for name in (*wide, "shortcut")]
            found["width"] = dict.fromkeys((*driven, "gate.channels"), "width")
        return found

    @property
    def _is_even(self) -> bool:
        """Whether all convolutions have as many channels, so that one number sets them."""
        return self.kind == "basic" and self.inner is None

    def _sizes(self, width: int, inner: int) -> Sizes:
        step, wide = self.stride, self.dilation
        if self.kind == "basic":
            return ((inner, 3, step, wide, self.groups), (width, 3, 1, wide, self.groups))
        middle = (inner, 3, step, wide, self.groups)
        return ((inner, 1, 1, 1, 1), middle, (width, 1, 1, 1, 1))

    def draw(self, *inputs: Shape) -> Graph:
        channels = arriving(inputs, self.width or USUAL)
        width = self.width or channels
        draft = Draft()
        start = draft.input("input")
        last = self._branch(draft, start, channels, width)
        around = self._shortcut(draft, start, channels, width)
        last = draft.add("add", Add(), around, last)
        if not self.preactivation:
            last = self._bent(draft, "act", last)
        draft.output("output", last)
        return draft.graph()

    def _branch(self, draft: Draft, last: str, channels: int, width: int) -> str:
        inner = self.inner or (max(1, width // 4) if self.kind == "bottleneck" else width)
        sizes = self._sizes(width, inner)
        for number, (out, kernel, step, spacing, groups) in enumerate(sizes, 1):
            if self.preactivation:
                last = self._bent(
                    draft, f"act{number}", self._normed(draft, f"norm{number}", channels, last)
                )
            conv = Conv2d(
                out_channels=out,
                kernel_size=kernel,
                stride=step,
                padding=spacing * (kernel // 2),
                dilation=spacing,
                groups=groups,
                bias=self.norm == "none",
            )
            last = draft.add(f"conv{number}", conv, last)
            if not self.preactivation:
                last = self._normed(draft, f"norm{number}", out, last)
                last = self._bent(draft, f"act{number}", last) if number < len(sizes) else last
            channels = out
        if self.squeeze:
            gate = SqueezeExcite(channels=width, squeeze=self.squeeze)
            last = draft.add("gate", gate.block(), last)
        return draft.add("drop_path", DropPath(p=self.drop_path), last) if self.drop_path else last

    def _normed(self, draft: Draft, name: str, width: int, last: str) -> str:
        norm = norm_layer(self.norm, width, self.eps)
        return draft.add(name, norm, last) if norm else last

    def _bent(self, draft: Draft, name: str, last: str) -> str:
        act = ACTIVATIONS[self.activation]
        return draft.add(name, act, last) if act else last

    def _shortcut(self, draft: Draft, start: str, channels: int, width: int) -> str:
        if channels == width and self.stride == 1:
            return start
        if self.shortcut == "padding":
            return self._padded(draft, start, channels, width)
        # before activation, the projection reads what is normalized already (He et al. 2016)
        source = "act1" if self.preactivation and self.activation != "none" else start
        conv = Conv2d(
            out_channels=width, kernel_size=1, stride=self.stride, bias=self.norm == "none"
        )
        last = draft.add("shortcut", conv, source)
        return last if self.preactivation else self._normed(draft, "shortcut_norm", width, last)

    def _padded(self, draft: Draft, last: str, channels: int, width: int) -> str:
        """Leave places out and add empty channels, which needs no weights (option A)."""
        if width < channels:
            raise SettingError(
                _("{channels} channels cannot be padded to {width}.").format(
                    channels=channels, width=width
                ),
                _("Choose shortcut projection, or more channels."),
            )
        if self.stride > 1:
            rows, columns = (Slice(dim=dim, step=self.stride) for dim in (2, 3))
            last = draft.chain(last, shortcut_rows=rows, shortcut_columns=columns)
        if width == channels:
            return last
        before = (width - channels) // 2
        pad = Pad(pad=(0, 0, 0, 0, before, width - channels - before))
        return draft.add("shortcut", pad, last)
