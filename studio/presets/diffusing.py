"""The blocks of diffusion networks: told how noisy the picture is, they take some noise away."""

from collections.abc import Mapping
from math import gcd
from typing import ClassVar

from studio.catalogue.attention.multi_head import MultiHeadAttention
from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import SiLU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.meeting.merge import Add
from studio.catalogue.normalizing.normalization import GroupNorm
from studio.catalogue.sequences.waves import TimestepEncoding
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.arrangement import Flatten, Permute, Reshape
from studio.catalogue.windows.convolution import Conv2d
from studio.fields import flag, integer, number
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.ingredients import arriving, norm_eps, width_of
from studio.presets.preset import Preset, preset


def _norm(channels: int, eps: float) -> GroupNorm:
    return GroupNorm(num_groups=gcd(32, channels), eps=eps)


@preset("timestep_embedding", group="Embedding", title="Time Step Embedding", aliases=("time_mlp",))
class TimestepEmbedding(Preset):
    """Turns one number, such as how noisy a picture is, into features that blocks can use."""

    drives: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "width": {"encoding.dim": "width"},
        "hidden": {"linear_1.out_features": "hidden", "linear_2.out_features": "hidden"},
    }
    width: int = integer(default=128, low=2, high=1_000_000, hint="How many waves spell it.")
    hidden: int = integer(default=512, high=1_000_000, hint="How many features come out.")
    flip_sin_cos: bool = flag(default=False, hint="Lay cosines before sines.")
    shift: float = number(
        default=1.0, low=0.0, high=1.0, hint="1 lets the longest wave reach its full length, 0 not."
    )

    def draw(self, *inputs: Shape) -> Graph:
        draft = Draft()
        encoding = TimestepEncoding(
            dim=self.width, flip_sin_cos=self.flip_sin_cos, shift=self.shift
        )
        last = draft.chain(
            draft.input("time"),
            encoding=encoding,
            linear_1=Linear(out_features=self.hidden),
            silu=SiLU(),
            linear_2=Linear(out_features=self.hidden),
        )
        draft.output("features", last)
        return draft.graph()


@preset("time_residual", group="Convolution", title="Residual Block with Time")
class TimeResidual(Preset):
    """A residual block that is also told the time step, as in diffusion networks (DDPM).

    Inputs are the picture and the features of the time step.
    """

    drives: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "width": {
            "conv_1.out_channels": "width",
            "conv_2.out_channels": "width",
            "shortcut.out_channels": "width",
            "time_projection.out_features": "width",
        },
        "dropout": {"dropout.p": "dropout"},
    }
    width: int | None = width_of("How many channels come out; empty means as many as arrive.")
    dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of values silenced while training."
    )
    eps: float = norm_eps(1e-6)

    def draw(self, *inputs: Shape) -> Graph:
        channels = arriving(inputs)
        width = self.width or channels
        draft = Draft()
        picture, time = draft.input("picture"), draft.input("time")
        made = draft.chain(
            picture,
            norm_1=_norm(channels, self.eps),
            silu_1=SiLU(),
            conv_1=Conv2d(out_channels=width, kernel_size=3, padding=1),
        )
        told = draft.chain(
            time,
            time_silu=SiLU(),
            time_projection=Linear(out_features=width),
            time_everywhere=Reshape(target=(-1, 1, 1)),
        )
        made = draft.chain(
            draft.add("add_time", Add(), made, told),
            norm_2=_norm(width, self.eps),
            silu_2=SiLU(),
            dropout=Dropout(p=self.dropout),
            conv_2=Conv2d(out_channels=width, kernel_size=3, padding=1),
        )
        if width != channels:
            shortcut = Conv2d(out_channels=width, kernel_size=1)
            picture = draft.add("shortcut", shortcut, picture)
        draft.output("output", draft.add("add", Add(), picture, made))
        return draft.graph()


@preset(
    "picture_attention", group="Attention", title="Attention over a Picture", aliases=("attn2d",)
)
class PictureAttention(Preset):
    """Lets all places of a picture look at each other, and adds what they find (DDPM)."""

    drives: ClassVar[Mapping[str, Mapping[str, str]]] = {"heads": {"attention.num_heads": "heads"}}
    heads: int = integer(
        default=1, high=10_000, hint="How many views are taken; must divide the channels."
    )
    eps: float = norm_eps(1e-6)

    def draw(self, *inputs: Shape) -> Graph:
        shape = inputs[0].floats() if inputs else Shape(64, 16, 16)
        channels, height, width = shape.axes("channels height width")
        draft = Draft()
        picture = draft.input("picture")
        seen = draft.chain(
            picture,
            norm=_norm(channels, self.eps),
            places=Flatten(start_dim=2),
            features_last=Permute(dims=(0, 2, 1)),
            attention=MultiHeadAttention(num_heads=self.heads, projection="separate"),
            channels_first=Permute(dims=(0, 2, 1)),
            map=Reshape(target=(-1, height, width)),
        )
        draft.output("output", draft.add("add", Add(), picture, seen))
        return draft.graph()
