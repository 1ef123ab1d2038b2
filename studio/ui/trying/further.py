"""What the network says besides its first answer, one part below the other."""

from collections.abc import Mapping
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.ui.kit import Caption, Hairline, Note, ValueLabel
from studio.ui.trying.bars import MOST, AnswerBars
from studio.ui.trying.telling import number, right, spelled
from studio.wording import _, in_percent

if TYPE_CHECKING:
    from studio.runs.predict import Prediction


class FurtherAnswer(QWidget):
    """One answer under its name: a class with all shares, or a number."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.answer, self.note, self.bars = ValueLabel(px=18), Note(), AnswerBars()
        self.answer.setAccessibleName(name)
        self.answer.setWordWrap(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (Hairline(), Caption(name), self.answer, self.note, self.bars):
            column.addWidget(widget)

    def show_prediction(self, prediction: "Prediction") -> str:
        """Show what is predicted; return it in a word."""
        shares = dict(islice(prediction.probabilities.items(), MOST))
        if shares:
            said = spelled(prediction.label)
            self.note.setText(_("with {share}").format(share=in_percent(prediction.probability, 1)))
        else:
            said = ", ".join(map(number, prediction.values))
            self.note.setText("")
        self.note.setVisible(bool(self.note.text()))
        self.answer.setText(said)
        self.answer.setAccessibleDescription(said)
        self.bars.show_shares({spelled(name): share for name, share in shares.items()})
        self.bars.setVisible(bool(shares))
        return said


class FurtherAnswers(QWidget):
    """All answers but the first; nothing where there is but one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.parts: dict[str, FurtherAnswer] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(10)
        self.hide()

    def show_predictions(self, predictions: Mapping[str, "Prediction"]) -> tuple[str, ...]:
        """Show what is predicted by name; return each in a word."""
        if list(predictions) != list(self.parts):
            self._lay(tuple(predictions))
        self.setVisible(bool(predictions))
        return tuple(self.parts[name].show_prediction(one) for name, one in predictions.items())

    def tell_truths(self, truths: Mapping[str, str]) -> None:
        """Say what is right, in place of how sure the network is."""
        for name, truth in truths.items():
            if name in self.parts:
                self.parts[name].note.setText(right(truth))
                self.parts[name].note.show()

    def _lay(self, names: tuple[str, ...]) -> None:
        for part in self.parts.values():
            part.hide()
            part.deleteLater()
        self.parts = {name: FurtherAnswer(name) for name in names}
        for part in self.parts.values():
            self._column.addWidget(part)
