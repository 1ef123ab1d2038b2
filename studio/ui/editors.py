"""Which widget edits a setting of which simple kind.

An editor shows values without telling anyone and emits what the user made of them, good or bad; the
form around it judges.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QWidget

from studio.setting import Setting
from studio.ui.kit.number import NumberField, shown
from studio.ui.kit.toggle import Toggle
from studio.wording import _


class Editor(QWidget):
    """Edits one setting."""

    edited = Signal(object)
    """The value the user made; text that is no number comes as text."""
    wide = False
    """Whether it needs the full width of the form, below its label."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setting = setting
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(6)

    def show_value(self, value: Any) -> None:
        """Show `value`, without telling anyone."""
        raise NotImplementedError

    def mark(self, *, invalid: bool) -> None:
        """Show whether the value is refused."""
        for field in self.fields():
            if field.property("invalid") != invalid:
                field.setProperty("invalid", invalid)
                field.style().unpolish(field)
                field.style().polish(field)

    def fields(self) -> list[QWidget]:
        """Return the widgets that take the keyboard, in order."""
        return [*self.findChildren(QLineEdit), *self.findChildren(QComboBox)]

    def _name(self, widget: QWidget) -> None:
        widget.setAccessibleName(self.setting.title)
        widget.setAccessibleDescription(_(self.setting.hint))


class Combo(QComboBox):
    """A choice that a passing wheel does not change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class _Typed(Editor):
    """A line whose text is read as a value."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self.field = self._make()
        self._name(self.field)
        if setting.optional:
            self.field.setPlaceholderText(_("not set"))
        self.field.textEdited.connect(lambda text: self.edited.emit(self.read(text)))
        self.row.addWidget(self.field)

    def _make(self) -> QLineEdit:
        return QLineEdit()

    def read(self, text: str) -> Any:
        """Return the value that `text` stands for, or the text itself if it stands for none."""
        return text

    def spelled(self, value: Any) -> str:
        """Return `value` as the user would type it."""
        return str(value)

    def show_value(self, value: Any) -> None:
        if self.field.hasFocus() and self.read(self.field.text()) == value:
            return  # “1.” is 1 already; do not pull the dot away from under the hand
        self.field.setText("" if value is None else self.spelled(value))


class _Integer(_Typed):
    def _make(self) -> QLineEdit:
        return NumberField(low=self.setting.low)

    def read(self, text: str) -> Any:
        return _read(text, int, optional=self.setting.optional)


class _Number(_Typed):
    def _make(self) -> QLineEdit:
        return NumberField(whole=False, low=self.setting.low)

    def read(self, text: str) -> Any:
        return _read(text, float, optional=self.setting.optional)

    def spelled(self, value: Any) -> str:
        return shown(value)


class _Integers(_Typed):
    """Whole numbers with commas, × or spaces in between: 1, 28, 28."""

    def read(self, text: str) -> Any:
        words = (
            text.replace("×", " ").replace("x", " ").replace(",", " ").replace("，", " ").split()
        )
        try:
            return tuple(int(word) for word in words)
        except ValueError:
            return text

    def spelled(self, value: Any) -> str:
        return ", ".join(map(str, value))


class _Flag(Editor):
    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self.toggle = Toggle(setting.title)
        self._name(self.toggle)
        self.toggle.clicked.connect(lambda on: self.edited.emit(bool(on)))
        self.row.addStretch(1)
        self.row.addWidget(self.toggle)

    def show_value(self, value: Any) -> None:
        self.toggle.setChecked(bool(value))

    def fields(self) -> list[QWidget]:
        return [self.toggle]


class _Choice(Editor):
    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self.combo = Combo()
        self._name(self.combo)
        for option in setting.options:
            self.combo.addItem(_(option.replace("_", " ")), option)
        self.combo.activated.connect(lambda _index: self.edited.emit(self.combo.currentData()))
        self.row.addWidget(self.combo)

    def show_value(self, value: Any) -> None:
        self.combo.setCurrentIndex(self.combo.findData(value))


class _Shown(Editor):
    """A value that only its owner understands: a text is shown, anything else has no place here."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self.field = QLineEdit()
        self.field.setReadOnly(True)
        self._name(self.field)
        self.row.addWidget(self.field)

    def show_value(self, value: Any) -> None:
        self.field.setText(str(value))
        self.field.setCursorPosition(0)


def _read(text: str, number: Callable[[str], Any], *, optional: bool) -> Any:
    if not text.strip() and optional:
        return None
    try:
        return number(text.strip().replace(",", ""))
    except ValueError:
        return text


SIMPLE: dict[str, type[Editor]] = {
    "integer": _Integer,
    "number": _Number,
    "flag": _Flag,
    "choice": _Choice,
    "text": _Typed,
    "integers": _Integers,
    "opaque": _Shown,
}
