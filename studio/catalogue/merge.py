"""Layers in which several wires meet."""

from studio.catalogue.axis import place
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

    inputs = (2, None)

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

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("torch.add", "folded")


@layer("multiply", group="Merge", title="Multiply", aliases=("mul", "gate"))
class Multiply(Elementwise):
    """Multiplies its wires value by value: one can open and close the other like a gate."""

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("torch.mul", "folded")


@layer("concat", group="Merge", title="Concat", aliases=("cat",))
class Concat(Layer):
    """Lays its wires one after the other along one axis."""

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
