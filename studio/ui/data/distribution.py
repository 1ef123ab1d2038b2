"""How the answers, or the values of any column, are spread over the samples of each part."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.datasets.dataset import Dataset, Split
from studio.datasets.origins import as_told
from studio.ui.data.balance import Balance
from studio.ui.data.counting import Summary, counted, most_frequent, spread, summary
from studio.ui.editors import Combo
from studio.ui.kit import Heading, Note
from studio.ui.pictures import answer_of
from studio.wording import Plural, _, measured

_MOST_COLUMNS = 1000


class Distribution(QWidget):
    """Bars for the answers, or for the column that the menu names."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._split: Split | None = None
        self.title = Heading()
        self.column = Combo()
        self.column.setAccessibleName(_("Column"))
        self.column.activated.connect(lambda _at: self._show())
        self.bars = Balance()
        self.words = Note()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        for widget in (self.title, self.column, self.bars, self.words):
            column.addWidget(widget)

    def show_dataset(self, dataset: Dataset, split: Split) -> None:
        """Show the answers of another data set."""
        self._dataset, self._split = dataset, split
        self.column.clear()
        self.column.addItem(answer_of(dataset))
        self.column.addItems(list(map(as_told, dataset.columns[:_MOST_COLUMNS])))
        self.column.setVisible(bool(dataset.columns))
        self._show()

    def show_column(self, place: int) -> None:
        """Show the input column at `place`; the answers come before the first."""
        if -1 <= place < self.column.count() - 1:
            self.column.setCurrentIndex(place + 1)
            self._show()

    def _show(self) -> None:
        dataset, split = self._dataset, self._split
        if dataset is None or split is None:
            return
        place = self.column.currentIndex() - 1
        is_classes = place < 0 and bool(dataset.classes)
        self.title.setText(_("Samples by value"))
        if is_classes:
            several = dataset.targets.ndim > 1
            self.title.setText(_("Answers per class") if several else _("Samples per class"))
            bars, said = most_frequent(counted(dataset, split))
        else:
            values = dataset.targets if place < 0 else dataset.inputs[..., place]
            flat = values.reshape(len(dataset), -1)[:, 0]
            bars, said = spread(flat, split), _said(summary(flat))
        self.bars.show_bars(bars)
        self.words.setText(said)
        self.words.setVisible(bool(said))


def _said(found: Summary | None) -> str:
    if found is None:
        return _("None of its values is a number.")
    low, high, mean = (measured(number, 5) for number in (found.low, found.high, found.mean))
    said = _("From {low} to {high}, {mean} on average.").format(low=low, high=high, mean=mean)
    if not found.missing:
        return said
    return said + " " + Plural("{count} is missing.", "{count} are missing.").of(found.missing)
