"""The page as items: which cards and wires there are, kept in step with the workspace."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from time import perf_counter

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from studio.analysis.report import Finding, Report
from studio.graph.change import Change
from studio.graph.layout import placed
from studio.graph.model import Graph
from studio.signals import Signal
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.canvas.card_cache import CardCache
from studio.ui.canvas.card_grid import CardGrid
from studio.ui.canvas.detail import Detail
from studio.ui.canvas.edge_item import EdgeItem
from studio.ui.canvas.face import HEATS
from studio.ui.canvas.frost import frozen_prefix
from studio.ui.canvas.node_item import NodeItem
from studio.ui.canvas.route import route
from studio.workspace import Workspace

_MODE = Qt.ItemSelectionMode.IntersectsItemBoundingRect


class CanvasScene(QGraphicsScene):
    """Cards by node id and wires by (target, input) of the visible page."""

    def __init__(self, workspace: Workspace, detail: Detail, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._detail = detail
        self._cards = CardCache()
        self.grid = CardGrid()
        self._fresh: set[str] = set()
        self._content: QRectF | None = None
        self._shown: Report | None = None
        self._heat: Mapping[str, float] = {}
        self.nodes: dict[str, NodeItem] = {}
        self.wires: dict[tuple[str, int], EdgeItem] = {}
        self.overlays: list[QGraphicsItem] = []
        self.arranged: Signal[None] = Signal()
        """Told when cards came, went or moved."""
        self.touched: Signal[None] = Signal()
        """Told when anything looks different."""
        self._show_page(Change(Graph(), workspace.page, added=tuple(workspace.page)))
        follow(self, workspace.page_changed, self._show_page)
        follow(self, workspace.report_changed, self._show_report)
        follow(self, workspace.selection_changed, self._show_selection)
        follow(self, theme.changed, lambda _theme: self._wear())

    def content(self) -> QRectF:
        """Return the rectangle that all cards cover."""
        if self._content is None:
            self._content = self.grid.cover()
        return self._content

    def sharpen(self, most_ms: float) -> bool:
        """Draw cards anew for exactly this zoom; returns whether some wait for the next time."""
        end = perf_counter() + most_ms / 1000
        for view in self.views():
            for item in self.near(view.mapToScene(view.viewport().rect()).boundingRect()):
                if item.sharpen() and perf_counter() > end:
                    return True
        return False

    def node_at(self, point: QPointF, margin: float = 0.0) -> NodeItem | None:
        """Return the card at a point, or within `margin` of it."""
        side = 2 * margin + 2
        found = self.near(QRectF(point.x() - side / 2, point.y() - side / 2, side, side))
        hit = [item for item in found if _wider(item.card, margin).contains(point)]
        return max(hit, key=lambda item: (item.face.selected, item.zValue()), default=None)

    def wire_at(self, point: QPointF, reach: float = 9.0) -> EdgeItem | None:
        """Return the wire that passes within `reach` of a point."""
        spot = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        found = (item for item in self.items(spot, _MODE) if isinstance(item, EdgeItem))
        return next((wire for wire in found if wire.passes(point, reach)), None)

    def near(self, area: QRectF) -> list[NodeItem]:
        """Return the cards whose pictures touch an area."""
        return [item for item in self.items(area, _MODE) if isinstance(item, NodeItem)]

    def shift(self, places: Mapping[str, QPointF]) -> None:
        """Draw some cards elsewhere, without changing the document."""
        for name, place in places.items():
            item = self.nodes[name]
            item.place(place)
            self.grid.put(name, item.card)
            self._content = self.content().united(item.card)
        self.reroute(self.attached(places))

    def add_overlay(self, item: QGraphicsItem) -> None:
        """Draw something above the network, also when that is seen from afar."""
        self.overlays.append(item)
        self.addItem(item)
        self.touched.emit(None)

    def remove_overlay(self, item: QGraphicsItem) -> None:
        """Take away what was drawn above the network, if it is still there."""
        if item in self.overlays:
            self.overlays.remove(item)
            self.removeItem(item)
            self.touched.emit(None)

    def attached(self, names: Collection[str]) -> list[EdgeItem]:
        """Return the wires that begin or end at one of these nodes."""
        return [
            wire for wire in self.wires.values() if wire.target in names or wire.wire.node in names
        ]

    def reroute(self, wires: Iterable[EdgeItem] | None = None) -> None:
        """Lay wires anew around the cards."""
        for wire in self.wires.values() if wires is None else wires:
            start = self.nodes[wire.wire.node].exit(wire.wire.output)
            wire.lay(route(start, self.nodes[wire.target].entry(wire.slot), self.grid.touching))
            if wire.scene() is None:
                self.addItem(wire)
        self.arranged.emit(None)
        self.touched.emit(None)

    def set_heat(self, heat: Mapping[str, float]) -> None:
        """Tint cards by heat from 0 to 1, by path; a block takes the greatest heat inside it."""
        if heat == self._heat:
            return
        self._heat = heat
        for name, item in self.nodes.items():
            item.light(heat=self._heat_of(name))
        self.touched.emit(None)

    def _heat_of(self, name: str) -> int:
        path = self.path(name)
        inside = [value for key, value in self._heat.items() if key.startswith(f"{path}/")]
        value = max([self._heat.get(path, 0.0), *inside])
        return round(min(max(value, 0.0), 1.0) * HEATS)

    def path(self, name: str) -> str:
        """Return the path of a node of this page in the whole network."""
        return "/".join((*self._workspace.location, name))

    def _show_page(self, change: Change) -> None:
        if not change.before.nodes:
            self._clear()
        for name in change.removed:
            self._drop(name)
        report, findings = self._workspace.page_report, self._findings()
        page = change.after
        for name in change.added:
            self._place(name)
        told = self._tell(page, report, findings)
        for name in change.added if self._heat else ():
            self.nodes[name].light(heat=self._heat_of(name))
        stale = self._rewire(page, (*change.added, *change.updated))
        moved = self._arrange(page) if _moves(change) else set()
        self._content = None
        self._dress(report, findings)
        self.reroute(None if moved or change.removed else {*stale, *self.attached(told)})

    def _show_report(self, _report: Report) -> None:
        report, findings = self._workspace.page_report, self._findings()
        if report is self._shown:
            return
        changed = self._tell(self._workspace.page, report, findings)
        self._dress(report, findings)
        self.reroute(self.attached(changed))

    def _tell(
        self, page: Graph, report: Report, findings: Mapping[str, Sequence[Finding]]
    ) -> set[str]:
        """Let every card say what is true of its node; returns those that look different."""
        return {
            name
            for name, item in self.nodes.items()
            if item.show_node(page[name], report.nodes.get(name), findings.get(name, ()))
        }

    def _show_selection(self, selection: frozenset[str]) -> None:
        for name, item in self.nodes.items():
            item.light(selected=name in selection)
        self._dress(self._workspace.page_report, self._findings())

    def _place(self, name: str) -> NodeItem:
        item = NodeItem(name, self._cards, self._detail)
        self.nodes[name] = item
        self._fresh.add(name)
        self.addItem(item)
        return item

    def _drop(self, name: str) -> None:
        for key, wire in list(self.wires.items()):
            if name in (wire.target, wire.wire.node):
                self._take_off(key)
        self.grid.drop(name)
        item = self.nodes.pop(name, None)
        if item is not None:
            self.removeItem(item)

    def _take_off(self, key: tuple[str, int]) -> None:
        edge = self.wires.pop(key)
        if edge.scene() is not None:
            self.removeItem(edge)

    def _clear(self) -> None:
        for key in list(self.wires):
            self._take_off(key)
        for item in self.nodes.values():
            self.removeItem(item)
        self.wires.clear()
        self.nodes.clear()
        self.grid = CardGrid()
        self._cards.clear()

    def _rewire(self, page: Graph, names: Iterable[str]) -> list[EdgeItem]:
        """Give these nodes the wires that the page says; returns those to be laid."""
        fresh = []
        chosen = set(names)
        for key in [key for key in self.wires if key[0] in chosen]:
            self._take_off(key)
        for name in chosen:
            for slot, wire in enumerate(page[name].sources):
                if wire is not None and wire.node in self.nodes:
                    edge = EdgeItem(wire, name, slot, self._detail)
                    self.wires[name, slot] = edge
                    fresh.append(edge)
        return fresh

    def _arrange(self, page: Graph) -> set[str]:
        moved = set()
        for name, (x, y) in placed(page).items():
            item = self.nodes[name]
            if name in self._fresh or item.pos() != QPointF(x, y):
                item.place(QPointF(x, y))
                self.grid.put(name, item.card)
                moved.add(name)
        self._fresh.clear()
        return moved

    def _dress(self, report: Report, findings: Mapping[str, Sequence[Finding]]) -> None:
        self._shown = report
        selection = self._workspace.selection
        iced = frozen_prefix(self._workspace.page, report)
        for (target, _slot), edge in self.wires.items():
            source = edge.wire.node
            facts = report.nodes.get(source)
            shapes = facts.outputs if facts else ()
            label = str(shapes[edge.wire.output]) if edge.wire.output < len(shapes) else ""
            problem = _problem(findings.get(target, ()), self.path(source))
            lit = source in selection or target in selection
            edge.dress(label, problem, lit=lit, frozen=source in iced)
        self.touched.emit(None)

    def _findings(self) -> dict[str, tuple[Finding, ...]]:
        """Return the findings of this page by node; those inside a block count at the block."""
        prefix = "".join(f"{name}/" for name in self._workspace.location)
        found: dict[str, tuple[Finding, ...]] = {}
        for finding in self._workspace.report.findings:
            if finding.node.startswith(prefix) and finding.node:
                name = finding.node[len(prefix) :].split("/")[0]
                found[name] = (*found.get(name, ()), finding)
        return found

    def _wear(self) -> None:
        self._cards.clear()
        for edge in self.wires.values():
            edge.restyle()
        self.update()


def _problem(findings: Sequence[Finding], source: str) -> str:
    wrong = (f for f in findings if f.severity == "error" and source in f.nodes)
    return next((f"{finding.problem} {finding.remedy}".strip() for finding in wrong), "")


def _moves(change: Change) -> bool:
    """Return whether cards may stand elsewhere: settings alone move nothing."""
    before, after = change.before, change.after
    return bool(change.added or change.removed) or any(
        before[name].sources != after[name].sources or before[name].at != after[name].at
        for name in change.updated
    )


def _wider(box: QRectF, margin: float) -> QRectF:
    return box.adjusted(-margin, -margin, margin, margin)
