"""How slow work leaves the window's thread, and how its news comes back.

A thread writes into a bounded mailbox and never touches a widget; a timer of the window empties it.
"""

import atexit
import importlib
import logging
import os
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from queue import Empty, Queue
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal

from studio.errors import StudioError
from studio.paths import home
from studio.runs.request import RunRequest
from studio.training.events import Ended, Event, StepDone
from studio.wording import _
from studio.workspace import Workspace

T = TypeVar("T")
Pull = Callable[[], Iterator[Event]]

INTERVAL_MS = 33
_NICENESS = 10
_CAPACITY = 4096


class Mailbox(Generic[T]):
    """A bounded line between two threads; a full one makes the writer wait, so nothing is lost."""

    def __init__(self, capacity: int = _CAPACITY) -> None:
        self._items: Queue[T] = Queue(capacity)

    def put(self, item: T) -> None:
        """Add `item`, waiting while the box is full."""
        self._items.put(item)

    def take(self) -> list[T]:
        """Return all that came since the last call, without waiting."""
        taken: list[T] = []
        while len(taken) < _CAPACITY:
            try:
                taken.append(self._items.get_nowait())
            except Empty:
                break
        return taken


class Task(QThread):
    """One piece of slow work; `done(answer)` or `refused(error)` is called on the window's thread.

    A task that was cancelled finishes in silence.
    """

    def __init__(
        self,
        work: Callable[[], Any],
        done: Callable[[Any], None],
        refused: Callable[[StudioError], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._work, self._done, self._refused = work, done, refused
        self._answer: Any = None
        self._refusal: StudioError | None = None
        self._cancelled = False
        self.finished.connect(self._deliver)
        wait_before_quit(self)

    def run(self) -> None:
        """Do the work; called by Qt on the new thread."""
        give_way()
        try:
            self._answer = self._work()
        except StudioError as error:
            self._refusal = error
        except Exception as error:
            self._refusal = recorded(error)

    def cancel(self) -> None:
        """Forget the answer; the work runs to its end, for no thread can be killed safely."""
        self._cancelled = True

    def _deliver(self) -> None:
        if not self._cancelled:
            if self._refusal is not None:
                self._refused(self._refusal)
            else:
                self._done(self._answer)
        self.deleteLater()


class _Training(QThread):
    """Pulls the events of one run into a mailbox."""

    def __init__(self, pull: Pull, mailbox: Mailbox[Event], parent: QObject) -> None:
        super().__init__(parent)
        self._pull, self._mailbox = pull, mailbox

    def run(self) -> None:
        """Pull until the run ends; called by Qt on the new thread."""
        give_way()
        for event in complete(self._pull):
            self._mailbox.put(event)


class TrainingBridge(QObject):
    """Runs training beside the window and hands its events to the workspace 30 times a second."""

    ended = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._thread: _Training | None = None
        self._mailbox: Mailbox[Event] = Mailbox()
        self._afterwards: list[Callable[[], None]] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(INTERVAL_MS)
        self._timer.timeout.connect(self._drain)
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._finish_now)

    def start(self, request: RunRequest) -> None:
        """Start the run `request` describes; does nothing while another one is going on."""
        if self._workspace.is_training:
            return
        self._finish()  # the thread of a run that has ended needs a moment to close
        self._workspace.begin(request)
        control = self._workspace.control
        self.pull(lambda: importlib.import_module("studio.runs.perform").perform(request, control))

    def pull(self, source: Pull) -> None:
        """Pull the events of `source` on a new thread until there are no more."""
        self._thread = _Training(source, self._mailbox, self)
        self._thread.finished.connect(self._finish)
        atexit.register(self._finish_now)
        self._timer.start()
        self._thread.start()

    def is_running(self) -> bool:
        """Whether the thread is still at work, saving its last checkpoint included."""
        return self._thread is not None

    def shut_down(self, done: Callable[[], None]) -> None:
        """Stop and save without blocking the window, then call `done`."""
        if not self.is_running():
            done()
            return
        self._afterwards.append(done)
        self._workspace.stop()

    def _drain(self) -> None:
        events = self._mailbox.take()
        if events:
            self._workspace.absorb(events)

    def _finish(self) -> None:
        if self._thread is None:
            return
        self._thread.wait()
        self._thread.deleteLater()
        self._thread = None
        atexit.unregister(self._finish_now)
        self._timer.stop()
        self._drain()
        callbacks, self._afterwards = self._afterwards, []
        for callback in callbacks:
            callback()
        self.ended.emit()

    def _finish_now(self) -> None:
        """Stop when the program ends by another way; the mailbox must not fill meanwhile."""
        if self._thread is not None:
            self._workspace.stop()
            while not self._thread.wait(INTERVAL_MS):
                self._drain()
            self._finish()


def complete(pull: Pull) -> Iterator[Event]:
    """Yield the events of a run; whatever breaks it becomes its last event, never silence."""
    step, ended = 0, False
    try:
        for event in pull():
            step = event.step if isinstance(event, StepDone) else step
            ended = isinstance(event, Ended)
            yield event
    except StudioError as error:
        yield _failure(step, error)
    except Exception as error:
        yield _failure(step, recorded(error))
    else:
        if not ended:
            yield _failure(step, StudioError(_("The run broke off without saying why.")))


def _failure(step: int, error: StudioError) -> Ended:
    return Ended("failed", step, seconds=0.0, samples_per_second=0.0, message=str(error))


def recorded(error: Exception) -> StudioError:
    """Write the traceback of an unexpected error to the failure log; return it as a sentence."""
    path = home() / "failures.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    handler = logging.FileHandler(path, encoding="utf-8")
    record = logging.getLogger(__name__).makeRecord(
        __name__,
        logging.ERROR,
        __file__,
        0,
        datetime.now(UTC).isoformat(timespec="seconds"),
        (),
        (type(error), error, error.__traceback__),
    )
    handler.emit(record)
    handler.close()
    return StudioError(
        _("Something unexpected happened: {error}.").format(
            error=(str(error) or type(error).__name__).rstrip(".")
        ),
        _("The details are in {path}.").format(path=path),
    )


def give_way() -> None:
    """Let the window's thread go first where all cores are busy; Linux has niceness per thread."""
    if hasattr(os, "setpriority") and os.uname().sysname == "Linux":
        thread = threading.get_native_id()
        present = os.getpriority(os.PRIO_PROCESS, thread)
        os.setpriority(os.PRIO_PROCESS, thread, min(19, present + _NICENESS))


def wait_before_quit(thread: QThread) -> None:
    """Have the program wait for `thread` when it quits; Qt aborts on one that still runs then."""
    application = QCoreApplication.instance()
    if application is not None:
        application.aboutToQuit.connect(thread.wait)
