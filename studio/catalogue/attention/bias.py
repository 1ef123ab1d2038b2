"""Layers that say how much steps should look at each other, to be added to attention's scores."""

from collections.abc import Mapping

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import flag, integer
from studio.wording import _


class Bias(Layer):
    """What biases made from lengths alone have in common: whose steps look, and at whose steps."""

    inputs = (1, 2)

    def lengths(self, *inputs: Shape) -> tuple[int, int]:
        """Return the lengths of the looking sequence and of the one looked at."""
        for x in inputs:
            if not x:
                raise ShapeError(
                    _("Positions need a sequence, but a single number arrives."),
                    _("Bring the ids or the steps whose places are meant."),
                )
        return inputs[0][0], inputs[-1][0]

    def reads(self) -> bool:
        return False


@layer("relative_bias", group="Attention", title="Relative Bias", aliases=("t5_bias",))
class RelativeBias(Bias):
    """Learns for each head how much a distance between two steps matters.

    Distances share a number in buckets that widen like a logarithm: T5, arXiv 1910.10683. The
    second wire, if any, is the sequence that is looked at. Add it to the scores of attention.
    """

    num_heads: int = integer(default=8, high=10_000, hint="How many heads attention has.")
    num_buckets: int = integer(
        default=32, low=4, high=100_000, hint="How many distances are told apart."
    )
    max_distance: int = integer(
        default=128,
        low=2,
        high=100_000_000,
        hint="From this distance on all count as equally far.",
    )
    bidirectional: bool = flag(
        default=True, hint="Tell earlier from later steps; off where later ones are hidden."
    )

    def shape(self, *inputs: Shape) -> Shape:
        lengths = self.lengths(*inputs)
        exact = self.num_buckets // (4 if self.bidirectional else 2)
        if self.max_distance <= exact:
            raise ShapeError(
                _("{buckets} buckets reach beyond the largest distance {distance}.").format(
                    buckets=self.num_buckets, distance=self.max_distance
                ),
                _("Choose a largest distance above {exact}.").format(exact=exact),
            )
        return Shape(self.num_heads, *lengths)

    def weights(self, *inputs: Shape) -> Mapping[str, Shape]:
        return {"weight": Shape(self.num_buckets, self.num_heads)}

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("studio.RelativeBias", **self.values())

    def caption(self) -> str:
        return _("{heads} heads").format(heads=self.num_heads)


@layer("alibi", group="Attention", title="ALiBi")
class ALiBi(Bias):
    """Lowers the scores of attention with the distance, for each head at a slope of its own.

    Train Short, Test Long, arXiv 2108.12409; later steps count like earlier ones as far away.
    """

    num_heads: int = integer(default=8, high=10_000, hint="How many heads attention has.")

    def shape(self, *inputs: Shape) -> Shape:
        return Shape(self.num_heads, *self.lengths(*inputs))

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("studio.ALiBi", num_heads=self.num_heads)

    def caption(self) -> str:
        return _("{heads} heads").format(heads=self.num_heads)


@layer("causal_mask", group="Attention", title="Causal Mask")
class CausalMask(Bias):
    """Hides later steps, as for a text written word by word: −∞ is added to their scores."""

    keeps = "nothing"
    window: int | None = integer(
        default=None,
        high=100_000_000,
        optional=True,
        hint="How many steps are seen, the own one included. Empty: all earlier ones.",
    )

    def shape(self, *inputs: Shape) -> Shape:
        return Shape(*self.lengths(*inputs))

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("studio.CausalMask", window=self.window)

    def caption(self) -> str:
        return "" if self.window is None else f"{self.window}"


@layer("padding_mask", group="Attention", title="Padding Mask")
class PaddingMask(Layer):
    """Hides steps that only fill up short texts, by lowering the scores of attention for them.

    The shape 1 × 1 × steps adds to the scores of every head and step. The number is −10000 as in
    BERT, not −∞: where all steps are hidden, scores of −∞ would leave no number at all.
    """

    keeps = "nothing"
    padding_idx: int = integer(
        default=0, low=0, high=100_000_000, hint="The id that only fills up."
    )

    def shape(self, x: Shape) -> Shape:
        (steps,) = x.ids().axes("steps")
        return Shape(1, 1, steps)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.PaddingMask", padding_idx=self.padding_idx)

    def caption(self) -> str:
        return f"{self.padding_idx}"
