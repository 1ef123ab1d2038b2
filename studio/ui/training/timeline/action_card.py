"""One action of a tick: what it does, its settings, and the layers it is about."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout

from studio.analysis.report import Report
from studio.fields import Declared
from studio.graph.model import Graph
from studio.training.ticks.actions import Action, Rate
from studio.ui.form import Form
from studio.ui.kit import Card, Heading, IconLabel, Note, ToolButton
from studio.ui.training.timeline.layer_choice import LayerChoice
from studio.ui.words import sentence_of, title_of
from studio.wording import _

ICONS = {
    "rate": "chart",
    "freeze": "snowflake",
    "unfreeze": "sun",
    "bypass": "wire",
    "enable": "bolt",
    "loss": "target",
    "augment": "picture",
    "batch_size": "layers",
    "data": "data",
    "save": "save",
    "stop": "finish",
}
"""The icon of each action."""
_NEED_NO_WEIGHTS = frozenset({"bypass", "enable"})
_OF_A_RAMP = ("unit", "shape", "start")


class ActionCard(Card):
    """Edits one action."""

    changed = Signal(object)
    removed = Signal()
    lifted = Signal()
    """It is to come before the one above it."""

    def __init__(self, action: Action, report: Report, *, first: bool) -> None:
        super().__init__()
        self.action = action
        self.setAccessibleName(title_of(type(action)))
        self.lift = ToolButton("chevron_up", _("Let it come before the one above"), side=24)
        self.lift.setVisible(not first)
        self.remove = ToolButton("close", _("Remove this action"), side=24)
        self.form: Form | None = None
        self.layers: LayerChoice | None = None
        self.remove.clicked.connect(self.removed)
        self.lift.clicked.connect(self.lifted)
        self._arrange(report)

    @property
    def problem(self) -> str:
        """Why the action is not whole yet, in a sentence; nothing if it is."""
        if self.form is not None and not self.form.is_valid:
            return _("Correct the field that is marked.")
        return self.layers.problem if self.layers is not None else ""

    def _arrange(self, report: Report) -> None:
        kind = type(self.action)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(IconLabel(ICONS.get(kind.key, "bolt"), 16, "text2"))
        head.addWidget(Heading(title_of(kind)), 1)
        for button in (self.lift, self.remove):
            head.addWidget(button)
        self.body.setSpacing(8)
        self.body.addLayout(head)
        self.body.addWidget(Note(sentence_of(kind)))
        hidden = {"paths"} | ({"output"} if _outputs(report.graph) < 2 else set())
        form = Form(self.action, hidden=hidden)
        if form.names():
            self.form = form
            form.changed.connect(lambda value, _name: self._take(value))
            self.body.addWidget(form)
            self._show_ramp()
        if "paths" in kind.declared:
            self.layers = _layers(self.action, report)
            self.layers.changed.connect(self._take_paths)
            self.body.addWidget(self.layers)

    def _take(self, value: Declared) -> None:
        assert isinstance(value, Action), "the form of an action makes actions"
        self.action = value
        if self.layers is not None:
            self.action = value.changed(paths=self.layers.paths)
        self._show_ramp()
        self.changed.emit(self.action)

    def _take_paths(self, paths: tuple[str, ...]) -> None:
        self.action = self.action.changed(paths=paths)
        self.changed.emit(self.action)

    def _show_ramp(self) -> None:
        """Show how a ramp runs only where there is one."""
        if self.form is None or not isinstance(self.action, Rate):
            return
        for name in _OF_A_RAMP:
            row = self.form.row(name)
            for widget in (row.label, row.editor):
                widget.setVisible(self.action.ramp > 0)


def _layers(action: Action, report: Report) -> LayerChoice:
    paths: tuple[str, ...] = action.get("paths")
    return LayerChoice(report, paths, weights=action.key not in _NEED_NO_WEIGHTS)


def _outputs(graph: Graph) -> int:
    return sum(1 for node in graph.nodes.values() if node.layer.key == "output")
