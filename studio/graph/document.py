"""The open graph with its past and future: undo shows the earlier value."""

from dataclasses import dataclass

from studio.graph.change import Change, difference
from studio.graph.model import Graph
from studio.signals import Signal

_LIMIT = 500


@dataclass(frozen=True)
class Step:
    """One thing the user did, and the graph before it."""

    label: str
    before: Graph


class Document:
    """The graph being edited; every edit is a new value, and the old ones are the history."""

    def __init__(self, graph: Graph | None = None) -> None:
        self.graph = Graph() if graph is None else graph
        self.changed: Signal[Change] = Signal()
        self._past: list[Step] = []
        self._future: list[Step] = []
        self._gesture: object = None
        self._saved = self.graph

    def commit(self, label: str, graph: Graph, gesture: object = None) -> None:
        """Show `graph`; commits of one `gesture` (a drag, a burst of typing) are one step."""
        if graph is self.graph or graph == self.graph:
            return
        if gesture is None or gesture != self._gesture:
            self._past = [*self._past[-_LIMIT + 1 :], Step(label, self.graph)]
        self._gesture = gesture
        self._future = []
        self._show(graph)

    def undo(self) -> None:
        """Show the graph before the last step."""
        if self._past:
            step = self._past.pop()
            self._future.append(Step(step.label, self.graph))
            self._gesture = None
            self._show(step.before)

    def redo(self) -> None:
        """Show again what undo took back."""
        if self._future:
            step = self._future.pop()
            self._past.append(Step(step.label, self.graph))
            self._gesture = None
            self._show(step.before)

    def replace(self, graph: Graph) -> None:
        """Show another document, without a past."""
        self._past, self._future, self._gesture = [], [], None
        self._saved = graph
        self._show(graph)

    @property
    def undo_label(self) -> str:
        """What undo would take back, or nothing."""
        return self._past[-1].label if self._past else ""

    @property
    def redo_label(self) -> str:
        """What redo would do again, or nothing."""
        return self._future[-1].label if self._future else ""

    @property
    def is_modified(self) -> bool:
        """Whether the graph differs from the one last saved."""
        return self.graph is not self._saved and self.graph != self._saved

    def mark_saved(self) -> None:
        """Remember that the present graph is on disk."""
        self._saved = self.graph

    def _show(self, graph: Graph) -> None:
        before, self.graph = self.graph, graph
        self.changed.emit(difference(before, graph))
