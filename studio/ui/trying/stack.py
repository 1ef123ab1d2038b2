"""What a network is asked about: a field for each of its Inputs, one below the other."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.datasets.dataset import Dataset
from studio.ui.kit import Caption
from studio.ui.trying.field import Field, Reading
from studio.ui.trying.questions import Reply
from studio.ui.trying.samples import samples_at
from studio.ui.trying.sentence import SentenceField
from studio.ui.trying.writing_field import WritingField


class FieldStack(QWidget):
    """Holds the fields of the run that is asked."""

    changed = Signal()
    """A hand changed what is given."""
    refused = Signal(str)
    """What was brought cannot be used, and why."""
    write = Signal(bool)
    """The network shall write, or write no more."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: tuple[Field, ...] = ()
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    def lay(self, fields: tuple[Field, ...]) -> None:
        """Show these fields in place of those before."""
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        self.fields = fields
        for field in fields:
            if len(fields) > 1:
                self._column.addWidget(Caption(field.name))
            self._column.addWidget(field)
            field.changed.connect(self.changed)
            field.refused.connect(self.refused)
            if isinstance(field, WritingField):
                field.write.connect(self.write)

    @property
    def taking(self) -> Field | None:
        """The field that files are brought to, if there is one."""
        return next((field for field in self.fields if field.takes_files), None)

    @property
    def writing(self) -> WritingField | None:
        """The field that the network writes into, if it writes anything."""
        return next((field for field in self.fields if isinstance(field, WritingField)), None)

    @property
    def called(self) -> str:
        """What is given, in a word or two."""
        return ", ".join(filter(None, (field.called for field in self.fields)))

    @property
    def texts(self) -> Mapping[str, str]:
        """What is typed as a text, by the Input it is for."""
        return {field.name: field.text for field in self._sentences}

    def given(self, without: Field | None = None) -> Mapping[str, Reading] | None:
        """Return what makes the samples, by Input; None if something is missing."""
        readings = {field.name: field.reading() for field in self.fields if field is not without}
        given = {name: reading for name, reading in readings.items() if reading is not None}
        return given if len(given) == len(readings) else None

    def hold(self, dataset: Dataset, index: int) -> None:
        """Show one sample of the data, without telling anyone."""
        given = samples_at(dataset, index, [field.name for field in self.fields])
        for field in self.fields:
            field.hold(dataset, index, given[field.name])

    def clear(self) -> None:
        """Give nothing any more."""
        for field in self.fields:
            field.clear()

    def show_known(self, reply: Reply) -> None:
        """Mark in the texts that were asked what is unknown."""
        for field in self._sentences:
            if field.name in reply.known:
                field.show_known(*reply.known[field.name])

    @property
    def _sentences(self) -> tuple[SentenceField, ...]:
        return tuple(field for field in self.fields if isinstance(field, SentenceField))
