"""The page as items: which cards and wires there are, kept in step with the workspace."""

from collections.abc import Collection, Iterable, Mapping
from itertools import count
from time import perf_counter

from PySide6.QtCore import QMarginsF, QObject, QPointF, QRectF, Qt
from PySide6.QtWidgets import QGraphicsItem, QGraphicsScene

from studio.analysis.report import Finding, Report
from studio.graph.change import Change
from studio.graph.layout import moves, placed
from studio.graph.model import Graph
from studio.signals import Signal
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.canvas.card_cache import CardCache
from studio.ui.canvas.card_grid import CardGrid
from studio.ui.canvas.detail import Detail
from studio.ui.canvas.edge_item import EdgeItem
from studio.ui.canvas.face import heat_step
from studio.ui.canvas.frost import frozen_prefix
from studio.ui.canvas.geometry import CARD, MARGIN
from studio.ui.canvas.labels import Labels
from studio.ui.canvas.node_item import NodeItem
from studio.ui.canvas.overview import Overview
from studio.ui.canvas.problems import findings_on, problem_of
from studio.ui.canvas.route import route
from studio.ui.canvas.wires import Key, Wires
from studio.workspace import Workspace

_MODE = Qt.ItemSelectionMode.IntersectsItemBoundingRect
_MANY = 60
"""When more cards than this move, all wires are laid anew."""


class CanvasScene(QGraphicsScene):
    """Cards by node id and wires by (target, input) of the visible page."""

    def __init__(self, workspace: Workspace, detail: Detail, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._detail = detail
        self._cards = CardCache()
        self.grid = CardGrid()
        self._ranks = count()
        self._fresh: set[str] = set()
        self._vacated: list[QRectF] = []
        self._content: QRectF | None = None
        self._shown: Report | None = None
        self._heat: Mapping[str, float] = {}
        self._remarks: tuple[Finding, ...] = ()
        self.nodes: dict[str, NodeItem] = {}
        self.wires = Wires()
        self.afar = Overview()
        self._labels = Labels(detail)
        self.addItem(self._labels)
        self._selected: frozenset[str] = frozenset()
        self._iced: frozenset[str] = frozenset()
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
        reach = QMarginsF(margin, margin, margin, margin)
        found = self.near(QRectF(point, point) + (reach + 1))
        hit = [item for item in found if (item.card + reach).contains(point)]
        return max(hit, key=lambda item: (item.face.selected, item.rank), default=None)

    def wire_at(self, point: QPointF, reach: float = 9.0) -> EdgeItem | None:
        """Return the wire that passes within `reach` of a point."""
        spot = QRectF(point.x() - reach, point.y() - reach, 2 * reach, 2 * reach)
        found = (item for item in self.items(spot, _MODE) if isinstance(item, EdgeItem))
        return next((wire for wire in found if wire.passes(point, reach)), None)

    def near(self, area: QRectF) -> list[NodeItem]:
        """Return the cards whose pictures touch an area."""
        wide = area.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        return [self.nodes[name] for name in self.grid.names(wide)]

    def shift(self, places: Mapping[str, QPointF]) -> None:
        """Draw some cards elsewhere, without changing the document."""
        for name, place in places.items():
            item = self.nodes[name]
            item.place(place)
            self.grid.put(name, item.card)
            self.afar.put(item)
            self._content = self.content().united(item.card)
        self.reroute(self.wires.attached(places))

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

    def reroute(self, wires: Iterable[EdgeItem] | None = None) -> None:
        """Lay wires anew around the cards."""
        for wire in self.wires.values() if wires is None else wires:
            start = self.nodes[wire.wire.node].exit(wire.wire.output)
            wire.lay(route(start, self.nodes[wire.target].entry(wire.slot), self.grid.touching))
            self.afar.put(wire)
            self._labels.put(wire)
            if wire.scene() is None:
                self.addItem(wire)
        self._labels.cover(self.content())
        self.arranged.emit(None)
        self.touched.emit(None)

    def set_heat(self, heat: Mapping[str, float]) -> None:
        """Tint cards by heat from 0 to 1, by path; a block takes the greatest heat inside it."""
        if heat == self._heat:
            return
        self._heat = heat
        for name, item in self.nodes.items():
            item.light(heat=heat_step(heat, self.path(name)))
        self.touched.emit(None)

    def show_remarks(self, remarks: tuple[Finding, ...]) -> None:
        """Mark cards for what the report does not know, such as where a run broke."""
        self._remarks, self._shown = remarks, None
        self._show_report(self._workspace.report)

    def path(self, name: str) -> str:
        """Return the path of a node of this page in the whole network."""
        return "/".join((*self._workspace.location, name))

    def _show_page(self, change: Change) -> None:
        if not change.before.nodes:
            self._clear()
        for name in change.removed:
            self._drop(name)
        page, report = change.after, self._workspace.page_report
        for name in change.added:
            self._place(name)
        told, shifted = self._tell(page, report)
        for name in change.added if self._heat else ():
            self.nodes[name].light(heat=heat_step(self._heat, self.path(name)))
        stale = self._rewire(page, (*change.added, *change.updated))
        moved = self._arrange(page) if moves(change) else set()
        self._content = None
        self._dress(told, report)
        some = {*stale, *self.wires.attached({*shifted, *moved}), *self._passing()}
        self.reroute(None if len(moved) > _MANY else some)
        self._vacated.clear()

    def _show_report(self, _report: Report) -> None:
        report = self._workspace.page_report
        if report is self._shown:
            return
        told, shifted = self._tell(self._workspace.page, report)
        self._dress(told, report)
        self.reroute(self.wires.attached(shifted))

    def _tell(self, page: Graph, report: Report) -> tuple[set[str], set[str]]:
        """Let every card say what is true of its node.

        Returns those that were told something new, and those whose ports lie elsewhere now.
        """
        told, shifted = set(), set()
        known = (*self._workspace.report.findings, *self._remarks)
        findings = findings_on(known, self._workspace.location)
        nodes, facts = page.nodes, report.nodes
        for name, item in self.nodes.items():
            news = (nodes[name], facts.get(name), findings.get(name, ()))
            if not item.knows(*news):
                ports = item.ports
                item.show_node(*news)
                told.add(name)
                if item.ports != ports:
                    shifted.add(name)
        return told, shifted

    def _show_selection(self, selection: frozenset[str]) -> None:
        changed = (selection ^ self._selected) & self.nodes.keys()
        self._selected = selection
        for name in changed:
            self.nodes[name].light(selected=name in selection)
        self._dress(changed, self._workspace.page_report)

    def _passing(self) -> list[EdgeItem]:
        """Return the wires that run near places that were taken or left."""
        found = (item for area in self._vacated for item in self.items(area, _MODE))
        return [item for item in found if isinstance(item, EdgeItem)]

    def _place(self, name: str) -> NodeItem:
        item = NodeItem(name, self._cards, self._detail, self.afar.touch)
        item.rank = next(self._ranks)
        self.nodes[name] = item
        self._fresh.add(name)
        self.addItem(item)
        return item

    def _drop(self, name: str) -> None:
        for wire in self.wires.attached((name,)):
            self._take_off((wire.target, wire.slot))
        self.grid.drop(name)
        item = self.nodes.pop(name, None)
        if item is not None:
            self._vacated.append(item.card)
            self.afar.drop(item)
            self.removeItem(item)

    def _take_off(self, key: Key) -> None:
        edge = self.wires.take(key)
        self.afar.drop(edge)
        self._labels.drop(edge)
        if edge.scene() is not None:
            self.removeItem(edge)

    def _clear(self) -> None:
        for key in list(self.wires):
            self._take_off(key)
        for item in self.nodes.values():
            self.removeItem(item)
        self.nodes.clear()
        self.afar.clear()
        self._selected = self._iced = frozenset()
        self.grid = CardGrid()
        self._cards.clear()

    def _rewire(self, page: Graph, names: Iterable[str]) -> list[EdgeItem]:
        """Give these nodes the wires that the page says; returns those to be laid."""
        fresh = []
        chosen = set(names)
        for name in chosen:
            for key in self.wires.into(name):
                self._take_off(key)
            for slot, wire in enumerate(page[name].sources):
                if wire is not None and wire.node in self.nodes:
                    edge = EdgeItem(wire, name, slot, self._detail, self.afar.touch)
                    self.wires.put(edge)
                    fresh.append(edge)
        return fresh

    def _arrange(self, page: Graph) -> set[str]:
        moved = set()
        for name, (x, y) in placed(page).items():
            item = self.nodes[name]
            if name in self._fresh or item.pos() != QPointF(x, y):
                self._vacated += [item.card, CARD.translated(x, y)]
                item.place(QPointF(x, y))
                self.grid.put(name, item.card)
                self.afar.put(item)
                moved.add(name)
        self._fresh.clear()
        return moved

    def _dress(self, names: Collection[str], report: Report) -> None:
        """Let the wires at these nodes, and those that freeze or thaw, show what they carry."""
        self._shown = report
        iced = frozen_prefix(self._workspace.page, report)
        names, self._iced = {*names, *(iced ^ self._iced)}, iced
        for edge in self.wires.attached(names):
            source = edge.wire.node
            facts = report.nodes.get(source)
            shapes = facts.outputs if facts else ()
            label = str(shapes[edge.wire.output]) if edge.wire.output < len(shapes) else ""
            problem = problem_of(self.nodes[edge.target].findings, self.path(source))
            lit = source in self._selected or edge.target in self._selected
            edge.dress(label, problem, lit=lit, frozen=source in iced)
        self.touched.emit(None)

    def _wear(self) -> None:
        self._cards.clear()
        for edge in self.wires.values():
            edge.restyle()
        self.afar.restyle()
        self.update()
