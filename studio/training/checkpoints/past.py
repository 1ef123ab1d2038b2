"""Which earlier checkpoints of a run stay on disk: the one before the last, and a few by epoch.

They are manifests that name the tensors already there, so that keeping one copies no tensor.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from studio.errors import FileError
from studio.storage import make_durable, read_json, write_bytes

LAST, BEST, BEFORE = "last", "best", "before"
DEVICES = frozenset(
    {"con", "prn", "aux", "nul"} | {f"{kind}{n}" for kind in ("com", "lpt") for n in range(10)}
)
"""Names that Windows lets no file have, whatever follows after a dot."""
_EPOCH = re.compile(r"epoch-(\d{4,})")


def retire(folder: Path, keep: int) -> None:
    """Give the last checkpoint another name, for a new one is about to take its place.

    One at the end of an epoch joins the past, of which up to `keep` stay; any other one becomes
    "before". Raises FileError when that cannot be written.
    """
    last = folder / f"{LAST}.json"
    try:
        content, values = last.read_bytes(), read_json(last)
    except (OSError, FileError):
        return  # there is none, or none that could be used
    name = _past_name(values) if keep else ""
    write_bytes(folder / f"{name or BEFORE}.json", content, lasting=False)
    if name:
        (folder / f"{BEFORE}.json").unlink(missing_ok=True)


def thin(folder: Path, keep: int) -> None:
    """Delete manifests of the past until at most `keep` are left, spread over the run.

    The newest always stays, for it stands in for a last one that is damaged.
    """
    found = epochs(folder)
    gone = set(found) - spread(found, keep)
    for epoch in gone:
        (folder / f"{_named(epoch)}.json").unlink(missing_ok=True)
    if gone:
        make_durable(folder)  # before the tensors they name go too


def spread(found: Sequence[int], keep: int) -> frozenset[int]:
    """Return up to `keep` of these epochs, which are in order: the newest, and others far apart.

    The run is cut into stretches of 1, 2, 4, 8 … epochs, the shortest of which there are few enough
    of, and the first of each stretch stays. As it grows, what stays was always there before.
    """
    if len(found) <= keep:
        return frozenset(found)
    if keep < 2:
        return frozenset(found[-keep:] if keep else ())
    length, first = 1, dict(enumerate(found))
    while len(first) >= keep:
        first = {epoch // length: epoch for epoch in reversed(found[:-1])}
        length *= 2
    return frozenset([*first.values(), found[-1]])


def epochs(folder: Path) -> list[int]:
    """Return the epochs of the past that are there, in order."""
    names = (_EPOCH.fullmatch(path.stem) for path in folder.glob("epoch-*.json"))
    return sorted(int(name[1]) for name in names if name)


def is_past(name: str) -> bool:
    """Whether a checkpoint of that name comes and goes by itself."""
    return name == BEFORE or _EPOCH.fullmatch(name) is not None


def _past_name(values: Any) -> str:
    """Return the name of a manifest in the past; "" if it is not at the end of an epoch."""
    epoch = values.get("epoch") if isinstance(values, dict) else None
    if not isinstance(epoch, int) or epoch < 1 or values.get("position") != 0:
        return ""
    return _named(epoch)


def _named(epoch: int) -> str:
    return f"epoch-{epoch:04}"
