"""How the nodes of a page run one after the other: their values in numbered places, found once."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from torch import Tensor

Key = tuple[str, int]
"""A node and which of its outputs."""


@dataclass(frozen=True)
class Step:
    """One node at work: what it calls, on which values."""

    name: str
    call: Callable[..., Any]
    sources: tuple[Key, ...]
    key: str
    """The type of the layer: "conv2d"."""


_GIVEN = -1
"""Stands for what an Input node is given, as if it were an output of it."""


def handed_on(x: Tensor) -> Tensor:
    """Return `x`: the call of a node that does nothing; programs pass it over."""
    return x


@dataclass(frozen=True)
class _Run:
    """A step with places instead of names."""

    call: Callable[..., Any]
    sources: tuple[int, ...]
    place: int
    """Where the result goes, or the first of several."""
    results: tuple[tuple[int, int], ...]
    """By number, where each of several results goes that somebody reads, the first in any case."""
    spent: tuple[int, ...] = ()
    """What nobody reads any more."""


class Program:
    """Steps as a flat list of calls; values are let go as soon as nobody reads them any more.

    `given` names the values that come in, `wanted` those that go out.
    """

    def __init__(self, steps: Iterable[Step], given: Sequence[Key], wanted: Sequence[Key]) -> None:
        self._places = {key: place for place, key in enumerate(given)}
        self._count = len(given)
        every = tuple(steps)
        read = _numbers((*wanted, *(key for step in every for key in step.sources)))
        runs = [run for step in every if (run := self._placed(step, read)) is not None]
        self._wanted = tuple(self._places[key] for key in wanted)
        self._blank: list[Tensor | None] = [None] * (self._count - len(given))
        self.chain = self._chained(runs) if len(given) == 1 else None
        """The calls alone if each reads what the one before it gives, and nothing else."""
        self._runs = [
            (run.call, run.sources, run.place, run.results, run.spent)
            for run in self._letting_go(runs)
        ]

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """Return the wanted values."""
        if self.chain is not None:
            (x,) = inputs
            for call in self.chain:
                x = call(x)
                if isinstance(x, tuple):
                    x = x[0]
            return (x,)
        values: list[Any] = [*inputs, *self._blank]
        for call, sources, place, results, spent in self._runs:
            result = call(*[values[source] for source in sources])
            if isinstance(result, tuple):
                for number, other in results:
                    values[other] = result[number]
            else:
                values[place] = result
            for gone in spent:
                values[gone] = None
        return tuple([values[place] for place in self._wanted])

    def _placed(self, step: Step, read: Mapping[str, set[int]]) -> _Run | None:
        """Return a step with its places; nothing for one that only hands on."""
        sources = tuple(self._places[key] for key in step.sources)
        if step.call is handed_on:
            (self._places[step.name, 0],) = sources
            return None
        numbers = sorted({0, *read[step.name]} - {_GIVEN})
        results = tuple((number, self._count + index) for index, number in enumerate(numbers))
        self._places |= {(step.name, number): place for number, place in results}
        self._count += len(results)
        return _Run(step.call, sources, results[0][1], results)

    def _letting_go(self, runs: Sequence[_Run]) -> Iterable[_Run]:
        """Return the same runs, each knowing what is spent after it."""
        kept = set(self._wanted)
        found: list[_Run] = []
        for run in reversed(runs):
            there = (*run.sources, *(place for _number, place in run.results))
            spent = tuple(place for place in dict.fromkeys(there) if place not in kept)
            kept.update(spent)
            found.append(replace(run, spent=spent))
        return reversed(found)

    def _chained(self, runs: Sequence[_Run]) -> tuple[Callable[..., Any], ...] | None:
        last = 0
        for run in runs:
            if run.sources != (last,) or len(run.results) > 1:
                return None
            last = run.place
        return tuple(run.call for run in runs) if self._wanted == (last,) else None


def beginning(steps: Iterable[Step], inputs: Sequence[str], wanted: Sequence[Key]) -> Program:
    """Return a program that begins with Input nodes, which are given a tensor each."""
    given = {name: (name, _GIVEN) for name in inputs}
    fed = (
        replace(step, sources=(given[step.name],)) if step.name in given else step for step in steps
    )
    return Program(fed, tuple(given.values()), wanted)


def _numbers(keys: Iterable[Key]) -> Mapping[str, set[int]]:
    """Return by node which of its outputs are named."""
    found: defaultdict[str, set[int]] = defaultdict(set)
    for name, number in keys:
        found[name].add(number)
    return found
