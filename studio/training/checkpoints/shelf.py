"""How checkpoints come to lie in the folder of a run, and which one is taken from there."""

import contextlib
import errno
import hashlib
import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from studio.errors import FileError
from studio.storage import read_json, unwritable
from studio.training.checkpoints.checkpoint import Checkpoint, DamageError, load, put, sweep
from studio.training.checkpoints.past import LAST, epochs, retire, thin
from studio.wording import _

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_TENSORS = re.compile(rb"step-\d+-([0-9a-f]{12})\.safetensors")


def shelve(
    folder: Path, checkpoints: Mapping[str, Checkpoint], kept: int, *, expected: bool
) -> None:
    """Write checkpoints by name, in this order; of the ends of epochs before, `kept` stay.

    A full disk costs the past before it costs the present. Raises FileError when they cannot be
    written, and if the folder is gone though it was `expected`: what somebody deleted is not made
    anew by halves.
    """
    try:
        _shelve(folder, checkpoints, kept, expected=expected)
    except OSError as error:  # of calls besides those that write
        raise unwritable(folder, error) from error


def _shelve(
    folder: Path, checkpoints: Mapping[str, Checkpoint], kept: int, *, expected: bool
) -> None:
    if expected and not folder.is_dir():
        raise FileError(
            _("The folder {folder} is gone.").format(folder=folder),
            _("Put it back; until then the run goes on without checkpoints."),
        )
    try:
        _put_all(folder, checkpoints, kept)
    except FileError as error:
        cause = error.__cause__
        full = isinstance(cause, OSError) and cause.errno in _FULL
        if not full or not epochs(folder):
            raise
        with contextlib.suppress(OSError):
            thin(folder, 0)
        sweep(folder)
        _put_all(folder, checkpoints, kept=0)


def newest(folder: Path) -> tuple[Checkpoint, str]:
    """Return the last checkpoint, or the newest before it that is whole, and what to say then.

    Damaged ones are renamed to end in ".bad" if another one stands in for them. Raises the error
    of the last one when there is none that can be used.
    """
    failures: dict[str, FileError] = {}
    for name in _newest_first(folder):
        try:
            found = load(folder, name)
        except FileError as error:
            failures[name] = error
            continue
        damaged = [n for n, error in failures.items() if isinstance(error, DamageError)]
        for one in damaged:
            _put_aside(folder, one)
        return found, _told(failures, name, found) if failures else ""
    raise failures[LAST]


def _put_all(folder: Path, checkpoints: Mapping[str, Checkpoint], kept: int) -> None:
    for name, checkpoint in checkpoints.items():
        if name == LAST:
            retire(folder, kept)
        put(folder, name, checkpoint)
    with contextlib.suppress(OSError):
        thin(folder, kept)
    sweep(folder)


def _newest_first(folder: Path) -> Sequence[str]:
    """Return the names of all checkpoints, the last one first, then by their step."""
    steps = {path.stem: _step(path) for path in folder.glob("[!.]*.json")} | {LAST: 0}
    return sorted(steps, key=lambda name: (name != LAST, -steps[name], name))


def _step(manifest: Path) -> int:
    try:
        values = read_json(manifest)
    except FileError:
        return -1
    step = values.get("step") if isinstance(values, dict) else None
    return step if isinstance(step, int) else -1


def _put_aside(folder: Path, name: str) -> None:
    """Rename a damaged checkpoint, so that nothing takes it for one.

    Its tensors are renamed with it, unless another checkpoint shares them and they are whole.
    """
    manifest = folder / f"{name}.json"
    with contextlib.suppress(OSError):
        named = _TENSORS.search(manifest.read_bytes())
        manifest.replace(manifest.with_name(f"{manifest.name}.bad"))
        if named is None:
            return
        file = folder / named[0].decode()
        whole = hashlib.sha256(file.read_bytes()).hexdigest().startswith(named[1].decode())
        others = (path.read_bytes() for path in folder.glob("[!.]*.json") if path.is_file())
        if not whole or not any(named[0] in content for content in others):
            file.replace(file.with_name(f"{file.name}.bad"))


def _told(failures: Mapping[str, FileError], name: str, found: Checkpoint) -> str:
    first = next(iter(failures.values()))
    return _("{problem} The run goes on from the checkpoint “{name}” of step {step}.").format(
        problem=first.problem, name=name, step=found.step
    )
