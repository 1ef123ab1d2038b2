"""Two boxes with an arrow: what goes into a layer and what comes out."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.catalogue.shape import Shape
from studio.ui import theme
from studio.ui.kit import Caption, Elided, IconLabel
from studio.wording import _

_ROOMY = 11
"""How many letters a box holds at its usual size."""


class ShapeBoxes(QWidget):
    """The shapes of one sample on both sides of a layer."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.incoming = _Box(_("In"), "text2")
        self.outgoing = _Box(_("Out"), "text")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.incoming, 1)
        row.addWidget(IconLabel("arrow_right", 14, "text3"), 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(self.outgoing, 1)

    def show_shapes(self, inputs: Sequence[Shape | None], outputs: Sequence[Shape | None]) -> None:
        """Show the shapes; None is one that is not known yet."""
        self.incoming.show_shapes(inputs)
        self.outgoing.show_shapes(outputs)


class _Box(QFrame):
    def __init__(self, caption: str, tone: str) -> None:
        super().__init__()
        self.setProperty("surface", "field")
        self.setAccessibleName(caption)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self._shape = Elided()
        self._shape.set_tone(tone)
        column = QVBoxLayout(self)
        column.setContentsMargins(10, 7, 8, 8)
        column.setSpacing(2)
        column.addWidget(Caption(caption))
        column.addWidget(self._shape)

    def show_shapes(self, shapes: Sequence[Shape | None]) -> None:
        words = [_spelled(shape) for shape in shapes]
        alike = len(set(words)) == 1 and len(words) > 1
        text = f"{len(words)} · {words[0]}" if alike else ",  ".join(words)
        self._shape.setFont(theme.font(14 if len(text) <= _ROOMY else 12, 600, tabular=True))
        self._shape.setText(text or "–")
        known = [shape for shape in shapes if shape is not None]
        ids = any(shape.dtype == "int64" for shape in known)
        note = _("Whole numbers: ids") if ids else _("Axes of one sample, without the batch")
        self.setToolTip("\n".join((*words, note)) if known else _("Not known yet"))
        self.setAccessibleDescription(self._shape.text())


def _spelled(shape: Shape | None) -> str:
    return "?" if shape is None else str(shape)
