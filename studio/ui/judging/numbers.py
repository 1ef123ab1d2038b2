"""Numbers that were predicted: against the true ones, and how far they are off."""

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.runs.judging import figures
from studio.runs.judging.answers import Answers
from studio.ui.editors import Combo
from studio.ui.judging.plots import Cloud, Histogram
from studio.wording import _, measured


class NumbersView(QWidget):
    """Dots for the samples and bars for the residuals, of one output at a time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._answers: Answers | None = None
        self.output = Combo()
        self.output.setAccessibleName(_("Number that is predicted"))
        self.cloud = Cloud(_("Predicted and true"), _("Predicted over true"))
        self.residuals = Histogram(_("Residuals"), _("Samples over predicted minus true"))
        row = QHBoxLayout()
        row.setSpacing(12)
        row.addWidget(self.cloud, 1)
        row.addWidget(self.residuals, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.output)
        column.addLayout(row, 1)
        self.output.activated.connect(lambda _at: self._show())

    def show_answers(self, answers: Answers) -> None:
        """Show these numbers."""
        self._answers = answers
        outputs = answers.scores.shape[1]
        if self.output.count() != outputs:
            self.output.clear()
            self.output.addItems(
                [_("Output {number}").format(number=at + 1) for at in range(outputs)]
            )
        self.output.setVisible(outputs > 1)
        self._show()

    def _show(self) -> None:
        answers = self._answers
        if answers is None:
            return
        at = max(0, self.output.currentIndex())
        off = figures.residuals(answers)[:, at]
        self.cloud.show_dots(answers.truth[:, at], answers.scores[:, at])
        self.residuals.show_values(off)
        fit = float(figures.explained(answers)[at])
        self.cloud.value.setText(_("R² {value}").format(value=f"{fit:.3f}"))
        mean = measured(float(abs(off).mean()), 3)
        self.residuals.value.setText(_("Mean error {value}").format(value=mean))
