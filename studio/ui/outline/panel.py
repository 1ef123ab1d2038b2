"""The outline: every layer in order, blocks as branches; selection goes both ways."""

from collections.abc import Iterator

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QStackedLayout, QTreeWidget, QTreeWidgetItem, QWidget

from studio.analysis.report import NodeFacts, Report
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph, Node
from studio.ui import icons
from studio.ui.binding import follow
from studio.ui.kit import EmptyState
from studio.ui.outline.rows import (
    FROZEN,
    GROUP,
    ICON,
    NUMBER,
    PATH,
    SNOWFLAKE,
    OutlineDelegate,
)
from studio.ui.words import kind_of
from studio.wording import _, full, humanized
from studio.workspace import Workspace


class OutlinePanel(QWidget):
    """The tree of the network."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Outline"))
        self.tree = _Tree(workspace)
        self.empty = EmptyState(
            "layers",
            _("No layers yet"),
            _("Add one from the list of layers, or type a chain such as conv → relu → pool."),
        )
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.tree)
        follow(self, workspace.report_changed, self._show)
        follow(self, workspace.selection_changed, lambda _selection: self.tree.follow_selection())
        follow(self, workspace.location_changed, lambda _location: self.tree.follow_selection())
        self._show(workspace.report)

    def _show(self, report: Report) -> None:
        self.tree.show_report(report)
        self._stack.setCurrentWidget(self.tree if len(report.graph) else self.empty)


class _Tree(QTreeWidget):
    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self._workspace = workspace
        self._items: dict[str, QTreeWidgetItem] = {}
        self._shape: tuple[str, ...] = ()
        self._told: dict[str, tuple[Node, NodeFacts]] = {}
        self.setAccessibleName(_("Outline of the network"))
        self.setHeaderHidden(True)
        self.setIndentation(18)
        self.setMouseTracking(True)
        self.setUniformRowHeights(True)
        self.setSelectionMode(QTreeWidget.SelectionMode.ExtendedSelection)
        self.setExpandsOnDoubleClick(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QTreeWidget.ScrollMode.ScrollPerPixel)
        self.setObjectName("outline")
        self.setItemDelegate(OutlineDelegate(self))
        self.itemSelectionChanged.connect(self._select)
        self.itemDoubleClicked.connect(lambda item, _column: self._enter(item))

    def show_report(self, report: Report) -> None:
        """Show every layer; the tree is only built anew when layers came or went."""
        found = dict(_walk(report.graph, report))
        if tuple(found) != self._shape:
            self._rebuild(tuple(found))
        for path, (node, facts) in found.items():
            before = self._told.get(path)
            if before is None or before[0] is not node or before[1] is not facts:
                _fill(self._items[path], path, node, facts)
        self._told = found
        self.follow_selection()

    def _rebuild(self, paths: tuple[str, ...]) -> None:
        closed = {path for path, item in self._items.items() if not item.isExpanded()}
        known = set(self._items)
        with QSignalBlocker(self):
            self.clear()
            self._items, self._told = {}, {}
            for path in paths:
                parent = self._items.get(path.rpartition("/")[0])
                item = QTreeWidgetItem(parent) if parent else QTreeWidgetItem(self)
                self._items[path] = item
            for path, item in self._items.items():
                item.setExpanded(path not in closed or path not in known)
        self._shape = paths

    def follow_selection(self) -> None:
        """Mark what is selected on the visible page."""
        location = self._workspace.location
        wanted = {"/".join((*location, name)) for name in self._workspace.selection}
        with QSignalBlocker(self):
            for path, item in self._items.items():
                if item.isSelected() != (path in wanted):
                    item.setSelected(path in wanted)
        if len(wanted) == 1 and (path := next(iter(wanted))) in self._items:
            with QSignalBlocker(self):
                self.setCurrentItem(self._items[path])
            self.scrollToItem(self._items[path])
        self.viewport().update()

    def _select(self) -> None:
        paths = [str(item.data(0, PATH)) for item in self.selectedItems()]
        if not paths:
            self._workspace.select(())
            return
        current = self.currentItem()
        lead = str(current.data(0, PATH)) if current and current.isSelected() else paths[-1]
        page = lead.rpartition("/")[0]
        names = {path.rpartition("/")[2] for path in paths if path.rpartition("/")[0] == page}
        with QSignalBlocker(self):
            self._workspace.reveal(lead)
            self._workspace.select(names)
        self.follow_selection()

    def _enter(self, item: QTreeWidgetItem) -> None:
        path = str(item.data(0, PATH))
        if item.childCount():
            self._workspace.reveal(path)
            self._workspace.enter(path.rpartition("/")[2])

    def keyPressEvent(self, event: QKeyEvent) -> None:
        chosen = self._workspace.selection
        current = self.currentItem()
        if event.key() == Qt.Key.Key_F and not event.modifiers() and chosen:
            self._workspace.toggle_frozen(chosen)
        elif event.key() in {Qt.Key.Key_Delete, Qt.Key.Key_Backspace} and chosen:
            self._workspace.edit(_("Delete"), lambda graph: edits.remove(graph, chosen))
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and current is not None:
            self._enter(current)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        item = self.itemAt(event.position().toPoint())
        inside = event.position().x() > self.viewport().width() - SNOWFLAKE - 8
        if item is not None and inside and event.button() == Qt.MouseButton.LeftButton:
            path = str(item.data(0, PATH))
            self._workspace.reveal(path)
            self._workspace.toggle_frozen((path.rpartition("/")[2],))
            return
        super().mousePressEvent(event)


def _walk(
    graph: Graph, report: Report | None, prefix: str = ""
) -> Iterator[tuple[str, tuple[Node, NodeFacts]]]:
    """Yield (path, (node, facts)) of all layers, sources first, the inside of a block after it."""
    for name in report.order if report else graph:
        node = graph[name]
        facts = report.nodes.get(name, NodeFacts()) if report else NodeFacts()
        yield prefix + name, (node, facts)
        if isinstance(node.layer, Block):
            inside = facts.copies[0] if facts.copies else None
            yield from _walk(node.layer.graph, inside, f"{prefix}{name}/")


def _fill(item: QTreeWidgetItem, path: str, node: Node, facts: NodeFacts) -> None:
    name = path.rpartition("/")[2]
    kind = type(node.layer)
    values = {
        Qt.ItemDataRole.DisplayRole: name,
        PATH: path,
        ICON: icons.layer_icon(kind.key, kind.group),
        GROUP: kind.group,
        NUMBER: humanized(facts.parameters) if facts.parameters else "",
        FROZEN: node.frozen or (facts.parameters > 0 and facts.trainable == 0),
        Qt.ItemDataRole.ToolTipRole: _tip(node, facts),
        Qt.ItemDataRole.AccessibleTextRole: _spoken(name, node),
    }
    for role, value in values.items():
        if item.data(0, role) != value:
            item.setData(0, role, value)


def _tip(node: Node, facts: NodeFacts) -> str:
    shape = str(facts.output) if facts.output is not None else _("not known yet")
    return _("{type}\nOutput: {shape}\nParameters: {count}\nF freezes it.").format(
        type=kind_of(node.layer), shape=shape, count=full(facts.parameters)
    )


def _spoken(name: str, node: Node) -> str:
    if node.frozen:
        return _("{name}, {type}, frozen").format(name=name, type=kind_of(node.layer))
    return _("{name}, {type}").format(name=name, type=kind_of(node.layer))
