"""Layers in which several wires meet."""

from typing import ClassVar

from studio.catalogue.axis import place
from studio.catalogue.keeping import Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import integer
from studio.wording import _


def _common(inputs: tuple[Shape, ...]) -> str:
    """Return the dtype that torch gives a mixture: values win over ids."""
    return "float32" if any(x.dtype == "float32" for x in inputs) else "int64"


def _same_rank(inputs: tuple[Shape, ...]) -> None:
    first = inputs[0]
    other = next((x for x in inputs if len(x) != len(first)), None)
    if other is not None:
        raise ShapeError(
            _("All wires need as many axes, but {first} has {a} and {other} has {b}.").format(
                first=first, a=len(first), other=other, b=len(other)
            ),
            _("Put a Reshape or an Unsqueeze in between."),
        )


class Elementwise(Layer):
    """What merging value by value has in common; axes of size 1 are stretched to fit."""

    inputs: ClassVar[tuple[int, int | None]] = (2, None)

    def shape(self, *inputs: Shape) -> Shape:
        _same_rank(inputs)
        axes = (self._stretched(sizes, inputs) for sizes in zip(*inputs, strict=True))
        return Shape(*axes, dtype=_common(inputs))

    def _stretched(self, sizes: tuple[int, ...], inputs: tuple[Shape, ...]) -> int:
        most = max(sizes)
        if set(sizes) - {1, most}:
            raise ShapeError(
                _("{shapes} do not fit value by value: {a} meets {b}.").format(
                    shapes=", ".join(map(str, inputs)), a=min(set(sizes) - {1}), b=most
                ),
                _("Bring both to the same shape, or put a Concat here instead."),
            )
        return most


@layer("add", group="Merge", title="Add", aliases=("plus",))
class Add(Elementwise):
    """Adds its wires value by value: the joint of a residual connection."""

    keeps = "nothing"
    passes = "sum"

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("torch.add", "folded")


@layer("multiply", group="Merge", title="Multiply", aliases=("mul", "gate"))
class Multiply(Elementwise):
    """Multiplies its wires value by value: one can open and close the other like a gate."""

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("torch.mul", "folded")


@layer("subtract", group="Merge", title="Subtract", aliases=("minus", "sub"))
class Subtract(Elementwise):
    """Takes the second wire away from the first, value by value."""

    keeps = "nothing"
    inputs = (2, 2)

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("torch.sub")


@layer("divide", group="Merge", title="Divide", aliases=("div",))
class Divide(Elementwise):
    """Divides the first wire by the second, value by value."""

    inputs = (2, 2)

    def shape(self, *inputs: Shape) -> Shape:
        return super().shape(*(x.floats() for x in inputs))

    def work(self, *inputs: Shape) -> Work:
        return Work(backward=2 * self.shape(*inputs).size)

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("torch.div")


@layer("maximum", group="Merge", title="Maximum")
class Maximum(Elementwise):
    """Keeps the largest of the values that its wires bring to each place."""

    def work(self, *inputs: Shape) -> Work:
        return Work(backward=self.shape(*inputs).size)

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("torch.maximum", "folded")


@layer("gaussian_sample", group="Merge", title="Gaussian Sample", aliases=("reparameterize",))
class GaussianSample(Layer):
    """Draws each value at random around a mean while training, and hands on the mean afterwards.

    The first wire brings the mean, the second the logarithm of the variance: the heart of a
    variational autoencoder (arXiv 1312.6114).
    """

    inputs = (2, 2)

    def shape(self, mean: Shape, log_variance: Shape) -> Shape:
        if mean.floats() != log_variance.floats():
            raise ShapeError(
                _("The mean is {mean}, but the logarithm of the variance {other}.").format(
                    mean=mean, other=log_variance
                ),
                _("Bring both to the same shape."),
            )
        return Shape(*mean)

    def work(self, mean: Shape, _log_variance: Shape) -> Work:
        return Work(kept=2 * mean.size, forward=mean.size)

    def recipe(self, mean: Shape, log_variance: Shape) -> Call:
        return Call.to("studio.GaussianSample", "together")


@layer("concat", group="Merge", title="Concat", aliases=("cat",))
class Concat(Layer):
    """Lays its wires one after the other along one axis."""

    keeps = "nothing"
    passes = "sum"
    inputs = (2, None)
    dim: int = integer(
        default=1, low=-16, high=16, hint="The axis that grows; 1 is the first after the batch."
    )

    def shape(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        at = place(self.dim, first)
        _same_rank(inputs)
        for x in inputs:
            if x[:at] + x[at + 1 :] != first[:at] + first[at + 1 :]:
                raise ShapeError(
                    _("{first} and {other} may differ along axis {dim} only.").format(
                        first=first, other=x, dim=at + 1
                    ),
                    _("Bring the other axes to the same size."),
                )
        grown = sum(x[at] for x in inputs)
        return Shape(*first[:at], grown, *first[at + 1 :], dtype=_common(inputs))

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("torch.cat", "listed", dim=self.dim)

    def caption(self) -> str:
        return f"{self.dim}"


@layer("stack", group="Merge", title="Stack")
class Stack(Layer):
    """Lays its wires side by side along a new axis."""

    keeps = "nothing"
    passes = "sum"
    inputs = (2, None)
    dim: int = integer(
        default=1, low=-16, high=16, hint="Where the new axis goes; 1 is right after the batch."
    )

    def shape(self, *inputs: Shape) -> Shape:
        first = inputs[0]
        at = place(self.dim, first, added=1)
        other = next((x for x in inputs if tuple(x) != tuple(first)), None)
        if other is not None:
            raise ShapeError(
                _("{first} and {other} cannot be stacked: they differ.").format(
                    first=first, other=other
                ),
                _("Bring all wires to the same shape, or put a Concat here instead."),
            )
        return Shape(*first[:at], len(inputs), *first[at:], dtype=_common(inputs))

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("torch.stack", "listed", dim=self.dim)

    def caption(self) -> str:
        return f"{self.dim}"
