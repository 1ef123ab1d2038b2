"""How a request becomes a run: prepared, trained, recorded, and always brought to an end."""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from studio.datasets.source import read_source
from studio.errors import StudioError, TrainingError
from studio.runs.failures import damage_told, memory_sentence, memory_told
from studio.runs.helping import order
from studio.runs.history import History
from studio.runs.info import read_info, write_info
from studio.runs.lock import locked
from studio.runs.log import last_events
from studio.runs.log_writing import settle
from studio.runs.prepare import prepared
from studio.runs.record import record
from studio.runs.request import RunRequest
from studio.runs.resuming import CHECKPOINTS
from studio.runs.store import new_run
from studio.training.checkpoints.checkpoint import Checkpoint
from studio.training.checkpoints.shelf import newest
from studio.training.control import Control
from studio.training.events import Ended, Event, Started, StepDone, Trouble
from studio.training.guarding.memory import is_memory
from studio.training.plan import Plan, plan_json
from studio.training.sharing.alone import ALONE, Sharing
from studio.training.trainer import train
from studio.wording import _


def perform(
    request: RunRequest, control: Control, *, own_plan: bool = True, sharing: Sharing = ALONE
) -> Iterator[Event]:
    """Yield the events of a run, each already in its log; the last one is Ended.

    A resumed run goes on with its own plan and takes only a larger number of epochs from the
    request, unless `own_plan` says that the whole plan of the request holds from now on. The other
    processes of `sharing` help meanwhile (see `helping`).

    Raises StudioError, and leaves everything as it was, as long as no step was made; so it does if
    another program writes the run that is to be resumed. What fails later ends the run with the
    reason "failed" and its sentence; a defect is raised after that.
    """
    with contextlib.ExitStack() as held:
        yield from _performed(request, control, held, sharing, own_plan=own_plan)


def _performed(
    request: RunRequest,
    control: Control,
    held: contextlib.ExitStack,
    sharing: Sharing,
    *,
    own_plan: bool,
) -> Iterator[Event]:
    """Do the same; what is `held` is let go of at the end."""
    remark = ""
    with _told(request):
        start = None
        if request.resume:
            start, remark = _start(request, held)
            request = _resumed(request, start, own_plan=own_plan)
        sharing.told(order(request, start) if sharing.size > 1 else None)
        with sharing.preparing():
            ready = prepared(request)
    folder = request.parent if start is not None and request.parent else new_run(request.folder)
    if start is None:
        held.enter_context(locked(folder))
    events = train(
        *(ready.network, ready.data, request.plan, control),
        run=folder.name,
        folder=folder / CHECKPOINTS,
        start=start,
        sharing=sharing,
        # the epochs up to a checkpoint must not be missing where a run goes on from it
        foregoing=partial(settle, folder),
    )
    events = _foretold(events, ready.predicted, remark)
    recorded = record(_guarded(events), folder, ready.info if start is None else None)
    with _nothing_left_of(folder if start is None else None):
        with _told(request):
            first = next(recorded)
        if start is not None:
            _replan(folder, request.plan)
    yield first
    yield from _ended(recorded)


@contextlib.contextmanager
def _nothing_left_of(run: Path | None) -> Iterator[None]:
    """Remove a run that cannot even start."""
    try:
        yield
    except BaseException:
        if run is not None:
            shutil.rmtree(run, ignore_errors=True)
        raise


def _foretold(events: Iterator[Event], predicted: int, remark: str) -> Iterator[Event]:
    """Say in the first event how much memory a step should take, and then the `remark`, if any."""
    for event in events:
        if isinstance(event, Started):
            yield replace(event, memory_predicted=predicted)
            if remark:
                yield Trouble(event.first_step, remark)
        else:
            yield event


def _told(request: RunRequest) -> contextlib.AbstractContextManager[None]:
    """Say in a sentence what goes wrong before the first event, a damaged run included."""
    if request.resume and request.parent is not None:
        return damage_told(request.parent)
    return memory_told()


def _start(request: RunRequest, held: contextlib.ExitStack) -> tuple[Checkpoint, str]:
    """Lock a run; return the checkpoint from which it goes on, and what to say of that."""
    if request.parent is None:
        raise TrainingError(_("There is no run to go on with."), _("Choose one."))
    read_info(request.parent)  # says better than a missing checkpoint what is no run
    held.enter_context(locked(request.parent))
    return newest(request.parent / CHECKPOINTS)


def _resumed(request: RunRequest, start: Checkpoint, *, own_plan: bool) -> RunRequest:
    """Return the request with the network, the data and the plan of the run it goes on with.

    Raises TrainingError if that run is complete.
    """
    assert request.parent is not None, "a run without a checkpoint is not resumed"
    info = read_info(request.parent)
    plan = request.plan
    if own_plan:
        plan = start.plan.changed(epochs=max(start.plan.epochs, plan.epochs))
    if start.epoch >= plan.epochs and not _lacks_its_end(request.parent, start, plan):
        raise TrainingError(
            _("The run is complete: {done} of {epochs} epochs.").format(
                done=start.epoch, epochs=plan.epochs
            ),
            _("Give it more epochs, or start a new run from its weights."),
        )
    return replace(request, graph=info.graph, source=read_source(info.project.data), plan=plan)


def _lacks_its_end(run: Path, start: Checkpoint, plan: Plan) -> bool:
    """Whether a run made all its steps, but its program died before it was judged."""
    return start.epoch == plan.epochs and History().extend(last_events(run)).ended is None


def _replan(folder: Path, plan: Plan) -> None:
    """Let a run remember the plan that it follows from now on."""
    info = read_info(folder)
    project = replace(info.project, plan=plan_json(plan))
    if project != info.project:
        write_info(folder, replace(info, project=project))


def _guarded(events: Iterator[Event]) -> Iterator[Event]:
    """Turn what goes wrong after the first event into an end that says why.

    A defect of the program is raised all the same, once that end is told.
    """
    last = _Last()
    with contextlib.closing(events):  # type: ignore[type-var]
        try:
            for event in events:
                last.follow(event)
                yield event
        except Exception as error:
            if not last.is_started:
                raise
            yield last.failed(error)
            if not isinstance(error, StudioError | MemoryError | OSError | RuntimeError):
                raise


def _ended(events: Iterator[Event]) -> Iterator[Event]:
    """Hand on recorded events; if the record itself fails, say so in a last event."""
    last = _Last()
    try:
        for event in events:
            last.follow(event)
            yield event
    except StudioError as error:
        yield last.failed(error)


class _Last:
    """How far a run came, for an end that nobody planned."""

    def __init__(self) -> None:
        self.is_started = False
        self._step = StepDone(0, 0.0, 0.0, 0.0, 0.0, 0.0)

    def follow(self, event: Event) -> None:
        self.is_started = True
        if isinstance(event, StepDone):
            self._step = event

    def failed(self, error: Exception) -> Ended:
        step = self._step
        return Ended(
            "failed", step.step, step.elapsed_s, step.samples_per_second, message=_sentence(error)
        )


def _sentence(error: Exception) -> str:
    if isinstance(error, StudioError):
        return str(error)
    if is_memory(error):
        return memory_sentence()
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _("The disk is full. Free some space; the last checkpoint is whole.")
    return _("The training broke off: {reason}.").format(
        reason=f"{type(error).__name__}: {error}".split("\n")[0].rstrip(".")
    )
