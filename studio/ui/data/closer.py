"""A closer look at one sample: large, with its class, where it comes from, and what it holds."""

import html
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.datasets.dataset import Array, Dataset, Split
from studio.datasets.origins import as_told
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.data.counting import span
from studio.ui.data.drawings import Drawing, drawn
from studio.ui.kit import Button, Caption, Heading, Note, ToolButton, ValueLabel, scrolled
from studio.ui.pictures import answer_of, label_of
from studio.ui.training.naming import part_name
from studio.wording import _, measured

Indices = npt.NDArray[np.int64]

_MOST_CELLS, _POINTS = 200, 400
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}

Lines = Sequence[tuple[str, str]]
"""Names with their values."""


class Closer(QWidget):
    """One sample of those that are browsed; the arrow keys go on to its neighbors."""

    left = Signal()
    """Enough was seen of it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._dataset: Dataset | None = None
        self._split: Split | None = None
        self._among: Indices = np.zeros(0, np.int64)
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(_("One sample"))
        self.back = Button(_("All samples"), "chevron_left")
        self.title = Heading()
        self.earlier = ToolButton("chevron_left", _("Sample before"))
        self.later = ToolButton("chevron_right", _("Next sample"))
        self.canvas = _Canvas()
        self.words = Note()
        self.words.set_tone("text")
        self.words.setTextFormat(Qt.TextFormat.RichText)
        self.words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._facts = QWidget()
        self._column = QVBoxLayout()
        self._arrange()
        self.back.clicked.connect(self.left)
        self.earlier.clicked.connect(lambda: self._go(-1))
        self.later.clicked.connect(lambda: self._go(1))

    def show_sample(self, dataset: Dataset, split: Split, among: Indices, at: int) -> None:
        """Show the sample at place `at` of those in `among`."""
        self._dataset, self._split, self._among, self._at = dataset, split, among, at
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _KEYS:
            self._go(_KEYS[key])
        elif key in {Qt.Key.Key_Escape, Qt.Key.Key_Backspace}:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.title, 1)
        head.addWidget(self.earlier)
        head.addWidget(self.later)
        below = QWidget()
        self._column = QVBoxLayout(below)
        self._column.setContentsMargins(0, 0, 8, 0)
        self._column.setSpacing(12)
        self._column.addWidget(self._facts)
        self._column.addWidget(self.words)
        self._column.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(self.canvas, 3)
        column.addWidget(scrolled(below), 2)

    def _go(self, by: int) -> None:
        self._at = max(0, min(len(self._among) - 1, self._at + by))
        self._show()

    def _show(self) -> None:
        dataset, split = self._dataset, self._split
        if dataset is None or split is None or not len(self._among):
            return
        sample = int(self._among[self._at])
        self.title.setText(label_of(dataset, sample))
        self.earlier.setEnabled(self._at > 0)
        self.later.setEnabled(self._at < len(self._among) - 1)
        is_drawn, values = dataset.inputs.ndim > 2, dataset.inputs[sample]
        self.canvas.setVisible(is_drawn)
        self.canvas.show_drawing(drawn(values, _POINTS, rises=dataset.rises) if is_drawn else None)
        self._show_facts(sections_of(dataset, split, sample))
        self.words.setText(worded(dataset, sample))

    def _show_facts(self, sections: Sequence[tuple[str, Lines]]) -> None:
        self._column.removeWidget(self._facts)
        self._facts.hide()
        self._facts.deleteLater()
        self._facts = QWidget()
        grid = QGridLayout(self._facts)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(20)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        for title, lines in sections:
            if title:
                heading = Heading(title)
                heading.setContentsMargins(0, 12, 0, 2)
                grid.addWidget(heading, grid.rowCount(), 0, 1, 2)
            for name, value in lines:
                label = ValueLabel(value, px=13)
                label.setWordWrap(True)
                line = grid.rowCount()
                grid.addWidget(Caption(name), line, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(label, line, 1)
        self._column.insertWidget(0, self._facts)


class _Canvas(QWidget):
    """One picture or signal, as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._drawing: Drawing | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        follow(self, theme.changed, lambda _look: self.update())

    def show_drawing(self, drawing: Drawing | None) -> None:
        """Show this one."""
        self._drawing = drawing
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(480, 360)

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._drawing is not None:
            painter = QPainter(self)
            self._drawing.paint(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1))
            painter.end()


def sections_of(dataset: Dataset, split: Split, sample: int) -> list[tuple[str, Lines]]:
    """Return what is known of one sample: facts, its row in the file, and what became of that."""
    sections: list[tuple[str, Lines]] = [("", facts_of_sample(dataset, split, sample))]
    if dataset.cells:
        found = list(dataset.cells.items())[:_MOST_CELLS]
        row = [(name, str(cells[sample])) for name, cells in found]
        sections.append((_("As it stands in the file"), row))
    if prepared := _cells(dataset, dataset.inputs[sample]):
        sections.append((_("As the network sees it"), prepared))
    return sections


def facts_of_sample(dataset: Dataset, split: Split, sample: int) -> list[tuple[str, str]]:
    """Return what is known of one sample, as name and value."""
    values = dataset.inputs[sample]
    origin = [(_("From"), as_told(dataset.origins[sample]))] if len(dataset.origins) else []
    return [
        (answer_of(dataset), label_of(dataset, sample)),
        *origin,
        (_("Sample"), str(sample)),
        (_("Part"), part_name(_part_of(split, sample))),
        (_("Shape"), str(dataset.sample)),
        (_("Values"), span(values)),
    ]


def worded(dataset: Dataset, sample: int) -> str:
    """Return the text of a sample and its tokens as HTML, those marked that are not known."""
    if not len(dataset.texts):
        return ""
    pieces = [f"<p style='white-space: pre-wrap'>{html.escape(dataset.texts[sample])}</p>"]
    ids = dataset.inputs[sample].ravel().tolist()
    unknown = theme.current().warn.name()
    tokens = []
    for number in ids:
        known = number < len(dataset.vocabulary)
        token = html.escape(dataset.vocabulary[number]) if known else "?"
        if number == 1 or not known:
            tokens.append(f"<span style='color: {unknown}; font-weight: 600'>{token}</span>")
        elif number:
            tokens.append(token)
    pieces.append(f"<p>{' · '.join(tokens)}</p>")
    return "".join(pieces)


def _cells(dataset: Dataset, values: Array) -> list[tuple[str, str]]:
    """Return the values of a row by the names of its columns."""
    if values.ndim != 1 or not dataset.columns:
        return []
    named = list(zip(dataset.columns, values.tolist(), strict=False))
    return [(as_told(name), measured(value, 5)) for name, value in named[:_MOST_CELLS]]


def _part_of(split: Split, sample: int) -> str:
    for part in ("validation", "test"):
        if np.isin(sample, getattr(split, part)):
            return part
    return "train"
