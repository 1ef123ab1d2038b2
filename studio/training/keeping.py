"""When a run is written to disk: the last state every epoch, and the best one seen."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from studio.errors import FileError
from studio.training.checkpoint import Checkpoint, save
from studio.training.events import CheckpointSaved, Metrics
from studio.training.reporting import Watch
from studio.training.session import Session

_APART = 1.0
"""Seconds between two writings, so that runs of very short epochs do not wait for the disk."""


class Keeper:
    """Writes checkpoints "last" and "best"; a full disk does not end the run, but is told."""

    def __init__(self, folder: Path | None, watch: Watch) -> None:
        self._folder = folder
        self._watch = watch
        self._next = -float("inf")
        self._score: tuple[float, ...] | None = None
        self._best: Checkpoint | None = None
        self._step = -1
        self.trouble = ""
        """Why the latest writing failed, or nothing."""

    def take_up(self, facts: Mapping[str, Any]) -> None:
        """Remember the best score and the time of the run that goes on."""
        score = facts.get("best")
        self._score = tuple(map(float, score)) if score else None
        self._watch.go_on(float(facts.get("elapsed_s", 0.0)))

    def keep(
        self, session: Session, validation: Metrics | None = None, *, at_once: bool = False
    ) -> tuple[CheckpointSaved, ...]:
        """Write what is due; `validation` are the metrics of an epoch that has just been evaluated.

        `at_once` writes without waiting for the next time.
        """
        if self._folder is None:
            return ()
        improved = self._improves(validation)
        new = session.place.step != self._step
        due = new and (at_once or self._watch.elapsed >= self._next)
        if not improved and not due:
            return ()
        current = session.captured(
            {
                "best": self._score,
                "validation": dict(validation or {}),
                "elapsed_s": self._watch.elapsed,
            }
        )
        if improved:
            self._best = current
        return self._written(current) if due else ()

    def keep_as(self, name: str, session: Session) -> tuple[CheckpointSaved, ...]:
        """Write this moment as a checkpoint of its own that later ones do not replace."""
        if self._folder is None:
            return ()
        current = session.captured({"best": self._score, "elapsed_s": self._watch.elapsed})
        try:
            save(self._folder, name, current)
        except FileError as error:
            self.trouble = str(error)
            return ()
        return (CheckpointSaved(session.place.step, name),)

    def _improves(self, validation: Metrics | None) -> bool:
        if not validation:
            return False
        score = (validation.get("accuracy", 0.0), -validation["loss"])
        if self._score is not None and score <= self._score:
            return False
        self._score = score
        return True

    def _written(self, current: Checkpoint) -> tuple[CheckpointSaved, ...]:
        assert self._folder is not None
        found = {"last": current} | ({"best": self._best} if self._best is not None else {})
        try:
            for name, checkpoint in found.items():
                save(self._folder, name, checkpoint)
        except FileError as error:
            self.trouble = str(error)
            return ()
        self.trouble = ""
        self._best = None
        self._step = current.step
        self._next = self._watch.elapsed + _APART
        return tuple(CheckpointSaved(checkpoint.step, name) for name, checkpoint in found.items())
