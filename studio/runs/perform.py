"""How a request becomes a run: prepared, trained, recorded, and always brought to an end."""

import contextlib
import errno
import shutil
from collections.abc import Iterator
from dataclasses import replace

import torch

from studio.datasets.source import read_source
from studio.errors import StudioError, TrainingError
from studio.runs.info import read_info
from studio.runs.prepare import CHECKPOINTS, LAST, prepared
from studio.runs.record import record
from studio.runs.request import RunRequest
from studio.runs.store import new_run
from studio.training.checkpoint import Checkpoint, load
from studio.training.control import Control
from studio.training.events import Ended, Event, StepDone
from studio.training.trainer import train
from studio.wording import _


def perform(request: RunRequest, control: Control) -> Iterator[Event]:
    """Yield the events of a run, each already on disk; the last one is Ended.

    Raises StudioError, and leaves nothing behind, as long as no step was made. What fails later
    ends the run with the reason "failed" and its sentence.
    """
    if request.resume:
        request = _resumed(request)
    ready = prepared(request)
    start = _start(request)
    folder = request.parent if start is not None and request.parent else new_run(request.folder)
    checkpoints = folder / CHECKPOINTS
    events = train(
        *(ready.network, ready.data, request.plan, control),
        run=folder.name,
        folder=checkpoints,
        start=start,
    )
    recorded = record(_guarded(events), folder, ready.info if start is None else None)
    try:
        first = next(recorded)
    except BaseException:
        if start is None:
            shutil.rmtree(folder, ignore_errors=True)
        raise
    yield first
    yield from _ended(recorded)


def _resumed(request: RunRequest) -> RunRequest:
    """Return the request with the network and the data of the run it goes on with."""
    if request.parent is None:
        raise TrainingError(_("There is no run to go on with."), _("Choose one."))
    info = read_info(request.parent)
    return replace(request, graph=info.graph, source=read_source(info.project.data))


def _start(request: RunRequest) -> Checkpoint | None:
    """Return the checkpoint a resumed run goes on from; raises TrainingError if it is complete."""
    if not request.resume or request.parent is None:
        return None
    start = load(request.parent / CHECKPOINTS, LAST)
    if start.epoch >= request.plan.epochs:
        raise TrainingError(
            _("The run is complete: {done} of {epochs} epochs.").format(
                done=start.epoch, epochs=request.plan.epochs
            ),
            _("Give it more epochs, or start a new run from its weights."),
        )
    return start


def _guarded(events: Iterator[Event]) -> Iterator[Event]:
    """Turn what goes wrong after the first event into an end that says why."""
    last = _Last()
    with contextlib.closing(events):  # type: ignore[type-var]
        try:
            for event in events:
                last.follow(event)
                yield event
        except (StudioError, MemoryError, OSError, RuntimeError) as error:
            if not last.is_started:
                raise
            yield last.failed(error)


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
    if _is_memory(error):
        return _("There was not enough memory. Use smaller batches or a smaller network.")
    if isinstance(error, OSError) and error.errno == errno.ENOSPC:
        return _("The disk is full. Free some space; the last checkpoint is whole.")
    return _("The training broke off: {reason}.").format(
        reason=f"{type(error).__name__}: {error}".split("\n")[0].rstrip(".")
    )


def _is_memory(error: Exception) -> bool:
    words = str(error).lower()
    return isinstance(error, MemoryError | torch.OutOfMemoryError) or (
        isinstance(error, RuntimeError) and "memory" in words and "alloc" in words
    )
