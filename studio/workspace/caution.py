"""How a run whose numbers broke too often, and which waits, goes on with more care."""

from studio.training.events import Broken
from studio.training.ticks.actions import ClipGradient
from studio.training.ticks.moments import AtStep
from studio.training.ticks.tick import Tick
from studio.workspace.session import Session, State

SLOWER = 0.5
"""By how much the learning rate is multiplied to go on with care."""
_LONGEST = 1.0
"""Where gradients are clipped that were not clipped before; those that were, at half of it."""


class Cautious(Session):
    """The run at hand, with the answers to a break that it waits for."""

    @property
    def latest_break(self) -> Broken | None:
        """What broke last in the run that is shown."""
        history = self.history
        return history.breaks[-1] if history is not None and history.breaks else None

    def go_on_slower(self) -> None:
        """Let a held run go on with half its learning rate."""
        if self.state is State.PAUSED:
            self.control.scale_rate(SLOWER)
            self.resume()

    def go_on_clipped(self) -> None:
        """Let a held run go on with its gradients clipped, as a tick of the plan says from now."""
        if self.state is not State.PAUSED or self.history is None:
            return
        plan = self.plan
        norm = _LONGEST if plan.clip_norm is None else plan.clip_norm / 2
        tick = Tick(at=AtStep(at=self.history.step), actions=(ClipGradient(norm=norm),))
        self.set_plan(plan.changed(ticks=(*plan.ticks, tick)))
        self.resume()
