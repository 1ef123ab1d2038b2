"""How runs come from each other, as indented rows: each run under the one it branched from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeVar


class Descended(Protocol):
    """Anything with a name that came from something with another name."""

    @property
    def name(self) -> str:
        """What it is called; one of a kind."""

    @property
    def parent(self) -> str:
        """What it came from is called, or nothing."""


R = TypeVar("R", bound=Descended)


@dataclass(frozen=True)
class Row(Generic[R]):
    """One run and where it hangs in the tree."""

    run: R
    rails: tuple[bool, ...] = ()
    """For each level around it, the outermost first: whether the line there goes on below."""
    branches: int = 0
    """How many runs branched from it."""

    @property
    def depth(self) -> int:
        """How many of the shown runs it descends from."""
        return len(self.rails)


def tree(runs: Sequence[R], parents: Mapping[str, str] | None = None) -> tuple[Row[R], ...]:
    """Return `runs` with every one below the one it came from, else in the order given.

    `parents` names the parents of runs that are not shown: a run hangs on the nearest ancestor that
    is. One whose ancestors are all gone is a root; so is one of a circle, which only edited files
    make.
    """
    forest = _Forest(tuple(runs), dict(parents or {}))
    rows: list[Row[R]] = []
    waiting: list[tuple[R, tuple[bool, ...]]] = [(run, ()) for run in reversed(forest.roots)]
    while waiting:  # no recursion: a chain of branches may be long
        run, rails = waiting.pop()
        children = forest.children.get(run.name, [])
        rows.append(Row(run, rails, len(children)))
        last = len(children) - 1
        waiting += [
            (child, (*rails, place < last)) for place, child in reversed(list(enumerate(children)))
        ]
    return tuple(rows)


@dataclass
class _Forest(Generic[R]):
    runs: tuple[R, ...]
    parents: dict[str, str]
    roots: list[R] = field(default_factory=list)
    children: dict[str, list[R]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        shown = {run.name for run in self.runs}
        self.parents |= {run.name: run.parent for run in self.runs}
        placed: dict[str, str] = {}
        for run in self.runs:
            parent = self._ancestor(run.name, shown)
            if parent and not _reaches(parent, run.name, placed):
                placed[run.name] = parent
                self.children.setdefault(parent, []).append(run)
            else:
                self.roots.append(run)

    def _ancestor(self, name: str, shown: set[str]) -> str:
        """Return the nearest ancestor that is shown, or nothing."""
        seen = {name}
        parent = self.parents.get(name, "")
        while parent and parent not in seen:
            if parent in shown:
                return parent
            seen.add(parent)
            parent = self.parents.get(parent, "")
        return ""


def _reaches(name: str, target: str, parents: Mapping[str, str]) -> bool:
    """Whether the way from `name` to its root passes `target`."""
    while name:
        if name == target:
            return True
        name = parents.get(name, "")
    return False
