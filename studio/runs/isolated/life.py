"""Which runs a process is writing right now, and whether that process still lives."""

import ctypes
import json
import os
import platform
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from studio.errors import StudioError, TrainingError
from studio.storage import read_json, write_json
from studio.wording import _

FILE = "process.json"
_STILL_ACTIVE = 259
_QUERY = 0x1000


@dataclass(frozen=True)
class Living:
    """A run that a process of its own is writing."""

    folder: Path
    pid: int
    host: str
    born: str
    """What tells this process from a later one with the same number; "" where nothing does."""
    paused: bool
    refusal: str
    """Why the run did not follow the last order, or nothing."""
    beat: float
    """When it gave a sign of life last, in seconds since 1970."""

    @property
    def is_here(self) -> bool:
        """Whether its process is on this computer, where its death can be seen at once."""
        return self.host == socket.gethostname()

    @property
    def is_alive(self) -> bool:
        """Whether its process still exists; on another computer, whether it gave signs lately."""
        if not self.is_here:
            return time.time() - self.beat < 60.0
        return exists(self.pid) and birth(self.pid) == self.born


def running(folder: Path) -> tuple[Living, ...]:
    """Return the runs in a folder that have a living process of their own, the newest first."""
    found = (living(path.parent) for path in sorted(folder.glob(f"*/{FILE}"), reverse=True))
    return tuple(life for life in found if life is not None and life.is_alive)


def living(run: Path) -> Living | None:
    """Return what the process of a run says of itself, be it dead by now; None without one."""
    path = run / FILE
    try:
        values = read_json(path)
        beat = path.stat().st_mtime
    except (StudioError, OSError):
        return None
    if not isinstance(values, dict) or not isinstance(values.get("pid"), int):
        return None
    return Living(
        run,
        values["pid"],
        str(values.get("host", "")),
        str(values.get("born", "")),
        paused=values.get("paused") is True,
        refusal=str(values.get("refusal", "")),
        beat=beat,
    )


def require_living(run: Path) -> Living:
    """Return what the process of a run says of itself; raises TrainingError if none writes it."""
    life = living(run)
    if life is None or not life.is_alive:
        raise TrainingError(
            _("Nobody is training {run} at present.").format(run=run.name), _("Resume the run.")
        )
    return life


class Sign:
    """The file by which the process of a run shows that it lives."""

    def __init__(self, run: Path) -> None:
        self._path = run / FILE
        self._said = ""
        pid = os.getpid()
        self._self = {"pid": pid, "host": socket.gethostname(), "born": birth(pid)}

    def give(self, *, paused: bool, refusal: str) -> None:
        """Give a sign of life; a full disk or a lost folder is no reason to die."""
        values: dict[str, Any] = {**self._self, "paused": paused, "refusal": refusal}
        said = json.dumps(values)
        try:
            if said == self._said:
                os.utime(self._path)
            else:
                write_json(self._path, values)
                self._said = said
        except (StudioError, OSError):
            self._said = ""

    def take_away(self) -> None:
        """Say that nobody writes the run any more."""
        try:
            self._path.unlink(missing_ok=True)
        except OSError:
            return


def exists(pid: int) -> bool:
    """Whether a process of that number exists and is not just waiting to be forgotten."""
    if sys.platform == "win32":
        return _exists_on_windows(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return _stat(pid)[:1] != ["Z"]


def birth(pid: int) -> str:
    """Return when a process began, in the words of the system; "" where it does not say."""
    fields = _stat(pid)
    return fields[19] if len(fields) > 19 else ""


def _stat(pid: int) -> list[str]:
    """Return what Linux says of a process after its name: its state first."""
    if platform.system() != "Linux":
        return []
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    except OSError:
        return []


def _exists_on_windows(pid: int) -> bool:
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  only Windows has it
    handle = kernel.OpenProcess(_QUERY, 0, pid)
    if not handle:
        return False
    code = ctypes.c_ulong()
    known = kernel.GetExitCodeProcess(handle, ctypes.byref(code))
    kernel.CloseHandle(handle)
    return bool(known) and code.value == _STILL_ACTIVE
