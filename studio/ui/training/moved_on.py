"""Whether a run goes on with another network or other data than those that are shown now."""

from collections.abc import Mapping
from pathlib import Path

from studio.catalogue.layer import Layer
from studio.datasets.source import read_source
from studio.errors import StudioError
from studio.graph.block import Block
from studio.graph.model import Graph, Wire
from studio.graph.walk import walk
from studio.runs.info import RunInfo, read_info
from studio.workspace import Workspace

_Essence = Mapping[str, tuple[Layer, tuple[Wire | None, ...], Mapping[str, str]]]
_EMPTY = Graph()


class MovedOn:
    """Compares the open project with what a run was started with, which is read once."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._folder: Path | None = None
        self._info: RunInfo | None = None

    def is_true(self) -> bool:
        """Whether a run is under way and the network or the data have changed since its start."""
        workspace = self._workspace
        if not workspace.is_training or workspace.run_folder is None:
            return False
        info = self._read(workspace.run_folder)
        if info is None:
            return False
        if essence(info.graph) != essence(workspace.document.graph):
            return True
        try:
            return read_source(info.project.data) != workspace.resolved_source
        except StudioError:
            return False

    def _read(self, folder: Path) -> RunInfo | None:
        if folder != self._folder:
            self._folder = folder
            try:
                self._info = read_info(folder)
            except StudioError:
                self._info = None
        return self._info


def essence(graph: Graph) -> _Essence:
    """Return what a network computes: not where it is drawn, nor what is frozen at the moment."""
    return {path: (_hollow(node.layer), node.sources, node.tied) for path, node in walk(graph)}


def _hollow(layer: Layer) -> Layer:
    """Return a block without its network, whose nodes are compared by themselves."""
    return layer.changed(graph=_EMPTY) if isinstance(layer, Block) else layer
