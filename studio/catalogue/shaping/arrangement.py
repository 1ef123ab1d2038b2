"""Layers that lay the same numbers out along other axes."""

import math

from studio.catalogue.axis import place
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import BATCH, Batch, Shape
from studio.errors import ShapeError
from studio.fields import integer, integers
from studio.wording import _


@layer("flatten", group="Shape", title="Flatten", aliases=("flat",))
class Flatten(Layer):
    """Lays several axes out as one long one, such as a picture as a row for a Linear layer."""

    keeps = "nothing"
    passes = "view"
    start_dim: int = integer(
        default=1,
        low=-16,
        high=16,
        hint="First axis of those laid out; 1 is the one after the batch.",
    )
    end_dim: int = integer(
        default=-1, low=-16, high=16, hint="Last axis of those laid out; -1 is the last there is."
    )

    def shape(self, x: Shape) -> Shape:
        first, last = place(self.start_dim, x), place(self.end_dim, x)
        if first > last:
            raise ShapeError(
                _("Flatten starts at axis {start}, after its end at axis {end}.").format(
                    start=first + 1, end=last + 1
                ),
                _("Choose a start before the end."),
            )
        merged = math.prod(x[first : last + 1])
        return Shape(*x[:first], merged, *x[last + 1 :], dtype=x.dtype)

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.Flatten", **self.values())


@layer("reshape", group="Shape", title="Reshape", aliases=("view",))
class Reshape(Layer):
    """Lays the numbers of a sample out along new axes, in the same order."""

    keeps = "nothing"
    passes = "view"
    target: tuple[int, ...] = integers(
        default=(-1,),
        low=-1,
        high=10**12,
        spelled="shape",
        hint="The new axes of one sample, without the batch; one may be -1: what is left over.",
    )

    def shape(self, x: Shape) -> Shape:
        known = math.prod(size for size in self.target if size != -1)
        holes = self.target.count(-1)
        if holes > 1 or 0 in self.target:
            raise ShapeError(
                _("A shape may have one −1 and no 0, but {shape} was given.").format(
                    shape=list(self.target)
                ),
                _("Give every axis its size, or leave one open with −1."),
            )
        if x.size % known or (not holes and known != x.size):
            raise ShapeError(
                _("{size} numbers ({shape}) do not fill the axes {target}.").format(
                    size=x.size, shape=x, target=list(self.target)
                ),
                _("Choose axes whose product is {size}, or leave one open with −1.").format(
                    size=x.size
                ),
            )
        return Shape(*self._filled(x), dtype=x.dtype)

    def _filled(self, x: Shape) -> tuple[int, ...]:
        """Return the new axes with the open one filled in."""
        known = math.prod(size for size in self.target if size != -1)
        rest = x.size // known if known and self.target.count(-1) == 1 else -1
        return tuple(rest if size == -1 else size for size in self.target)

    def recipe(self, x: Shape) -> Call:
        # the one open axis is the batch, whatever its size
        return Call.to("torch.reshape", shape=(-1, *self._filled(x)))

    def caption(self) -> str:
        return " × ".join("…" if size == -1 else str(size) for size in self.target)


@layer("permute", group="Shape", title="Permute", aliases=("transpose",))
class Permute(Layer):
    """Puts the axes in another order, such as channels last.

    The batch stays first, unless the axis that takes its place is as long: “N”, all samples with
    which a sample was compared.
    """

    keeps = "nothing"
    passes = "view"
    dims: tuple[int, ...] = integers(
        default=(0, 2, 1),
        low=-16,
        high=16,
        hint="The axes in their new order, beginning with 0, the batch: 0, 2, 1 swaps two.",
    )

    def shape(self, x: Shape) -> Shape:
        rank = len(x) + 1
        named = sorted(dim + rank * (dim < 0) for dim in self.dims)
        if named != list(range(rank)):
            raise ShapeError(
                _("{dims} is not an order of the axes 0 to {last}.").format(
                    dims=list(self.dims), last=rank - 1
                ),
                _("Name each axis once, the batch 0 first."),
            )
        first = self.dims[0] % rank
        if first and not isinstance(x[first - 1], Batch):
            raise ShapeError(
                _("The batch, axis 0, must stay first, but {dims} was given.").format(
                    dims=list(self.dims)
                ),
                _("Begin with 0."),
            )
        sizes = (BATCH, *x)
        return Shape(*(sizes[dim % rank] for dim in self.dims[1:]), dtype=x.dtype)

    def recipe(self, x: Shape) -> Call:
        return Call.to("torch.permute", dims=self.dims)

    def caption(self) -> str:
        return " ".join(map(str, self.dims))


@layer("unsqueeze", group="Shape", title="Unsqueeze")
class Unsqueeze(Layer):
    """Adds an axis of size 1, such as the one channel of a gray picture."""

    keeps = "nothing"
    passes = "view"
    dim: int = integer(
        default=1, low=-16, high=16, hint="Where the new axis goes; 1 is right after the batch."
    )

    def shape(self, x: Shape) -> Shape:
        at = place(self.dim, x, added=1)
        return Shape(*x[:at], 1, *x[at:], dtype=x.dtype)

    def recipe(self, x: Shape) -> Call:
        return Call.to("torch.unsqueeze", dim=self.dim)


@layer("squeeze", group="Shape", title="Squeeze")
class Squeeze(Layer):
    """Drops an axis of size 1, and leaves any other as it is."""

    keeps = "nothing"
    passes = "view"
    dim: int = integer(
        default=-1, low=-16, high=16, hint="The axis to drop; 1 is the first after the batch."
    )

    def shape(self, x: Shape) -> Shape:
        at = place(self.dim, x)
        return Shape(*x[:at], *x[at + (x[at] == 1) :], dtype=x.dtype) if x[at] == 1 else x

    def recipe(self, x: Shape) -> Call:
        return Call.to("torch.squeeze", dim=self.dim)
