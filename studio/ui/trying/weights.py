"""Which weights of a run are asked: its last ones, the best, or those of an earlier checkpoint."""

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.runs.overview.branching import Point, points
from studio.runs.resuming import LAST
from studio.ui.editors import Combo
from studio.ui.runs.branch_dialog import point_text
from studio.ui.runs.model import checkpoint_name
from studio.wording import _, full


class WeightsChoice(QWidget):
    """A choice among the checkpoints of a run; one that has a single one is not worth a choice."""

    chosen = Signal(str)
    """The checkpoint that was picked."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.combo = Combo()
        self.combo.setAccessibleName(_("Weights to ask"))
        self.combo.setToolTip(_("The checkpoint whose weights are asked"))
        self._points: tuple[Point, ...] = ()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.combo, 1)
        self.combo.activated.connect(lambda _index: self.chosen.emit(self.value))

    @property
    def value(self) -> str:
        """The checkpoint that is asked."""
        found = self.combo.currentData()
        return LAST if found is None else str(found)

    def show_run(self, run: Path) -> None:
        """Offer the checkpoints of a run; the one that was chosen stays if it is there."""
        found = points(run)
        if found == self._points:
            return
        chosen, self._points = self.value, found
        names = [point.name for point in found]
        self.combo.clear()
        for point in found:
            self.combo.addItem(_named(point), point.name)
            tip = Qt.ItemDataRole.ToolTipRole
            self.combo.setItemData(self.combo.count() - 1, point_text(point), tip)
        wanted = chosen if chosen in names else LAST
        self.combo.setCurrentIndex(names.index(wanted) if wanted in names else 0)
        self.setVisible(len(found) > 1)


def _named(point: Point) -> str:
    """Return a checkpoint in so few words that they fit."""
    return _("{name} · epoch {epoch} · step {step}").format(
        name=checkpoint_name(point.name), epoch=full(point.epoch), step=full(point.step)
    )
