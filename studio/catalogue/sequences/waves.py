"""Layers that spell places and times as waves of many lengths, without anything to learn."""

from collections.abc import Mapping

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, flag, integer, number
from studio.wording import _


@layer(
    "sinusoidal_positions", group="Embedding", title="Sinusoidal Positions", aliases=("sinusoids",)
)
class SinusoidalPositions(Layer):
    """Adds waves to a sequence that tell the places of its steps apart; nothing is learned.

    Attention Is All You Need, 3.5 (interleaved); Whisper and fairseq lay sines before cosines.
    """

    keeps = "nothing"
    base: float = number(
        default=10_000.0, low=1.0, high=1e12, hint="The longest wave, in turns of 2π steps."
    )
    layout: str = choice(
        default="interleaved",
        options=("interleaved", "halves"),
        hint="interleaved alternates sine and cosine; halves lays all sines first (Whisper).",
    )
    scale: float = number(
        default=1.0, low=-1e6, high=1e6, hint="Number by which the waves are multiplied."
    )
    add: bool = flag(
        default=True, hint="Add the waves to the steps, instead of handing them on alone."
    )

    def shape(self, x: Shape) -> Shape:
        return Shape(*x.floats().axes("steps features"))

    def reads(self) -> bool:
        return self.add

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.SinusoidalPositions", **self.values())

    def caption(self) -> str:
        return self.layout


@layer("rotary_positions", group="Embedding", title="Rotary Positions", aliases=("rope",))
class RotaryPositions(Layer):
    """Tells by which angles attention turns queries and keys, so that distances count.

    Any sequence may come in: only its length matters. RoFormer, arXiv 2104.09864. Attention takes
    the angles by wire and must be told the same layout.
    """

    dim: int = integer(
        default=64,
        low=2,
        high=1_000_000,
        hint="How many features of each head are turned; all of them, or fewer (Phi, NeoX).",
    )
    base: float = number(
        default=10_000.0, low=1.0, high=1e12, hint="How slow the slowest turn is; Llama 3: 500000."
    )
    layout: str = choice(
        default="halves",
        options=("halves", "interleaved"),
        hint="Which features make a pair: those half a head apart, or neighbors (GPT-J).",
    )
    scaling: float = number(
        default=1.0, low=1e-6, high=1e6, hint="Number by which places are divided, for long texts."
    )

    def shape(self, x: Shape) -> Shape:
        if not x:
            raise ShapeError(
                _("Positions need a sequence, but a single number arrives."),
                _("Bring the ids or the steps whose places are meant."),
            )
        if self.dim % 2:
            raise ShapeError(
                _("{dim} features cannot be turned in pairs.").format(dim=self.dim),
                _("Choose an even number."),
            )
        return Shape(x[0], self.dim)

    def reads(self) -> bool:
        return False

    def buffers(self, x: Shape) -> Mapping[str, Shape]:
        return {"frequency": Shape(self.dim)}

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.RotaryPositions", **self.values())

    def caption(self) -> str:
        return f"{self.dim} · {self.base:g}"


@layer("timestep_encoding", group="Embedding", title="Time Step Encoding", aliases=("timestep",))
class TimestepEncoding(Layer):
    """Spells one number, such as how noisy a picture is, as waves of many lengths.

    One number per sample comes in. As in DDPM (arXiv 2006.11239) and diffusers.
    """

    keeps = "nothing"
    dim: int = integer(default=128, low=2, high=1_000_000, hint="How many numbers come out.")
    flip_sin_cos: bool = flag(default=False, hint="Lay cosines before sines.")
    shift: float = number(
        default=1.0, low=0.0, high=1.0, hint="1 lets the longest wave reach max period, 0 not."
    )
    max_period: float = number(
        default=10_000.0, low=1.0, high=1e12, hint="The longest wave, in turns of 2π."
    )

    def shape(self, x: Shape) -> Shape:
        if tuple(x) not in {(), (1,)}:
            raise ShapeError(
                _("Expected one number per sample, but {shape} arrives.").format(shape=x),
                _("Bring an Input of shape 1, or Select one number."),
            )
        if self.dim // 2 == self.shift:
            raise ShapeError(
                _("{dim} numbers are too few for a shift of {shift:g}.").format(
                    dim=self.dim, shift=self.shift
                ),
                _("Choose at least 4."),
            )
        return Shape(self.dim)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.TimestepEncoding", **self.values())

    def caption(self) -> str:
        return f"→ {self.dim}"
