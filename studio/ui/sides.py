"""The editor of a size that is one number for all axes, or one for each, or a word."""

from typing import Any

from PySide6.QtWidgets import QMenu, QWidget

from studio.setting import Setting
from studio.ui.editors import Editor
from studio.ui.kit.buttons import ToolButton
from studio.ui.kit.number import NumberField
from studio.wording import _


class Sides(Editor):
    """Fields side by side with a link: linked, the first one speaks for all axes."""

    def __init__(self, setting: Setting, parent: QWidget | None = None) -> None:
        super().__init__(setting, parent)
        self._linked = True
        self._all = [self._field(axis) for axis in range(max(1, setting.axes))]
        self.link = ToolButton("link", _("One number for every axis"), side=24)
        self.link.setVisible(setting.axes > 1)
        self.link.clicked.connect(self._relink)
        self.row.addWidget(self.link)
        if setting.options:
            self.row.addWidget(self._menu())
        self._arrange(linked=True)

    def _field(self, axis: int) -> NumberField:
        field = NumberField(low=self.setting.low)
        self._name(field)
        if self.setting.axes > 1:
            field.setAccessibleName(
                _("{setting}, axis {axis}").format(setting=self.setting.title, axis=axis + 1)
            )
        field.setPlaceholderText(self._nothing())
        field.textEdited.connect(lambda _text: self.edited.emit(self._value()))
        self.row.addWidget(field, 1)
        return field

    def _nothing(self) -> str:
        if self.setting.optional:
            return _("not set")
        return _("as it is") if self.setting.holes else ""

    def _menu(self) -> ToolButton:
        button = ToolButton("chevron_down", _("Use a word instead of a number"), side=24)
        menu = QMenu(button)
        for word in self.setting.options:
            menu.addAction(word)
        menu.triggered.connect(lambda action: self._say(action.text()))
        button.setMenu(menu)
        button.setPopupMode(ToolButton.ToolButtonPopupMode.InstantPopup)
        return button

    def _say(self, word: str) -> None:
        self.show_value(word)
        self.edited.emit(word)

    def _relink(self) -> None:
        self._arrange(linked=not self._linked)
        for field in self._all[1:]:
            field.setText(self._all[0].text())
        self.edited.emit(self._value())

    def _arrange(self, *, linked: bool) -> None:
        self._linked = linked
        self.link.set_icon("link" if linked else "unlink", "text3")
        for field in self._all[1:]:
            field.setVisible(not linked)

    def show_value(self, value: Any) -> None:
        typing = any(field.hasFocus() for field in self._all)
        if typing and self._value() == value:
            return
        each = isinstance(value, tuple | list)
        self._arrange(linked=not each)
        self.link.setEnabled(not isinstance(value, str))
        values = list(value) if each else [value] * len(self._all)
        for field, item in zip(self._all, values, strict=False):
            field.setText("" if item is None else str(item))
            field.setCursorPosition(0)

    def _value(self) -> Any:
        if self._linked:
            return self._read(self._all[0].text())
        return tuple(self._read(field.text()) for field in self._all)

    def _read(self, text: str) -> Any:
        word = text.strip()
        if not word and (self.setting.optional or self.setting.holes):
            return None
        try:
            return int(word)
        except ValueError:
            return word
