"""What may go wrong in a step and be overcome."""

from typing import Literal

from studio.training.guarding.memory import Shortage

Kind = Literal["not finite", "diverged", "memory"]


class Setback(Exception):  # noqa: N818 - not an error yet
    """Something went wrong in one of the steps made; holds nothing that takes memory."""

    def __init__(self, kind: Kind, step: int, shortage: Shortage | None = None) -> None:
        super().__init__(kind)
        self.kind: Kind = kind
        self.step = step
        """The steps that were good before it."""
        self.shortage = shortage
