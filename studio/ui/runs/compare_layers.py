"""The networks of two of the compared runs, layer beside layer."""

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.analysis.analyze import analyze
from studio.analysis.compare import Match, diagram
from studio.runs.overview.comparing import Compared
from studio.ui.editors import Combo
from studio.ui.kit import Caption, EmptyState, Label, Toggle, scrolled_rows
from studio.ui.understanding.diagram import Diagram
from studio.wording import Plural, _, full


class CompareLayers(QWidget):
    """The first run at the left; which one stands at the right is chosen."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Layers"))
        self._runs: tuple[Compared, ...] = ()
        self._matches: tuple[Match, ...] = ()
        self.left = Label()
        self.other = Combo()
        self.count = Caption()
        self.only = Toggle(_("Only what differs"))
        self.diagram = Diagram()
        self.area = scrolled_rows(self.diagram)
        self.pages = QStackedWidget()
        self.same = EmptyState(
            "check_circle",
            _("The networks are the same"),
            _("No layer, setting or frozen state differs."),
        )
        self._arrange()
        self.other.currentIndexChanged.connect(lambda _index: self._match())
        self.only.clicked.connect(lambda _on: self._show_rows())

    def show_runs(self, runs: Sequence[Compared]) -> None:
        """Compare the networks of these runs."""
        self._runs = tuple(runs)
        self.left.setText(runs[0].label if runs else "")
        self.other.blockSignals(True)  # noqa: FBT003  Qt knows it only by place
        self.other.clear()
        for place, one in enumerate(runs[1:], 1):
            self.other.addItem(one.label, place)
        self.other.blockSignals(False)  # noqa: FBT003
        self.other.setEnabled(len(runs) > 2)
        self._match()

    def _match(self) -> None:
        place = self.other.currentData()
        known = isinstance(place, int) and place < len(self._runs)
        pair = (self._runs[0], self._runs[place]) if known else ()
        reports = [analyze(one.info.graph) for one in pair]
        self._matches = diagram(*reports) if reports else ()
        self._show_rows()

    def _show_rows(self) -> None:
        different = [row for row in self._matches if row.kind != "same"]
        self.diagram.show_rows(different if self.only.isChecked() else self._matches)
        self.count.setText(
            Plural("{count} of {total} rows differs", "{count} of {total} rows differ").of(
                len(different), total=full(len(self._matches))
            )
            if different
            else ""
        )
        self.pages.setCurrentIndex(0 if different else 1)

    def _arrange(self) -> None:
        self.only.setChecked(True)
        self.other.setAccessibleName(_("Run at the right"))
        self.other.setMinimumWidth(200)
        head = QHBoxLayout()
        head.setSpacing(10)
        for widget in (self.left, Caption("↔"), self.other, self.count):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(Label(_("Only what differs")))
        head.addWidget(self.only)
        for page in (self.area, self.same):
            self.pages.addWidget(page)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 12, 16, 0)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.pages, 1)
