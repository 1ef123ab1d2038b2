"""The card around the timeline: from the plan to a preview, and from moved flags to the plan."""

from functools import partial

from PySide6.QtGui import QCursor, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from studio.errors import StudioError
from studio.graph.walk import walk
from studio.runs.history import History
from studio.training.course.fired import HAND, Fired, Record
from studio.training.course.length import steps_in_epoch
from studio.training.course.preview import Preview, preview
from studio.training.ticks.actions import Action
from studio.training.ticks.presets import RECIPES, Recipe
from studio.training.ticks.tick import read_tick
from studio.ui.binding import follow
from studio.ui.kit import Card, Heading, Note, QuietButton
from studio.ui.training.timeline.edits import Ticks, added, moved, without
from studio.ui.training.timeline.menu import build_menu
from studio.ui.training.timeline.painting import Flag
from studio.ui.training.timeline.saying import called
from studio.ui.training.timeline.strip import TimelineStrip
from studio.ui.words import sentence_of, title_of
from studio.wording import _
from studio.workspace import State, Workspace

_MOST_NODES = 1_000
"""Layers beyond which rows could not be told apart any more."""


class TimelineCard(Card):
    """What the run will do, with the ticks of the plan as flags."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setAccessibleName(_("Timeline"))
        self.strip = TimelineStrip()
        self.trouble = Note("")
        self.recipes = QuietButton(_("Recipes"), "list")
        self._arrange()
        self.strip.moved.connect(self._move)
        self.strip.removed.connect(self._remove)
        self.strip.asked.connect(self._ask)
        self._stale = True
        follow(self, workspace.plan_changed, lambda _plan: self._foresee())
        follow(self, workspace.report_changed, lambda _report: self._foresee())
        follow(self, workspace.dataset_changed, lambda _data: self._foresee())
        follow(self, workspace.state_changed, lambda _state: self._foresee())
        self._hands: tuple[Fired, ...] = ()
        self._foresee()

    def show_history(self, history: History | None) -> None:
        """Follow a run: its place, and what was done by hand."""
        running = self._workspace.state is not State.IDLE
        hands = _by_hand(history) if history is not None and running else ()
        if hands != self._hands:
            self._hands = hands
            self._foresee()
        self.strip.show_reached(history.step if history is not None and running else None)

    def _arrange(self) -> None:
        menu = QMenu(self.recipes)
        menu.setToolTipsVisible(True)
        for recipe in RECIPES:
            action = menu.addAction(title_of(recipe), partial(self._apply, recipe))
            action.setToolTip(sentence_of(recipe))
        menu.addSeparator()
        menu.addAction(_("Remove all ticks"), lambda: self._set(()))
        self.recipes.setMenu(menu)
        head = QHBoxLayout()
        head.addWidget(Heading(_("Timeline")))
        head.addStretch(1)
        head.addWidget(self.recipes)
        self.body.setContentsMargins(14, 8, 12, 6)
        self.body.setSpacing(4)
        self.body.addLayout(head)
        self.body.addWidget(self.trouble)
        self.body.addWidget(self.strip, 1)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._foresee()

    def _foresee(self) -> None:
        """Look ahead anew; while nobody sees it, only remember to."""
        self._stale = not self.isVisible()
        if self._stale:
            return
        found, trouble = None, ""
        try:
            found = self._preview()
        except StudioError as error:
            trouble = str(error)
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        self.strip.show_preview(found, () if found is None else _flags(found))

    def _preview(self) -> Preview | None:
        workspace = self._workspace
        if workspace.split is None or workspace.report.errors or not workspace.report.parameters:
            return None
        plan, graph = workspace.plan, workspace.document.graph
        if sum(1 for _node in walk(graph)) > _MOST_NODES:
            return None
        per_epoch = steps_in_epoch(len(workspace.split.train), plan.batch_size, graph)
        return preview(plan, workspace.report, per_epoch, Record(self._hands))

    def _set(self, ticks: Ticks) -> None:
        self._workspace.set_plan(self._workspace.plan.changed(ticks=ticks))

    def _apply(self, recipe: type[Recipe]) -> None:
        self._set(recipe().ticks(self._workspace.report))

    def _move(self, number: int, step: int) -> None:
        found = self.strip.preview
        assert found is not None, "only flags of a preview can be moved"
        ticks = self._workspace.plan.ticks
        self._set(moved(ticks, number, step, found.course.per_epoch, found.steps))

    def _remove(self, number: int) -> None:
        self._set(without(self._workspace.plan.ticks, number))

    def menu(self, index: int | None, layer: int | None, step: int) -> QMenu:
        """Return what can be done with a flag, or at a step in the row of a layer."""
        found = self.strip.preview
        assert found is not None, "a menu is only asked for in a preview"
        flag = None if index is None else self.strip.flags[index]
        path = None if layer is None else found.layers[layer]

        def add(action: Action) -> None:
            at = step if flag is None else flag.step
            ticks = self._workspace.plan.ticks
            self._set(added(ticks, at, action, found.course.per_epoch, found.steps))

        return build_menu(self.strip, flag, path, add, self._remove)

    def _ask(self, index: int | None, layer: int | None, step: int) -> None:
        menu = self.menu(index, layer, step)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QCursor.pos())


def _flags(found: Preview) -> tuple[Flag, ...]:
    return tuple(
        Flag(fired.step, called(fired.tick), fired.number)
        for span in found.spans
        for fired in span.ticks
    )


def _by_hand(history: History) -> tuple[Fired, ...]:
    """Return what was done by hand in a run, and the conditions that came true."""
    return tuple(
        Fired(came.step, read_tick(came.tick), came.number)
        for came in history.ticks
        if came.number == HAND or came.origin == "condition"
    )
