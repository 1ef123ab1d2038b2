"""What the gallery says of the marked network, and the sizes it can be opened in."""

import json

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFormLayout, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from studio.analysis.analyze import analyze
from studio.errors import StudioError
from studio.fields import Declared
from studio.gallery import Architecture, Entry
from studio.ui import theme
from studio.ui.form import Form
from studio.ui.gallery.facts import Facts, facts, facts_of
from studio.ui.kit import Heading, Label, Note, PrimaryButton, QuietButton, scrolled
from studio.wording import _, full, humanized, marked

_ROWS = (
    ("parameters", marked("Parameters")),
    ("depth", marked("Depth")),
    ("modules", marked("Layers with weights")),
    ("multiply_adds", marked("Multiply-adds")),
)
_PAUSE = 120
"""Milliseconds after the last key before a size is worked out."""


class Details(QWidget):
    """One network: its story, its numbers, and a form of what distinguishes its sizes."""

    opened = Signal(str)
    """The name of the network to open, with the settings that were changed."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._entry: Entry | None = None
        self._form: Form | None = None
        self.title = Heading("")
        self.title.setFont(theme.font(18, 600))
        self.title.setWordWrap(True)
        self.source = _source()
        self.about = Note()
        self.about.set_tone("text2")
        self._numbers = {key: _number() for key, _title in _ROWS}
        self._size = Heading(_("Size"))
        self.usual = QuietButton(_("Back to the published size"))
        self.usual.setAutoDefault(False)
        self.usual.clicked.connect(self._reset)
        self.refusal = _refusal()
        self.open = PrimaryButton(_("Open"))
        self.open.setDefault(True)
        self.open.clicked.connect(self.take)
        self._timer = QTimer(self, singleShot=True, interval=_PAUSE)
        self._timer.timeout.connect(self._work_out)
        self._lay_out()

    def _lay_out(self) -> None:
        facts_table = QFormLayout()
        facts_table.setHorizontalSpacing(16)
        facts_table.setVerticalSpacing(4)
        for key, title in _ROWS:
            facts_table.addRow(Label(_(title)), self._numbers[key])
        page = QWidget()
        page.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._column = QVBoxLayout(page)
        self._column.setContentsMargins(0, 0, 12, 0)
        self._column.setSpacing(8)
        for words in (self.title, self.source, self.about):
            self._column.addWidget(words)
        self._column.addSpacing(4)
        self._column.addLayout(facts_table)
        self._column.addSpacing(8)
        self._column.addWidget(self._size)
        self._column.addWidget(self.usual)
        self._column.addStretch(1)
        area = scrolled(page)
        area.setFrameShape(QScrollArea.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(12)
        outer.addWidget(area, 1)
        outer.addWidget(self.refusal)
        outer.addWidget(self.open)

    def show_entry(self, entry: Entry | None) -> None:
        """Show one network, in its published size."""
        self._entry = entry
        self.setEnabled(entry is not None)
        self.title.setText(_(entry.title) if entry else _("Nothing found"))
        origin = [str(entry.year) if entry and entry.year else "", entry.paper if entry else ""]
        self.source.setText(" · ".join(part for part in origin if part))
        self.source.setVisible(bool(self.source.text()))
        self.about.setText(_(entry.about) if entry else "")
        self._show_form(entry.architecture if entry else None)
        self._work_out()

    def take(self) -> None:
        """Ask to open the network in the size that is shown."""
        if self._entry is not None and self.open.isEnabled():
            self.opened.emit(self._name())

    def _show_form(self, architecture: Architecture | None) -> None:
        if self._form is not None:
            self._column.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
        self._form = None if architecture is None else Form(architecture)
        for widget in (self._size, self.usual):
            widget.setVisible(architecture is not None)
        if self._form is not None:
            self._form.changed.connect(lambda _value, _name: self._timer.start())
            self._column.insertWidget(self._column.indexOf(self.usual), self._form)

    def _reset(self) -> None:
        if self._entry is not None:
            self._show_form(self._entry.architecture)
            self._work_out()

    def _changes(self) -> dict[str, object]:
        """Return the settings that differ from the published size."""
        entry, form = self._entry, self._form
        if entry is None or entry.architecture is None or form is None:
            return {}
        usual: Declared = entry.architecture
        made = form.value.values()
        return {name: item for name, item in made.items() if item != usual.values()[name]}

    def _name(self) -> str:
        assert self._entry is not None
        changes = (f"{name}={json.dumps(value)}" for name, value in self._changes().items())
        asked = "&".join(changes)
        return f"{self._entry.name}?{asked}" if asked else self._entry.name

    def _work_out(self) -> None:
        """Show the numbers of the size, or why it cannot be."""
        problem, found = "", None
        try:
            found = self._facts()
        except StudioError as refusal:
            problem = str(refusal)
        self.refusal.setText(problem)
        self.refusal.setVisible(bool(problem))
        self.open.setEnabled(found is not None)
        self.usual.setEnabled(bool(self._changes()))
        for key, label in self._numbers.items():
            label.setText(humanized(getattr(found, key)) if found is not None else "–")
            label.setToolTip(full(getattr(found, key)) if found is not None else "")

    def _facts(self) -> Facts | None:
        if self._entry is None:
            return None
        if not self._changes() or self._form is None:
            return facts(self._entry.name)
        made = self._form.value
        assert isinstance(made, Architecture)
        report = analyze(made.graph())
        if report.errors:
            raise StudioError(report.errors[0].problem, report.errors[0].remedy)
        return facts_of(report)


def _source() -> Note:
    made = Note()
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _refusal() -> Note:
    made = Note()
    made.set_tone("error")
    made.hide()
    return made


def _number() -> Label:
    made = Label("")
    made.setFont(theme.font(13, 600, tabular=True))
    return made
