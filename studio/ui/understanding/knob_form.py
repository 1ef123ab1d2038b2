"""Which number of the network is turned, how far, and to what."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from studio.analysis.explore import Knob, knobs, unit_of
from studio.graph.model import Graph
from studio.ui.editors import Combo
from studio.ui.kit import Caption, Label, NumberField, ToolButton, ValueLabel
from studio.wording import _, full

_FEW = 12
"""The range always reaches this far, so that small numbers have a curve too."""


class KnobForm(QWidget):
    """Two menus, a range and a slider."""

    turned = Signal()
    """Another number, or another range of it, was asked for."""
    slid = Signal(int)
    """The slider stands at this value now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._knobs: tuple[Knob, ...] = ()
        self.place, self.setting = Combo(), Combo()
        self.low, self.high = NumberField(low=1), NumberField(low=1)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.value = ValueLabel(px=18)
        self.back = ToolButton("reset", _("Back to the value it has now"), side=26)
        self._arrange()
        self.place.activated.connect(lambda _index: self._fill_settings())
        self.setting.activated.connect(lambda _index: self._begin())
        for field in (self.low, self.high):
            field.textEdited.connect(lambda _text: self._take_range())
        self.slider.valueChanged.connect(self._show_value)
        self.back.clicked.connect(self.to_present)

    @property
    def knob(self) -> Knob | None:
        """The number in question; None where there is none to turn."""
        wanted = self.place.currentData(), self.setting.currentData()
        found = (one for one in self._knobs if (one.path, one.setting.name) == wanted)
        return next(found, None)

    @property
    def range(self) -> tuple[int, int]:
        """The smallest and the largest value that is tried."""
        return self.slider.minimum(), self.slider.maximum()

    def show_graph(self, graph: Graph, whole: Iterable[Knob] = ()) -> None:
        """Offer the numbers of this network; the one in question stays if it is still there.

        `whole` are numbers of the whole network, whose path is "".
        """
        before = self.knob
        self._knobs = (*whole, *knobs(graph))
        paths = list(dict.fromkeys(one.path for one in self._knobs))
        self.place.clear()
        for path in paths:
            self.place.addItem(path.replace("/", " › ") or _("Whole network"), path)
        begin = before or _most_copies(self._knobs)
        self.place.setCurrentIndex(max(0, self.place.findData(begin.path if begin else "")))
        self._fill_settings(before.setting.name if before else "")
        self.setEnabled(bool(self._knobs))

    def to_present(self) -> None:
        """Set the slider to the value the network has now."""
        knob = self.knob
        if knob is not None:
            self.slider.setValue(knob.value)

    def set_value(self, value: int) -> None:
        """Set the slider."""
        self.slider.setValue(value)

    def _fill_settings(self, wanted: str = "") -> None:
        self.setting.clear()
        for knob in self._knobs:
            if knob.path == self.place.currentData():
                self.setting.addItem(knob.setting.title, knob.setting.name)
                hint = _(knob.setting.hint)
                self.setting.setItemData(
                    self.setting.count() - 1, hint, Qt.ItemDataRole.ToolTipRole
                )
        self.setting.setCurrentIndex(max(0, self.setting.findData(wanted)))
        self._begin()

    def _begin(self) -> None:
        """Take up the number in question with a range around its present value."""
        knob = self.knob
        if knob is None:
            return
        self.setting.setToolTip(_(knob.setting.hint))
        low, high = around(knob)
        self.low.setText(str(low))
        self.high.setText(str(high))
        self._set_range(low, high, knob.value)

    def _take_range(self) -> None:
        knob = self.knob
        try:
            low, high = int(self.low.text()), int(self.high.text())
        except ValueError:
            return
        if knob is not None and knob.low <= low < high <= knob.high:
            self._set_range(low, high, self.slider.value())

    def _set_range(self, low: int, high: int, value: int) -> None:
        blocked = self.slider.blockSignals(True)  # noqa: FBT003  Qt names it so
        self.slider.setRange(low, high)
        self.slider.setSingleStep(unit_of(value))
        self.slider.setPageStep(max(1, (high - low) // 10))
        self.slider.setValue(value)
        self.slider.blockSignals(blocked)
        self._show_value(self.slider.value(), quiet=True)
        self.turned.emit()

    def _show_value(self, value: int, *, quiet: bool = False) -> None:
        self.value.setText(full(value))
        knob = self.knob
        self.back.setEnabled(knob is not None and value != knob.value)
        if not quiet:
            self.slid.emit(value)

    def _name(self) -> None:
        for widget, name in (
            (self.place, _("Layer or block")),
            (self.setting, _("Setting")),
            (self.low, _("Smallest value")),
            (self.high, _("Largest value")),
            (self.slider, _("Value")),
        ):
            widget.setAccessibleName(name)

    def _arrange(self) -> None:
        self._name()
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        span = QHBoxLayout()
        span.setSpacing(8)
        span.addWidget(self.low)
        span.addWidget(Caption("–"))
        span.addWidget(self.high)
        for row, word in enumerate((_("Layer or block"), _("Setting"), _("Range"))):
            grid.addWidget(Label(word), row, 0)
        grid.addWidget(self.place, 0, 1)
        grid.addWidget(self.setting, 1, 1)
        grid.addLayout(span, 2, 1)
        value = QHBoxLayout()
        value.addWidget(Label(_("Value")))
        value.addStretch(1)
        value.addWidget(self.value)
        value.addWidget(self.back)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addLayout(grid)
        column.addLayout(value)
        column.addWidget(self.slider)


def _most_copies(offered: tuple[Knob, ...]) -> Knob | None:
    """Return the repeat count that says most about depth: the largest there is."""
    counts = (one for one in offered if one.setting.name == "repeat")
    return max(counts, key=lambda one: one.value, default=None)


def around(knob: Knob) -> tuple[int, int]:
    """Return a range of values worth looking at: from very small to a few times the present."""
    times = 4 if knob.setting.name == "repeat" else 2
    high = min(knob.high, max(_FEW, times * knob.value))
    return max(knob.low, unit_of(knob.value) if high > 16 * _FEW else 1), high
