"""Which layers a few typed letters mean, the best first."""

from collections.abc import Iterable

from studio.wording import _
from studio.workspace.offers import Offer


def ranked(layers: Iterable[Offer], text: str) -> list[Offer]:
    """Return the layers that `text` may mean: by name, alias, then family; all of them for ""."""
    wanted = text.strip().casefold()
    scored = [(_score(one, wanted), place, one) for place, one in enumerate(layers)]
    found = sorted((score, place, one.key) for score, place, one in scored if score is not None)
    by_key = {one.key: one for _score_, _place, one in scored}
    return [by_key[key] for _score_, _place, key in found]


def _score(one: Offer, wanted: str) -> int | None:
    names = [name.casefold() for name in (_(one.title), one.title, one.key, *one.aliases)]
    families = (_(one.group).casefold(), one.group.casefold())
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
