"""How memory is kept between training steps instead of being asked from the system each time.

glibc hands large blocks back to the system as soon as they are free, and every step of a training
asks for the same ones again; much of a small convolutional step is then spent on page faults. Two
settings keep the blocks. Other C libraries do well without, and are left alone.
"""

import ctypes
import sys

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3  # from malloc.h
_KEEP, _LARGEST = (1 << 31) - 1, 1 << 30


def keep_memory() -> None:
    """Let freed blocks stay with the process, so that the next step finds them again."""
    library = _glibc()
    if library is not None:
        library.mallopt(_MMAP_THRESHOLD, _LARGEST)
        library.mallopt(_TRIM_THRESHOLD, _KEEP)


def release_memory() -> None:
    """Give what is free back to the system."""
    library = _glibc()
    if library is not None:
        library.malloc_trim(0)


def _glibc() -> ctypes.CDLL | None:
    if not sys.platform.startswith("linux"):
        return None
    try:
        library = ctypes.CDLL("libc.so.6")
    except OSError:
        return None
    return library if hasattr(library, "mallopt") and hasattr(library, "malloc_trim") else None
