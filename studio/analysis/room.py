"""How much memory and disk this computer has to spare, asked without torch."""

import ctypes
import shutil
import sys
from pathlib import Path


def free_memory() -> int | None:
    """Return the bytes that programs can take without others being pushed out, if that is known."""
    if sys.platform == "win32":
        return _windows()
    try:
        lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    except OSError:
        return None
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    number = found.get("MemAvailable", "").split()
    return _within_limit(int(number[0]) * 1024) if number else None


def free_disk(folder: Path) -> int | None:
    """Return the free bytes where `folder` is or will be, if that is known."""
    for place in (folder, *folder.parents):
        if place.exists():
            try:
                return shutil.disk_usage(place).free
            except OSError:
                return None
    return None


def _within_limit(available: int) -> int:
    """Return what a container may still take, if it may take less."""
    home = Path("/sys/fs/cgroup")
    try:
        most = (home / "memory.max").read_text(encoding="ascii").strip()
        used = (home / "memory.current").read_text(encoding="ascii").strip()
    except OSError:
        return available
    if not (most.isdecimal() and used.isdecimal()):
        return available
    return max(0, min(available, int(most) - int(used)))


class _Status(ctypes.Structure):
    _fields_ = (
        ("length", ctypes.c_ulong),
        ("load", ctypes.c_ulong),
        *((name, ctypes.c_ulonglong) for name in (
            "total", "available", "page_total", "page_free", "own_total", "own_free", "extended"
        )),
    )  # fmt: skip


def _windows() -> int | None:
    status = _Status(length=ctypes.sizeof(_Status))
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  only there on Windows
    if not kernel.GlobalMemoryStatusEx(ctypes.byref(status)):
        return None
    return int(status.available)
