"""The form of any declared value: one row for each setting, checked while the hand still types."""

from collections.abc import Callable, Collection
from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.fields import Declared
from studio.setting import Setting
from studio.ui.editors import SIMPLE, Combo, Editor
from studio.ui.form_row import Row
from studio.ui.kit.buttons import QuietButton, ToolButton
from studio.ui.kit.labels import Label
from studio.ui.path_field import PLACES, PathField
from studio.ui.sides import Sides
from studio.ui.words import sentence_of, title_of
from studio.wording import _

EDITOR_SHARE = 58
"""Hundredths of the width that editors take; labels have the rest."""
_PASSING = {Qt.FocusReason.PopupFocusReason, Qt.FocusReason.ActiveWindowFocusReason}
"""Why the keyboard leaves a field that it comes back to."""
_DONE = {Qt.Key.Key_Return, Qt.Key.Key_Enter}


class Form(QWidget):
    """Edits a declared value; a bad value is explained under its field and goes nowhere.

    While a field is refused, its setting has the value from before the hand came to it: the good
    beginning of a bad text (the 1e1 of 1e10) does not count. Left so, the field shows that value.
    """

    changed = Signal(object, str)
    """The new value, and the name of the setting that moved."""
    focused = Signal(object)
    """The `Setting` whose editor has the keyboard now, or None."""

    def __init__(
        self, value: Declared, parent: QWidget | None = None, *, hidden: Collection[str] = ()
    ) -> None:
        super().__init__(parent)
        self._value = value
        self._before: dict[str, Any] = {}
        self._rows: dict[str, Row] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(0, 100 - EDITOR_SHARE)
        grid.setColumnStretch(1, EDITOR_SHARE)
        for setting in value.offered().values():
            if setting.name not in hidden and _has_place(setting, value.get(setting.name)):
                self._rows[setting.name] = self._row(grid, setting)
        self.show_value(value)

    @property
    def value(self) -> Declared:
        """The last value that was good in every setting."""
        return self._value

    @property
    def is_valid(self) -> bool:
        """Whether no field shows a refusal."""
        inner = self.findChildren(Form)
        return not any(row.is_refused for form in (self, *inner) for row in form._rows.values())  # noqa: SLF001

    def row(self, name: str) -> Row:
        """Return the row of the setting called `name`."""
        return self._rows[name]

    def names(self) -> tuple[str, ...]:
        """Return the names of the settings that have a row, in order."""
        return tuple(self._rows)

    def show_value(self, value: Declared) -> None:
        """Show `value`, of the same class, without telling anyone."""
        former, self._value = self._value, value
        for name, row in self._rows.items():
            shown = value.get(name)
            moved = shown != former.get(name)
            if moved:
                self._before.pop(name, None)
            if moved or not row.is_refused:  # else the refused text stays under the hand
                row.show_value(shown)

    def _row(self, grid: QGridLayout, setting: Setting) -> Row:
        row = Row(setting, editor_of(setting), self._take)
        at = grid.rowCount()
        if setting.kind == "flag":  # a switch is small: its label may be long
            grid.addLayout(row.in_a_line(), at, 0, 1, 2)
        else:
            grid.addWidget(row.label, at, 0, Qt.AlignmentFlag.AlignTop)
            place = (at + 1, 0, 1, 2) if row.editor.wide else (at, 1, 1, 1)
            grid.addWidget(row.editor, *place)
        grid.addWidget(row.refusal, at + 2, 0, 1, 2)
        for field in row.editor.fields():
            field.installEventFilter(self)
        return row

    def _take(self, setting: Setting, raw: Any) -> None:
        row = self._rows[setting.name]
        before = self._before.setdefault(setting.name, self._value.get(setting.name))
        try:
            value = self._value.changed(**{setting.name: setting.in_words().check(raw)})
            row.refuse("")
        except StudioError as refusal:
            row.refuse(str(refusal))
            value = self._value.changed(**{setting.name: before})
        if value != self._value:
            self._value = value
            self.changed.emit(value, setting.name)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        row = self._row_of(watched)
        if row is not None and isinstance(event, QFocusEvent) and event.reason() not in _PASSING:
            self._finish(row)
            self.focused.emit(row.setting if event.gotFocus() else None)
        elif isinstance(event, QKeyEvent) and event.key() in _DONE and row and not row.is_refused:
            self._finish(row)
        return super().eventFilter(watched, event)

    def _finish(self, row: Row) -> None:
        """Take what the row has as its value from before the next edit."""
        self._before.pop(row.setting.name, None)
        if row.is_refused:
            row.show_value(self._value.get(row.setting.name))

    def _row_of(self, field: QObject) -> Row | None:
        return next((row for row in self._rows.values() if field in row.editor.fields()), None)


class _Members(Editor):
    """What editors of family members share: an indented form for the settings of one."""

    wide = True

    def _form(self, member: Declared, taken: Callable[[Declared], None]) -> QWidget | None:
        if not member.declared:
            return None
        form = Form(member)
        form.changed.connect(lambda value, _name: taken(value))
        indented = QWidget()
        row = QHBoxLayout(indented)
        row.setContentsMargins(12, 0, 0, 0)
        row.addWidget(form)
        return indented


class Nested(_Members):
    """One member of a family: a menu of words, and below it the form of the one chosen."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self.combo = Combo()
        self._name(self.combo)
        if setting.optional:
            self.combo.addItem(_("none"), None)
        for cls in setting.family:
            self.combo.addItem(title_of(cls), cls.key)
            self.combo.setItemData(
                self.combo.count() - 1, sentence_of(cls), Qt.ItemDataRole.ToolTipRole
            )
        self.combo.activated.connect(lambda _index: self._choose(self.combo.currentData()))
        self._inner: QWidget | None = None
        self._shown: Declared | None = None
        self._column = QVBoxLayout()
        self._column.setSpacing(8)
        self._column.addWidget(self.combo)
        self.row.addLayout(self._column)

    def _choose(self, key: str | None) -> None:
        if key is None:
            member = None
        elif self._shown is not None and self._shown.key == key:
            return
        else:
            member = self.setting.family[key]()
        self.show_value(member)
        self.edited.emit(member)

    def _take(self, member: Declared) -> None:
        self._shown = member
        self.edited.emit(member)

    def show_value(self, value: Any) -> None:
        if value == self._shown and self._inner is not None:
            return
        self.combo.setCurrentIndex(self.combo.findData(value.key if value is not None else None))
        same = self._inner is not None and type(value) is type(self._shown)
        self._shown = value
        if same and self._inner is not None:
            form = self._inner.findChild(Form)
            assert form is not None
            form.show_value(value)
            return
        if self._inner is not None:
            self._column.removeWidget(self._inner)
            self._inner.setParent(None)  # at once: it must not be found among the children
            self._inner.deleteLater()
        self._inner = self._form(value, self._take) if value is not None else None
        if self._inner is not None:
            self._column.addWidget(self._inner)

    def fields(self) -> list[QWidget]:
        return [self.combo]


class Many(_Members):
    """A list of members of a family: each with its form, and a menu to add another."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self._members: tuple[Declared, ...] = ()
        self._pieces: list[QWidget] = []
        self.column = QVBoxLayout()
        self.column.setSpacing(6)
        self.row.addLayout(self.column)
        self.add = QuietButton(_("Add one"), "plus")
        self._name(self.add)
        menu = QMenu(self.add)
        menu.setToolTipsVisible(True)
        for cls in setting.family:
            action = menu.addAction(title_of(cls))
            action.setToolTip(sentence_of(cls))
            action.setData(cls.key)
        menu.triggered.connect(lambda action: self._append(setting.family[action.data()]()))
        self.add.setMenu(menu)
        self.column.addWidget(self.add, 0, Qt.AlignmentFlag.AlignLeft)
        self.add.setVisible(not menu.isEmpty())  # not before it has a parent

    def _append(self, member: Declared) -> None:
        self._set((*self._members, member))

    def _drop(self, index: int) -> None:
        self._set(tuple(item for i, item in enumerate(self._members) if i != index))

    def _set(self, members: tuple[Declared, ...]) -> None:
        self.show_value(members)
        self.edited.emit(members)

    def _take(self, index: int, member: Declared) -> None:
        items = list(self._members)
        items[index] = member
        self._members = tuple(items)
        self.edited.emit(self._members)

    def show_value(self, value: Any) -> None:
        if tuple(value) == self._members:
            return
        self._members = tuple(value)
        for piece in self._pieces:
            self.column.removeWidget(piece)
            piece.setParent(None)
            piece.deleteLater()
        self._pieces = [self._piece(i, member) for i, member in enumerate(self._members)]
        for index, piece in enumerate(self._pieces):
            self.column.insertWidget(index, piece)

    def _piece(self, index: int, member: Declared) -> QWidget:
        piece = QWidget()
        column = QVBoxLayout(piece)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        head = QHBoxLayout()
        head.addWidget(Label(title_of(type(member))))
        head.addStretch(1)
        remove = ToolButton("close", _("Remove"), side=24)
        remove.clicked.connect(lambda: self._drop(index))
        head.addWidget(remove)
        column.addLayout(head)
        inner = self._form(member, lambda value: self._take(index, value))
        if inner is not None:
            column.addWidget(inner)
        return piece

    def fields(self) -> list[QWidget]:
        return [self.add]


def _has_place(setting: Setting, value: Any) -> bool:
    if setting.kind == "many":
        return bool(value) or next(iter(setting.family), None) is not None
    return setting.kind != "opaque" or (isinstance(value, str) and bool(value))


def editor_of(setting: Setting) -> Editor:
    """Return a new editor for a setting."""
    is_place = setting.kind == "text" and setting.name in PLACES
    return PathField(setting) if is_place else EDITORS[setting.kind](setting)


EDITORS: dict[str, type[Editor]] = {**SIMPLE, "sides": Sides, "nested": Nested, "many": Many}
"""The editor of each kind of setting."""
