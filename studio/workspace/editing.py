"""The document on the desk: which page is open, what is selected, what analysis says of it."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from studio.analysis.analyze import analyze
from studio.analysis.report import Finding, Report, Task
from studio.errors import StudioError
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.change import Change, difference
from studio.graph.document import Document
from studio.graph.model import Frozen, Graph
from studio.presets import mine
from studio.signals import Signal
from studio.wording import _

Location = tuple[str, ...]


@dataclass(frozen=True)
class Notice:
    """One sentence for the user."""

    text: str
    severity: Literal["info", "warning", "error"] = "info"


class Editing:
    """The document, the page of it that is open, the selection, and the report of every change."""

    def __init__(self) -> None:
        self.document = Document()
        self.location: Location = ()
        self.selection: frozenset[str] = frozenset()
        self.task: Task | None = None
        self.report: Report = analyze(self.document.graph)
        self.page_changed: Signal[Change] = Signal()
        self.report_changed: Signal[Report] = Signal()
        self.location_changed: Signal[Location] = Signal()
        self.selection_changed: Signal[frozenset[str]] = Signal()
        self.notice: Signal[Notice] = Signal()
        self.blocks_changed: Signal[None] = Signal()
        self.document.changed.connect(self._follow_document)

    @property
    def page(self) -> Graph:
        """The graph at the present location."""
        return edits.page(self.document.graph, self.location)

    @property
    def page_report(self) -> Report:
        """What is true of the visible page; a repeated block shows its first copy."""
        report = self.report
        for name in self.location:
            copies = report.nodes[name].copies
            report = copies[0] if copies else analyze(edits.page(report.graph, (name,)))
        return report

    def edit(self, label: str, edit: Callable[[Graph], Graph], gesture: object = None) -> bool:
        """Change the visible page; a refusal becomes a notice and returns False."""
        try:
            graph = edits.at_location(self.document.graph, self.location, edit)
        except StudioError as refusal:
            self.refuse(refusal)
            return False
        self.document.commit(label, graph, gesture)
        return True

    def edit_whole(self, label: str, edit: Callable[[Graph], Graph]) -> bool:
        """Change the whole network, whichever page is open; a refusal becomes a notice: False."""
        try:
            self.document.commit(label, edit(self.document.graph))
        except StudioError as refusal:
            self.refuse(refusal)
            return False
        return True

    def refuse(self, refusal: StudioError) -> None:
        """Say why something cannot be done."""
        self.notice.emit(Notice(str(refusal), "error"))

    def keep_block(self, name: str, title: str) -> bool:
        """Keep a block of the page for later; a notice says where it is, or why it cannot be."""
        layer = self.page[name].layer
        if not isinstance(layer, Block):
            return False
        try:
            kept = mine.keep(title, layer)
        except StudioError as refusal:
            self.refuse(refusal)
            return False
        self.blocks_changed.emit(None)
        text = _("{name} is in the palette now, under “My blocks”.").format(name=kept.name)
        self.notice.emit(Notice(text))
        return True

    def forget_block(self, title: str) -> None:
        """Delete a block that was kept; a notice says why it cannot be."""
        try:
            mine.forget(title)
        except StudioError as refusal:
            self.refuse(refusal)
        self.blocks_changed.emit(None)

    def undo(self) -> None:
        """Take back the last step."""
        self.document.undo()

    def redo(self) -> None:
        """Do again what was taken back."""
        self.document.redo()

    def select(self, nodes: Iterable[str]) -> None:
        """Select these nodes of the page, and no others."""
        chosen = frozenset(nodes) & frozenset(self.page)
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit(chosen)

    def enter(self, block: str) -> None:
        """Open the block of that name on the visible page."""
        self._go((*self.location, block))

    def leave(self, depth: int | None = None) -> None:
        """Go up one page, or up to `depth` opened blocks."""
        self._go(self.location[: max(0, len(self.location) - 1) if depth is None else depth])

    def reveal(self, path: str) -> None:
        """Open the page on which the node at `path` ("block_1/conv2d_2") lies, and select it."""
        *blocks, name = path.split("/")
        self._go(tuple(blocks))
        self.select({name})

    def set_frozen(self, nodes: Iterable[str], frozen: Frozen) -> None:
        """Freeze or thaw these nodes of the page."""
        names = tuple(nodes)
        label = _("Freeze") if frozen else _("Unfreeze")
        self.edit(label, lambda graph: edits.set_frozen(graph, names, frozen))

    def toggle_frozen(self, nodes: Iterable[str]) -> None:
        """Freeze these nodes, or thaw them if all are frozen already."""
        names = tuple(nodes)
        if names:
            self.set_frozen(names, not all(self.page[name].frozen is True for name in names))

    def apply_fix(self, finding: Finding) -> None:
        """Apply the remedy of a finding to the whole network."""
        if finding.fix is not None:
            self.edit_whole(finding.fix.label, finding.fix.apply)

    def analyze_anew(self) -> None:
        """Analyze everything again, so that the findings speak the language in use."""
        self.report = analyze(self.document.graph, self.task)
        self.report_changed.emit(self.report)

    def set_task(self, task: Task | None) -> None:
        """Check the network against what the data ask for."""
        if task != self.task:
            self.task = task
            self._analyze()

    def _analyze(self) -> None:
        self.report = analyze(self.document.graph, self.task, self.report)
        self.report_changed.emit(self.report)

    def _follow_document(self, change: Change) -> None:
        before = _page_or_none(change.before, self.location)
        after = _page_or_none(change.after, self.location)
        self.report = analyze(change.after, self.task, self.report)
        if before is None or after is None:
            self._go(())
        else:
            self.page_changed.emit(difference(before, after))
            self.select(self.selection & frozenset(after))
        self.report_changed.emit(self.report)

    def _go(self, location: Location) -> None:
        page = _page_or_none(self.document.graph, location)
        if page is None or location == self.location:
            return
        self.location = location
        self.selection = frozenset()
        self.location_changed.emit(location)
        self.page_changed.emit(difference(Graph(), page))
        self.selection_changed.emit(self.selection)


def _page_or_none(graph: Graph, location: Location) -> Graph | None:
    try:
        return edits.page(graph, location)
    except StudioError:
        return None
