"""Which module makes which page; all but the first are imported when they are needed."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from studio.ui.services import Services

_MAKERS = {
    "data": ("studio.ui.data.panel", "DataPanel"),
    "train": ("studio.ui.train_page", "TrainPage"),
    "runs": ("studio.ui.runs.panel", "RunsPanel"),
    "understand": ("studio.ui.understanding.page", "UnderstandPage"),
}


def made(key: str, services: "Services") -> Any:
    """Return a new page of the window."""
    module, name = _MAKERS[key]
    return getattr(import_module(module), name)(services)


def prepare() -> None:
    """Import all pages, behind the window, so that the first visit only has to build them."""
    for module, _name in _MAKERS.values():
        import_module(module)
