"""How the wires of an attention layer are told apart, and what makes them unfit for each other."""

from dataclasses import dataclass

from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.wording import _


@dataclass(frozen=True)
class Wires:
    """The shapes that arrive at an attention layer, by what they are for."""

    query: Shape
    key: Shape
    value: Shape
    positions: Shape | None
    """Angles: one row for each step, one column for each feature that turns."""
    bias: Shape | None
    """What is added to the scores; stretches to heads × steps × steps looked at."""

    @property
    def steps(self) -> int:
        """How many steps ask."""
        return self.query[0]

    @property
    def seen(self) -> int:
        """How many steps are looked at."""
        return self.key[0]


def told_apart(inputs: tuple[Shape, ...], *, positions: bool, bias: bool) -> Wires:
    """Sort the wires: query, memory or key and value, then positions, then bias.

    One wire attends to itself, two are query and memory. Raises ValueError unless one to three
    wires are left beside the extras.
    """
    extras = positions + bias
    main = inputs[: len(inputs) - extras]
    further = iter(inputs[len(main) :])
    query, key, value = (*main, *main[-1:] * (3 - len(main)))
    return Wires(
        query, key, value, next(further) if positions else None, next(further) if bias else None
    )


def require_count(inputs: tuple[Shape, ...], *, positions: bool, bias: bool) -> None:
    """Raise ShapeError unless the number of wires fits the extras that are switched on."""
    extras = positions + bias
    if not 1 <= len(inputs) - extras <= 3:
        raise ShapeError(
            _("These settings ask for {fewest} to {most} wires, but there are {count}.").format(
                fewest=1 + extras, most=3 + extras, count=len(inputs)
            ),
            _("Wire query, then memory or key and value, then positions, then the bias."),
        )


def require_heads(width: int, heads: int, kv_heads: int | None, head_dim: int | None) -> None:
    """Raise ShapeError unless `width` features fall to whole heads, and heads to whole groups."""
    if head_dim is None and width % heads:
        raise ShapeError(
            _("{heads} heads cannot share {width} features evenly.").format(
                heads=heads, width=width
            ),
            _("Choose a number of heads that divides the features."),
        )
    if kv_heads and heads % kv_heads:
        raise ShapeError(
            _("{heads} heads cannot share {kv} key and value heads evenly.").format(
                heads=heads, kv=kv_heads
            ),
            _("Choose a number of key and value heads that divides the heads."),
        )


def require_same_steps(key: Shape, value: Shape) -> None:
    """Raise ShapeError unless key and value have as many steps."""
    if key[-2] != value[-2]:
        raise ShapeError(
            _("Key has {key} steps but value has {value}.").format(key=key[-2], value=value[-2]),
            _("Feed key and value from the same sequence."),
        )


def require_angles(angles: Shape, steps: int, head_dim: int) -> None:
    """Raise ShapeError unless every step has a row and the features that turn come in pairs."""
    rows, turned = angles.floats().axes("steps features")
    if rows < steps:
        raise ShapeError(
            _("Positions are given for {rows} steps, but there are {steps}.").format(
                rows=rows, steps=steps
            ),
            _("Make the table of positions longer."),
        )
    if turned > head_dim or turned % 2:
        raise ShapeError(
            _("Positions turn {turned} features, but each head has {size}.").format(
                turned=turned, size=head_dim
            ),
            _("Turn an even number of features, at most as many as a head has."),
        )


def require_bias(bias: Shape, heads: int, steps: int, seen: int) -> None:
    """Raise ShapeError unless `bias` stretches to heads × steps × steps looked at."""
    full = Shape(heads, steps, seen)
    fits = len(bias.floats()) <= len(full) and all(
        have in {1, want} for have, want in zip(reversed(bias), reversed(full), strict=False)
    )
    if not fits:
        raise ShapeError(
            _("A bias of {bias} does not stretch to the scores, which are {scores}.").format(
                bias=bias, scores=full
            ),
            _("Give it as many heads and steps as the scores have, or 1."),
        )
