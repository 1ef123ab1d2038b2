"""What can be done at a place of the timeline: actions for a new tick, and what a flag offers."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtWidgets import QMenu, QWidget

from studio.training.ticks.actions import (
    Action,
    Bypass,
    Enable,
    Freeze,
    Rate,
    Save,
    Stop,
    SwitchBatchSize,
    Unfreeze,
)
from studio.ui.training.timeline.painting import Flag
from studio.wording import _


@dataclass(frozen=True)
class Verbs:
    """What the menu can do."""

    add: Callable[[Action], None]
    begin: Callable[[], None]
    edit: Callable[[int], None]
    duplicate: Callable[[int], None]
    remove: Callable[[int], None]


def build_menu(
    parent: QWidget, flag: Flag | None, layer: str | None, batch: int, verbs: Verbs
) -> QMenu:
    """Return the menu for a flag or a free place, in the row of a layer or above all.

    `batch` is the batch size that holds there.
    """
    menu = QMenu(parent)
    menu.setAccessibleName(_("Timeline of the run"))
    is_own = flag is not None and flag.number >= 0
    if flag is not None and is_own:
        menu.addAction(
            _("Edit “{tick}”…").format(tick=flag.title), partial(verbs.edit, flag.number)
        )
        menu.addAction(_("Duplicate…"), partial(verbs.duplicate, flag.number))
    else:
        menu.addAction(_("New tick here…"), verbs.begin)
    menu.addSeparator()
    for text, action in _offers(layer, batch):
        menu.addAction(text, partial(verbs.add, action))
    if flag is not None and is_own:
        menu.addSeparator()
        text = _("Remove “{tick}”").format(tick=flag.title)
        menu.addAction(text, partial(verbs.remove, flag.number))
    return menu


def _offers(layer: str | None, batch: int) -> list[tuple[str, Action]]:
    general: list[tuple[str, Action]] = [
        (_("Learning rate × 0.1 from here"), Rate(value=0.1, mode="times")),
        (_("Learning rate × 0.5 from here"), Rate(value=0.5, mode="times")),
        (
            _("Rise from nothing for one epoch"),
            Rate(value=1.0, mode="times", start=0.0, ramp=1.0, unit="epochs"),
        ),
        *(
            (_("Batch size {size:,} from here").format(size=size), SwitchBatchSize(size=size))
            for size in (2 * batch, max(1, batch // 2))
        ),
        (_("Unfreeze all layers here"), Unfreeze()),
        (_("Save a checkpoint here"), Save()),
        (_("End the run here"), Stop()),
    ]
    if layer is None:
        return general
    paths = (layer,)
    own: list[tuple[str, Action]] = [
        (_("Freeze {layer} from here").format(layer=layer), Freeze(paths=paths)),
        (_("Unfreeze {layer} from here").format(layer=layer), Unfreeze(paths=paths)),
        (_("Leave out {layer} from here").format(layer=layer), Bypass(paths=paths)),
        (_("Put {layer} to work from here").format(layer=layer), Enable(paths=paths)),
        (
            _("Rate of {layer} × 0.1 from here").format(layer=layer),
            Rate(value=0.1, mode="times", paths=paths),
        ),
    ]
    return [*own, *general]
