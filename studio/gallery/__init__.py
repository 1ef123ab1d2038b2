"""Which networks there are to begin with: ready-made projects and the published ones."""

from studio.gallery.architecture import ARCHITECTURES, Architecture, Entry
from studio.gallery.files import FIRST
from studio.gallery.shelf import EMPTY, entries, entry, load, names, published

__all__ = [
    "ARCHITECTURES",
    "EMPTY",
    "FIRST",
    "Architecture",
    "Entry",
    "entries",
    "entry",
    "load",
    "names",
    "published",
]
