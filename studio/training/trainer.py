"""The training loop: a generator of events that tests, command line and window pull alike."""

import math
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from torch import Tensor

from studio.errors import TrainingError
from studio.graph.model import Frozen
from studio.graph.walk import frozen_paths
from studio.network.execution import streamlined
from studio.network.network import Network, recomputing
from studio.training.allocator import keep_memory, release_memory
from studio.training.batches import DeviceData
from studio.training.buffers import Buffers
from studio.training.checkpoint import Checkpoint
from studio.training.control import Control
from studio.training.device import Machine
from studio.training.evaluation import Evaluation
from studio.training.events import (
    CheckpointSaved,
    Ended,
    EpochDone,
    Event,
    FreezeChanged,
    RateChanged,
    Started,
    StepDone,
)
from studio.training.keeping import Keeper
from studio.training.plan import Plan
from studio.training.reporting import Heat, Reporter, Watch, parameters_by_layer
from studio.training.scales import Scales
from studio.training.session import Session
from studio.wording import _

Ending = Literal["finished", "finished early", "stopped", "failed"]


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
    machine = Machine.chosen(plan, network.multiply_adds)
    network.to(machine.device)
    with ExitStack() as stack:
        if machine.device.type == "cpu":
            keep_memory()
            stack.callback(release_memory)
        stack.enter_context(machine.threads_set())
        batch, channels_last = plan.batch_size, machine.channels_last
        stack.enter_context(streamlined(network, batch, channels_last=channels_last))
        stack.enter_context(recomputing(network, on=plan.checkpointing))
        session = Session(network, data, plan, machine)
        stack.callback(session.freezing.release)
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
        self._rate = session.rate()
        self._watch = watch
        self._reporter = Reporter(self._watch, session.machine.device)
        self._heat = Heat(session.network, self._watch)
        self._buffers = Buffers(session.network)
        self._validation: tuple[int, Evaluation] = (-1, Evaluation())

    def events(self, run: str) -> Iterator[Event]:
        """Yield everything that happens."""
        yield self._started(run)
        if self._session.freezing.marks or frozen_paths(self._session.network.graph):
            yield self._freeze_changed()
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

    def _epochs(self) -> Generator[Event, None, Ending]:
        place, plan = self._place, self._session.plan
        while place.epoch < plan.epochs:
            batches = self._session.epoch_batches()
            while place.position < len(batches):
                if self._control.has_news:
                    yield from self._listen()
                    if ending := self._control.ending:
                        return ending
                self._guarded(*batches[place.position])
                if self._reporter.is_due or self._heat.is_ready:
                    yield self._report()
            yield from self._end_epoch()
        return "finished"

    def _guarded(self, x: Tensor, y: Tensor) -> None:
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

    def _step(self, x: Tensor, y: Tensor) -> None:
        session = self._session
        self._rate = session.rate()
        with self._scales.weighed(x, y):
            loss, answers = session.stepper.step(x, y, self._rate)
        session.tally.add(loss, answers, y)
        self._reporter.add(loss, len(y))
        self._samples += len(y)
        self._place.step += 1
        self._place.position += 1

    def _report(self) -> StepDone:
        """Return the news; raises TrainingError if a loss or gradient was not finite."""
        place, session = self._place, self._session
        epoch = place.epoch + place.position / session.per_epoch
        report = self._reporter.event(place.step, epoch, self._rate, self._heat)
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
        return report

    def _end_epoch(self) -> Iterator[Event]:
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
        with self._watch.aside():
            saved = self._keeper.keep(session, watched.metrics)
        yield from saved

    def _listen(self) -> Iterator[Event]:
        """Follow what was asked; a pause is spent here."""
        if self._control.is_paused:
            if not self._reporter.is_empty:
                yield self._report()
            self._watch.pause(self._control.wait_while_paused())
        requests = self._control.take()
        if requests.scale != 1.0:
            self._session.rate_scale *= requests.scale
            yield RateChanged(self._place.step, self._session.rate_scale)
        if requests.frozen:
            yield from self._refrozen(requests.frozen)

    def _refrozen(self, asked: Mapping[str, Frozen]) -> Iterator[FreezeChanged]:
        """Freeze and thaw as asked; what cannot be leaves everything as it was.

        The design may have layers by now that this network has not; those are passed over.
        """
        freezing = self._session.freezing
        before = freezing.marks
        known = {path: mark for path, mark in asked.items() if freezing.knows(path)}
        try:
            self._session.freeze({path: mark for path, mark in {**before, **known}.items() if mark})
        except TrainingError as error:
            self._control.refuse(str(error))
            return
        self._control.refuse("")
        if freezing.marks != before:
            self._scales.again()
            yield self._freeze_changed()

    def _freeze_changed(self) -> FreezeChanged:
        freezing = self._session.freezing
        trainable = freezing.trainable_under(freezing.marks)
        return FreezeChanged(self._place.step, freezing.frozen(), trainable)

    def _evaluated(self, part: str) -> Evaluation:
        step, known = self._validation
        if part == "validation" and step == self._place.step:
            return known
        with self._watch.aside():
            return self._session.evaluated(part, lambda: self._control.ending == "stopped")

    def _started(self, run: str) -> Started:
        session = self._session
        return Started(
            run=run,
            steps=session.total,
            steps_per_epoch=session.per_epoch,
            epochs=session.plan.epochs,
            samples=session.data.size("train"),
            parameters=sum(p.numel() for p in session.network.parameters()),
            trainable=session.freezing.trainable_under(session.freezing.marks),
            device=session.machine.name,
            threads=session.machine.threads,
            classes=session.data.classes,
            layers=tuple(parameters_by_layer(session.network)),
            first_step=self._first,
            time=datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def _ended(self, reason: Ending, found: dict[str, Evaluation], message: str) -> Ended:
        judged = next(reversed(found.values()), Evaluation())
        tensors, unchanged = self._session.proof.closed(self._session.tensors())
        return Ended(
            reason=reason,
            step=self._place.step,
            seconds=self._watch.elapsed,
            samples_per_second=self._samples / max(self._watch.training, 1e-9),
            metrics={part: evaluation.metrics for part, evaluation in found.items()},
            confusion=judged.confusion,
            per_class=judged.per_class,
            frozen_tensors=tensors,
            frozen_unchanged=unchanged,
            message=message,
            memory_peak=self._scales.peak,
        )


def _remedy(reason: str) -> str:
    if "memory" in reason.lower():
        return _("Choose a smaller batch size.")
    return _("Check the layers and the data of this run.")
