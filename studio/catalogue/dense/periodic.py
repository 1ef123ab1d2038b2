"""Layers that spell single numbers at length before they are weighed."""

from collections.abc import Mapping

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import integer, number
from studio.wording import _


@layer("periodic", group="Embedding", title="Periodic", aliases=("fourier", "plr"))
class Periodic(Layer):
    """Spells each number as sines and cosines of learned frequencies, so that small steps count.

    Gorishniy et al. 2022, “On Embeddings for Numerical Features in Tabular Deep Learning”
    (arXiv 2203.05556), 3.3: a Linear, a ReLU and a Flatten usually follow.
    """

    frequencies: int = integer(
        default=16,
        high=1_000_000,
        hint="How many learned frequencies each number has; a sine and a cosine come out of each.",
    )
    std: float = number(
        default=0.1,
        low=0.0,
        high=1_000.0,
        hint="How far the frequencies spread before training; larger ones see finer steps.",
    )

    def shape(self, x: Shape) -> Shape:
        if not x.floats():
            raise ShapeError(
                _("Periodic needs at least 1 axis but received 0 (one number per sample)."),
                _("Put a Reshape in between."),
            )
        return Shape(*x, 2 * self.frequencies)

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        return {"frequency": Shape(x[-1], self.frequencies)}

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.Periodic", features=x[-1], **self.values())

    def caption(self) -> str:
        return f"{self.frequencies} · {self.std:g}"
