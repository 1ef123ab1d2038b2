"""Numbers of a published family of networks: one of them changes every layer that depends on it."""

from collections.abc import Iterator
from dataclasses import dataclass

from studio.analysis.explore import Knob
from studio.gallery import Architecture, published
from studio.graph.fingerprint import Print, fingerprint
from studio.graph.model import Graph


@dataclass(frozen=True)
class FamilyKnob(Knob):
    """A whole-number setting of the family that the open network belongs to."""

    architecture: Architecture

    def turned(self, _graph: Graph, value: int) -> Graph:
        """Return the network of that size; raises StudioError if the settings do not fit."""
        return self.member(value).graph()

    def member(self, value: int) -> Architecture:
        """Return the family with `value` in place of the present one."""
        return self.architecture.changed(**{self.setting.name: value})


def family_knobs(architecture: Architecture) -> Iterator[FamilyKnob]:
    """Yield the whole-number settings of a family; their path is "", the whole network."""
    for name, setting in architecture.offered().items():
        value = architecture.get(name)
        if setting.kind == "integer" and isinstance(value, int) and not isinstance(value, bool):
            yield FamilyKnob("", setting, value, architecture)


def family_of(name: str, graph: Graph, known: Architecture | None) -> Architecture | None:
    """Return the family with the settings of a network, if it is still one as published.

    `known` is tried before the entry of the gallery called `name`; names, places on the canvas do
    not count.
    """
    entry = published().get(name)
    mine = _prints(graph)
    for one in (known, entry.architecture if entry is not None else None):
        if one is not None and _prints(one.graph()) == mine:
            return one
    return None


def _prints(graph: Graph) -> tuple[Print, ...]:
    return tuple(fingerprint(graph, tuple(graph)).values())
