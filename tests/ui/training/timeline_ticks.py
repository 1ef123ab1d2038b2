"""Three ticks as tests of the timeline show them: two with a step, and a condition."""

from studio.training.ticks.actions import Freeze, Rate, Unfreeze
from studio.training.ticks.moments import AtEpoch, AtStep, Plateau
from studio.training.ticks.tick import Tick
from studio.ui.training.timeline.card import TimelineCard

TICKS = (
    Tick(at=AtStep(), actions=(Freeze(paths=("conv2d_1",)), Rate(value=0.5, paths=("linear_1",)))),
    Tick(at=AtEpoch(at=2.0), actions=(Unfreeze(),)),
    Tick(at=Plateau(), actions=(Rate(mode="times"),)),
)


def per_epoch(card: TimelineCard) -> int:
    """Return how many steps the epochs have that a card shows."""
    assert card.strip.preview is not None
    return card.strip.preview.course.per_epoch
