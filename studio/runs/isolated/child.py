"""The process of a run: it loads the engine, waits for what to train, trains it and tells.

Begun by `process.Process`. The first line of its standard input says what to train, later ones are
orders. When the input ends, whoever began it is gone: the run is saved and stopped then, unless it
was told to stay.
"""

import contextlib
import faulthandler
import importlib
import json
import os
import signal
import sys
import threading
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType
from typing import Any

from studio.errors import StudioError
from studio.runs.asking import asking
from studio.runs.event_json import to_line
from studio.runs.isolated.deaths import CRASH
from studio.runs.isolated.news import Teller
from studio.runs.isolated.orders import FILE, obey
from studio.runs.isolated.pulse import Pulse
from studio.runs.request_json import read_request
from studio.training import idling
from studio.training.control import Control
from studio.training.events import Ended, Started
from studio.wording import use_language

_NICENESS = 10
_REFUSED, _DEFECT = 2, 70


def main() -> int:
    """Train one run and return the exit status: 0 if it ended as runs end."""
    pipe = os.dup(1)
    os.dup2(2, 1)  # what libraries print must not get between the events
    idling.be_brief()
    if hasattr(os, "nice"):
        os.nice(_NICENESS)
    _watch_for_crashes(2)
    perform = importlib.import_module("studio.runs.perform").perform
    lines = _lines()
    asked = next(lines, None)
    if asked is None:
        return 0
    try:
        order = json.loads(asked)
    except ValueError:
        sys.stderr.write("The first line has to be the order to train, as JSON.\n")
        return _REFUSED
    teller = Teller(pipe)
    try:
        return _Run(order, teller).trained(perform, lines)
    finally:
        teller.close()


class _Run:
    """One run, from the order to train it to its last event."""

    def __init__(self, asked: Any, teller: Teller) -> None:
        use_language(str(asked.get("language", "en")))
        self._asked, self._teller = asked, teller
        self._control = Control(attended=True)
        self._pulse = Pulse(self._control, teller)
        self._folder: Path | None = None
        self._stays = False

    def trained(self, perform: Any, lines: Iterator[bytes]) -> int:
        """Train; what is refused or breaks is told as well."""
        threading.Thread(target=self._listen, args=(lines,), name="orders", daemon=True).start()
        self._heed_signals()
        self._pulse.start()
        try:
            self._follow(perform)
        except StudioError as error:
            refused = {"kind": type(error).__name__, "problem": error.problem}
            self._teller.tell("refused", refused | {"remedy": error.remedy})
        except Exception as error:  # noqa: BLE001  told to whoever follows, who raises it again
            traceback.print_exc()
            self._teller.tell("defect", {"error": repr(error), "trace": traceback.format_exc()})
            return _DEFECT
        finally:
            self._pulse.stop()
        self._tidy()
        return 0

    def _follow(self, perform: Any) -> None:
        request = read_request(self._asked["request"])
        end: Ended | None = None
        try:
            for event in perform(request, self._control, own_plan=self._asked["own_plan"]):
                if isinstance(event, Started):
                    goes_on = request.parent if request.resume else None
                    self._settle(goes_on or request.folder / event.run)
                if isinstance(event, Ended):
                    end = event  # told once the run is free for others
                else:
                    self._teller.event(to_line(event))
        finally:
            if end is not None:
                self._teller.event(to_line(end))

    def _settle(self, folder: Path) -> None:
        """Be found in the folder of the run, now that there is one."""
        self._folder = folder
        with contextlib.suppress(OSError):
            (folder / FILE).unlink(missing_ok=True)
            crash = os.open(folder / CRASH, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
            os.dup2(crash, 2)
            os.dup2(crash, 1)
            os.close(crash)
        self._pulse.settle(folder)
        self._teller.event(json.dumps({"begun": str(folder)}))

    def _listen(self, lines: Iterator[bytes]) -> None:
        for line in lines:
            order = json.loads(line)
            if order.get("do") == "leave":
                self._stays = True
                self._control.attended = False
                self._teller.hush()
            else:
                obey(order, self._control)
        if not self._stays:
            self._control.stop()

    def _heed_signals(self) -> None:
        """Let a polite request to end, as at a logout, stop and save."""

        def ask(_number: int, _frame: FrameType | None) -> None:
            self._control.stop()

        for number in asking():
            signal.signal(number, ask)

    def _tidy(self) -> None:
        """Leave nothing in the folder that only a living or a crashed process has."""
        if self._folder is None:
            return
        with contextlib.suppress(OSError):
            (self._folder / FILE).unlink(missing_ok=True)
            (self._folder / CRASH).unlink(missing_ok=True)


def _watch_for_crashes(target: int) -> None:
    """Write where each thread stood when the process dies of a fault, or is asked to say so."""
    faulthandler.enable(target, all_threads=True)
    if hasattr(signal, "SIGUSR1"):
        faulthandler.register(signal.SIGUSR1, target, all_threads=True)


def _lines() -> Iterator[bytes]:
    """Yield the lines of the standard input, read without a buffer that a thread could hold."""
    rest = b""
    while part := os.read(0, 1 << 16):
        *lines, rest = (rest + part).split(b"\n")
        yield from lines


if __name__ == "__main__":
    os._exit(main())  # all is written; taking the engine apart costs a second and may fail
