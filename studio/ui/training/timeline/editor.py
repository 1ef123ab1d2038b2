"""The form of a tick: when it comes and what it does, with the course of the run above it."""

from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLineEdit, QMenu, QVBoxLayout, QWidget

from studio.training.ticks.actions import ACTIONS, Action
from studio.training.ticks.moments import Condition, Moment
from studio.training.ticks.tick import Tick
from studio.ui import icons
from studio.ui.kit import Button, Heading, Label, Note, PrimaryButton, QuietButton, scrolled
from studio.ui.training.timeline.action_card import ICONS, ActionCard
from studio.ui.training.timeline.edits import Ticks, moved, replaced, without
from studio.ui.training.timeline.foresight import Foresight
from studio.ui.training.timeline.moment_form import MomentForm
from studio.ui.training.timeline.painting import flags_of
from studio.ui.training.timeline.strip import TimelineStrip
from studio.ui.words import sentence_of, title_of
from studio.wording import _

_PAUSE_MS = 60
"""How long the hand must rest before the course is looked at anew."""


class TickEditor(QDialog):
    """Edits one tick of the plan, or makes a new one; nothing is changed before it is kept."""

    kept = Signal(object, int)
    """The ticks with this one, and its number among them."""
    removed = Signal(int)
    copied = Signal(int)
    """The tick of this number is to be edited as another one; it was kept before."""

    def __init__(
        self,
        foresight: Foresight,
        tick: Tick,
        number: int | None,
        parent: QWidget | None = None,
        *,
        layer: str | None = None,
    ) -> None:
        """Edit tick `number` of the plan, or with None add `tick`; `layer` is meant at first."""
        super().__init__(parent)
        self._foresight = foresight
        self._ticks: Ticks = foresight.workspace.plan.ticks
        self.is_new = number is None
        self.number = len(self._ticks) if number is None else number
        self.tick = tick
        self._layer = layer
        self.setWindowTitle(_("New tick") if self.is_new else _("Edit a tick"))
        self.setMinimumSize(560, 560)
        self.resize(620, 700)
        self.strip = TimelineStrip()
        self.name = QLineEdit(tick.name)
        self.moment = MomentForm(tick.at, foresight.metrics())
        self.cards: list[ActionCard] = []
        self.add = QuietButton(_("Add an action"), "plus")
        self.trouble = Note()
        self.keep = PrimaryButton(_("Add the tick") if self.is_new else _("Keep"))
        self.cancel = Button(_("Cancel"))
        self.remove = QuietButton(_("Delete"), "trash")
        self.copy = QuietButton(_("Duplicate"), "copy")
        self._later = QTimer(self, singleShot=True, interval=_PAUSE_MS)
        self._column = QVBoxLayout()
        self._arrange()
        self._connect()
        self._show_cards()
        self.look()
        self.moment.setFocus()

    @property
    def ticks(self) -> Ticks:
        """The ticks of the plan with this one as it is now."""
        if self.is_new:
            return (*self._ticks, self.tick)
        return replaced(self._ticks, self.number, self.tick)

    @property
    def problem(self) -> str:
        """Why the tick cannot be kept, in a sentence; nothing if it can."""
        own = [self.moment.problem, *(card.problem for card in self.cards)]
        if not self.tick.actions:
            own.append(_("Choose what happens then."))
        return next(filter(None, own), "") or self._trouble

    def look(self) -> None:
        """Look ahead with the tick as it is now."""
        self._later.stop()
        found, self._trouble = self._foresight.tried(self.ticks, self.number)
        shown = found
        if found is None and self._trouble:
            before = self._ticks if self.is_new else without(self._ticks, self.number)
            shown, _said = self._foresight.tried(before, -1)
        self.strip.show_preview(shown, () if shown is None else flags_of(shown))
        self.strip.choose(self.number if shown is found else None)
        course = None if found is None else found.course
        step = None if course is None else course.moments.get(self.number)
        self.moment.show_place(None if course is None else course.calendar, step)
        self.strip.show_reached(self._foresight.reached)
        problem = self.problem
        self.trouble.set_tone("error" if self.tick.actions else "text3")
        self.trouble.setText(problem)
        self.trouble.setVisible(bool(problem))
        self.keep.setEnabled(not problem)

    def accept(self) -> None:
        """Keep the tick, if it can be."""
        self.look()
        if not self.problem:
            self.kept.emit(self.ticks, self.number)
            super().accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if held and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.accept()
        else:
            super().keyPressEvent(event)

    def _connect(self) -> None:
        self._later.timeout.connect(self.look)
        self.name.textEdited.connect(lambda text: self._change(self.tick.changed(name=text)))
        self.moment.changed.connect(self._take_moment)
        self.strip.moved.connect(self._move)
        self.keep.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        self.remove.clicked.connect(self._remove)
        self.copy.clicked.connect(self._copy)

    def _change(self, tick: Tick) -> None:
        self.tick = tick
        self._later.start()

    def _take_moment(self, moment: Moment) -> None:
        self._change(self.tick.changed(at=moment))

    def _move(self, number: int, step: int) -> None:
        """Follow a flag that is dragged; those of other ticks stay where they are."""
        found = self.strip.preview
        if number != self.number or found is None or isinstance(self.tick.at, Condition):
            return
        self.tick = moved(found.course, number, step)[number]
        self.moment.show_moment(self.tick.at)
        self.look()

    def _append(self, kind: type[Action]) -> None:
        action = kind()
        if self._layer is not None and "paths" in kind.declared:
            action = action.changed(paths=(self._layer,))
        self._set_actions((*self.tick.actions, action))
        self._column.activate()
        area, last = self.area, self.cards[-1]
        QTimer.singleShot(0, last, lambda: area.ensureWidgetVisible(last))

    def _take(self, place: int, action: Action) -> None:
        actions = (*self.tick.actions[:place], action, *self.tick.actions[place + 1 :])
        self._change(self.tick.changed(actions=actions))

    def _drop(self, place: int) -> None:
        self._set_actions((*self.tick.actions[:place], *self.tick.actions[place + 1 :]))

    def _lift(self, place: int) -> None:
        before = self.tick.actions
        turned = (*before[: place - 1], before[place], before[place - 1], *before[place + 1 :])
        self._set_actions(turned)

    def _set_actions(self, actions: tuple[Action, ...]) -> None:
        self.tick = self.tick.changed(actions=actions)
        self._show_cards()
        self.look()

    def _remove(self) -> None:
        self.removed.emit(self.number)
        super().reject()

    def _copy(self) -> None:
        self.accept()
        if self.result() == QDialog.DialogCode.Accepted:
            self.copied.emit(self.number)

    def _show_cards(self) -> None:
        report = self._foresight.workspace.report
        for card in self.cards:
            self._column.removeWidget(card)
            card.setParent(None)
            card.deleteLater()
        self.cards = [
            ActionCard(action, report, first=place == 0)
            for place, action in enumerate(self.tick.actions)
        ]
        for place, card in enumerate(self.cards):
            card.changed.connect(partial(self._take, place))
            card.removed.connect(partial(self._drop, place))
            card.lifted.connect(partial(self._lift, place))
            self._column.insertWidget(self._column.count() - 2, card)

    def _arrange(self) -> None:
        self._fill_menu()
        self.trouble.set_tone("error")
        self.remove.setVisible(not self.is_new)
        self.copy.setVisible(not self.is_new)
        self.copy.setToolTip(_("Keep this tick and make another one like it."))
        self.strip.setMinimumHeight(150)
        self.strip.setMaximumHeight(190)
        holder = QWidget()
        holder.setLayout(self._column)
        self._column.setContentsMargins(24, 4, 24, 12)
        self._column.setSpacing(10)
        self._column.addLayout(self._name_row())
        self._column.addWidget(self.moment)
        self._column.addSpacing(4)
        self._column.addWidget(Heading(_("What happens then")))
        self._column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self._column.addStretch(1)
        self.area = scrolled(holder)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 16, 0, 16)
        outer.setSpacing(10)
        top = QVBoxLayout()
        top.setContentsMargins(24, 0, 24, 0)
        top.setSpacing(8)
        top.addWidget(Heading(self.windowTitle()))
        top.addWidget(self.strip)
        outer.addLayout(top)
        outer.addWidget(self.area, 1)
        outer.addLayout(self._foot())

    def _name_row(self) -> QHBoxLayout:
        self.name.setAccessibleName(_("Name"))
        self.name.setPlaceholderText(_("by what it does"))
        self.name.setToolTip(_("What it is called; empty: by its moment."))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(Label(_("Name")), 42)
        row.addWidget(self.name, 58)
        return row

    def _foot(self) -> QVBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        for button in (self.remove, self.copy):
            row.addWidget(button)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.keep)
        self.keep.setDefault(True)
        self.keep.setToolTip(_("Ctrl+Enter keeps it from anywhere in this form."))
        foot = QVBoxLayout()
        foot.setContentsMargins(24, 0, 24, 0)
        foot.setSpacing(8)
        foot.addWidget(self.trouble)
        foot.addLayout(row)
        return foot

    def _fill_menu(self) -> None:
        menu = QMenu(self.add)
        menu.setToolTipsVisible(True)
        for kind in ACTIONS:
            icon = icons.icon(ICONS.get(kind.key, "bolt"), "text2")
            entry = menu.addAction(icon, title_of(kind), partial(self._append, kind))
            entry.setToolTip(sentence_of(kind))
        self.add.setMenu(menu)
