"""The card around the timeline: from the plan to a preview, and from moved flags to the plan."""

from functools import partial

from PySide6.QtGui import QCursor, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QWidget

from studio.errors import StudioError
from studio.runs.history import History
from studio.training.ticks.actions import Action
from studio.training.ticks.presets import RECIPES, Recipe
from studio.training.ticks.tick import Tick
from studio.ui.binding import follow
from studio.ui.kit import Card, Heading, Note, QuietButton, ToolButton
from studio.ui.training.timeline.editor import TickEditor
from studio.ui.training.timeline.edits import (
    Ticks,
    added,
    copied,
    moved,
    placed_new,
    snapped,
    without,
)
from studio.ui.training.timeline.foresight import Foresight
from studio.ui.training.timeline.menu import Verbs, build_menu
from studio.ui.training.timeline.painting import flags_of
from studio.ui.training.timeline.saying import called
from studio.ui.training.timeline.strip import TimelineStrip
from studio.ui.words import sentence_of, title_of
from studio.wording import _
from studio.workspace import Workspace


class TimelineCard(Card):
    """What the run will do, with the ticks of the plan as flags."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setAccessibleName(_("Timeline"))
        self.strip = TimelineStrip()
        self.trouble = Note("")
        self.new = ToolButton("plus", _("New tick"))
        self.every = QuietButton(_("Ticks"), "clock")
        self.recipes = QuietButton(_("Recipes"), "list")
        self.editor: TickEditor | None = None
        self._foresight = Foresight(workspace)
        self._arrange()
        self.strip.moved.connect(self._move)
        self.strip.removed.connect(self._remove)
        self.strip.asked.connect(self._ask)
        self.strip.edited.connect(self.edit)
        self.strip.wanted.connect(self.begin)
        self.strip.copied.connect(self.duplicate)
        self.new.clicked.connect(lambda _on: self.begin())
        self._stale = True
        follow(self, workspace.plan_changed, lambda _plan: self._foresee())
        follow(self, workspace.report_changed, lambda _report: self._foresee())
        follow(self, workspace.dataset_changed, lambda _data: self._foresee())
        follow(self, workspace.state_changed, lambda _state: self._foresee())
        self._foresee()

    def show_history(self, history: History | None) -> None:
        """Follow a run: its place, and what was done by hand."""
        if self._foresight.follow(history):
            self._foresee()
        self.strip.show_reached(self._foresight.reached)

    def begin(self, step: int | None = None, layer: int | None = None) -> None:
        """Open the form of a new tick at a step, about the layer of a row if one is given."""
        found = self.strip.preview
        if found is None:
            return
        first = 0 if self._foresight.reached is None else self._foresight.reached + 1
        middle = snapped(found.steps // 2, found.course.calendar)
        at = min(max(first, middle if step is None else step), found.steps - 1)
        path = None if layer is None else found.layers[layer]
        self._open(placed_new(found.course, at), None, path)

    def edit(self, number: int) -> None:
        """Open the form of a tick of the plan."""
        self._open(self._workspace.plan.ticks[number], number)

    def duplicate(self, number: int) -> None:
        """Open the form of a new tick that does what this one does, a little later."""
        found = self.strip.preview
        if found is not None:
            self._open(copied(found.course, number), None)

    def _open(self, tick: Tick, number: int | None, layer: str | None = None) -> None:
        editor = TickEditor(self._foresight, tick, number, self.window(), layer=layer)
        editor.kept.connect(self._keep)
        editor.removed.connect(self._remove)
        editor.copied.connect(self.duplicate)
        editor.finished.connect(editor.deleteLater)
        self.editor = editor
        editor.open()

    def _keep(self, ticks: Ticks, number: int) -> None:
        self._set(ticks)
        self.strip.choose(number)

    def _arrange(self) -> None:
        menu = QMenu(self.recipes)
        menu.setToolTipsVisible(True)
        for recipe in RECIPES:
            action = menu.addAction(title_of(recipe), partial(self._apply, recipe))
            action.setToolTip(sentence_of(recipe))
        menu.addSeparator()
        menu.addAction(_("Remove all ticks"), lambda: self._set(()))
        self.recipes.setMenu(menu)
        ticks = QMenu(self.every)
        ticks.aboutToShow.connect(partial(self._list, ticks))
        self.every.setMenu(ticks)
        self.every.setToolTip(_("All ticks of the plan, also those that wait for a metric."))
        self.new.set_tip(_("New tick (Insert, or a double click on the timeline)"))
        head = QHBoxLayout()
        head.addWidget(Heading(_("Timeline")))
        head.addStretch(1)
        for button in (self.new, self.every, self.recipes):
            head.addWidget(button)
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
            found = self._foresight.preview()
        except StudioError as error:
            trouble = str(error)
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        self.strip.show_preview(found, () if found is None else flags_of(found))
        self.new.setEnabled(found is not None)
        self.every.setEnabled(bool(self._workspace.plan.ticks))

    def _list(self, menu: QMenu) -> None:
        """List the ticks, each with what it is called and when it comes."""
        menu.clear()
        for number, tick in enumerate(self._workspace.plan.ticks):
            words = _("{tick}: {moment}").format(tick=called(tick), moment=tick.at.words())
            menu.addAction(words, partial(self.edit, number))

    def _set(self, ticks: Ticks) -> None:
        self._workspace.set_plan(self._workspace.plan.changed(ticks=ticks))

    def _apply(self, recipe: type[Recipe]) -> None:
        self._set(recipe().ticks(self._workspace.report))

    def _move(self, number: int, step: int) -> None:
        found = self.strip.preview
        assert found is not None, "only flags of a preview can be moved"
        self._set(moved(found.course, number, step))

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
            self._set(added(found.course, at, action))

        begin = partial(self.begin, step, layer)
        verbs = Verbs(add, begin, self.edit, self.duplicate, self._remove)
        return build_menu(self.strip, flag, path, found.batch(step), verbs)

    def _ask(self, index: int | None, layer: int | None, step: int) -> None:
        menu = self.menu(index, layer, step)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(QCursor.pos())
