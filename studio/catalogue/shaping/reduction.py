"""Layers that keep less: one number instead of an axis, or one place of it."""

from studio.catalogue.axis import place, places
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, flag, integer, integers
from studio.wording import _

_FUNCTIONS = {"mean": "torch.mean", "sum": "torch.sum", "max": "torch.amax", "min": "torch.amin"}


@layer("reduce", group="Shape", title="Reduce", aliases=("mean",))
class Reduce(Layer):
    """Replaces whole axes by their mean, sum, largest or smallest value."""

    keeps = "nothing"
    operation: str = choice(
        default="mean", options=tuple(_FUNCTIONS), hint="What is kept of all values along the axes."
    )
    dim: tuple[int, ...] = integers(
        default=(-1,),
        low=-16,
        high=16,
        hint="The axes that go; 1 is the first after the batch, -1 the last.",
    )
    keepdim: bool = flag(default=False, hint="Keep the axes with size 1 instead of dropping them.")

    def shape(self, x: Shape) -> Shape:
        if self.operation == "mean":
            x.floats()
        if not self.dim:
            raise ShapeError(_("Reduce names no axis."), _("Name at least one, such as −1."))
        gone = set(places(self.dim, x))
        kept = ((index, size) for index, size in enumerate(x) if self.keepdim or index not in gone)
        return Shape(*(1 if index in gone else size for index, size in kept), dtype=x.dtype)

    def recipe(self, x: Shape) -> Call:
        return Call.to(_FUNCTIONS[self.operation], dim=self.dim, keepdim=self.keepdim)

    def caption(self) -> str:
        return f"{self.operation} {' '.join(map(str, self.dim))}"


@layer("select", group="Shape", title="Select")
class Select(Layer):
    """Keeps one place of an axis and drops the axis, such as the last step of a sequence."""

    keeps = "nothing"
    passes = "part"
    dim: int = integer(
        default=1, low=-16, high=16, hint="The axis to choose from; 1 is the first after the batch."
    )
    index: int = integer(
        default=0,
        low=-1_000_000,
        high=1_000_000,
        hint="The place that is kept; 0 is the first, -1 the last.",
    )

    def shape(self, x: Shape) -> Shape:
        at = place(self.dim, x)
        if not -x[at] <= self.index < x[at]:
            raise ShapeError(
                _("There is no place {index}: axis {dim} has {size}, from 0.").format(
                    index=self.index, dim=self.dim, size=x[at]
                ),
                _("Choose 0 to {last}, or −1 for the last.").format(last=x[at] - 1),
            )
        return Shape(*x[:at], *x[at + 1 :], dtype=x.dtype)

    def recipe(self, x: Shape) -> Call:
        return Call.to("torch.select", **self.values())

    def caption(self) -> str:
        return f"{self.dim}: {self.index}"
