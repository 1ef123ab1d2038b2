"""What a published network is here: a family drawn from a few settings, and its known sizes."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from studio.families import Family
from studio.fields import Declared
from studio.graph.model import Graph

ARCHITECTURES: "Family[Architecture]" = Family("architecture")


class Architecture(Declared):
    """A family of networks: its settings are what distinguishes one size from another."""

    def graph(self) -> Graph:
        """Return the network; raises StudioError if the settings do not fit each other."""
        raise NotImplementedError


@dataclass(frozen=True)
class Entry:
    """One network of the gallery; its texts are untranslated."""

    name: str
    title: str
    area: str
    """What it works on, to sort the gallery by: "Pictures"."""
    about: str
    """What it taught the field, in one sentence."""
    year: int | None = None
    """When it was published."""
    paper: str = ""
    """Where to read about it: "arXiv:1512.03385"."""
    reference: str = ""
    """Its name in the catalogs of other libraries, accepted beside its own."""
    architecture: Architecture | None = None
    """The family with the settings of this size; None where a project file says it all."""


PUBLISHED: dict[str, Entry] = {}
"""All published networks by name, in the order of the gallery."""

A = TypeVar("A", bound=Architecture)


def architecture(key: str) -> Callable[[type[A]], type[A]]:
    """File a family under `key`."""

    def decorate(cls: type[A]) -> type[A]:
        ARCHITECTURES.file(key)(cls)
        return cls

    return decorate


def publish(*entries: Entry) -> None:
    """Add networks to the gallery; a name is used once."""
    for entry in entries:
        assert entry.name not in PUBLISHED, f"{entry.name} is published twice"
        PUBLISHED[entry.name] = entry
