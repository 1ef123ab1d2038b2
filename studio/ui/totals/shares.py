"""Which layers, or types of layers, a cost of the network comes from."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

from studio.analysis.leaves import Leaf, leaves
from studio.analysis.report import Report
from studio.ui.words import title_of


@dataclass(frozen=True)
class Share:
    """One row: who, how much of the whole, and how much of that is frozen."""

    name: str
    group: str
    value: int
    share: float
    frozen: int = 0
    path: str = ""
    """The layer to show; "" for a type of layers."""


MEASURES: Mapping[str, Callable[[Leaf], int]] = {
    "parameters": lambda leaf: leaf.facts.parameters * leaf.copies,
    "multiply_adds": lambda leaf: leaf.facts.multiply_adds * leaf.copies,
    "activation_bytes": lambda leaf: leaf.facts.activation_bytes * leaf.copies,
}
"""What can be compared, as a number of one layer with all its copies."""


def by_layer(report: Report, measure: str) -> tuple[Share, ...]:
    """Return the layers that have any of it, the largest first."""
    return _sorted(_rows(report, measure, lambda leaf: (leaf.path, leaf.path)))


def by_type(report: Report, measure: str) -> tuple[Share, ...]:
    """Return the types of layers that have any of it, the largest first."""
    return _sorted(_rows(report, measure, lambda leaf: (title_of(type(leaf.layer)), "")))


def _rows(
    report: Report, measure: str, named: Callable[[Leaf], tuple[str, str]]
) -> Iterable[Share]:
    sums: dict[str, Share] = {}
    count = MEASURES[measure]
    for leaf in leaves(report):
        value = int(count(leaf))
        if not value:
            continue
        name, path = named(leaf)
        frozen = _frozen(leaf) if measure == "parameters" else 0
        known = sums.get(name, Share(name, leaf.layer.group, 0, 0.0))
        sums[name] = Share(name, known.group, known.value + value, 0.0, known.frozen + frozen, path)
    return sums.values()


def _sorted(rows: Iterable[Share]) -> tuple[Share, ...]:
    found = sorted(rows, key=lambda row: -row.value)
    total = sum(row.value for row in found) or 1
    return tuple(
        Share(row.name, row.group, row.value, row.value / total, row.frozen, row.path)
        for row in found
    )


def _frozen(leaf: Leaf) -> int:
    return (leaf.facts.parameters - leaf.facts.trainable) * leaf.copies
