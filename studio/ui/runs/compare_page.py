"""Runs side by side: their curves, results, settings and layers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.errors import StudioError
from studio.runs.overview.comparing import Compared, Difference, data_differ, marks, plans_differ
from studio.runs.overview.spelling import setting_text, value_text
from studio.ui.kit import Elided, Hairline, Heading, Segmented, ToolButton
from studio.ui.runs.compare_curves import CompareCurves
from studio.ui.runs.compare_layers import CompareLayers
from studio.ui.runs.overlay import MOST, shade_of
from studio.ui.runs.value_table import Line, ValueTable
from studio.ui.training.legend import LegendMark
from studio.ui.training.naming import metric_name, metric_text, part_name
from studio.wording import _
from studio.workspace import Workspace


class ComparePage(QWidget):
    """Two or more runs; Escape goes back to the list."""

    left = Signal()
    """Back to the list."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setAccessibleName(_("Comparison of runs"))
        self.runs: tuple[Compared, ...] = ()
        self.back = ToolButton("arrow_left", _("Back to the runs"), side=30)
        tabs = (
            ("curves", _("Curves")),
            ("results", _("Results")),
            ("settings", _("Settings and data")),
            ("layers", _("Layers")),
        )
        self.tab = Segmented(tabs, _("What is compared"))
        self.curves, self.layers = CompareCurves(), CompareLayers()
        self.results = ValueTable(_("Results"))
        self.settings = ValueTable(_("Settings and data that differ"))
        self.pages = QStackedWidget()
        self._chips = QHBoxLayout()
        self._arrange()
        self.back.clicked.connect(self.left)
        self.tab.chosen.connect(self._turn)

    def show_runs(self, folders: Sequence[Path]) -> bool:
        """Compare these runs, up to eight; False if fewer than two of them can be read."""
        found = []
        for folder in folders[:MOST]:
            try:
                found.append(Compared.opened(folder))
            except StudioError as refusal:
                self._workspace.refuse(refusal)
        if len(found) < 2:
            return False
        self.runs = tuple(found)
        self._show()
        return True

    def drop(self, place: int) -> None:
        """Take one run out of the comparison; with the last but one it is over."""
        rest = (*self.runs[:place], *self.runs[place + 1 :])
        if len(rest) < 2:
            self.left.emit()
            return
        self.runs = rest
        self._show()
        self.tab.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _show(self) -> None:
        self._show_chips()
        names = [one.label for one in self.runs]
        self.curves.show_runs(self.runs)
        self.layers.show_runs(self.runs)
        self.results.show_lines(names, list(_results(self.runs)))
        self.settings.show_lines(names, list(_settings(self.runs)))

    def _turn(self, key: str) -> None:
        self.pages.setCurrentIndex([name for name, _word in self.tab.options].index(key))

    def _show_chips(self) -> None:
        while self._chips.count():
            widget = self._chips.takeAt(0).widget()  # type: ignore[union-attr]
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for place, one in enumerate(self.runs):
            self._chips.addWidget(self._chip(place, one.label))

    def _chip(self, place: int, name: str) -> QWidget:
        chip = QWidget()
        row = QHBoxLayout(chip)
        row.setContentsMargins(4, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(LegendMark(shade_of(place)))
        label = Elided(name)
        label.setMaximumWidth(label.fontMetrics().horizontalAdvance(name) + 4)
        row.addWidget(label)
        close = ToolButton("close", _("Take {name} away").format(name=name), side=22)
        close.clicked.connect(lambda: self.drop(place))
        row.addWidget(close)
        return chip

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(12, 8, 16, 8)
        head.setSpacing(10)
        head.addWidget(self.back)
        head.addWidget(Heading(_("Comparison")))
        self._chips.setSpacing(10)
        head.addLayout(self._chips)
        head.addStretch(1)
        head.addWidget(self.tab)
        for page in (self.curves, _framed(self.results), _framed(self.settings), self.layers):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline())
        column.addWidget(self.pages, 1)


def _results(runs: Sequence[Compared]) -> Iterator[Line]:
    part = ""
    for row in marks(runs):
        if row.part != part:
            part = row.part
            yield Line(part_name(part))
        texts = ["–" if value is None else metric_text(row.metric, value) for value in row.values]
        yield Line(metric_name(row.metric), tuple(texts), row.best)


def _settings(runs: Sequence[Compared]) -> Iterator[Line]:
    parts: tuple[tuple[str, tuple[Difference, ...]], ...] = (
        (_("Plan"), plans_differ(runs)),
        (_("Data"), data_differ(runs)),
    )
    for title, rows in parts:
        yield Line(title if rows else _("{part}: no difference").format(part=title))
        for row in rows:
            yield Line(setting_text(row.path), _texts(row))


def _texts(row: Difference) -> tuple[str, ...]:
    return tuple(value_text(value) for value in row.values)


def _framed(table: ValueTable) -> QWidget:
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(16, 12, 16, 16)
    column.addWidget(table)
    return made
