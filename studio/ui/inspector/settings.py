"""The settings of one layer: its form, and a line that teaches what the field at hand does."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.catalogue.layer import Layer
from studio.errors import StudioError
from studio.fields import Declared
from studio.graph import edits
from studio.setting import Setting
from studio.ui.form import Form
from studio.ui.kit import Heading, Note, ToolButton
from studio.ui.words import lesson_of
from studio.wording import _
from studio.workspace import Workspace

_STEPWISE = {"flag", "choice"}
"""Kinds of settings of which each change is a step of its own to undo."""


class SettingsSection(QWidget):
    """The form of the selected layer; each good value goes into the network at once."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._name = ""
        self._layer: Layer | None = None
        self._visit = 0
        self.form: Form | None = None
        self.heading = Heading(_("Settings"))
        self.reset = ToolButton("reset", _("Back to the usual settings"), side=24)
        self.reset.clicked.connect(self._reset)
        self.teaching = Note()
        head = QHBoxLayout()
        head.addWidget(self.heading)
        head.addStretch(1)
        head.addWidget(self.reset)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addLayout(head)
        self._column.addWidget(self.teaching)

    def show_layer(self, name: str, layer: Layer) -> None:
        """Show the settings of the layer called `name`."""
        same = name == self._name and layer == self._layer and self.form is not None
        fresh = self.form is None or name != self._name or not _alike(layer, self._layer)
        self._name, self._layer = name, layer
        if same:
            return
        if fresh:
            self._rebuild(layer)
        elif self.form is not None:
            self.form.show_value(layer)
        usual = type(layer)() if not _is_usual(layer) else layer
        self.reset.setVisible(usual != layer)

    def _rebuild(self, layer: Layer) -> None:
        if self.form is not None:
            self._column.removeWidget(self.form)
            self.form.hide()
            self.form.deleteLater()
        self.form = Form(layer)
        self.form.changed.connect(self._apply)
        self.form.focused.connect(self._teach)
        self._column.insertWidget(1, self.form)
        self.form.setVisible(bool(self.form.names()))
        self.heading.setVisible(bool(self.form.names()))
        self._teach(None)

    def _apply(self, value: Declared, setting: str) -> None:
        name, made = self._name, value.get(setting)
        declared = value.offered()[setting]
        label = _("Change {setting} of {layer}").format(setting=declared.title, layer=name)
        gesture = None if declared.kind in _STEPWISE else (name, setting, self._visit)
        self._workspace.edit(
            label, lambda graph: edits.configure(graph, name, **{setting: made}), gesture
        )

    def _reset(self) -> None:
        name, layer = self._name, self._layer
        if layer is None:
            return
        usual = type(layer)()
        label = _("Reset {layer}").format(layer=name)
        self._workspace.edit(label, lambda graph: edits.replace_layer(graph, name, usual))

    def _teach(self, setting: Setting | None) -> None:
        if setting is not None:
            self._visit += 1
            self.teaching.setText(_(setting.hint))
        elif self._layer is not None:
            self.teaching.setText(lesson_of(self._layer))


def _alike(layer: Layer, other: Layer | None) -> bool:
    """Return whether both have the same settings, so that one form serves both."""
    return other is not None and type(layer) is type(other) and layer.offered() == other.offered()


def _is_usual(layer: Layer) -> bool:
    """Return whether “reset” has nothing to do, or would lose what cannot be typed again."""
    if any(setting.kind == "opaque" for setting in layer.declared.values()):
        return True
    try:
        return type(layer)() == layer
    except StudioError:
        return True
