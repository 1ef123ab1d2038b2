"""The network as a tree, blocks nested."""

from studio.ui.outline.panel import OutlinePanel

__all__ = ["OutlinePanel"]
