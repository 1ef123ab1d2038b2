"""When a run is written to disk, and what is told of it; the writing happens beside the training.

"last" is written by the clock, at the ends of epochs and at the end; "best" with it, where a better
one was seen; one that a tick names at once. One writing is under way at a time, of a copy made
between two steps, and is told once it is on the disk.
"""

from collections.abc import Callable, Generator, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from studio.errors import FileError
from studio.training.checkpoints.checkpoint import Checkpoint
from studio.training.checkpoints.pacing import Pace
from studio.training.checkpoints.past import BEST, LAST
from studio.training.checkpoints.shelf import shelve
from studio.training.checkpoints.writing import Writer
from studio.training.events import CheckpointSaved, Metrics, Trouble
from studio.training.reporting import Watch
from studio.training.session import Session
from studio.training.tensors.copying import at_once
from studio.wording import _

Told = Iterator[CheckpointSaved | Trouble]
_State = tuple[int, object]
Capture = Generator[CheckpointSaved | Trouble, None, Checkpoint | None]


class Keeper:
    """Writes checkpoints; a full disk does not end the run, but is told.

    `pace` says when, `kept` how many ends of epochs stay on disk; `foregoing` is done before each
    writing, on its thread.
    """

    def __init__(
        self,
        folder: Path | None,
        watch: Watch,
        pace: Pace,
        kept: int,
        foregoing: Callable[[], None] = at_once,
    ) -> None:
        self._folder, self._foregoing = folder, foregoing
        self._watch, self._pace, self._kept = watch, pace, kept
        self._writer = Writer("checkpoint")
        self._score: tuple[float, ...] | None = None
        self._data = ""
        self._owed: Mapping[str, Checkpoint] = {}
        """What is to be written before the next "last"."""
        self._flight: Mapping[str, Checkpoint] = {}
        self._state: _State | None = None
        self._expected = False
        self.trouble = ""
        """Why the latest writing failed, or nothing."""

    def take_up(self, facts: Mapping[str, Any]) -> None:
        """Remember the best score and the time of the run that goes on."""
        score = facts.get("best")
        self._score = tuple(map(float, score)) if score else None
        self._watch.go_on(float(facts.get("elapsed_s", 0.0)))
        self._pace.begin(self._watch.elapsed)
        self._data = str(facts.get("data", ""))

    def follow(self, session: Session) -> Told:
        """Write what is due in the middle of an epoch, and tell what is on disk by now.

        Nothing that is not finite must have happened up to here.
        """
        if self._folder is None:
            return
        yield from self._landed(session)
        due = self._pace.is_due(self._watch.elapsed, border=False)
        if not due or self._writer.is_busy or session.place.position >= session.per_epoch:
            return
        if session.sickness():
            return  # a good one is on the disk
        current = yield from self._captured(session)
        if current is not None:
            self._begin(current)

    def keep(
        self, session: Session, validation: Metrics | None = None, *, at_once: bool = False
    ) -> Told:
        """Write what is due; `validation` are the metrics of an epoch that has just been evaluated.

        `at_once` does not wait for the next time, but until all is on disk.
        """
        if self._folder is None:
            return
        yield from self._landed(session, wait=at_once)
        if session.sickness():
            return
        if session.feed.name != self._data:  # marks on other data cannot be compared
            self._data, self._score = session.feed.name, None
        better = self._better(validation)
        timely = not self._writer.is_busy and self._pace.is_due(self._watch.elapsed, border=True)
        # a change by hand may have come at the very step of the latest checkpoint
        now = session.place.step, session.course.record.written()
        is_new = now != self._state or bool(self._owed)
        due = is_new and (at_once or timely)
        if due or better is not None:
            yield from self._taken(session, validation, better, begins=due)
        if at_once:
            yield from self._landed(session, wait=True)

    def keep_as(self, name: str, session: Session) -> Told:
        """Write this moment as a checkpoint of its own that later ones do not replace."""
        if self._folder is None:
            return
        yield from self._landed(session, wait=True)
        if session.sickness():
            return
        current = yield from self._captured(session)
        if current is not None:
            self._launch({name: current})

    def go_back(self) -> None:
        """Take note that the run went back: what is on disk is not what it is now."""
        self._state = None

    def close(self) -> None:
        """Wait for a writing that is under way."""
        self._writer.close()

    def _captured(self, session: Session, validation: Metrics | None = None) -> Capture:
        """Return a copy of the run, or tell why none could be made, as where memory is short."""
        began = self._watch.elapsed
        facts = {"best": self._score, "validation": dict(validation or {}), "elapsed_s": began}
        try:
            current = session.captured(facts)
        except (MemoryError, RuntimeError) as error:
            self._pace.wrote(self._watch.elapsed, 0.0)
            reason = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
            sentence = _("No checkpoint could be made: {reason}.").format(reason=reason)
            yield from self._failed(session, sentence)
            return None
        self._pace.took(self._watch.elapsed - began)
        return current

    def _better(self, validation: Metrics | None) -> tuple[float, ...] | None:
        """Return the score of an epoch if it is the best so far."""
        if not validation:
            return None
        score = (validation.get("accuracy", 0.0), -validation["loss"])
        return score if self._score is None or score > self._score else None

    def _taken(
        self,
        session: Session,
        validation: Metrics | None,
        better: tuple[float, ...] | None,
        *,
        begins: bool,
    ) -> Told:
        """Copy the run: as the best if it is `better`, and to be written now if that `begins`."""
        before, self._score = self._score, better or self._score
        current = yield from self._captured(session, validation)
        if current is None:
            self._score = before
            return
        if better is not None:
            self._owed = {**self._owed, BEST: current}
        if begins:
            self._begin(current)

    def _begin(self, current: Checkpoint) -> None:
        # the best first: "last" remembers its score, so that it must not come alone
        owed, self._owed = self._owed, {}
        self._launch({**owed, LAST: current})

    def _launch(self, flight: Mapping[str, Checkpoint]) -> None:
        assert self._folder is not None
        self._flight = flight
        self._writer.begin(partial(self._write, self._folder, flight, expected=self._expected))

    def _write(self, folder: Path, flight: Mapping[str, Checkpoint], *, expected: bool) -> None:
        self._foregoing()
        shelve(folder, flight, self._kept, expected=expected)

    def _landed(self, session: Session, *, wait: bool = False) -> Told:
        """Tell how the writing under way ended, if it did."""
        try:
            if not self._writer.finished(wait=wait):
                return
        except FileError as error:
            flight, self._flight = self._flight, {}
            lost = {name: flight[name] for name in flight if name != LAST}
            self._owed = {**lost, **self._owed}
            self._pace.wrote(self._watch.elapsed, self._writer.seconds)
            yield from self._failed(session, str(error))
            return
        self._pace.wrote(self._watch.elapsed, self._writer.seconds)
        self._expected = True
        flight, self._flight = self._flight, {}  # its tensors take as much memory as the run
        if LAST in flight:
            self._state = flight[LAST].step, flight[LAST].facts["ticks"]
        if self.trouble:
            self.trouble = ""
            message = _("Checkpoints are written again.")
            yield Trouble(session.place.step, message, "checkpoint", over=True)
        for name, checkpoint in flight.items():
            yield CheckpointSaved(checkpoint.step, name)

    def _failed(self, session: Session, message: str) -> Told:
        told, self.trouble = bool(self.trouble), message
        if not told:
            yield Trouble(session.place.step, message, "checkpoint")
