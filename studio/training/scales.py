"""When the memory of a step is measured: once, and again after layers were frozen or thawed."""

from collections.abc import Iterator
from contextlib import contextmanager

from torch import Tensor

from studio.network.features import Inputs, tensors_of
from studio.training.footprint import watched
from studio.training.session import Session


class Scales:
    """Weighs single steps, so that all others run undisturbed."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.peak = 0
        """Bytes of the fullest moment of the steps weighed so far; 0 before the first."""
        self._next: int | None = session.place.step
        # compiled code does not run where every operation is watched
        self._sees = session.plan.compile != "on" or session.machine.device.type == "cuda"
        if session.total > session.place.step + 1:
            self.again()

    def again(self) -> None:
        """Weigh the step after the next one, when the optimizer remembers every parameter."""
        self._next = self._session.place.step + 1

    @property
    def is_due(self) -> bool:
        """Whether the next step is to be weighed."""
        return self._sees and self._next is not None and self._session.place.step >= self._next

    @contextmanager
    def weighed(self, x: Inputs, y: Tensor) -> Iterator[None]:
        """Weigh the step made inside."""
        self._next = None
        held = self._held(*tensors_of(x), y)
        with watched(self._session.machine.device, held) as peak:
            yield
        self.peak = max(self.peak, peak())

    def _held(self, *batch: Tensor) -> Iterator[Tensor]:
        yield from self._session.tensors().values()
        for state in self._session.stepper.optimizer.state.values():
            yield from (value for value in state.values() if isinstance(value, Tensor))
        yield from batch
