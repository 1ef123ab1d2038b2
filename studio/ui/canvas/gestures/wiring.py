"""Pulling a wire: only ports that take it light up, and a refusal says why before the drop."""

from PySide6.QtCore import QPointF

from studio.graph import edits
from studio.graph.model import Graph, Wire
from studio.ui.canvas.fitting import Fitting
from studio.ui.canvas.gestures.gesture import Gesture, Stage
from studio.ui.canvas.node_item import NodeItem
from studio.ui.canvas.pulled_wire import PulledWire
from studio.wording import _

_DIM = 0.42
Port = tuple[str, int]


class Wiring(Gesture):
    """Pulls a wire from the output `wire`; `held` is the input it was taken off, if any."""

    def __init__(self, stage: Stage, wire: Wire, held: Port | None = None) -> None:
        self._stage = stage
        self._wire = wire
        self._held = held
        workspace = stage.workspace
        self._page = workspace.page if held is None else edits.disconnect(workspace.page, *held)
        self._fitting = Fitting.of(self._page, workspace.page_report, wire)
        self._refusals = {
            (item.name, slot): self._fitting.refusal(item.name, slot)
            for item in stage.scene.nodes.values()
            for slot in range(item.face.inputs)
        }
        self._aim: Port | None = None
        self._pulled = PulledWire(stage.scene.nodes[wire.node].exit(wire.output))
        stage.scene.add_overlay(self._pulled)
        self._show_hidden(hidden=True)
        self._light()

    @property
    def accepting(self) -> frozenset[Port]:
        """The inputs that would take the wire."""
        return frozenset(port for port, refusal in self._refusals.items() if refusal is None)

    def move(self, point: QPointF) -> None:
        self._aim = self._aimed(point)
        refusal = self._refusals[self._aim] if self._aim else None
        end = self._place(self._aim) if self._aim and refusal is None else point
        self._pulled.pull(end, str(refusal or ""))

    def end(self, point: QPointF) -> None:
        self.move(point)
        aim, held = self._aim, self._held
        self.cancel()
        if aim is None:
            self._drop_on_nothing(point)
        elif refusal := self._refusals[aim]:
            self._stage.workspace.refuse(refusal)
        elif aim != held:
            self._connect(aim)
        else:
            self._stage.choice.choose(self._stage.scene.wires.get(aim))

    def cancel(self) -> None:
        self._show_hidden(hidden=False)
        for item in self._stage.scene.nodes.values():
            item.setOpacity(1.0)
        self._stage.scene.remove_overlay(self._pulled)

    def _connect(self, aim: Port) -> None:
        def edit(graph: Graph) -> Graph:
            loose = graph if self._held is None else edits.disconnect(graph, *self._held)
            return edits.connect(loose, self._wire, *aim)

        label = _("Connect {source} to {target}").format(source=self._wire.node, target=aim[0])
        self._stage.workspace.edit(label, edit)

    def _drop_on_nothing(self, point: QPointF) -> None:
        held = self._held
        if held is None:
            self._stage.ask(point, self._wire)
            return
        label = _("Take the wire off {target}").format(target=held[0])
        self._stage.workspace.edit(label, lambda graph: edits.disconnect(graph, *held))

    def _aimed(self, point: QPointF) -> Port | None:
        """Return the input port the mouse means: the one it is at, or the best of a card."""
        item = self._stage.scene.node_at(point, 14)
        if item is None or item.name == self._wire.node or not item.face.inputs:
            return None
        slot = item.input_at(point)
        return item.name, self._best(item) if slot is None else slot

    def _best(self, item: NodeItem) -> int:
        sources = self._page[item.name].sources
        takes = [s for s in range(item.face.inputs) if self._refusals[item.name, s] is None]
        free = [slot for slot in takes if slot >= len(sources) or sources[slot] is None]
        return next(iter(free or takes), 0)

    def _place(self, port: Port) -> QPointF:
        return self._stage.scene.nodes[port[0]].entry(port[1])

    def _light(self) -> None:
        accepting = self.accepting
        names = {name for name, _slot in accepting} | {self._wire.node}
        for name, item in self._stage.scene.nodes.items():
            item.setOpacity(1.0 if name in names else _DIM)
        self._pulled.offer([self._place(port) for port in accepting])

    def _show_hidden(self, *, hidden: bool) -> None:
        edge = self._stage.scene.wires.get(self._held) if self._held else None
        if edge is not None:
            edge.setVisible(not hidden)
