"""Who writes a run: one program at a time, and the next one at once when that has died.

The lock belongs to the open file "lock" in the folder of the run, so that the system lets go of it
with the program, however that ends. What stands in the file is only for the sentence.
"""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import BinaryIO

from studio.errors import TrainingError
from studio.wording import _

try:
    import fcntl as _fcntl

    fcntl: ModuleType | None = _fcntl
except ImportError:  # Windows
    fcntl = None

LOCK = "lock"
_ATTEMPTS, _GLANCE = 10, 0.001
"""So often a lock is tried, so many seconds apart: a `holder` that only looks lets go of it."""
_BEYOND = 1 << 20
"""Where Windows locks a byte, behind all that is written, so that others can read it."""


@contextlib.contextmanager
def locked(run: Path) -> Iterator[None]:
    """Be the only one who writes a run inside the `with` block.

    Raises TrainingError naming the process that writes it already. Where the system cannot lock,
    as on some network disks, nothing is checked.
    """
    stream = _held(run)
    try:
        yield
    finally:
        if stream is not None:
            with contextlib.suppress(OSError):  # Windows deletes no file that is open
                (run / LOCK).unlink()
            stream.close()


def holder(run: Path) -> int:
    """Return the number of the process that writes a run now, 0 for none."""
    path = run / LOCK
    try:
        stream = path.open("r+b")
    except OSError:
        return 0
    with stream:
        return 0 if _take(stream) is not False else _process(path)


def _held(run: Path) -> BinaryIO | None:
    """Return the lock file, locked; None where that cannot be."""
    path = run / LOCK
    while True:
        try:
            stream = path.open("a+b")
        except OSError:
            return None  # whoever cannot write here will be told better
        taken = _take_patiently(stream)
        if taken is False:
            stream.close()
            raise _refusal(run, _process(path))
        if taken is None or _is_there(path, stream):
            break
        stream.close()  # the one before deleted it meanwhile
    with contextlib.suppress(OSError):
        stream.truncate(0)
        stream.write(str(os.getpid()).encode())
        stream.flush()
    return stream


def _take_patiently(stream: BinaryIO) -> bool | None:
    """Do as `_take` does, but not at once for somebody who only looks."""
    for _attempt in range(_ATTEMPTS - 1):
        taken = _take(stream)
        if taken is not False:
            return taken
        time.sleep(_GLANCE)
    return _take(stream)


def _take(stream: BinaryIO) -> bool | None:
    """Lock an open file; False if somebody else has it, None where files cannot be locked."""
    try:
        if fcntl is not None:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        else:
            import msvcrt  # noqa: PLC0415  Windows alone has it

            stream.seek(_BEYOND)
            msvcrt.locking(stream.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return None
    return True


def _is_there(path: Path, stream: BinaryIO) -> bool:
    """Whether the open file is still the one of that name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(stream.fileno()))
    except OSError:
        return False


def _process(path: Path) -> int:
    try:
        return int(path.read_bytes() or b"0")
    except (OSError, ValueError):
        return 0


def _refusal(run: Path, process: int) -> TrainingError:
    return TrainingError(
        _("The run {run} is being trained by another program (process {process}).").format(
            run=run, process=process or "?"
        ),
        _("Wait until it ends, or stop it there."),
    )
