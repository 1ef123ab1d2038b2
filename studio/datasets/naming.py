"""How names that strangers gave their files are shown and sorted."""

import unicodedata


def shown(name: str) -> str:
    """Return a name with everything that is not seen, or turns the line around, written out."""
    if name.isprintable():
        return name
    return "".join(letter if letter.isprintable() else _written(letter) for letter in name)


def order(name: str) -> tuple[str, str]:
    """Return the key that sorts names the same on every machine."""
    return name.casefold(), name


def alike(name: str) -> str:
    """Return what two names share that people take for the same."""
    return unicodedata.normalize("NFC", name).casefold().strip()


def class_order(names: set[str]) -> tuple[str, ...]:
    """Return the names of classes in order, by their number where all are whole numbers."""
    if all(name.isascii() and name.isdecimal() and len(name) < 10 for name in names):
        return tuple(sorted(names, key=lambda name: (int(name), name)))
    return tuple(sorted(names, key=order))


def _written(letter: str) -> str:
    return letter.encode("unicode_escape", "backslashreplace").decode("ascii")
