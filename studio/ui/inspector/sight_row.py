"""How much of the input one layer sees, in the summary of the inspector."""

from PySide6.QtWidgets import QVBoxLayout

from studio.analysis.receptive import Field, receptive_fields
from studio.analysis.report import Report
from studio.ui.inspector.summary import Measure
from studio.ui.resting import Resting
from studio.wording import _, full


class SightRow(Resting):
    """The receptive field of a layer; worked out when the hand rests, and only while it is seen."""

    def __init__(self) -> None:
        super().__init__()
        self._report: Report | None = None
        self._path = ""
        self.field: Field | None = None
        self.measure = Measure(
            _("Receptive field"),
            _(
                "The neighboring places of the input that one value here depends on, and how far "
                "they move from one value to the next. Padding counts; normalization does not."
            ),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.measure)

    def show_node(self, path: str, report: Report) -> None:
        """Show the node at `path` ("block_1/conv2d_2") of a network."""
        self._path, self._report = path, report
        self.outdate()

    def refresh(self) -> None:
        report = self._report
        self.field = receptive_fields(report).get(self._path) if report is not None else None
        self.measure.setVisible(self.field is not None)
        if self.field is not None:
            self._show(self.field)

    def _show(self, field: Field) -> None:
        pairs = zip(field.size, field.sides, strict=False)
        shares = [1.0 if size is None else min(1.0, size / side) for size, side in pairs]
        text = _("all of the input") if field.is_global else size_text(field)
        self.measure.show_number(
            text,
            min(shares, default=1.0),
            exact=text,
            formula="" if field.is_global else _strides(field),
        )


def size_text(field: Field) -> str:
    """Return the size at reading size: "35 × 35"; an axis that is seen whole is "all"."""
    return " × ".join(_("all") if side is None else full(side) for side in field.size)


def _strides(field: Field) -> str:
    if all(step is None for step in field.stride):
        return ""
    known = [step for step in field.stride if step is not None]
    alike = set(known[1:]) <= {known[0]} and len(known) == len(field.stride)
    steps = known[:1] if alike else known
    return _("Moves by {stride} from one value to the next.").format(
        stride=" × ".join(str(step) for step in steps)
    )
