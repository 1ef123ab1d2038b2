"""The fields of one column each: a number with a slider, a category to choose, a date."""

import math
from datetime import datetime

from PySide6.QtCore import QDate, QDateTime, QSignalBlocker, Qt, QTime, Signal
from PySide6.QtWidgets import QDateTimeEdit, QHBoxLayout, QLineEdit, QSlider, QWidget

from studio.datasets.tables.asking import Column
from studio.ui.editors import Combo
from studio.ui.kit import NumberField
from studio.wording import _

_STEPS = 200


class Cell(QWidget):
    """Takes the cell of one column."""

    changed = Signal()

    def __init__(self, column: Column, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.column = column
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(0, 0, 0, 0)
        self.row.setSpacing(8)

    @property
    def text(self) -> str:
        """The cell as a file would have it; empty where it is missing."""
        raise NotImplementedError

    @property
    def is_usable(self) -> bool:
        """Whether the column can hold it."""
        return True

    def show_text(self, text: str) -> None:
        """Show a cell, without telling anyone."""
        raise NotImplementedError


class NumberCell(Cell):
    """A number typed, or moved between the least and the greatest that was learned from."""

    def __init__(self, column: Column, parent: QWidget | None = None) -> None:
        super().__init__(column, parent)
        self.field = NumberField(whole=False)
        self.field.setFixedWidth(92)
        self.field.setAccessibleName(column.name)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setAccessibleName(column.name)
        self.slider.setRange(0, self._steps)
        self.row.addWidget(self.field)
        self.row.addWidget(self.slider, 1)
        if column.usual is not None:
            self.field.setPlaceholderText(_("missing"))
        if column.low is None or column.high is None or column.low == column.high:
            self.slider.setEnabled(False)
        else:
            between = _("In training from {low} to {high}.").format(
                low=column.spelled(column.low), high=column.spelled(column.high)
            )
            self.setToolTip(between)
            self.field.setAccessibleDescription(between)
        self.field.textEdited.connect(lambda _text: self._follow_field())
        self.slider.valueChanged.connect(self._follow_slider)

    @property
    def text(self) -> str:
        return self.field.text().strip()

    @property
    def is_usable(self) -> bool:
        if not self.text:
            return self.column.usual is not None
        number = self._number()
        return number is not None and math.isfinite(number)

    def show_text(self, text: str) -> None:
        self.field.setText(text)
        self._mark()
        self._move_slider()

    @property
    def _is_whole(self) -> bool:
        given = (self.column.low, self.column.high, self.column.usual)
        return all(number is not None and number == round(number) for number in given)

    @property
    def _steps(self) -> int:
        low, high = self.column.low or 0.0, self.column.high or 0.0
        return max(1, round(high - low)) if self._is_whole and high - low < 2000 else _STEPS

    def _number(self) -> float | None:
        text = self.text.replace(",", ".") if self.column.comma else self.text
        try:
            return float(text)
        except ValueError:
            return None

    def _follow_field(self) -> None:
        self._mark()
        self._move_slider()
        self.changed.emit()

    def _follow_slider(self, step: int) -> None:
        low, high = self.column.low or 0.0, self.column.high or 0.0
        value = low + (high - low) * step / self._steps
        value = round(value) if self._is_whole else float(f"{value:.4g}")
        self.field.setText(self.column.spelled(value))
        self._mark()
        self.changed.emit()

    def _move_slider(self) -> None:
        number, low, high = self._number(), self.column.low, self.column.high
        if number is None or low is None or high is None or low == high:
            return
        share = min(1.0, max(0.0, (number - low) / (high - low))) if math.isfinite(number) else 0.0
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(share * self._steps))

    def _mark(self) -> None:
        invalid = not self.is_usable
        if self.field.property("invalid") != invalid:
            self.field.setProperty("invalid", invalid)
            self.field.style().unpolish(self.field)
            self.field.style().polish(self.field)


class CategoryCell(Cell):
    """One of the categories that were learned, a rare one, or none."""

    def __init__(self, column: Column, parent: QWidget | None = None) -> None:
        super().__init__(column, parent)
        self.combo = Combo()
        self.combo.setAccessibleName(column.name)
        for value in column.values:
            if value:
                self.combo.addItem(value, value)
        if column.rare:
            self.combo.addItem(_("a rare one"), column.rare)
        self.combo.addItem(_("missing"), "")
        self.row.addWidget(self.combo, 1)
        self.combo.currentIndexChanged.connect(lambda _index: self.changed.emit())

    @property
    def text(self) -> str:
        return str(self.combo.currentData())

    def show_text(self, text: str) -> None:
        found = self.combo.findData(" ".join(text.split()))
        if found < 0:  # spelled in another case, or one of those that are rare
            found = self.combo.findText(text.strip(), Qt.MatchFlag.MatchFixedString)
        if found < 0:
            found = self.combo.findData(self.column.rare)
        with QSignalBlocker(self.combo):
            self.combo.setCurrentIndex(found)


class DateCell(Cell):
    """A day, and the time where the column has one."""

    def __init__(self, column: Column, parent: QWidget | None = None) -> None:
        super().__init__(column, parent)
        self.edit = QDateTimeEdit()
        self.edit.setAccessibleName(column.name)
        self.edit.setCalendarPopup(True)
        self.edit.setDisplayFormat("yyyy-MM-dd HH:mm:ss" if column.clock else "yyyy-MM-dd")
        self.edit.setMinimumDateTime(QDateTime(QDate(1, 1, 1), QTime(0, 0)))
        self.edit.setSpecialValueText(_("missing"))
        self.row.addWidget(self.edit, 1)
        self.edit.dateTimeChanged.connect(lambda _moment: self.changed.emit())

    @property
    def text(self) -> str:
        if self.edit.dateTime() == self.edit.minimumDateTime():
            return ""
        date, time = self.edit.date(), self.edit.time()
        return self.column.dated(
            datetime(
                date.year(), date.month(), date.day(), time.hour(), time.minute(), time.second()
            )
        )

    def show_text(self, text: str) -> None:
        moment = self.column.moment(text)
        with QSignalBlocker(self.edit):
            if moment is None:
                self.edit.setDateTime(self.edit.minimumDateTime())
                return
            day = QDate(moment.year, moment.month, moment.day)
            self.edit.setDateTime(QDateTime(day, QTime(moment.hour, moment.minute, moment.second)))


class TextCell(Cell):
    """Some words."""

    def __init__(self, column: Column, parent: QWidget | None = None) -> None:
        super().__init__(column, parent)
        self.field = QLineEdit()
        self.field.setAccessibleName(column.name)
        self.row.addWidget(self.field, 1)
        self.field.textEdited.connect(lambda _text: self.changed.emit())

    @property
    def text(self) -> str:
        return self.field.text().strip()

    def show_text(self, text: str) -> None:
        self.field.setText(text)
        self.field.setCursorPosition(0)


def cell_of(column: Column) -> Cell:
    """Return the field for a column."""
    kinds = {"category": CategoryCell, "date": DateCell, "text": TextCell}
    return kinds.get(column.kind, NumberCell)(column)
