"""How much a zoomed canvas shows, and at which scale its cards are drawn."""

from dataclasses import dataclass

CARDS = 0.36
"""Below this zoom the network is painted as plain blocks, all in one go."""
FULL = 0.62
"""Below this zoom cards show a large name and shape only."""
DOTS = 0.4
"""Below this zoom the grid is hidden."""
_BUCKETS = (0.5, 1.0, 2.0)


@dataclass
class Detail:
    """What the present zoom asks for; one object that the view writes and the items read."""

    zoom: float = 1.0
    ratio: float = 1.0
    """Device pixels per logical pixel."""
    exact: bool = True
    """Whether the zoom rests, so that cards are drawn for exactly this scale."""
    patient: bool = True
    """Whether painting waits for cards to be drawn, rather than show something else."""
    allowance: int = 0
    """How many cards may still be drawn in this frame, when painting does not wait."""

    @property
    def scale(self) -> float:
        """Device pixels per unit of the pictures to draw; one of three while the zoom moves."""
        if self.exact:
            return self.zoom * self.ratio
        bucket = next((bucket for bucket in _BUCKETS if bucket >= self.zoom * 0.9), _BUCKETS[-1])
        return bucket * self.ratio

    @property
    def brief(self) -> bool:
        """Whether cards show a large name and shape only."""
        return self.zoom < FULL

    @property
    def overview(self) -> bool:
        """Whether the network is painted as plain blocks."""
        return self.zoom < CARDS
