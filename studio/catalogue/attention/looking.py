"""The core of attention by itself: values are collected by how well queries meet keys."""

from typing import NamedTuple

from studio.catalogue.attention.looks import Look
from studio.catalogue.attention.wires import require_bias, require_same_steps
from studio.catalogue.count import Count, times
from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import flag, integer, number
from studio.wording import _


def products(*learned: bool) -> int:
    """Return how many weighted layers there are in scores and their use.

    `learned` says of query, key and value whether they follow from parameters alone. As for any
    product of two matrices, exactly one that does makes it a weighted layer: the learned query of a
    pooling head weighs the keys like the rows of a linear layer.
    """
    query, key, value = (*learned, False, False, False)[:3]
    return (query != key) + ((query and key) != value)


class Heads(NamedTuple):
    """One of query, key and value, as heads × steps × features of one head."""

    number: int
    steps: int
    size: int


@layer(
    "scaled_dot_product_attention",
    group="Attention",
    title="Scaled Dot-Product Attention",
    aliases=("sdpa", "dot_product_attention"),
)
class ScaledDotProductAttention(Layer):
    """Collects values by how well each query meets the keys; has nothing to learn.

    Wires are query, key and value, and what is added to the scores if there is a fourth. They are
    steps × features, which `num_heads` shares out, or heads × steps × features. Keys and values may
    have fewer heads, each for a group of queries.
    """

    autocast = "low"
    inputs = (3, 4)
    num_heads: int = integer(
        default=1,
        high=10_000,
        hint="How many views the features are shared out to; 1 if heads have an axis already.",
    )
    causal: bool = flag(
        default=False, hint="Hide later steps, as for a text that is written word by word."
    )
    scale: float | None = number(
        default=None,
        low=0.0,
        optional=True,
        hint="What scores are multiplied by; empty means 1 divided by the root of the head size.",
    )
    dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of the looks silenced while training."
    )

    def _heads(self, query: Shape, key: Shape, value: Shape) -> tuple[Heads, Heads, Heads]:
        """Return query, key and value; raises ValueError where features do not fall to heads."""
        if len(query) == 3:
            return Heads(*query), Heads(*key), Heads(*value)
        size = _shared(query[-1], self.num_heads)
        number = _shared(key[-1], size)
        return (
            Heads(self.num_heads, query[0], size),
            Heads(number, key[0], size),
            Heads(number, value[0], _shared(value[-1], number)),
        )

    def shape(self, *wires: Shape) -> Shape:
        query, key, value = wires[:3]
        names = "channels steps features" if len(query) == 3 else "steps features"
        for x in (query, key, value):
            x.floats().axes(names)
        self._require_heads(query, key, value)
        require_same_steps(key, value)
        heads, keys, values = self._heads(query, key, value)
        if heads.size != keys.size:
            raise ShapeError(
                _("Query heads have {query} features but key heads {key}.").format(
                    query=heads.size, key=keys.size
                ),
                _("Give query and key heads of one size."),
            )
        if heads.number % keys.number or keys.number != values.number:
            raise ShapeError(
                _(
                    "{query} query heads, {key} key heads and {value} value heads do not fit."
                ).format(query=heads.number, key=keys.number, value=values.number),
                _("Give key and value as many heads, which divide those of the query."),
            )
        for bias in wires[3:]:
            require_bias(bias, heads.number, heads.steps, keys.steps)
        if len(query) == 3:
            return Shape(heads.number, heads.steps, values.size)
        return Shape(heads.steps, heads.number * values.size)

    def _require_heads(self, query: Shape, key: Shape, value: Shape) -> None:
        if len(query) == 3 and self.num_heads != 1:
            raise ShapeError(
                _("The wires bring {axis} heads as an axis, so {heads} cannot be made.").format(
                    axis=query[0], heads=self.num_heads
                ),
                _("Set the number of heads to 1."),
            )
        try:
            self._heads(query, key, value)
        except ValueError as refusal:
            raise ShapeError(
                _("{heads} heads cannot share {query}, {key} and {value} features evenly.").format(
                    heads=self.num_heads, query=query[-1], key=key[-1], value=value[-1]
                ),
                _("Choose a number of heads that divides the features."),
            ) from refusal

    def depth(self, *learned: bool) -> int:
        return products(*learned[:3])

    def multiply_adds(self, *wires: Shape) -> Count:
        """Scores and their products; hidden steps count, as torch computes them."""
        query, key, value = self._heads(*wires[:3])
        return times(query.number, query.steps, key.steps, query.size + value.size)

    def work(self, *wires: Shape) -> Work:
        query, key, _value = self._heads(*wires[:3])
        return Look(
            heads=query.number,
            steps=query.steps,
            seen=key.steps,
            size=query.size,
            kv_heads=key.number,
            dropout=self.dropout > 0,
            learned_bias=any(bias.origin == "learned" for bias in wires[3:]),
        ).bare()

    def recipe(self, *wires: Shape) -> Call:
        settings = self.values()
        if len(wires[0]) != 3:
            query, key, _value = self._heads(*wires[:3])
            settings |= {"num_heads": query.number, "num_kv_heads": key.number}
        elif settings.pop("num_heads") != 1:
            raise ValueError("heads have an axis already")
        return Call.to("studio.ScaledDotProductAttention", **settings)

    def caption(self) -> str:
        parts = (
            _("{heads} heads").format(heads=self.num_heads) if self.num_heads > 1 else "",
            _("causal") if self.causal else "",
        )
        return " · ".join(part for part in parts if part)


def _shared(features: int, heads: int) -> int:
    if features % heads:
        raise ValueError(f"{heads} heads do not share {features} features")
    return features // heads
