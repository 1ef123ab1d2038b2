"""The training loop: a generator of events that tests, command line and window pull alike."""

import math
from collections.abc import Generator, Iterator
from dataclasses import replace
from pathlib import Path

from torch import Tensor

from studio.errors import TrainingError
from studio.network.features import Inputs
from studio.network.network import Network
from studio.training.batches import DeviceData, Epoch
from studio.training.buffers import Buffers
from studio.training.checkpoint import Checkpoint
from studio.training.control import Control
from studio.training.evaluation import Evaluation
from studio.training.events import (
    CheckpointSaved,
    Ended,
    EpochDone,
    Event,
    StepDone,
)
from studio.training.keeping import Keeper
from studio.training.opening import opened
from studio.training.plan import Plan
from studio.training.reporting import Heat, Reporter, Watch
from studio.training.scales import Scales
from studio.training.session import Session
from studio.training.steering import Ending, Steering
from studio.training.telling import Reason, ended, started
from studio.wording import _


def train(
    network: Network,
    data: DeviceData,
    plan: Plan,
    control: Control,
    *,
    run: str = "",
    folder: Path | None = None,
    start: Checkpoint | None = None,
) -> Iterator[Event]:
    """Train `network` in place as `plan` says and yield what happens, `Ended` last.

    Layers marked frozen in the network's graph are frozen from the start. Checkpoints "last" and
    "best" go to `folder`, if there is one; `start` continues a run from its checkpoint. All events
    but their clock fields follow from the seed. Whoever stops pulling pauses the run; closing the
    generator ends it without a checkpoint. Raises TrainingError before the first event when the run
    cannot start; what goes wrong later is told by `Ended`.
    """
    with opened(network, data, plan) as session:
        watch = Watch(control.clock)
        keeper = Keeper(folder, watch)
        if start is not None:
            session.restore(start)
            keeper.take_up(start.facts)
        yield from _Trainer(session, control, keeper, watch).events(run)


class _Trainer:
    """One run from its first event to its last."""

    def __init__(self, session: Session, control: Control, keeper: Keeper, watch: Watch) -> None:
        self._session, self._control, self._keeper = session, control, keeper
        self._scales = Scales(session)
        self._place = session.place
        self._first = session.place.step
        self._samples = 0
        self._rates = session.rates()
        self._watch = watch
        self._reporter = Reporter(self._watch, session.machine.device)
        self._heat = Heat(session.network, self._watch)
        self._buffers = Buffers(session.network)
        self._steering = Steering(session, control, keeper, self._scales)
        self._validation: tuple[int, Evaluation] = (-1, Evaluation())

    def events(self, run: str) -> Iterator[Event]:
        """Yield everything that happens."""
        yield started(self._session, run)
        yield from self._steering.told()
        try:
            ending = yield from self._epochs()
            if not self._reporter.is_empty:
                yield self._report()
        except TrainingError as error:
            yield from self._rescued()
            yield self._ended("failed", {}, str(error))
            return
        yield from self._keeper.keep(self._session, at_once=True)
        data = self._session.data
        parts = () if ending == "stopped" else ("train", "validation", "test")
        found = {part: self._evaluated(part) for part in parts if data.size(part)}
        whole = {part: evaluation for part, evaluation in found.items() if evaluation.metrics}
        yield self._ended(ending, whole, self._keeper.trouble)

    def _rescued(self) -> tuple[CheckpointSaved, ...]:
        """Go back to the last step that changed weights, and write that state to disk."""
        try:
            lost = self._place.step - self._first - self._session.stepper.good_steps
            self._place.step -= lost
            self._place.position -= lost
            self._session.tally.drop(max(0, lost))
            self._buffers.put_back()
            return self._keeper.keep(self._session, at_once=True)
        except (RuntimeError, MemoryError):
            # the device may be beyond help; why the run failed matters more
            return ()

    def _epochs(self) -> Generator[Event, None, Reason]:
        while self._place.epoch < self._session.plan.epochs:
            ending = (yield from self._epoch()) or (yield from self._end_epoch())
            if ending:
                return ending
        return "finished"

    def _epoch(self) -> Generator[Event, None, Ending]:
        """Make the steps that the current epoch has left."""
        place, session = self._place, self._session
        batches: Epoch | None = None
        while place.position < session.per_epoch:
            if place.step >= self._steering.next_change:
                if ending := (yield from self._changed()):
                    return ending
                batches = None
            if self._control.has_news:
                yield from self._listen()
                if ending := self._control.ending:
                    return ending
                batches = None
                continue  # other ticks may come at this very step now
            batches = batches or session.epoch_batches()
            if not session.features.filled("train", lambda: bool(self._control.ending)):
                continue
            self._guarded(*batches[place.position])
            if self._reporter.is_due or self._heat.is_ready:
                yield self._report()
        return ""

    def _changed(self) -> Generator[Event, None, Ending]:
        """Let ticks come, once it is known that all steps before them were good."""
        if not self._reporter.is_empty:
            yield self._report()
        return (yield from self._steering.arrive())

    def _guarded(self, x: Inputs, y: Tensor) -> None:
        """Make one step; raises TrainingError for whatever torch refuses."""
        try:
            if self._heat.is_due:
                with self._heat.measured():
                    self._step(x, y)
            else:
                self._step(x, y)
        except (RuntimeError, ValueError, IndexError) as error:
            reason = str(error).strip().splitlines()[0]
            raise TrainingError(
                _("Step {step} failed: {reason}.").format(
                    step=self._place.step + 1, reason=reason.rstrip(".")
                ),
                _remedy(reason),
            ) from error

    def _step(self, x: Inputs, y: Tensor) -> None:
        session = self._session
        self._rates = session.rates()
        with self._scales.weighed(x, y):
            loss, answers = session.stepper.step(x, y, self._rates[0], self._rates)
        session.tally.add(loss, answers, y)
        self._reporter.add(loss, len(y))
        self._samples += len(y)
        self._place.step += 1
        self._place.position += 1

    def _report(self) -> StepDone:
        """Return the news; raises TrainingError if a loss or gradient was not finite."""
        place, session = self._place, self._session
        epoch = place.epoch + place.position / session.per_epoch
        report = self._reporter.event(place.step, epoch, self._rates[0], self._heat)
        if session.stepper.is_broken or not math.isfinite(report.loss):
            raise TrainingError(
                _("The loss or a gradient is not a finite number in step {step}.").format(
                    step=self._first + session.stepper.good_steps + 1
                ),
                _(
                    "The weights are those of the step before. Try a learning rate below {rate:g}, "
                    "clip the gradient, or look for extreme values in the data."
                ).format(rate=report.learning_rate),
            )
        self._buffers.keep()
        if len(self._rates) == 1:
            return report
        return replace(report, layer_rates=session.course.layer_rates(place.step - 1))

    def _end_epoch(self) -> Generator[Event, None, Ending]:
        place, session = self._place, self._session
        if not self._reporter.is_empty:
            yield self._report()
        place.epoch, place.position = place.epoch + 1, 0
        trained, session.tally = session.tally.result(), session.new_tally()
        watched = self._evaluated("validation") if session.data.size("validation") else Evaluation()
        self._validation = place.step, watched
        yield EpochDone(
            epoch=place.epoch,
            step=place.step,
            train=trained.metrics,
            validation=watched.metrics,
            confusion=watched.confusion,
            elapsed_s=self._watch.elapsed,
        )
        parts = {"train": trained.metrics, "validation": watched.metrics}
        last = place.epoch >= session.plan.epochs
        ending = yield from self._steering.judged(parts, last=last)
        with self._watch.aside():
            saved = self._keeper.keep(session, watched.metrics)
        yield from saved
        return ending

    def _listen(self) -> Iterator[Event]:
        """Follow what was asked; a pause is spent here."""
        if self._control.is_paused:
            if not self._reporter.is_empty:
                yield self._report()
            self._watch.pause(self._control.wait_while_paused())
        requests = self._control.take()
        if requests.asks:
            if not self._reporter.is_empty:
                yield self._report()
            yield from self._steering.obey(requests)

    def _evaluated(self, part: str) -> Evaluation:
        step, known = self._validation
        if part == "validation" and step == self._place.step:
            return known
        with self._watch.aside():
            return self._session.evaluated(part, lambda: self._control.ending == "stopped")

    def _ended(self, reason: Reason, found: dict[str, Evaluation], message: str) -> Ended:
        return ended(
            *(self._session, self._watch, reason, found, message),
            samples=self._samples,
            memory_peak=self._scales.peak,
        )


def _remedy(reason: str) -> str:
    if "memory" in reason.lower():
        return _("Choose a smaller batch size.")
    return _("Check the layers and the data of this run.")
