"""Layers that make training harder, so that the network does not learn by heart."""

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.fields import number


@layer("dropout", group="Regularization", title="Dropout", aliases=("drop",))
class Dropout(Layer):
    """Silences random values while training, so that none is relied on alone."""

    p: float = number(
        default=0.5,
        low=0.0,
        high=1.0,
        label="Probability",
        hint="Share of values silenced at each step: 0.5 before the last layers, 0.1 elsewhere.",
    )

    def shape(self, x: Shape) -> Shape:
        return x.floats()

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.Dropout", p=self.p)

    def caption(self) -> str:
        return f"{self.p:g}"
