"""The training loop: a generator of events that tests, command line and window pull alike."""

import contextlib
from collections.abc import Callable, Generator, Iterator
from dataclasses import replace
from pathlib import Path

from studio.errors import TrainingError
from studio.network.network import Network
from studio.training.checkpoints.checkpoint import Checkpoint
from studio.training.checkpoints.exactness import differences
from studio.training.checkpoints.pacing import Pace, crowding
from studio.training.control import Control, Ending
from studio.training.data.batches import DeviceData
from studio.training.events import (
    BatchSplit,
    Ended,
    EpochDone,
    Event,
)
from studio.training.guarding.evaluating import evaluated
from studio.training.guarding.recovery import Recovery
from studio.training.guarding.setback import Setback
from studio.training.judging.evaluation import Evaluation
from studio.training.keeping import Keeper
from studio.training.making import Making
from studio.training.opening import opened
from studio.training.pausing import Pausing
from studio.training.plan import Plan
from studio.training.reporting import Watch
from studio.training.scales import Scales
from studio.training.session import Session
from studio.training.sharing.alone import ALONE, Sharing
from studio.training.steering import Steering
from studio.training.telling import Reason, ended, started, troubled
from studio.training.tensors.copying import at_once


def train(  # noqa: PLR0913
    network: Network,
    data: DeviceData,
    plan: Plan,
    control: Control,
    *,
    run: str = "",
    folder: Path | None = None,
    start: Checkpoint | None = None,
    sharing: Sharing = ALONE,
    foregoing: Callable[[], None] = at_once,
) -> Iterator[Event]:
    """Train `network` in place as `plan` says and yield what happens, `Ended` last.

    Layers marked frozen in the network's graph are frozen from the start. Checkpoints "last" and
    "best" go to `folder`, if there is one, each after `foregoing` was done on the thread that
    writes it; `start` continues a run from its checkpoint. What is learned, and all that events say
    of it, follows from the seed; how often steps and checkpoints are told goes by the control's
    clock. Whoever stops pulling pauses the run; closing the
    generator ends it without a checkpoint. `sharing` speaks with other processes that train the
    same run. Raises TrainingError before the first event when the run cannot start; what goes wrong
    later is told by `Ended`.
    """
    with opened(network, data, plan, sharing, start) as session:
        control = sharing.shared(control)
        watch = Watch(control.clock)
        machine = session.machine
        crowded = crowding(machine.threads, on_gpu=machine.device.type == "cuda")
        pace = Pace(plan.checkpoint_every, crowded)
        writing = sharing.keeper(Keeper(folder, watch, pace, plan.checkpoints_kept, foregoing))
        with contextlib.closing(writing) as keeper:
            inexact = ""
            if start is not None:
                session.restore(start)
                session.footing.take_up(start, machine.device)
                keeper.take_up(start.facts)
                inexact = differences(start, machine, plan)
            yield from _Trainer(session, control, keeper, watch).events(run, inexact)


class _Trainer:
    """One run from its first event to its last."""

    def __init__(self, session: Session, control: Control, keeper: Keeper, watch: Watch) -> None:
        self._session, self._control, self._keeper = session, control, keeper
        self._scales = Scales(session)
        self._watch = watch
        self._steering = Steering(session, control, keeper, self._scales)
        self._recovery = Recovery(session, control, self._steering)
        self._making = Making(session, control, self._recovery, self._scales, watch)
        self._pausing = Pausing(session, control, keeper, watch, self)
        self._splits: list[BatchSplit] = []
        self._validation: tuple[int, Evaluation] = (-1, Evaluation())

    def events(self, run: str, inexact: str = "") -> Iterator[Event]:
        """Yield everything that happens."""
        yield replace(started(self._session, run), inexact=inexact)
        yield from self._steering.told()
        try:
            ending = yield from self._epochs()
            yield from self._keeper.keep(self._session, at_once=True)
            found = {part: self._evaluated(part) for part in self._judged(ending)}
        except TrainingError as error:
            yield from self._split()
            yield from self._rescued()
            yield self._ended("failed", {}, str(error))
            return
        yield from self._split()
        whole = {part: evaluation for part, evaluation in found.items() if evaluation.metrics}
        yield self._ended(ending, whole, self._keeper.trouble)

    def _judged(self, ending: Reason) -> Iterator[str]:
        """Yield the parts of the data on which a run is judged as it ends."""
        if ending != "stopped":
            parts = ("train", "validation", "test")
            yield from (part for part in parts if self._session.data.size(part))

    def _rescued(self) -> tuple[Event, ...]:
        """Go back to the last step that changed weights, and write that state to disk."""
        try:
            self._recovery.settle()
            return tuple(self._keeper.keep(self._session, at_once=True))
        except (RuntimeError, MemoryError, TrainingError):
            # the device may be beyond help; why the run failed matters more
            return ()

    def _epochs(self) -> Generator[Event, None, Reason]:
        session = self._session
        ending: Ending = ""
        while session.place.epoch < session.plan.epochs and not ending:
            setback: Setback | None = None
            try:
                ending = (yield from self._epoch()) or (yield from self._end_epoch())
                yield from self._making.reported()
                if ending:
                    self._recovery.check()
            except Setback as found:
                # without the frames that hold what the step made
                setback, ending = found.with_traceback(None), ""
            if setback is not None:
                yield from self._overcome(setback)
        return ending or "finished"

    def _overcome(self, setback: Setback) -> Iterator[Event]:
        """Go on from a state in which all was well; raises TrainingError if that cannot be."""
        self._making.drop()
        yield from self._recovery.overcome(setback)
        self._scales.again()
        self._validation = -1, Evaluation()
        self._keeper.go_back()
        yield from self._keeper.keep(self._session, at_once=True)

    def _epoch(self) -> Generator[Event, None, Ending]:
        """Make the steps that the current epoch has left."""
        place, session = self._session.place, self._session
        self._making.shuffle()
        while place.position < session.per_epoch:
            is_due = place.step >= self._recovery.due or place.step >= self._steering.next_change
            if is_due and (ending := (yield from self._changed())):
                return ending
            if self._control.has_news:
                yield from self._listen()
                if ending := self._control.ending:
                    return ending
                continue  # other ticks may come at this very step now
            self._making.advance()
            if self._making.has_news:
                yield self._making.report()
                yield from troubled(session)
                with self._watch.aside():
                    saved = tuple(self._keeper.follow(session))
                yield from saved
        return ""

    def _changed(self) -> Generator[Event, None, Ending]:
        """Let ticks come, once it is known that all steps before them were good."""
        yield from self._making.reported()
        step = self._session.place.step
        if step >= self._recovery.due:
            self._recovery.look()
        if step < self._steering.next_change:
            return ""
        self._making.shuffle()
        self._recovery.changed()
        return (yield from self._steering.arrive())

    def _end_epoch(self) -> Generator[Event, None, Ending]:
        place, session = self._session.place, self._session
        yield from self._making.reported()
        yield from troubled(session)
        self._recovery.end_epoch(last=place.epoch + 1 >= session.plan.epochs)
        validates = session.data.size("validation") > 0
        watched = self._evaluated("validation") if validates else Evaluation()
        yield from self._split()
        if validates and not watched.metrics:
            return "stopped"  # whoever goes on evaluates this epoch, since conditions ask for it
        place.epoch, place.position = place.epoch + 1, 0
        trained, session.tally = session.tally.result(), session.new_tally()
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
            saved = tuple(self._keeper.keep(session, watched.metrics))
        yield from saved
        return ending

    def _listen(self) -> Iterator[Event]:
        """Follow what was asked; a pause is spent here."""
        if self._control.is_paused:
            yield from self._making.reported()
            yield from self._pausing.spent()
        self._making.shuffle()
        requests = self._control.take()
        if requests.asks:
            yield from self._making.reported()
            yield from self._steering.obey(requests)
            self._recovery.renew()

    def _evaluated(self, part: str) -> Evaluation:
        step, known = self._validation
        if part == "validation" and step == self._session.place.step:
            return known
        with self._watch.aside():
            return evaluated(
                *(self._session, part, lambda: self._control.ending == "stopped"),
                told=self._splits.append,
            )

    def _split(self) -> Iterator[BatchSplit]:
        """Tell of evaluations that took smaller batches."""
        splits, self._splits = self._splits, []
        yield from splits

    def _ended(self, reason: Reason, found: dict[str, Evaluation], message: str) -> Ended:
        return ended(
            *(self._session, self._watch, reason, found, message),
            samples=self._making.samples,
            memory_peak=self._scales.peak,
        )
