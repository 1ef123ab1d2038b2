"""How a tick is called on its flag: by its name, else by what it does, in a few signs."""

from studio.training.ticks.actions import (
    Action,
    Freeze,
    Rate,
    SwitchBatchSize,
    SwitchData,
    Unfreeze,
)
from studio.training.ticks.tick import Tick
from studio.ui.words import title_of
from studio.wording import _


def called(tick: Tick) -> str:
    """Return the name of a tick, or its actions."""
    return tick.name or ", ".join(map(_said, tick.actions)) or tick.title


def _said(action: Action) -> str:
    match action:
        case Rate(mode="times", value=1.0, start=0.0):
            return _("warm-up")
        case Rate(mode="rate"):
            return f"→ {action.value:g}"
        case Rate():
            return f"× {action.value:g}"
        case Freeze():
            return _("❄ {layers}").format(layers=_named(action.paths))
        case Unfreeze():
            return _("thaw {layers}").format(layers=_named(action.paths))
        case SwitchBatchSize():
            return _("batch {size:,}").format(size=action.size)
    return title_of(type(action.source if isinstance(action, SwitchData) else action))


def _named(paths: tuple[str, ...]) -> str:
    if not paths:
        return _("all")
    last = paths[0].rpartition("/")[2]
    return (
        last if len(paths) == 1 else _("{layer} +{count}").format(layer=last, count=len(paths) - 1)
    )
