"""Measuring programs side by side: each in a process of its own, in turns, in calm moments."""

import multiprocessing
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, Self

Prepare = Callable[[Any], Callable[[], Any]]
"""Makes ready what is measured; what it returns measures once."""


class Contender:
    """A process that measures whenever it is its turn.

    A process of its own, since how memory has been used decides how the C library treats it later.
    """

    def __init__(self, prepare: Prepare, task: Any) -> None:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(prepare, task, theirs), daemon=True)

    def __enter__(self) -> Self:
        self._process.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._pipe.send(False)
        self._process.join()

    def run(self) -> tuple[Any, float]:
        """Return what was measured, and the seconds of processor time this took."""
        self._pipe.send(True)
        found, cpu = self._pipe.recv()
        return found, cpu


def _serve(prepare: Prepare, task: Any, pipe: Connection) -> None:
    measure = prepare(task)
    while pipe.recv():
        began = _worked()
        found = measure()
        pipe.send((found, _worked() - began))


def _worked() -> float:
    """Return the processor time of this process and of those that it began and saw end."""
    return sum(os.times()[:4])


def rounds(
    contenders: Mapping[str, Contender], count: int, *, foreign: float = 0.1, tries: int = 10
) -> Iterator[Mapping[str, Any]]:
    """Yield what all contenders measured, one after the other, `count` times.

    A round in which other programs took more than `foreign` of the machine is measured again; when
    the machine stays busy, the rounds that are missing are the calmest of those thrown away.
    """
    restless: list[tuple[float, Mapping[str, Any]]] = []
    done = 0
    for _try in range(tries * count):
        began, busy = time.perf_counter(), _busy()
        measured = {name: contender.run() for name, contender in contenders.items()}
        seconds = (time.perf_counter() - began) * (os.cpu_count() or 1)
        others = (_busy() - busy - sum(cpu for _found, cpu in measured.values())) / seconds
        found = {name: value for name, (value, _cpu) in measured.items()}
        if others < foreign:
            yield found
            done += 1
        else:
            restless.append((others, found))
        if done == count:
            return
    for others, calmest in sorted(restless, key=lambda pair: pair[0])[: count - done]:
        sys.stderr.write(f"others took {others:.0%} of the machine\n")
        yield calmest


def ratios(pairs: Iterable[Mapping[str, float]], name: str, base: str) -> list[float]:
    """Return one contender over another, round by round, in order of size."""
    return sorted(pair[name] / pair[base] for pair in pairs)


def _busy() -> float:
    """Return the seconds all cores have worked since the machine started; 0 where unknown."""
    path = Path("/proc/stat")
    if not path.exists():
        return 0.0
    user, nice, system = path.read_text().split()[1:4]
    return (int(user) + int(nice) + int(system)) / os.sysconf("SC_CLK_TCK")
