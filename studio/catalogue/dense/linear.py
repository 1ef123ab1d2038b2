"""Layers that weigh every input with every output."""

from collections.abc import Mapping

from studio.catalogue.count import Count, times
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import flag, integer
from studio.wording import _


@layer("linear", group="Linear", title="Linear", aliases=("fc", "dense"))
class Linear(Layer):
    """Weighs every input feature for every output feature: the fully connected layer."""

    keeps = "inputs for weights"
    autocast = "low"
    out_features: int = integer(
        default=10,
        high=1_000_000,
        hint="How many numbers come out. As the last layer of a classifier: one per class.",
    )
    bias: bool = flag(
        default=True, hint="Learn one offset per output. Off when a normalization follows."
    )

    def shape(self, x: Shape) -> Shape:
        if not x.floats():
            raise ShapeError(
                _("Linear needs at least 1 axis but received 0 (one number per sample)."),
                _("Put a Reshape in between."),
            )
        return Shape(*x[:-1], self.out_features)

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        bias = {"bias": Shape(self.out_features)} if self.bias else {}
        return {"weight": Shape(self.out_features, x[-1])} | bias

    def multiply_adds(self, x: Shape) -> Count:
        return times(*x, self.out_features)

    def depth(self, *_learned: bool) -> int:
        return 1

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.Linear", in_features=x[-1], **self.values())

    def caption(self) -> str:
        return f"→ {self.out_features}"


@layer("bilinear", group="Linear", title="Bilinear")
class Bilinear(Layer):
    """Weighs every pair of features of two wires: how well do a question and an answer fit."""

    autocast = "low"
    inputs = (2, 2)
    out_features: int = integer(
        default=10,
        high=1_000_000,
        hint="How many numbers come out; each weighs every pair of one feature of either wire.",
    )
    bias: bool = flag(default=True, hint="Learn one offset per output.")

    def shape(self, first: Shape, second: Shape) -> Shape:
        if not first.floats() or not second.floats():
            raise ShapeError(
                _("Bilinear needs at least 1 axis on both wires, but one of them has 0."),
                _("Put a Reshape in between."),
            )
        if first[:-1] != second[:-1]:
            raise ShapeError(
                _("{first} and {second} may differ along the last axis only.").format(
                    first=first, second=second
                ),
                _("Bring the other axes to the same size."),
            )
        return Shape(*first[:-1], self.out_features)

    def weights(self, first: Shape, second: Shape) -> Mapping[str, Shape]:
        bias = {"bias": Shape(self.out_features)} if self.bias else {}
        return {"weight": Shape(self.out_features, first[-1], second[-1])} | bias

    def multiply_adds(self, first: Shape, second: Shape) -> Count:
        """Return those of the product with the first wire, then with the second."""
        pairs = times(first[-1], second[-1]) + second[-1]
        return times(*first[:-1], self.out_features, pairs)

    def depth(self, *_learned: bool) -> int:
        return 1

    def recipe(self, first: Shape, second: Shape) -> Call:
        return Call.to(
            "studio.Bilinear",
            "together",
            in1_features=first[-1],
            in2_features=second[-1],
            **self.values(),
        )

    def caption(self) -> str:
        return f"→ {self.out_features}"
