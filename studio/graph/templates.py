"""Which ready-made networks the program brings along: project files with a title and a lesson."""

from dataclasses import dataclass
from pathlib import Path

from studio.errors import FileError
from studio.fields import nearest
from studio.graph.file import ProjectFile, read_project
from studio.graph.model import Graph
from studio.paths import resources
from studio.wording import _, marked

FIRST = "digits-cnn"
"""The project that opens when nobody asked for one."""

EMPTY = "empty"
"""The template without a layer; it has no file and is not among the names."""

_ORDER = (FIRST, "mnist-cnn", "lenet5", "mlp", "small-resnet", "text-gru", "mlp-diabetes")
_BLANK = {
    "title": marked("Empty network"),
    "about": marked("A blank page: drag layers onto it, or press / and type them."),
}


@dataclass(frozen=True)
class Template:
    """One entry of the gallery; its texts are untranslated."""

    name: str
    title: str
    about: str
    """What it teaches, in one sentence."""
    path: Path


def names() -> tuple[str, ...]:
    """Return the names of all templates, the easiest first; files of one's own come last."""
    found = {path.stem for path in _folder().glob("*.layerwise")}
    known = tuple(name for name in _ORDER if name in found)
    return (*known, *sorted(found.difference(known)))


def load(name: str) -> ProjectFile:
    """Return the project of a template; raises FileError with the nearest name if there is none."""
    if name == EMPTY:
        return ProjectFile(Graph(), {}, {}, dict(_BLANK))
    if name not in names():
        raise FileError(
            _("There is no template called {name}.").format(name=name),
            nearest(name, names()) or _("Known: {names}.").format(names=", ".join(names())),
        )
    return read_project(_path(name))


def template(name: str) -> Template:
    """Return the gallery's entry for a template; raises FileError like `load`."""
    extra = load(name).extra
    return Template(name, str(extra.get("title", name)), str(extra.get("about", "")), _path(name))


def gallery() -> tuple[Template, ...]:
    """Return all entries of the gallery, the easiest first."""
    return tuple(template(name) for name in names())


def _path(name: str) -> Path:
    return _folder() / f"{name}.layerwise"


def _folder() -> Path:
    return resources() / "templates"
