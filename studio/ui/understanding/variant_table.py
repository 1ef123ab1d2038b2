"""The network as it is beside the network as it would be, number by number."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QWidget

from studio.analysis.explore import Point
from studio.ui.kit import Caption, Label, ValueLabel
from studio.ui.understanding.curve_card import changed
from studio.wording import _, byte_size, full, humanized, marked

_ROWS = (
    ("depth", marked("Depth"), full),
    ("parameters", marked("Parameters"), humanized),
    ("multiply_adds", marked("Multiply-adds"), humanized),
    ("activation_bytes", marked("Activations"), byte_size),
    ("training_bytes", marked("Training memory"), byte_size),
)


class VariantTable(QWidget):
    """Rows of now, then, and the change."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Now and then"))
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 1)
        right = Qt.AlignmentFlag.AlignRight
        for column, word in enumerate((_("Now"), _("Then"), _("Change")), 1):
            grid.addWidget(Caption(word), 0, column, right)
        self._cells: dict[str, tuple[ValueLabel, ValueLabel, Caption]] = {}
        for index, (key, name, _spell) in enumerate(_ROWS, 1):
            cells = ValueLabel(px=13), ValueLabel(px=13), Caption()
            cells[0].set_tone("text2")
            self._cells[key] = cells
            grid.addWidget(Label(_(name)), index, 0)
            for column, cell in enumerate(cells, 1):
                grid.addWidget(cell, index, column, right)

    def show_points(self, now: Point | None, then: Point | None) -> None:
        """Show two variants; None is one that does not run."""
        spoken = []
        for key, name, spell in _ROWS:
            cells = self._cells[key]
            before = getattr(now, key) if now is not None else None
            after = getattr(then, key) if then is not None else None
            cells[0].setText("–" if before is None else spell(before))
            cells[1].setText("–" if after is None else spell(after))
            both = before is not None and after is not None
            cells[2].setText(changed(after or 0, before or 0) if both else "")
            spoken.append(f"{_(name)}: {cells[0].text()} → {cells[1].text()}")
        self.setAccessibleDescription(", ".join(spoken))
