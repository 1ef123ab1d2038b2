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
