"""The page on which a network is built: layers, canvas, facts, and curves below."""

from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.analysis.report import Report
from studio.ui.binding import follow
from studio.ui.canvas.panel import CanvasPanel
from studio.ui.findings import FindingsPanel
from studio.ui.inspector import InspectorPanel
from studio.ui.kit import Hairline, Segmented
from studio.ui.late import Late
from studio.ui.looking.inside import Inside
from studio.ui.outline import OutlinePanel
from studio.ui.palette import PalettePanel
from studio.ui.services import Services
from studio.ui.totals import TotalsPanel
from studio.ui.training.training_strip import TrainingStrip
from studio.wording import Plural, _
from studio.workspace import Workspace

if TYPE_CHECKING:
    from studio.ui.trying.panel import TryPanel

LEFT, RIGHT, STRIP = 248, 300, 268
_SELECTED, _NOTHING_SELECTED, _LOOKING = (560, 320), (300, 580), (330, 550)
"""How inspector and totals share the right side, in proportion."""


class DesignPage(QWidget):
    """The editor with its panels."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace = services.workspace
        self.canvas = CanvasPanel(workspace)
        self.left = _LeftPanel(workspace)
        self.inside = Inside(workspace, self.canvas.view)
        self.inspector = InspectorPanel(workspace)
        self.totals = TotalsPanel(workspace)
        self.strip = TrainingStrip(workspace)
        middle = _splitter(Qt.Orientation.Vertical, self.canvas, self.strip)
        middle.setSizes([1000, STRIP])
        self._trial: Late[TryPanel] = Late(partial(_try_panel, workspace))
        self._right = _splitter(Qt.Orientation.Vertical, self.inspector, self.totals, self._trial)
        self._trial.hide()
        whole = _splitter(Qt.Orientation.Horizontal, self.left, middle, self._right)
        whole.setStretchFactor(1, 1)
        whole.setSizes([LEFT, 1000, RIGHT])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(whole)
        self.canvas.inspect_asked.connect(self._edit_layer)
        self.canvas.rename_asked.connect(self._rename_layer)
        self.canvas.look_asked.connect(lambda _none: self.inside.turn(on=not self.inside.is_on))
        follow(self, self.canvas.verbs.closer_asked, lambda _none: self.inside.go_into())
        self.inside.turned.connect(lambda on: self._look_inside(on=on))
        self.inside.trial_asked.connect(self._take_sample)
        self.inspector.node.head.renamed.connect(self.take_keyboard)
        follow(self, workspace.selection_changed, self._share_right_side)
        self._share_right_side(workspace.selection)

    @property
    def trial(self) -> "TryPanel":
        """Where a sample is tried while layers are looked into."""
        return self._trial.widget()

    def take_keyboard(self) -> None:
        """Let the keys of the canvas work at once."""
        self.canvas.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def show_problems(self) -> None:
        """Show the list of what keeps the network from training."""
        self.left.show_tab("problems")

    def _edit_layer(self, _name: str) -> None:
        """Put the keyboard into the first setting of the selected layer."""
        self.inspector.setFocus()
        self.inspector.focusNextChild()

    def _rename_layer(self, _name: str) -> None:
        """Put the keyboard into the name of the selected layer."""
        self.inspector.node.head.name.setFocus()
        self.inspector.node.head.name.selectAll()

    def _look_inside(self, *, on: bool) -> None:
        """Show where samples are tried in place of the totals while layers are looked into."""
        self.canvas.toolbar.look.setChecked(on)
        self._trial.setVisible(on)
        self.totals.setVisible(not on)
        self._share_right_side(self._workspace.selection)

    def _take_sample(self) -> None:
        """Try one of the samples that the run kept to be tested with."""
        self.trial.sample.click()

    def _share_right_side(self, selection: frozenset[str]) -> None:
        """Give the inspector room when a layer is selected, else what is below it."""
        sizes = _LOOKING if self.inside.is_on else _SELECTED if selection else _NOTHING_SELECTED
        self._right.setSizes([sizes[0], sizes[1], sizes[1]])


class _LeftPanel(QWidget):
    """Layers to add, the outline of what is there, and the problems."""

    def __init__(self, workspace: Workspace) -> None:
        super().__init__()
        self.setMinimumWidth(200)
        self._stack = QStackedWidget()
        self.palette_panel = PalettePanel(workspace)
        for panel in (self.palette_panel, OutlinePanel(workspace), FindingsPanel(workspace)):
            self._stack.addWidget(panel)
        self._keys = ("layers", "outline", "problems")
        words = (_("Layers"), _("Outline"), _("Problems"))
        self.tabs = Segmented(list(zip(self._keys, words, strict=True)), _("Left panel"), height=28)
        self.tabs.chosen.connect(self.show_tab)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        head = QVBoxLayout()
        head.setContentsMargins(12, 10, 12, 8)
        head.addWidget(self.tabs)
        column.addLayout(head)
        column.addWidget(Hairline())
        column.addWidget(self._stack, 1)
        follow(self, workspace.report_changed, self._show_problems)
        self._show_problems(workspace.report)

    def show_tab(self, key: str) -> None:
        """Show one of "layers", "outline", "problems"."""
        self.tabs.set_value(key)
        self._stack.setCurrentIndex(self._keys.index(key))

    def _show_problems(self, report: Report) -> None:
        count = sum(finding.severity != "hint" for finding in report.findings)
        word = _("Problems {count}").format(count=count) if count else _("Problems")
        self.tabs.set_text("problems", word)
        self.tabs.setToolTip(
            Plural(
                "{count} problem keeps the network from training",
                "{count} problems keep the network from training",
            ).of(len(report.errors))
            if report.errors
            else ""
        )


def _try_panel(workspace: Workspace) -> Any:
    return import_module("studio.ui.trying.panel").TryPanel(workspace)


def _splitter(orientation: Qt.Orientation, *widgets: QWidget) -> QSplitter:
    made = QSplitter(orientation)
    made.setHandleWidth(1)
    made.setChildrenCollapsible(False)
    for widget in widgets:
        made.addWidget(widget)
    return made
