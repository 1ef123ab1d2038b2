"""Which data the ticks of a plan switch to."""

import contextlib
import json
from collections.abc import Iterable
from pathlib import Path

from studio.datasets.source import Source, source_json
from studio.errors import StudioError
from studio.training.ticks.actions import Action, SwitchData
from studio.training.ticks.tick import Tick


def identity(source: Source) -> str:
    """Return a text that is the same for sources of the same samples and parts alone."""
    return json.dumps(source_json(source), sort_keys=True)


def sources_of(ticks: Iterable[Tick]) -> dict[str, Source]:
    """Return all data that ticks switch to, by their identity, in the order of the ticks."""
    actions = (action for tick in ticks for action in tick.actions)
    found = (action.source for action in actions if isinstance(action, SwitchData))
    return {identity(source): source for source in found}


def resolved(ticks: Iterable[Tick], base: Path) -> tuple[Tick, ...]:
    """Return the ticks with relative paths of their data taken from the folder `base`."""
    return tuple(_resolved(tick, base) for tick in ticks)


def foreseen(ticks: Iterable[Tick], base: Path | None = None) -> dict[str, int]:
    """Return how many training samples these data should have, by their identity.

    An even split of classes may move that by a few samples; data that cannot be found are left out.
    """
    found: dict[str, int] = {}
    for name, source in sources_of(ticks).items():
        with contextlib.suppress(StudioError, OSError):
            there = source if base is None else source.resolved(base)
            count = there.facts().samples
            kept = sum(round(count * part) for part in (source.validation, source.test))
            found[name] = max(1, count - kept)
    return found


def _resolved(tick: Tick, base: Path) -> Tick:
    actions = tuple(_moved(action, base) for action in tick.actions)
    return tick if actions == tick.actions else tick.changed(actions=actions)


def _moved(action: Action, base: Path) -> Action:
    if not isinstance(action, SwitchData):
        return action
    return action.changed(source=action.source.resolved(base))
