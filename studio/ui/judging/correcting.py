"""The line on which one sample is given its right class, left out, or taken as its file says."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.datasets.corrections import Corrections
from studio.datasets.origins import as_told
from studio.runs.judging.judgment import Judgment
from studio.ui.data.class_menu import ClassMenu
from studio.ui.judging import wording
from studio.ui.kit import Button, Elided, Label, Note
from studio.wording import _, full


class CorrectionLine(QWidget):
    """What is known of the sample that was clicked, and what can be corrected of it."""

    corrected = Signal(object)
    """The corrections from now on."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._judgment: Judgment | None = None
        self._name = ""
        self.about = Elided()
        self.classes = ClassMenu(whole=False)
        self.classes.setAccessibleName(_("Right class"))
        self.exclude = Button(_("Leave out"), "close")
        self.take_back = Button(_("Take back"), "undo")
        self.exclude.setToolTip(
            _("Keep this sample out of training and judging. Its file stays as it is.")
        )
        self.take_back.setToolTip(_("Take the sample as its file says it."))
        self.reason = Note(
            _("These are not the samples of the project, so they cannot be corrected in it.")
        )
        self._ways = QWidget()
        self._arrange()
        self.classes.activated.connect(lambda at: self._relabel(self.classes.itemText(at)))
        self.exclude.clicked.connect(self._exclude)
        self.take_back.clicked.connect(self._take_back)

    def show_sample(self, judgment: Judgment, sample: int | None, *, can_correct: bool) -> None:
        """Offer to correct a sample; without one, say how to choose it."""
        self._judgment = judgment
        self._ways.setVisible(sample is not None and can_correct)
        self.reason.setVisible(sample is not None and not can_correct)
        if sample is None:
            self._name = ""
            self.about.setText(_("Click a sample to correct it."))
            return
        self._name = judgment.name(sample)
        told = _("{true} answered as {answer} ({share}) · {origin}")
        self.about.setText(
            told.format(
                true=wording.truth(judgment, sample),
                answer=wording.answer(judgment, sample),
                share=wording.confidence(judgment, sample),
                origin=_origin(judgment, sample),
            )
        )
        self._offer(judgment, judgment.found.classes, sample)

    def _offer(self, judgment: Judgment, classes: Sequence[str], sample: int) -> None:
        self.classes.show_classes(tuple(classes))
        self.classes.setVisible(bool(classes))
        self._label.setVisible(bool(classes))
        if classes:
            self.classes.setCurrentIndex(self.classes.findText(judgment.true_name(sample)))
        self.exclude.setVisible(not judgment.is_left_out(sample))
        self.take_back.setVisible(self._name in set(judgment.corrections))

    def _relabel(self, label: str) -> None:
        if self._judgment is None:
            return
        known, name = self._judgment.corrections, self._name
        sample = self._judgment.numbered(name)
        of_file = self._judgment.found.classes[int(self._judgment.dataset.targets[sample])]
        self._tell(known.without(name) if label == of_file else known.relabeled(name, label))

    def _exclude(self) -> None:
        if self._judgment is not None:
            self._tell(self._judgment.corrections.excluding(self._name))

    def _take_back(self) -> None:
        if self._judgment is not None:
            self._tell(self._judgment.corrections.without(self._name))

    def _tell(self, corrections: Corrections) -> None:
        self.corrected.emit(corrections)

    def _arrange(self) -> None:
        self._label = Label(_("Right class"))
        ways = QHBoxLayout(self._ways)
        ways.setContentsMargins(0, 0, 0, 0)
        ways.setSpacing(8)
        self.classes.setMinimumContentsLength(8)
        for widget in (self._label, self.classes, self.exclude, self.take_back):
            ways.addWidget(widget)
        ways.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.about)
        column.addWidget(self._ways)
        column.addWidget(self.reason)


def _origin(judgment: Judgment, sample: int) -> str:
    """Return where a sample is from, or its number where it is from no file."""
    if len(judgment.dataset.origins):
        return as_told(judgment.name(sample))
    return _("sample {number}").format(number=full(sample))
