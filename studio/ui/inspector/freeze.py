"""Whether training changes a layer: the switch with the snowflake."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.graph.model import Frozen
from studio.ui.freeze_gain import FreezeGain
from studio.ui.kit import IconLabel, Label, Note, Segmented, Toggle
from studio.wording import _
from studio.workspace import Workspace

_STATES: dict[str, Frozen] = {"no": False, "statistics": "statistics", "all": True}


class FreezeRow(QWidget):
    """Freezes the selected layers; a batch norm can also keep only its statistics."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.icon = IconLabel("snowflake", 18, "text3")
        self.title = Label(_("Freeze weights"))
        self.title.set_tone("text")
        self.note = Note()
        tip = _("Training leaves a frozen layer exactly as it is. Key: F")
        self.toggle = Toggle(_("Freeze weights"), token="ice", icon="snowflake")
        self.toggle.setToolTip(tip)
        self.toggle.clicked.connect(self._switch)
        words = (("no", _("Train")), ("statistics", _("Statistics")), ("all", _("Frozen")))
        self.extent = Segmented(words, _("What is frozen"), height=28)
        self.extent.setToolTip(
            _("“Statistics” keeps the running mean and variance and trains scale and shift.")
        )
        self.extent.chosen.connect(lambda key: self._freeze(_STATES[key]))
        self.gain = FreezeGain(workspace)
        row = QHBoxLayout()
        row.setSpacing(10)
        row.addWidget(self.icon)
        row.addWidget(self.title, 1)
        row.addWidget(self.toggle)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(row)
        column.addWidget(self.extent)
        column.addWidget(self.note)
        column.addWidget(self.gain)
        self.gain.outdate()

    def show_state(
        self, frozen: Frozen, *, has_statistics: bool = False, many: bool = False
    ) -> None:
        """Show what is frozen; `has_statistics` offers to freeze only those."""
        self.toggle.setChecked(frozen is True)
        self.icon.show_icon("snowflake", "ice" if frozen else "text3")
        self.extent.setVisible(has_statistics)
        self.toggle.setVisible(not has_statistics)
        self.extent.set_value(next(key for key, state in _STATES.items() if state == frozen))
        if frozen is True:
            note = _("Keeps its values: nothing moves in training.")
        elif frozen == "statistics":
            note = _("Scale and shift train; the running statistics stay.")
        elif many:
            note = _("All selected layers train.")
        else:
            note = _("Trains with the rest of the network.")
        self.note.setText(note)
        self.gain.outdate()

    def _switch(self, on: bool) -> None:  # noqa: FBT001  Qt calls it so
        self._freeze(bool(on))

    def _freeze(self, frozen: Frozen) -> None:
        self._workspace.set_frozen(self._workspace.selection, frozen)
