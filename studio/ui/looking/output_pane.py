"""What a layer gives: its maps, its steps or its numbers, with their colors and figures."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.runs.looking.seen import Activation, Look
from studio.ui.editors import Combo
from studio.ui.kit import Caption, Note, ToolButton
from studio.ui.looking.choosing import fill
from studio.ui.looking.figures import ColorBar, Spread, figures_line
from studio.ui.looking.maps import MapsView
from studio.ui.looking.matrix import MatrixView
from studio.ui.looking.padding import saying
from studio.ui.looking.shades import Scale, said
from studio.ui.looking.vector import VectorView
from studio.wording import _

_FEW = 12
"""Fewer numbers do not spread, they are seen one by one."""


class OutputPane(QWidget):
    """Shows an activation; `asked` tells the first of the channels that are wanted instead."""

    asked = Signal(int)
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Activation | None = None
        self.maps, self.vector = MapsView(), VectorView()
        self.sequence = MatrixView(_("Features of the sequence"))
        self.views = QStackedWidget()
        self.bar, self.spread = ColorBar(), Spread()
        self.line, self.note = Note(), Note()
        self.back = ToolButton("chevron_left", _("The channels before"), side=24)
        self.on = ToolButton("chevron_right", _("The next channels"), side=24)
        self.range = Caption()
        self.which = Combo()
        self.which.setAccessibleName(_("Which output of the layer"))
        self.which.activated.connect(lambda _index: self.asked.emit(0))
        for view in (self.maps, self.sequence, self.vector):
            self.views.addWidget(view)
            view.pointed.connect(self.pointed)
        self.back.clicked.connect(lambda: self._turn(-1))
        self.on.clicked.connect(lambda: self._turn(1))
        self._arrange()

    def _arrange(self) -> None:
        pages = QHBoxLayout()
        pages.setSpacing(4)
        for widget in (self.back, self.range, self.on):
            pages.addWidget(widget)
        pages.addStretch(1)
        pages.addWidget(self.which)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.spread)
        foot.addWidget(self.line, 1, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.views, 1)
        column.addWidget(self.bar)
        column.addLayout(pages)
        column.addLayout(foot)
        column.addWidget(self.note)

    def show_look(self, look: Look) -> None:
        """Show what the layer gives."""
        shown = self._shown = look.activation
        scale = Scale.between(shown.figures.low, shown.figures.high)
        if shown.kind == "maps":
            self.maps.show_maps(shown.values, scale, shown.first, shown.factor)
            self.views.setCurrentWidget(self.maps)
        elif shown.kind == "sequence":
            self._show_sequence(shown, scale)
        else:
            self.vector.show_values(shown.values, shown.words, scale, shown.first)
            self.views.setCurrentWidget(self.vector)
        self.bar.show_scale(scale)
        self.spread.show_figures(shown.figures)
        self.spread.setVisible(int(shown.figures.counts.sum()) >= _FEW)
        self.line.setText(figures_line(shown.figures))
        self._show_range(shown)
        self.note.setText(_remarks(shown))
        self.note.setVisible(bool(self.note.text()))

    def _show_sequence(self, shown: Activation, scale: Scale) -> None:
        kept = saying(shown.words, len(shown.values))
        words, values = shown.words[kept], shown.values[kept]

        def explained(feature: int, step: int) -> str:
            value = said(float(values[step, feature]))
            known = step < len(words) and words[step]
            name = words[step] if known else str((kept.start + step) * shown.factor)
            return _("Step {step}, feature {feature}: {value}").format(
                step=name, feature=shown.first + feature, value=value
            )

        self.sequence.show_matrix(values.T, scale, ((), words), explained)
        self.views.setCurrentWidget(self.sequence)

    @property
    def output(self) -> int:
        """Which output of the layer is wanted."""
        return max(0, self.which.currentIndex())

    def _show_range(self, shown: Activation) -> None:
        count = shown.outputs
        names = [_("Output {number}").format(number=number + 1) for number in range(count)]
        fill(self.which, names)
        self.which.setVisible(count > 1)
        here = len(shown.values) if shown.kind != "sequence" else shown.values.shape[1]
        parted = here < shown.units
        for widget in (self.back, self.range, self.on):
            widget.setVisible(parted)
        self.range.setText(
            _("{first} to {last} of {count}").format(
                first=shown.first, last=shown.first + here - 1, count=f"{shown.units:,}"
            )
        )
        self.back.setEnabled(shown.first > 0)
        self.on.setEnabled(shown.first + here < shown.units)

    def _turn(self, way: int) -> None:
        if self._shown is None:
            return
        values, shown = self._shown.values, self._shown
        here = len(values) if shown.kind != "sequence" else values.shape[1]
        self.asked.emit(max(0, shown.first + way * here))


def _remarks(shown: Activation) -> str:
    """Return what is not as one would think: what was drawn together, what hands on."""
    parts = []
    if shown.is_bypassed:
        parts.append(_("This layer was left out at the end of the run: it hands on what it gets."))
    if shown.factor > 1 and shown.kind == "maps":
        parts.append(
            _("Each value is the mean of {side} × {side} of the layer's.").format(side=shown.factor)
        )
    kept = saying(shown.words, len(shown.values))
    if shown.kind == "sequence" and kept.stop - kept.start < len(shown.values):
        parts.append(_("Steps that only fill up are left out."))
    if shown.factor > 1 and shown.kind == "sequence":
        parts.append(_("Each value is the mean of {steps} steps.").format(steps=shown.factor))
    return " ".join(parts)
