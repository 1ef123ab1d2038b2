"""Layers that carry a state along a sequence without mixing it by a matrix."""

from collections.abc import Mapping

from studio.catalogue.count import Count, times
from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.fields import flag, integer


@layer(
    "selective_ssm",
    group="Recurrent",
    title="Selective State Space",
    aliases=("mamba", "ssm", "mamba_mixer"),
)
class SelectiveSSM(Layer):
    """Carries a state along the steps and lets each step choose what to keep: the heart of Mamba.

    The mixer of arXiv 2312.00752, parameters named as there.
    """

    autocast = "low"
    state_size: int = integer(
        default=16, high=100_000, hint="How many numbers each feature remembers."
    )
    conv_kernel: int = integer(
        default=4, high=10_000, hint="How many steps the short filter before it looks back."
    )
    expand: int = integer(default=2, high=1_000, hint="How many times wider it is inside.")
    time_step_rank: int | None = integer(
        default=None,
        high=1_000_000,
        optional=True,
        hint="How many numbers choose how fast to forget; empty means a 16th of the features.",
    )
    conv_bias: bool = flag(default=True, hint="Learn offsets in the short filter.")
    bias: bool = flag(default=False, hint="Learn offsets in the projections in and out.")

    def _sizes(self, x: Shape) -> tuple[int, int, int, int]:
        """Return features outside and inside, numbers of the state, and of the time step."""
        width = x[-1]
        return width, self.expand * width, self.state_size, self.time_step_rank or -(-width // 16)

    def shape(self, x: Shape) -> Shape:
        x.floats().axes("steps features")
        return x

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        width, inner, state, rank = self._sizes(x)
        found = {"A_log": Shape(inner, state), "D": Shape(inner)}
        found["conv1d.weight"] = Shape(inner, 1, self.conv_kernel)
        if self.conv_bias:
            found["conv1d.bias"] = Shape(inner)
        found["in_proj.weight"] = Shape(2 * inner, width)
        if self.bias:
            found["in_proj.bias"] = Shape(2 * inner)
        found["x_proj.weight"] = Shape(rank + 2 * state, inner)
        found |= {"dt_proj.weight": Shape(inner, rank), "dt_proj.bias": Shape(inner)}
        found["out_proj.weight"] = Shape(width, inner)
        return found | ({"out_proj.bias": Shape(width)} if self.bias else {})

    def multiply_adds(self, x: Shape) -> Count:
        """Projections, the short filter, and reading the state; changing it is no product.

        As published, the filter runs on behind the last step, and what it finds there is cut off.
        """
        width, inner, state, rank = self._sizes(x)
        filtered = times(x[0] + self.conv_kernel - 1, inner, self.conv_kernel)
        inside = times(x[0], inner, rank + 2 * state + rank + state)
        return times(3, x[0], width, inner) + filtered + inside

    def depth(self, *_learned: bool) -> int:
        return 5

    def work(self, x: Shape) -> Work:
        """The state of every step is held, with what changes it."""
        _width, inner, state, _rank = self._sizes(x)
        return Work(kept=x[0] * inner * (3 * state + 12), backward=2 * x[0] * inner * state)

    def recipe(self, x: Shape) -> Call:
        _width, _inner, _state, rank = self._sizes(x)
        settings = self.values() | {"time_step_rank": rank}
        return Call.to("studio.SelectiveSSM", features=x[-1], **settings)

    def caption(self) -> str:
        return f"×{self.expand} · {self.state_size}"
