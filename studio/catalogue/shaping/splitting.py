"""Layers that take a sample apart: into several pieces, or down to some places of an axis."""

from studio.catalogue.axis import place
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, integer, integers
from studio.wording import _


@layer("split", group="Shape", title="Split", aliases=("chunk",))
class Split(Layer):
    """Cuts an axis into pieces, each of which leaves by an output of its own.

    torch's `chunk` lets the last piece be smaller; here equal parts are equal.
    """

    keeps = "nothing"
    passes = "part"
    dim: int = integer(
        default=1, low=-16, high=16, hint="The axis that is cut; 1 is the first after the batch."
    )
    sizes: tuple[int, ...] = integers(
        default=(),
        low=1,
        high=1_000_000_000,
        hint="The size of each piece; together they are the axis. Empty: equal parts.",
    )
    parts: int = integer(
        default=2, high=1_000, hint="How many equal parts there are where no sizes are given."
    )

    def shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        (x,) = inputs
        at = place(self.dim, x)
        sizes = self._sizes(x[at])
        if sum(sizes) != x[at]:
            raise _misfit(self.sizes, self.parts, x[at])
        return tuple(Shape(*x[:at], size, *x[at + 1 :], dtype=x.dtype) for size in sizes)

    def _sizes(self, whole: int) -> tuple[int, ...]:
        return self.sizes or (whole // self.parts,) * self.parts

    def recipe(self, x: Shape) -> Call:
        sizes = self._sizes((1, *x)[self.dim])
        return Call.to("torch.split", split_size_or_sections=sizes, dim=self.dim)

    def caption(self) -> str:
        return " + ".join(map(str, self.sizes)) if self.sizes else f"÷ {self.parts}"


def _misfit(sizes: tuple[int, ...], parts: int, whole: int) -> ShapeError:
    if sizes:
        return ShapeError(
            _("The pieces add up to {sum}, but the axis has {size}.").format(
                sum=sum(sizes), size=whole
            ),
            _("Choose sizes that add up to {size}.").format(size=whole),
        )
    return ShapeError(
        _("{size} cannot be cut into {parts} equal parts.").format(size=whole, parts=parts),
        _("Choose a number of parts that divides {size}, or give the sizes.").format(size=whole),
    )


@layer("slice", group="Shape", title="Slice", aliases=("narrow",))
class Slice(Layer):
    """Keeps a stretch of an axis, or every other place of it: the first steps, a smaller map."""

    keeps = "nothing"
    passes = "part"
    dim: int = integer(
        default=1,
        low=-16,
        high=16,
        hint="The axis that is shortened; 1 is the first after the batch.",
    )
    start: int = integer(
        default=0,
        low=-1_000_000_000,
        high=1_000_000_000,
        hint="The first place that is kept; 0 is the first there is, -1 the last.",
    )
    stop: int | None = integer(
        default=None,
        low=-1_000_000_000,
        high=1_000_000_000,
        optional=True,
        hint="The first place that is no longer kept; -1 leaves out the last. Empty: to the end.",
    )
    step: int = integer(
        default=1, high=1_000_000_000, hint="Every how many places one is kept; 2 halves the axis."
    )

    def shape(self, x: Shape) -> Shape:
        at = place(self.dim, x)
        kept = len(range(*slice(self.start, self.stop, self.step).indices(x[at])))
        if not kept:
            raise ShapeError(
                _("Nothing is left from {start} to {stop}: the axis has {size} places.").format(
                    start=self.start, stop=x[at] if self.stop is None else self.stop, size=x[at]
                ),
                _("Choose a start before the stop, both within the axis."),
            )
        return Shape(*x[:at], kept, *x[at + 1 :], dtype=x.dtype)

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.Slice", **self.values())

    def caption(self) -> str:
        stop = "" if self.stop is None else self.stop
        step = f":{self.step}" if self.step > 1 else ""
        return f"{self.dim}: {self.start}:{stop}{step}"


@layer("select_token", group="Shape", title="Select Token")
class SelectToken(Layer):
    """Keeps one step of a text: the one where its ids say that it ends.

    The first wire brings the steps, the second the ids they were made of. If the id is nowhere,
    the first step is kept.
    """

    keeps = "nothing"
    passes = "part"
    inputs = (2, 2)
    mode: str = choice(
        default="largest",
        options=("largest", "first_of", "last_other"),
        hint="largest: the largest id (CLIP); first_of: the first “token”; "
        "last_other: the last that is no “token”, such as padding.",
    )
    token: int = integer(
        default=0, low=0, high=100_000_000, hint="The id meant by first_of and last_other."
    )

    def shape(self, x: Shape, ids: Shape) -> Shape:
        steps, width = x.floats().axes("steps features")
        if ids.ids().axes("steps") != (steps,):
            raise ShapeError(
                _("{steps} steps arrive, but {ids} ids.").format(steps=steps, ids=ids[0]),
                _("Bring the ids that the steps were made of."),
            )
        return Shape(width)

    def recipe(self, x: Shape, ids: Shape) -> Call:
        return Call.to("studio.SelectToken", "together", mode=self.mode, token=self.token)

    def caption(self) -> str:
        return self.mode if self.mode == "largest" else f"{self.mode} {self.token}"


@layer("expand", group="Shape", title="Expand", aliases=("tile", "repeat_interleave"))
class Expand(Layer):
    """Makes an axis longer by repeating what it holds."""

    keeps = "nothing"
    passes = "view"
    dim: int = integer(
        default=1, low=-16, high=16, hint="The axis that grows; 1 is the first after the batch."
    )
    times: int = integer(default=2, high=1_000_000, hint="How often everything is repeated.")
    order: str = choice(
        default="repeat_interleave",
        options=("repeat_interleave", "tile"),
        hint="repeat_interleave repeats each place at once: a a b b; tile the whole: a b a b.",
    )

    def shape(self, x: Shape) -> Shape:
        at = place(self.dim, x)
        return Shape(*x[:at], x[at] * self.times, *x[at + 1 :], dtype=x.dtype)

    def recipe(self, x: Shape) -> Call:
        if self.order == "repeat_interleave":
            return Call.to("torch.repeat_interleave", repeats=self.times, dim=self.dim)
        dims = [1] * (len(x) + 1)
        dims[self.dim] = self.times
        return Call.to("torch.tile", dims=tuple(dims))

    def caption(self) -> str:
        return f"{self.dim}: ×{self.times}"
