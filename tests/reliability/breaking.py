"""How a run is broken on purpose at one step, and what is seen of it while it recovers."""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from studio.training import making
from studio.training.checkpoints.checkpoint import Checkpoint
from studio.training.control import Control
from studio.training.events import Broken, Event
from studio.training.guarding.recovery import Recovery
from studio.training.objectives.objective import Objective
from studio.training.plan import read_plan
from studio.training.session import Session
from studio.training.stepping.step import Stepper
from studio.training.trainer import train
from tests.reliability.breaking_networks import BATCH, networks
from tests.unit.training.toys import Ticking, device_data, made

KINDS = ("loss", "gradient", "weight", "data")
EPOCHS = 2


@dataclass
class Seen:
    """What happened in a run, looked at from inside."""

    network: Any
    events: list[Event] = field(default_factory=list)
    rows: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Step → numbers of the samples it learned from; of a step made again, the last time."""
    spoiled: list[int] = field(default_factory=list)
    """Steps at which an update was made although something was broken."""
    injected: int = 0
    good: list[Checkpoint] = field(default_factory=list)
    """The state from which the run went on, after each time it broke."""

    @property
    def broken(self) -> list[Broken]:
        return [event for event in self.events if isinstance(event, Broken)]

    def last(self, name: str) -> Any:
        """Return the latest event of a kind."""
        return [event for event in self.events if type(event).__name__ == name][-1]

    @property
    def is_sound(self) -> bool:
        """Whether every number of the network is finite."""
        return all(bool(torch.isfinite(t).all()) for t in self.network.state_dict().values())


class Injection:
    """Breaks one step of a run; making that very step again breaks it again."""

    def __init__(self, kind: str, step: int, seen: Seen, monkeypatch: Any) -> None:
        self._kind, self._step, self._seen = kind, step, seen
        self._is_on = False
        whole = Objective.loss
        monkeypatch.setattr(Objective, "loss", lambda *a, **k: whole(*a, **k) * self._factor)
        last = dict(seen.network.named_parameters())["last.weight"]
        if kind == "gradient":
            last.register_hook(lambda g: g * math.nan if self._is_on else g)
        update = Stepper._update

        def updated(stepper: Stepper, loss: torch.Tensor) -> None:
            # steps of small chains call neither of the two above
            if self._is_on and kind == "gradient":
                last.grad = torch.full_like(last, math.nan)
            update(stepper, loss * self._factor)

        monkeypatch.setattr(Stepper, "_update", updated)

    @property
    def _factor(self) -> float:
        return math.inf if self._is_on and self._kind == "loss" else 1.0

    def begin(self, session: Session) -> None:
        """Look at a step that is about to be made."""
        self._is_on = self._kind != "data" and session.place.step == self._step
        self._seen.injected += self._is_on
        if self._is_on and self._kind == "weight":
            with torch.no_grad():
                parameter = next(session.network.parameters())
                parameter[(0,) * parameter.ndim] = math.nan


def ran(
    name: str,
    monkeypatch: Any,
    *,
    kind: str = "",
    step: int = -1,
    start: Checkpoint | None = None,
    folder: Path | None = None,
    control: Control | None = None,
    **settings: Any,
) -> Seen:
    """Train a network of that name with an injection and return all that was seen."""
    graph, dataset, own = networks()[name]
    seen = Seen(made(graph))
    with monkeypatch.context() as patch:
        injection = Injection(kind, step, seen, patch)
        _watch(seen, injection, patch)
        plan = {"epochs": EPOCHS, "batch_size": BATCH, "threads": 1, **own, **settings}
        data = device_data(dataset, validation=8, test=8)
        if kind == "data":
            data.inputs[step].view(-1)[0] = math.inf
            seen.injected = 1
        told = train(
            *(seen.network, data, read_plan(plan), control or Control(Ticking())),
            folder=folder,
            start=start,
        )
        seen.events = list(told)
    return seen


def _watch(seen: Seen, injection: Injection, patch: Any) -> None:
    begin, step, overcome = Recovery.begin, making.Making._step, Recovery.overcome

    def begun(recovery: Any) -> None:
        begin(recovery)
        injection.begin(recovery._session)

    def stepped(maker: Any, x: Any, y: Any) -> None:
        session = maker._session
        number, position = session.place.step, session.place.position
        rows = maker._batches.rows(position).tolist()
        seen.rows.pop(number, None)
        step(maker, x, y)
        if not all(bool(torch.isfinite(p).all()) for p in session.network.parameters()):
            seen.spoiled.append(number)
        seen.rows[number] = tuple(rows)

    def overcame(recovery: Any, setback: Any) -> Iterator[Event]:
        yield from overcome(recovery, setback)
        seen.rows = {n: rows for n, rows in seen.rows.items() if n < recovery._good.step}
        seen.good.append(recovery._footing.good)

    patch.setattr(Recovery, "begin", begun)
    patch.setattr(making.Making, "_step", stepped)
    patch.setattr(Recovery, "overcome", overcame)


def once_each(seen: Seen, per_epoch: int, skipped: Callable[[int], bool]) -> bool:
    """Whether every sample of every epoch was used once, but for those of batches left out."""
    for epoch in range(EPOCHS):
        steps = range(epoch * per_epoch, (epoch + 1) * per_epoch)
        used = [row for number in steps if not skipped(number) for row in seen.rows[number]]
        left_out = [number for number in steps if skipped(number)]
        if any(number in seen.rows for number in left_out):
            return False
        if len(used) != len(set(used)) or len(used) != BATCH * (per_epoch - len(left_out)):
            return False
    return True
