"""How slow work leaves the window's thread, and how its news comes back.

A thread writes into a bounded mailbox and never touches a widget; a timer of the window empties it.
"""

import atexit
import importlib
import os
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from queue import Empty, Queue
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, QTimer, Signal

from studio.errors import StudioError
from studio.runs.isolated import attached, isolated
from studio.runs.request import RunRequest
from studio.training.events import Event
from studio.ui.binding import follow
from studio.ui.pacing import BRISK_MS, Pace, is_crowded
from studio.ui.unexpected import complete, recorded
from studio.workspace import State, Workspace

T = TypeVar("T")
Pull = Callable[[], Iterator[Event]]

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

    A task that was cancelled finishes in silence, as does one whose parent goes.
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
        parent.destroyed.connect(self._outlive)
        wait_before_quit(self)

    def run(self) -> None:
        """Do the work; called by Qt on the new thread.

        It does not give way to others, as most of it is Python: where it had no core while it holds
        the interpreter, the window would wait for it.
        """
        try:
            self._answer = self._work()
        except StudioError as error:
            self._refusal = error
        except Exception as error:
            self._refusal = recorded(error)

    def cancel(self) -> None:
        """Forget the answer; the work runs to its end, for no thread can be killed safely."""
        self._cancelled = True

    def _outlive(self) -> None:
        """Go on without the parent: Qt aborts on a thread that is deleted while it runs."""
        self.cancel()
        self.setParent(QCoreApplication.instance())

    def _deliver(self) -> None:
        if not self._cancelled:
            if self._refusal is not None:
                self._refused(self._refusal)
            else:
                self._done(self._answer)
        self.deleteLater()


class _Training(QThread):
    """Pulls the events of one run into a mailbox."""

    def __init__(
        self, pull: Pull, mailbox: Mailbox[Event], is_left: Callable[[], bool], parent: QObject
    ) -> None:
        super().__init__(parent)
        self._pull, self._mailbox, self._is_left = pull, mailbox, is_left

    def run(self) -> None:
        """Pull until the run ends; called by Qt on the new thread."""
        give_way()
        for event in complete(self._pull, self._is_left):
            self._mailbox.put(event)


class TrainingBridge(QObject):
    """Runs training beside the window and hands its events to the workspace ten times a second.

    Less often where it trains on all cores (see `Pace`); what a person asks for is shown at once.
    """

    ended = Signal()

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._thread: _Training | None = None
        self._mailbox: Mailbox[Event] = Mailbox()
        self._afterwards: list[Callable[[], None]] = []
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._follow)
        self._pace = Pace()
        follow(self, workspace.state_changed, lambda _state: self._hasten())
        application = QCoreApplication.instance()
        if application is not None:
            application.aboutToQuit.connect(self._finish_now)

    def start(self, request: RunRequest) -> None:
        """Start the run `request` describes; does nothing while another one is going on."""
        if self._workspace.is_training:
            return
        self._finish(goes_on=False)  # the thread of a run that has ended needs a moment to close
        self._workspace.begin(request)
        control = self._workspace.control
        if request.isolated:
            self.pull(lambda: isolated(request, control))
            return
        self.pull(lambda: importlib.import_module("studio.runs.perform").perform(request, control))

    def attach(self, run: Path) -> bool:
        """Follow a run that goes on in a process of its own; return whether there is one."""
        if self._workspace.is_training:
            return False
        self._finish(goes_on=False)
        if not self._workspace.attach(run):
            return False
        control = self._workspace.control
        self.pull(lambda: attached(run, control))
        return True

    def go_on(self) -> bool:
        """Resume the run that is shown from its last checkpoint, if it broke off."""
        run = self._workspace.interrupted_run
        if run is None:
            return False
        try:
            request = self._workspace.run_request(run, resume=True)
        except StudioError as refusal:
            self._workspace.refuse(refusal)
            return False
        self.start(request)
        return True

    def run_queue(self) -> None:
        """Train the runs that wait, one after the other; the one at hand comes to its end first."""
        self._workspace.queue.start()
        self._next_in_line()

    def _next_in_line(self) -> None:
        """Begin the next run of the queue, unless one is under way."""
        if self._workspace.is_training:
            return
        entry = self._workspace.queue.next()
        if entry is not None:
            self.start(replace(entry.request, isolated=self._workspace.is_isolating))

    def pull(self, source: Pull) -> None:
        """Pull the events of `source` on a new thread until there are no more."""
        control = self._workspace.control
        self._thread = _Training(source, self._mailbox, lambda: control.is_left, self)
        self._thread.finished.connect(self._finish_closed)
        atexit.register(self._finish_now)
        self._pace = Pace()
        self._timer.start(BRISK_MS)
        self._thread.start()

    def is_running(self) -> bool:
        """Whether the thread is still at work, saving its last checkpoint included."""
        return self._thread is not None

    def shut_down(self, done: Callable[[], None], *, leave: bool = False) -> None:
        """Stop and save without blocking the window, then call `done`.

        With `leave`, a run that has a process of its own goes on by itself instead.
        """
        if not self.is_running():
            done()
            return
        self._afterwards.append(done)
        if not leave or not self._workspace.leave_run():
            self._workspace.stop()

    def _follow(self) -> None:
        """Show what is new, and wait as long as that may cost before looking again."""
        is_behind = self._drain() == _CAPACITY
        running = self._workspace.state is State.RUNNING and not is_behind
        crowded = running and is_crowded(self._workspace.history)
        self._timer.setInterval(self._pace.pause_ms(crowded=crowded))

    def _hasten(self) -> None:
        """Look again soon: what a run does when it is paused or ended is seen at once."""
        if self._timer.isActive():
            self._timer.start(BRISK_MS)

    def _drain(self) -> int:
        """Hand on what has come, and return how many events that was."""
        events = self._mailbox.take()
        if events:
            self._workspace.absorb(events)
        return len(events)

    def _finish_closed(self) -> None:
        """Finish with a thread that has closed; one before it may tell of its end too late."""
        if self._thread is not None and self._thread.isFinished():
            self._finish()

    def _finish(self, *, goes_on: bool = True) -> None:
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
        if goes_on:
            self._next_in_line()

    def _finish_now(self) -> None:
        """Stop when the program ends by another way; the mailbox must not fill meanwhile."""
        if self._thread is not None:
            self._workspace.stop()
            while not self._thread.wait(BRISK_MS):
                self._drain()
            self._finish()


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
