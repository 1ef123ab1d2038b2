"""Layers that know which steps of a text only fill it up, and leave them out of account."""

from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, integer
from studio.wording import _


class Tokens(Layer):
    """What these layers have in common: the second wire brings the ids that the steps come from.

    Where fewer steps than ids arrive, as behind a convolution without padding, each step saw
    several ids; it counts if none of them only fills up.
    """

    keeps = "nothing"
    inputs = (2, 2)
    dim: int = integer(
        default=1,
        low=1,
        high=2,
        hint="The axis of the steps: 1 in steps × features; 2 in channels × steps.",
    )
    padding_idx: int = integer(
        default=0,
        low=0,
        high=100_000_000,
        label="Padding id",
        hint="The id that only fills up.",
    )

    def _require_ids(self, x: Shape, ids: Shape) -> None:
        x.floats().axes("steps features" if self.dim == 1 else "channels steps")
        (count,) = ids.ids().axes("steps")
        if x[self.dim - 1] > count:
            raise ShapeError(
                _("{steps} steps arrive, but {ids} ids.").format(steps=x[self.dim - 1], ids=count),
                _("Bring the ids that the steps were made of."),
            )


@layer("mask_tokens", group="Shape", title="Mask Tokens")
class MaskTokens(Tokens):
    """Sets the steps that only fill up short texts to zero, so that no filter finds them."""

    def shape(self, x: Shape, ids: Shape) -> Shape:
        self._require_ids(x, ids)
        return x

    def recipe(self, x: Shape, ids: Shape) -> Call:
        return Call.to("studio.MaskTokens", "together", **self.values())

    def caption(self) -> str:
        return f"{self.padding_idx}"


@layer("pool_tokens", group="Shape", title="Pool Tokens")
class PoolTokens(Tokens):
    """Keeps the mean, sum or largest values of a text's steps, but not of those that fill it up.

    A text without any step comes to zeros.
    """

    operation: str = choice(
        default="mean", options=("mean", "sum", "max"), hint="What is kept of all the steps."
    )

    def shape(self, x: Shape, ids: Shape) -> Shape:
        self._require_ids(x, ids)
        return Shape(x[2 - self.dim])

    def work(self, x: Shape, _ids: Shape) -> Work:
        """A masked copy comes and goes, or waits where the largest values are sought."""
        return Work(kept=x.size) if self.operation == "max" else Work(forward=x.size)

    def recipe(self, x: Shape, ids: Shape) -> Call:
        return Call.to("studio.PoolTokens", "together", **self.values())

    def caption(self) -> str:
        return f"{self.operation} {self.dim}"
