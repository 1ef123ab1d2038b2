"""The gallery: networks to begin with, found by area and word, opened in any size."""

from studio.ui.gallery.dialog import GalleryDialog

__all__ = ["GalleryDialog"]
