"""Views that explain a network: where its cost is, how it grows, how it differs from others."""

from studio.ui.understanding.page import UnderstandPage

__all__ = ["UnderstandPage"]
