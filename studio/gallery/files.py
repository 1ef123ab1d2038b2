"""Which ready-made projects the program brings along: files with a title, data and a plan."""

from pathlib import Path

from studio.gallery.architecture import Entry
from studio.graph.file import ProjectFile, read_project
from studio.paths import resources
from studio.wording import marked

FIRST = "digits-cnn"
"""The project that opens when nobody asked for one."""

STARTERS = marked("Ready to train")
"""The area of projects that bring their data along."""

_ORDER = (FIRST, "mnist-cnn", "lenet5", "mlp", "small-resnet", "text-gru", "mlp-diabetes")


def names() -> tuple[str, ...]:
    """Return the names of all project files, the easiest first; files of one's own come last."""
    found = {path.stem for path in _folder().glob("*.layerwise")}
    known = tuple(name for name in _ORDER if name in found)
    return (*known, *sorted(found.difference(known)))


def load(name: str) -> ProjectFile:
    """Return the project of one of `names`; raises FileError if it cannot be read."""
    return read_project(path(name))


def entry(name: str) -> Entry:
    """Return the gallery's entry of one of `names`; raises FileError if it cannot be read."""
    extra = load(name).extra
    about, paper, reference = (str(extra.get(key, "")) for key in ("about", "paper", "reference"))
    year = extra.get("year")
    year = year if isinstance(year, int) else None
    return Entry(name, str(extra.get("title", name)), STARTERS, about, year, paper, reference)


def path(name: str) -> Path:
    """Return the file of a project."""
    return _folder() / f"{name}.layerwise"


def _folder() -> Path:
    return resources() / "templates"
