"""How the steps of a run are made one after the other, and what is told of them."""

import contextlib
from collections.abc import Iterator
from dataclasses import replace

from torch import Tensor

from studio.network.features import Inputs
from studio.training.control import Control
from studio.training.data.epochs import Epoch
from studio.training.data.streaming import SamplesGoneError
from studio.training.events import StepDone
from studio.training.guarding.failing import failed
from studio.training.guarding.recovery import Recovery
from studio.training.reporting import Heat, Reporter, Watch
from studio.training.scales import Scales
from studio.training.session import Session

_UNWEIGHED = contextlib.nullcontext()


class Making:
    """Makes the steps of the epochs and sums up what is to be told of them."""

    def __init__(
        self, session: Session, control: Control, recovery: Recovery, scales: Scales, watch: Watch
    ) -> None:
        self._session, self._control = session, control
        self._recovery, self._scales = recovery, scales
        self._reporter = Reporter(watch, session.machine.device, session.sharing.total)
        self._heat = Heat(session.network, watch)
        self._rates = session.rates()
        self._batches: Epoch | None = None
        self.samples = 0
        """How many samples were learned from."""

    @property
    def has_news(self) -> bool:
        """Whether it is time to report."""
        if self._reporter.is_empty:
            return False
        return self._reporter.is_due or self._heat.is_ready

    def shuffle(self) -> None:
        """Cut the epoch into batches anew, as it or the plan is another now."""
        self._batches = None

    def drop(self) -> None:
        """Forget what was not told: it was in vain."""
        self._batches = None
        self._reporter.drop()
        self._heat.taken()

    def advance(self) -> None:
        """Make the next step, or pass over its batch.

        Raises TrainingError for whatever torch refuses and for samples that cannot be read, Setback
        for what can be overcome.
        """
        place = self._session.place
        if place.step in self._session.skipped:
            self._cut()  # an epoch whose first batch is left out has its own random numbers, too
            self._recovery.told()
            place.step, place.position = place.step + 1, place.position + 1
            return
        failure: Exception | None = None
        try:
            self._make()
        except SamplesGoneError as error:
            self._recovery.told()  # the step did not begin, and those before it stay
            failure = failed(error, self._session)
        except (RuntimeError, ValueError, IndexError, MemoryError) as error:
            failure = failed(error, self._session)
        if failure is not None:  # here nothing holds what the step made any more
            raise failure

    def reported(self) -> Iterator[StepDone]:
        """Yield what was not told yet; raises Setback if a loss or gradient was not finite."""
        if not self._reporter.is_empty:
            yield self.report()

    def report(self) -> StepDone:
        """Return what was not told yet; raises Setback if a loss or gradient was not finite."""
        place, session = self._session.place, self._session
        report = self._reporter.event(place.step, session.epochs_done, self._rates[0], self._heat)
        self._recovery.told()
        if len(self._rates) == 1:
            return report
        return replace(report, layer_rates=session.course.layer_rates(place.step - 1))

    def _make(self) -> None:
        session, batches = self._session, self._cut()
        if not session.features.filled("train", lambda: bool(self._control.ending)):
            return
        batch = batches[session.place.position]
        if self._heat.is_due:
            with self._heat.measured():
                self._step(*batch)
        else:
            self._step(*batch)

    def _cut(self) -> Epoch:
        self._batches = self._batches or self._session.epoch_batches()
        return self._batches

    def _step(self, x: Inputs, y: Tensor) -> None:
        session, samples = self._session, y.shape[0]
        self._rates = session.rates()
        self._recovery.begin()
        with self._scales.weighed(x, y) if self._scales.is_due else _UNWEIGHED:
            loss, answers = session.stepper.step(x, y, self._rates[0], self._rates)
        self._recovery.end(loss)
        session.tally.add(loss, answers, y)
        self._reporter.add(loss, samples)
        self.samples += samples
        session.place.step += 1
        session.place.position += 1
