"""Where cards go when nobody put them: the main chain straight, branches beside it, columns."""

from studio.graph.layout.byhand import moves, pinned, placed
from studio.graph.layout.columns import CARD, Gaps, layout

__all__ = ["CARD", "Gaps", "layout", "moves", "pinned", "placed"]
