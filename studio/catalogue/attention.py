"""Layers in which every step of a sequence looks at the others."""

from collections.abc import Mapping

from studio.catalogue.count import Count, times
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import flag, integer, number
from studio.wording import _


@layer(
    "attention",
    group="Attention",
    title="Multi-Head Attention",
    aliases=("mha", "self_attention", "multihead_attention"),
)
class MultiHeadAttention(Layer):
    """Lets each step collect what it needs from all steps: from itself, or from a second wire.

    One wire attends to itself; two are query and memory; three are query, key and value.
    """

    inputs = (1, 3)
    num_heads: int = integer(
        default=4,
        high=10_000,
        hint="How many views are taken side by side; must divide the number of features.",
    )
    dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of the looks silenced while training."
    )
    bias: bool = flag(default=True, hint="Learn offsets in the projections.")
    add_bias_kv: bool = flag(default=False, hint="Add one learned step that all can look at.")
    add_zero_attn: bool = flag(
        default=False, hint="Add an empty step, so that looking at nothing is possible."
    )
    causal: bool = flag(
        default=False, hint="Hide later steps, as for a text that is written word by word."
    )

    def shape(self, *inputs: Shape) -> Shape:
        for x in inputs:
            x.floats().axes("steps features")
        (steps, width), key, value = _roles(*inputs)
        if width % self.num_heads:
            raise ShapeError(
                _("{heads} heads cannot share {width} features evenly.").format(
                    heads=self.num_heads, width=width
                ),
                _("Choose a number of heads that divides the features."),
            )
        if key[0] != value[0]:
            raise ShapeError(
                _("Key has {key} steps but value has {value}.").format(key=key[0], value=value[0]),
                _("Feed key and value from the same sequence."),
            )
        return Shape(steps, width)

    def weights(self, *inputs: Shape) -> Mapping[str, Shape]:
        (_steps, width), key, value = _roles(*inputs)
        if key[-1] == value[-1] == width:
            found = {"in_proj_weight": Shape(3 * width, width)}
        else:
            sides = {"q": width, "k": key[-1], "v": value[-1]}
            found = {f"{name}_proj_weight": Shape(width, size) for name, size in sides.items()}
        if self.bias:
            found["in_proj_bias"] = Shape(3 * width)
        if self.add_bias_kv:
            found |= {"bias_k": Shape(1, 1, width), "bias_v": Shape(1, 1, width)}
        found["out_proj.weight"] = Shape(width, width)
        return found | ({"out_proj.bias": Shape(width)} if self.bias else {})

    def multiply_adds(self, *inputs: Shape) -> Count:
        """Projections, scores and their products; hidden steps count, as torch computes them."""
        (steps, width), key, value = _roles(*inputs)
        seen = key[0] + self.add_bias_kv + self.add_zero_attn
        projections = times(2, steps, width, width) + times(*key, width) + times(*value, width)
        return projections + times(2, steps, seen, width)

    def depth(self, *_learned: bool) -> int:
        return 2

    def recipe(self, *inputs: Shape) -> Call:
        query, key, value = _roles(*inputs)
        settings = {name: item for name, item in self.values().items() if name != "causal"}
        if len(inputs) > 1:
            settings |= {"kdim": key[-1], "vdim": value[-1]}
        via = "causal_attention" if self.causal else "attention"
        target = "nn.MultiheadAttention"
        return Call.to(target, via, embed_dim=query[-1], batch_first=True, **settings)

    def caption(self) -> str:
        heads = _("{heads} heads").format(heads=self.num_heads)
        return heads + (" · " + _("causal") if self.causal else "")


def _roles(*inputs: Shape) -> tuple[Shape, Shape, Shape]:
    """Return the shapes of query, key and value."""
    query, key, value = (*inputs, inputs[-1], inputs[-1])[:3]
    return query, key, value
