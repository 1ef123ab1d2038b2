"""What can be wrong with somebody's data, said with file or row and with what would help."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

Gravity = Literal["error", "warning", "note"]
MOST_NAMED = 100
"""How many places of one problem are named; the others are counted."""


@dataclass(frozen=True)
class Problem:
    """One kind of fault, with the places where it was found."""

    kind: str
    """A word for programs, such as "unreadable" or "constant_column"."""
    gravity: Gravity
    """An error keeps samples from being used at all; a note is worth knowing."""
    sentence: str
    """What is wrong, with the numbers, in one sentence for people."""
    remedy: str = ""
    """What would help, in one sentence."""
    places: tuple[str, ...] = ()
    """Files or rows, `MOST_NAMED` at most."""
    count: int = 1
    """How many places there are in all."""
    samples: tuple[int, ...] = ()
    """Numbers of the samples concerned, as far as they are part of the data set."""
    change: Mapping[str, Any] = field(default_factory=dict)
    """Settings of the source that would settle it, for a button; empty where none would."""


def unnumbered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems that name no samples, whose numbers are others now."""
    return tuple(replace(problem, samples=()) for problem in problems)


def graded(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return problems with the gravest first, those of one gravity in the order they came."""
    order = get_args(Gravity)
    return tuple(sorted(problems, key=lambda problem: order.index(problem.gravity)))
