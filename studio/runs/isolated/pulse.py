"""The thread by which the process of a run shows that it lives and finds orders in its folder."""

import json
import threading
from pathlib import Path

from studio.runs.isolated.life import Sign
from studio.runs.isolated.news import Teller
from studio.runs.isolated.orders import FILE, Lines, obey
from studio.training.control import Control

LOOK_S = 0.1
"""How often orders are looked for."""
_BEAT = 10
"""Looks between two signs of life."""


class Pulse:
    """Looks for orders ten times a second, and gives a sign of life every second."""

    def __init__(self, control: Control, teller: Teller) -> None:
        self._control, self._teller = control, teller
        self._sign: Sign | None = None
        self._orders: Lines | None = None
        self._said: tuple[bool, str] = (False, "")
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, name="pulse", daemon=True)

    def start(self) -> None:
        """Begin to beat."""
        self._thread.start()

    def settle(self, run: Path) -> None:
        """From now on, be found in the folder of the run."""
        sign = Sign(run)
        sign.give(paused=self._control.is_paused, refusal=self._control.refusal)
        self._orders, self._sign = Lines(run / FILE), sign

    def stop(self) -> None:
        """Beat no more."""
        self._ended.set()
        self._thread.join()
        self._tell_refusal()
        if self._sign is not None:
            self._sign.take_away()

    def _run(self) -> None:
        looks = 0
        while not self._ended.is_set():
            self._follow_orders()
            is_new = self._tell_refusal()
            if looks % _BEAT == 0:
                self._teller.tell("beat", looks // _BEAT)
            if self._sign is not None and (is_new or looks % _BEAT == 0):
                self._sign.give(paused=self._control.is_paused, refusal=self._control.refusal)
            looks += 1
            self._ended.wait(LOOK_S)

    def _follow_orders(self) -> None:
        for line in self._orders.new() if self._orders is not None else ():
            try:
                obey(json.loads(line), self._control)
            except ValueError:
                continue

    def _tell_refusal(self) -> bool:
        """Tell a refusal that was not told; return whether anything about the run is new."""
        said = self._control.is_paused, self._control.refusal
        if said == self._said:
            return False
        if said[1] != self._said[1]:
            self._teller.tell("refusal", said[1])
        self._said = said
        return True
