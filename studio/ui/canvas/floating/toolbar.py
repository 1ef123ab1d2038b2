"""The row of tools at the upper left: pointer or hand, undo, redo, layout, selection, freeze."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QWidget

from studio.graph.change import Change
from studio.ui.binding import follow
from studio.ui.canvas.floating.float import floated
from studio.ui.canvas.mouse import Mouse
from studio.ui.canvas.verbs import Verbs
from studio.ui.kit.buttons import ToolButton
from studio.ui.kit.surfaces import Hairline
from studio.wording import _
from studio.workspace import Workspace


class Toolbar(QFrame):
    """Tools for the mouse, and the verbs that are used most."""

    def __init__(self, workspace: Workspace, verbs: Verbs, mouse: Mouse, parent: QWidget) -> None:
        super().__init__(parent)
        floated(self, _("Canvas tools"))
        self._workspace = workspace
        self._mouse = mouse
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(4, 4, 4, 4)
        self._row.setSpacing(2)
        self._add_modes()
        self._add_line()
        self.undo = self._add("undo", "", workspace.undo)
        self.redo = self._add("redo", "", workspace.redo)
        self._add_line()
        self._add("plus", _("Add a layer (Tab)\nOr double-click an empty place."), verbs.search)
        self._add("layout", _("Lay out automatically (L)"), verbs.layout)
        self.group = self._add("group", _("Group the selection into a block (Ctrl+G)"), verbs.group)
        self.freeze = self._add(
            "snowflake",
            _("Freeze or thaw the selection (F)\nTraining leaves frozen layers as they are."),
            verbs.freeze,
        )
        self._add_line()
        self.look = self._add_look(verbs)
        follow(self, workspace.page_changed, self._show_page)
        follow(self, workspace.selection_changed, self._show_selection)
        self._show_page(None)
        self._show_selection(workspace.selection)
        self.adjustSize()

    def _add(self, icon: str, tip: str, verb: Callable[[], object]) -> ToolButton:
        button = ToolButton(icon, tip, self)
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.clicked.connect(lambda _checked: verb())
        self._row.addWidget(button)
        return button

    def _add_modes(self) -> None:
        self._modes = QButtonGroup(self)
        pointer = self._add("pointer", _("Select and move"), lambda: self._take(hand=False))
        hand = self._add(
            "hand",
            _("Move the page\nOr hold Space, or press the wheel of the mouse."),
            lambda: self._take(hand=True),
        )
        for button in (pointer, hand):
            button.setCheckable(True)
            self._modes.addButton(button)
        pointer.setChecked(True)

    def _add_look(self, verbs: Verbs) -> ToolButton:
        tip = _("Look inside (I)\nSee what the selected layer does with the sample that is tried.")
        look = self._add("eye", tip, verbs.look)
        look.setCheckable(True)
        return look

    def _add_line(self) -> None:
        line = Hairline(self, vertical=True)
        line.setFixedHeight(18)
        self._row.addSpacing(3)
        self._row.addWidget(line)
        self._row.addSpacing(3)

    def _take(self, *, hand: bool) -> None:
        self._mouse.hand = hand
        self._mouse.show_cursor()

    def _show_page(self, _change: Change | None) -> None:
        document = self._workspace.document
        undo, redo = document.undo_label, document.redo_label
        self.undo.setEnabled(bool(undo))
        self.redo.setEnabled(bool(redo))
        self.undo.set_tip(_("Undo: {step} (Ctrl+Z)").format(step=undo) if undo else _("Undo"))
        self.redo.set_tip(_("Redo: {step} (Ctrl+Shift+Z)").format(step=redo) if redo else _("Redo"))

    def _show_selection(self, selection: frozenset[str]) -> None:
        self.group.setEnabled(bool(selection))
        self.freeze.setEnabled(bool(selection))
