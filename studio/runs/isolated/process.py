"""The process of a run as its parent sees it: begun, spoken to, heard, ended."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import IO, Any, Self

import studio
from studio.errors import TrainingError
from studio.runs.isolated.orders import Order, order_line
from studio.wording import _

CHILD = "studio.runs.isolated.child"
CLOSED = "closed"
NEWS = "news"
_AHEAD = 10_000
"""Lines that may lie here unread; after that the process of the run hears that nobody reads."""
_DUMP_S = 0.5


class Process:
    """A process that loads the engine and then waits for a run to train.

    What it tells comes line by line from `heard`, which also gives `CLOSED` when it tells no more,
    and `NEWS` whenever `wake` was called. Raises TrainingError if the system gives no process.
    """

    def __init__(self) -> None:
        try:
            self._process, self._errors = _begun()
        except OSError as error:
            raise TrainingError(
                _("No process could be begun for the run: {reason}.").format(
                    reason=error.strerror or error
                ),
                _("End other programs, or train in the process of the window."),
            ) from error
        self._heard: SimpleQueue[Any] = SimpleQueue()
        self._room = threading.Semaphore(_AHEAD)
        self._reader = threading.Thread(target=self._read, name="news of a run", daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        """Its number, which is also that of its group."""
        return self._process.pid

    def heard(self, patience_s: float) -> Any:
        """Return the next thing told, or None after `patience_s` seconds of silence."""
        try:
            line = self._heard.get(timeout=patience_s)
        except Empty:
            return None
        if line is not NEWS and line is not CLOSED:
            self._room.release()
            return json.loads(line)
        return line

    def wake(self) -> None:
        """Let whoever waits in `heard` look around; may be called from anywhere."""
        self._heard.put(NEWS)

    def order(self, order: Order) -> None:
        """Give an order; a process that is gone does not mind."""
        with contextlib.suppress(OSError, ValueError):
            assert self._process.stdin is not None
            self._process.stdin.write(order_line(order))

    @property
    def status(self) -> int | None:
        """Its exit status, negative for a signal; None as long as it lives."""
        return self._process.poll()

    def wait(self, patience_s: float) -> bool:
        """Wait until it has ended; return whether it did."""
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            return False
        return True

    def complaint(self) -> str:
        """Return the last line it wrote to its standard error before the run began."""
        self._errors.seek(0)
        lines = self._errors.read()[-4000:].decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def dump_and_kill(self) -> None:
        """Have a process that does not answer write down where it stands, and kill its group."""
        dump(self.pid)
        self.wait(_DUMP_S)
        self.kill()

    def kill(self) -> None:
        """Kill it with all that it began."""
        kill_group(self.pid)
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()

    def let_go(self) -> None:
        """Let it live on by itself; it has been told so."""
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._errors.close()
        self._room.release(_AHEAD)  # else what it still tells would wait for a reader forever
        waiter = threading.Thread(target=self._process.wait, name="a run left alone", daemon=True)
        waiter.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Ask it to save and end if it still lives, and wait for that."""
        if self._errors.closed:
            return  # it was let go
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):
            self._process.stdin.close()
        self._room.release(_AHEAD)  # else a full pipe would keep it from ending
        if not self.wait(10.0):
            self.kill()
        self._reader.join(1.0)
        self._errors.close()

    def _read(self) -> None:
        assert self._process.stdout is not None
        rest = b""
        with self._process.stdout as pipe:
            while part := _read(pipe):
                *lines, rest = (rest + part).split(b"\n")
                for line in lines:
                    self._room.acquire()
                    self._heard.put(line)
        self._heard.put(CLOSED)


class _Spare:
    """A process that is ready before anybody asks."""

    process: Process | None = None
    turn = threading.Lock()


def warm() -> None:
    """Have a process load the engine ahead of time, so that the next run starts at once."""
    # where none can be begun, the run that needs one will say so
    with _Spare.turn, contextlib.suppress(TrainingError):
        if _Spare.process is None:
            _Spare.process = Process()


def cool() -> None:
    """End the process that was made ready but not needed."""
    with _Spare.turn:
        spare, _Spare.process = _Spare.process, None
    if spare is not None:
        with spare:
            spare.kill()


def taken() -> Process:
    """Return a process to train in: the one that is ready, else a new one."""
    with _Spare.turn:
        spare, _Spare.process = _Spare.process, None
    if spare is not None:
        if spare.status is None:
            return spare
        with spare:  # it died while it waited
            pass
    return Process()


def dump(pid: int) -> None:
    """Have a process write what its threads are doing, where the system knows how to ask."""
    if hasattr(signal, "SIGUSR1"):
        with contextlib.suppress(OSError):
            os.kill(pid, signal.SIGUSR1)
            os.kill(pid, signal.SIGCONT)


def kill_group(pid: int) -> None:
    """Kill the group of a process; on Windows, which has none, the process."""
    with contextlib.suppress(OSError):
        if hasattr(os, "killpg"):
            os.killpg(pid, signal.SIGKILL)
        else:
            os.kill(pid, signal.SIGTERM)


def _begun() -> tuple["subprocess.Popen[bytes]", IO[bytes]]:
    """Return a new process and the file of its standard error, which lives as long."""
    with contextlib.ExitStack() as held:
        errors = held.enter_context(tempfile.TemporaryFile())
        process = subprocess.Popen(
            [sys.executable, "-m", CHILD],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=errors,
            env=_environment(),
            bufsize=0,
            **_apart(),
        )
        held.pop_all()
    return process, errors


def _read(pipe: IO[bytes]) -> bytes:
    try:
        return pipe.read(1 << 16) or b""
    except (OSError, ValueError):
        return b""


def _environment() -> dict[str, str]:
    """Return the variables of the child, which has to find this program."""
    code = str(Path(studio.__file__).resolve().parent.parent)
    path = os.environ.get("PYTHONPATH")
    return {**os.environ, "PYTHONPATH": f"{code}{os.pathsep}{path}" if path else code}


def _apart() -> dict[str, Any]:
    """Return how to begin a process that Ctrl+C and a closed terminal do not reach."""
    if sys.platform == "win32":
        below_normal, new_group = 0x4000, 0x200
        return {"creationflags": below_normal | new_group}
    return {"start_new_session": True}
