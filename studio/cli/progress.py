"""What is seen while a run goes on: one line that is rewritten, or one line for each epoch."""

import shutil
import sys
from types import TracebackType
from typing import Self

from studio.cli import output
from studio.runs.history import History
from studio.training.events import BatchSplit, Broken, EpochDone, Event, Started, StepDone, Trouble
from studio.wording import _, duration, full, humanized


class Progress:
    """Tells stderr how far a run is; a terminal gets a living line, a file a line per epoch."""

    def __init__(self) -> None:
        self._lively = sys.stderr is not None and sys.stderr.isatty()
        self._shown = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        if self._shown:
            output.show("\n")

    def show(self, event: Event, history: History) -> None:
        """Show what is new."""
        if isinstance(event, StepDone) and self._lively:
            self._rewrite(_line(event, history))
        elif isinstance(event, EpochDone):
            self._note(_epoch(event, history))
        elif isinstance(event, Trouble | Broken | BatchSplit):
            self._note(event.message)
        elif isinstance(event, Started):
            self._begin(event)

    def _begin(self, event: Started) -> None:
        if event.loading == "streamed":
            self._note(_("The samples are streamed: batch by batch, while steps are computed."))
        if event.inexact:
            self._note(event.inexact)

    def _note(self, text: str) -> None:
        """Write a line that stays."""
        if self._shown:
            self._rewrite("")
        self._shown = False
        output.note(text)

    def _rewrite(self, line: str) -> None:
        width = shutil.get_terminal_size().columns - 1
        output.show("\r\x1b[K" + line[:width])
        self._shown = True


def _line(event: StepDone, history: History) -> str:
    left = history.time_left_s
    return _("step {step} of {steps} · loss {loss:.4f} · {speed} samples/s · {left} left").format(
        step=full(event.step),
        steps=full(history.total),
        loss=history.smoothed[-1],
        speed=humanized(event.samples_per_second),
        left=duration(left) if left is not None else "–",
    )


def _epoch(event: EpochDone, history: History) -> str:
    parts = {"train": event.train, "validation": event.validation}
    scores = " · ".join(
        f"{part} {name} {metrics[name]:.4f}"
        for part, metrics in parts.items()
        for name in ("loss", "accuracy", "r2")
        if name in metrics
    )
    return _("epoch {epoch} of {epochs} · {scores}").format(
        epoch=event.epoch, epochs=history.started.epochs if history.started else 0, scores=scores
    )
