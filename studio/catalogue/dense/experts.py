"""Layers of which each input runs only a part."""

from collections.abc import Mapping

from studio.catalogue.count import Count, times
from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, flag, integer
from studio.wording import _


@layer(
    "mixture_of_experts",
    group="Linear",
    title="Mixture of Experts",
    aliases=("moe", "experts", "sparse_moe"),
)
class MixtureOfExperts(Layer):
    """Sends each step to the few feed-forward parts that a router finds fit: large, but quick.

    The weights of all experts lie stacked in “experts”, those of the router in “gate”. Steps of one
    sample are routed by themselves.
    """

    autocast = "low"
    num_experts: int = integer(
        default=8, high=10_000, hint="How many feed-forward parts there are to choose from."
    )
    top_k: int = integer(default=2, high=10_000, hint="How many of them work on each step.")
    hidden: int | None = integer(
        default=None,
        high=1_000_000,
        optional=True,
        label="Hidden features",
        hint="How wide each expert is inside; empty means four times what arrives.",
    )
    activation: str = choice(
        default="silu",
        options=("relu", "gelu", "gelu_tanh", "quick_gelu", "silu"),
        hint="The function inside each expert.",
    )
    gated: bool = flag(
        default=True, hint="Let one branch of an expert open and close the other, as in LLaMA."
    )
    bias: bool = flag(default=False, hint="Learn offsets in the experts.")
    router_bias: bool = flag(default=False, hint="Learn an offset for each expert's chance.")
    score: str = choice(
        default="softmax",
        options=("softmax", "sigmoid"),
        hint="Whether experts compete for a step, or each is judged by itself.",
    )
    normalize: bool = flag(default=True, hint="Let the shares of the chosen experts add up to 1.")
    shared_experts: int = integer(
        default=0, low=0, high=1_000, hint="How many further experts work on every step."
    )

    def _hidden(self, x: Shape) -> int:
        return self.hidden or 4 * x[-1]

    def shape(self, x: Shape) -> Shape:
        if not x.floats():
            x.axes("features")
        if self.top_k > self.num_experts:
            raise ShapeError(
                _("{chosen} experts cannot be chosen out of {all}.").format(
                    chosen=self.top_k, all=self.num_experts
                ),
                _("Choose fewer for each step, or have more of them."),
            )
        return x

    def _expert(self, x: Shape) -> Mapping[str, Shape]:
        """Return the parameters of one expert, by name."""
        inward, hidden = (1 + self.gated) * self._hidden(x), self._hidden(x)
        up = "gate_up_proj" if self.gated else "up_proj"
        found = {up: Shape(inward, x[-1]), "down_proj": Shape(x[-1], hidden)}
        if self.bias:
            found |= {f"{up}_bias": Shape(inward), "down_proj_bias": Shape(x[-1])}
        return found

    def _shared(self, x: Shape) -> Mapping[str, Shape]:
        """Return the parameters of the shared experts, which are one wide one."""
        width, wide = x[-1], self.shared_experts * self._hidden(x)
        found = {}
        for name in ("gate_proj", "up_proj", "down_proj")[not self.gated :] * bool(wide):
            sides = (width, wide) if name == "down_proj" else (wide, width)
            found[f"shared_experts.{name}.weight"] = Shape(*sides)
            if self.bias:
                found[f"shared_experts.{name}.bias"] = Shape(sides[0])
        return found

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        found = {"gate.weight": Shape(self.num_experts, x[-1])}
        if self.router_bias:
            found["gate.bias"] = Shape(self.num_experts)
        for name, shape in self._expert(x).items():
            found[f"experts.{name}"] = Shape(self.num_experts, *shape)
        return found | dict(self._shared(x))

    def active_parameters(self, x: Shape) -> int:
        """Return how many parameters work on one step: the router's, the chosen and the shared."""
        idle = sum(shape.size for shape in self._expert(x).values())
        held = sum(shape.size for shape in self.weights(x).values())
        return held - (self.num_experts - self.top_k) * idle

    def multiply_adds(self, x: Shape) -> Count:
        """The router, and for each step the chosen and the shared experts."""
        steps = Shape(*x[:-1]).size
        experts = self.top_k + self.shared_experts
        matrices = 2 + self.gated
        router = times(steps, x[-1], self.num_experts)
        return router + times(steps, experts, matrices, x[-1], self._hidden(x))

    def depth(self, *_learned: bool) -> int:
        return 3

    def work(self, x: Shape) -> Work:
        """Each step is held once for every expert that works on it, and so is what they compute."""
        steps = Shape(*x[:-1]).size
        inside = (2 + 2 * self.gated) * self._hidden(x)
        chosen = steps * self.top_k * (2 * x[-1] + inside)
        shared = steps * self.shared_experts * inside
        scores = steps * (self.num_experts + 2 * self.top_k)
        return Work(kept=chosen + shared, places=3 * steps * self.top_k, full=scores)

    def recipe(self, x: Shape) -> Call:
        settings = self.values() | {"hidden": self._hidden(x)}
        return Call.to("studio.MixtureOfExperts", features=x[-1], **settings)

    def caption(self) -> str:
        parts = (
            _("{chosen} of {all}").format(chosen=self.top_k, all=self.num_experts),
            f"→ {self.hidden}" if self.hidden else "",
            f"+ {self.shared_experts}" if self.shared_experts else "",
        )
        return " · ".join(part for part in parts if part)
