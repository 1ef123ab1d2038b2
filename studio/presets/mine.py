"""Which blocks people have kept for later: one file each, in a folder of their own."""

import re
from dataclasses import dataclass
from pathlib import Path

from studio.errors import FileError
from studio.graph.block import Block
from studio.graph.file import ProjectFile, read_project, write_project
from studio.graph.model import Graph, Node
from studio.paths import home
from studio.wording import _

_ENDING = ".block"
_NAME = re.compile(r"[^/\\:*?\"<>|\x00-\x1f.][^/\\:*?\"<>|\x00-\x1f]{0,79}")
_NODE = "block"


@dataclass(frozen=True)
class Kept:
    """A block that was kept: its name and its file."""

    name: str
    path: Path


def kept() -> tuple[Kept, ...]:
    """Return the blocks that were kept, by name."""
    paths = sorted(_folder().glob(f"*{_ENDING}"), key=lambda path: path.name.casefold())
    return tuple(Kept(path.name.removesuffix(_ENDING), path) for path in paths)


def keep(name: str, block: Block) -> Kept:
    """Keep a block under `name`, in the place of the one that had it.

    Raises FileError for a name that cannot be a file's, or a folder that cannot be written.
    """
    name = name.strip()
    if not _NAME.fullmatch(name):
        raise FileError(
            _("A block cannot be kept as {name!r}.").format(name=name),
            _("Use up to 80 letters, digits and spaces, no slash or colon."),
        )
    path = _folder() / f"{name}{_ENDING}"
    write_project(path, ProjectFile(Graph({_NODE: Node(block)})))
    return Kept(name, path)


def load(path: Path) -> Block:
    """Return a block that was kept; raises FileError if the file holds none."""
    for node in read_project(path).graph.nodes.values():
        if isinstance(node.layer, Block):
            return node.layer
    raise FileError(_("{path} holds no block.").format(path=path))


def forget(name: str) -> None:
    """Delete a block that was kept; raises FileError if it cannot be."""
    path = _folder() / f"{name}{_ENDING}"
    try:
        path.unlink(missing_ok=True)
    except OSError as error:
        raise FileError(
            _("{path} cannot be deleted: {reason}.").format(path=path, reason=error.strerror)
        ) from error


def _folder() -> Path:
    return home() / "blocks"
