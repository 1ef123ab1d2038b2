"""What the user chose once and expects to find again: look, language, window, recent files."""

from dataclasses import asdict, dataclass, fields, replace
from pathlib import Path
from typing import Any

from studio.errors import StudioError
from studio.paths import home
from studio.storage import read_json, write_json

_RECENT = 8


@dataclass(frozen=True)
class Preferences:
    """The studio's own settings; an empty language or scheme follows the system."""

    language: str = ""
    scheme: str = "system"
    width: int = 1440
    height: int = 900
    welcomed: bool = False
    recent: tuple[str, ...] = ()
    export_folder: str = ""
    """Where pictures and tables went last."""
    isolated: bool = False
    """Train in a process of its own, which the window survives and which survives the window."""
    families: tuple[str, ...] = ("Basics", "My blocks")
    """The families of the palette that are unfolded."""

    def opened(self, path: Path) -> "Preferences":
        """Return the preferences with `path` as the most recent file."""
        others = tuple(item for item in self.recent if item != str(path))
        return replace(self, recent=(str(path), *others)[:_RECENT])


def load() -> Preferences:
    """Return what was chosen; a missing or broken file means the defaults."""
    try:
        stored = read_json(_file())
    except StudioError:
        return Preferences()
    return _fitting(stored) if isinstance(stored, dict) else Preferences()


def store(preferences: Preferences) -> None:
    """Remember the choices; a disk that cannot be written costs only the memory."""
    try:
        write_json(_file(), asdict(preferences))
    except StudioError:
        return


def update(**changes: Any) -> Preferences:
    """Change some of the stored choices, and return all of them."""
    changed = replace(load(), **changes)
    store(changed)
    return changed


def _file() -> Path:
    return home() / "preferences.json"


def _fitting(stored: dict[str, Any]) -> Preferences:
    kept: dict[str, Any] = {}
    for item in fields(Preferences):
        value = stored.get(item.name)
        if isinstance(item.default, tuple) and isinstance(value, list):
            kept[item.name] = tuple(map(str, value))
        elif isinstance(value, type(item.default)):
            kept[item.name] = value
    return Preferences(**kept)
