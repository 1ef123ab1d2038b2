"""How a run is begun in a process of its own and followed to its end, or to that of the process."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from studio import errors
from studio.errors import StudioError, TrainingError
from studio.runs.event_json import from_json
from studio.runs.isolated import process as processes
from studio.runs.isolated.catching_up import LogTail
from studio.runs.isolated.deaths import (
    cause,
    ended_by_death,
    memory_kills,
    silence,
    struck_first,
)
from studio.runs.isolated.orders import Reins
from studio.runs.isolated.patience import LIMIT_S, Patience
from studio.runs.isolated.process import CLOSED, NEWS, Process
from studio.runs.request import RunRequest
from studio.runs.request_json import request_json
from studio.training.control import Control
from studio.training.events import Ended, Event, StepDone
from studio.wording import _, language

_LOOK_S = 0.25


def isolated(
    request: RunRequest, control: Control, *, own_plan: bool = True, patience_s: float = LIMIT_S
) -> Iterator[Event]:
    """Yield the events of a run that is trained in a process of its own, like `perform`.

    The run does not wait for whoever pulls. If its process dies or gives no sign of life for
    `patience_s` seconds (longer where 20 steps take longer), the last event is an Ended that says
    so; on disk the run is interrupted and can be resumed. After `control.leave()` the run goes on
    alone and the events just stop. Closing the generator saves and stops the run.

    Raises StudioError as `perform` does as long as no step was made, and RuntimeError, once the end
    is told, for a defect.
    """
    with processes.taken() as process:
        conductor = _Conductor(process, control, Patience(patience_s))
        control.call_on_news(process.wake)
        order = {"request": request_json(request), "own_plan": own_plan, "language": language()}
        process.order(order)
        yield from conductor.events()


class _Conductor:
    """Hands orders to the process of a run, and its events on."""

    def __init__(self, process: Process, control: Control, patience: Patience) -> None:
        self._process, self._control, self._patience = process, control, patience
        self._reins = Reins(control)
        self._kills = memory_kills()
        self._folder: Path | None = None
        self._tail: LogTail | None = None
        self._told = 0
        self._last: StepDone | None = None
        self._ended = False
        self._failure: Exception | None = None

    def events(self) -> Iterator[Event]:
        """Yield the events until the run has ended or is left alone."""
        if self._control.is_paused:
            self._process.order({"do": "pause"})
        while not self._is_over():
            self._pass_on()
            if self._control.is_left:
                self._process.order({"do": "leave"})
                self._process.let_go()
                return
            news = self._process.heard(_LOOK_S)
            yield from self._followed(news)
            if self._is_over():
                break
            if news is CLOSED or (news is None and self._process.status is not None):
                yield from self._bereaved()
            elif self._is_silent(news):
                yield from self._given_up()
        self._process.wait(10.0)
        self._process_leftovers()
        if self._failure is not None:
            raise self._failure

    def _is_over(self) -> bool:
        return self._ended or self._failure is not None

    def _pass_on(self) -> None:
        for order in self._reins.orders():
            self._process.order(order)

    def _is_silent(self, news: Any) -> bool:
        if news is not None and news is not NEWS:
            self._patience.heard()
        return self._patience.wait()

    def _followed(self, news: Any) -> Iterator[Event]:
        """Yield what is new, from the process itself or, once it says so, from the log."""
        if self._tail is not None:
            yield from self._counted(self._tail.new())
        if not isinstance(news, dict):
            return
        if "event" in news:
            event = from_json(news)
            yield from self._counted([event] if event is not None else [])
        elif "begun" in news:
            self._folder = Path(news["begun"])
        elif "dropped" in news:
            yield from self._caught_up()
        elif "refusal" in news:
            self._control.refuse(str(news["refusal"]))
        else:
            self._failure = _failure(news)

    def _counted(self, events: list[Event]) -> Iterator[Event]:
        for event in events:
            self._told += 1
            self._patience.follow(event)
            if isinstance(event, StepDone):
                self._last = event
            self._ended = self._ended or isinstance(event, Ended)
            yield event

    def _caught_up(self) -> Iterator[Event]:
        """Read from now on in the log, which holds what was not told."""
        if self._tail is None and self._folder is not None:
            tail = LogTail(self._folder)
            yield from self._counted(tail.since_start(self._told))
            self._tail = tail

    def _bereaved(self) -> Iterator[Event]:
        """Tell the end of a run whose process is gone, or is as good as gone."""
        if not self._process.wait(2.0):
            self._process.kill()
        status = self._process.status
        yield from self._died(
            cause(
                struck_first(self._folder, status) if self._folder else status,
                killed_for_memory=memory_kills() > self._kills,
                complaint="" if self._folder else self._process.complaint(),
            )
        )

    def _given_up(self) -> Iterator[Event]:
        """End a process that does not answer."""
        waited = self._patience.silent_s
        self._process.dump_and_kill()
        yield from self._died(silence(waited))

    def _died(self, problem: str) -> Iterator[Event]:
        if self._folder is None:
            self._failure = TrainingError(problem, _("Start it again."))
            return
        if self._tail is not None:
            yield from self._counted(self._tail.new())
        yield from self._caught_up()
        if not self._ended:
            yield from self._counted([ended_by_death(self._folder, problem, self._last)])

    def _process_leftovers(self) -> None:
        """Hear of a defect that was told after the end."""
        while (news := self._process.heard(1.0)) is not None and news is not CLOSED:
            if isinstance(news, dict) and "defect" in news:
                self._failure = _failure(news)


def _failure(news: dict[str, Any]) -> Exception | None:
    """Return what the process could not do as the error it was there."""
    if refused := news.get("refused"):
        cls = getattr(errors, str(refused["kind"]), StudioError)
        found: Exception = cls(str(refused["problem"]), str(refused["remedy"]))
        return found
    if defect := news.get("defect"):
        failure = RuntimeError(str(defect["error"]))
        failure.add_note(str(defect["trace"]))
        return failure
    return None
