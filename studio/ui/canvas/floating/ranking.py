"""Which layers a few typed letters mean, the best first."""

from collections.abc import Iterable

from studio.catalogue.layer import Layer
from studio.wording import _


def ranked(layers: Iterable[type[Layer]], text: str) -> list[type[Layer]]:
    """Return the layers that `text` may mean: by name, alias, then family; all of them for ""."""
    wanted = text.strip().casefold()
    scored = [(_score(cls, wanted), place, cls) for place, cls in enumerate(layers)]
    found = sorted((score, place, cls.key) for score, place, cls in scored if score is not None)
    by_key = {cls.key: cls for _score_, _place, cls in scored}
    return [by_key[key] for _score_, _place, key in found]


def _score(cls: type[Layer], wanted: str) -> int | None:
    names = [name.casefold() for name in (_(cls.title), cls.title, cls.key, *cls.aliases)]
    families = (_(cls.group).casefold(), cls.group.casefold())
    fits = (
        wanted in names,
        any(name.startswith(wanted) for name in names),
        any(wanted in name for name in names),
        any(wanted in family for family in families),
        any(_scattered(wanted, name) for name in names),
    )
    return fits.index(True) if True in fits else None


def _scattered(wanted: str, name: str) -> bool:
    """Return whether the letters of `wanted` follow each other in `name`, with gaps."""
    letters = iter(name)
    return len(wanted) > 1 and all(letter in letters for letter in wanted)
