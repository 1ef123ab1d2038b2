"""Where a network's parameters, work and memory are: layer by layer, block by block, by type."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.analysis.report import Report
from studio.analysis.shares import Measure, Order, arranged, by_block, by_layer, by_type
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.editors import Combo
from studio.ui.kit import Caption, EmptyState, Hairline, Segmented, ValueLabel, scrolled_rows
from studio.ui.resting import Resting
from studio.ui.understanding.measures import MEASURES, named, spelled
from studio.ui.understanding.share_columns import ShareHead
from studio.ui.understanding.share_list import ShareList
from studio.ui.understanding.whole import WholeBar
from studio.wording import _, full, marked
from studio.workspace import Workspace

_KINDS = (("layer", marked("Layers")), ("block", marked("Blocks")), ("type", marked("Types")))
_ROWS = {"layer": by_layer, "block": by_block, "type": by_type}
_ORDERS: tuple[tuple[Order, str], ...] = (
    ("largest", marked("Largest first")),
    ("network", marked("In network order")),
    ("name", marked("By name")),
)


class SharesTab(Resting):
    """Bars that compare layers; pressing one shows it on the canvas."""

    jumped = Signal(str)
    """The path of the layer to show."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setAccessibleName(_("Shares"))
        self.kind = Segmented([(key, _(word)) for key, word in _KINDS], _("What is listed"))
        self.measure = Segmented([(key, _(name)) for key, name, _h in MEASURES], _("Compared by"))
        self.order = Combo()
        self.value, self.caption = ValueLabel(px=24), Caption()
        self.whole, self.head, self.list = WholeBar(), ShareHead(), ShareList()
        self.area = scrolled_rows(self.list, above=4)
        self.pages = QStackedWidget()
        self._arrange()
        for signal in (self.kind.chosen, self.measure.chosen, self.order.activated):
            signal.connect(lambda _key: self.refresh())
        self.head.chosen.connect(self._compare_by)
        self.list.picked.connect(self.jumped)
        follow(self, workspace.report_changed, lambda _report: self.outdate())
        follow(self, workspace.selection_changed, self._mark)
        follow(self, theme.changed, lambda _look: self.update())

    def refresh(self) -> None:
        report = self._workspace.report
        measure = self._measure()
        make = _ROWS[self.kind.value]
        order: Order = self.order.currentData()
        rows = make(report)
        self.value.setText(spelled(measure, _total(report, measure)))
        self.value.setToolTip(full(_total(report, measure)))
        self.caption.setText(_sentence(measure))
        self.whole.show_rows(rows if self.kind.value != "block" else by_layer(report), measure)
        self.head.show_measure(measure)
        shown = arranged(rows, measure, order)
        totals = {key: _total(report, key) for key, _name, _hint in MEASURES}
        self.list.show_rows(shown, measure, totals)
        self.pages.setCurrentIndex(self._page_for(len(shown)))
        self._mark(self._workspace.selection)

    def _page_for(self, count: int) -> int:
        """Return which of list, no blocks, nothing at all fits."""
        if count:
            return 0
        return 1 if self.kind.value == "block" and len(self._workspace.report.graph) else 2

    def _measure(self) -> Measure:
        return next(key for key, _name, _hint in MEASURES if key == self.measure.value)

    def _compare_by(self, measure: str) -> None:
        self.measure.set_value(measure)
        self.refresh()

    def _mark(self, selection: frozenset[str]) -> None:
        location = self._workspace.location
        self.list.mark(frozenset("/".join((*location, name)) for name in selection))

    def _arrange(self) -> None:
        for order, word in _ORDERS:
            self.order.addItem(_(word), order)
        self.order.setAccessibleName(_("Order of the rows"))
        self.order.setMinimumWidth(150)
        choices = QHBoxLayout()
        choices.setSpacing(12)
        choices.addWidget(self.kind)
        choices.addWidget(self.measure)
        choices.addStretch(1)
        choices.addWidget(self.order)
        number = QHBoxLayout()
        number.setSpacing(8)
        number.addWidget(self.value)
        number.addWidget(self.caption, 0, Qt.AlignmentFlag.AlignBottom)
        number.addStretch(1)
        top = QVBoxLayout()
        top.setContentsMargins(20, 14, 20, 8)
        top.setSpacing(12)
        for row in (choices, number):
            top.addLayout(row)
        top.addWidget(self.whole)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(self.pages, 1)
        self._fill_pages()

    def _fill_pages(self) -> None:
        self.pages.addWidget(self._listed())
        self.pages.addWidget(
            EmptyState(
                "block",
                _("No blocks"),
                _("Select some layers on the Design page and group them: they become a block."),
            )
        )
        self.pages.addWidget(
            EmptyState(
                "chart",
                _("Nothing to compare yet"),
                _("Add layers on the Design page; each of them gets a bar here."),
            )
        )

    def _listed(self) -> QWidget:
        self.area.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        made = QWidget()
        head = QHBoxLayout()  # leaves out what the scroll bar takes
        head.setContentsMargins(0, 0, self.area.verticalScrollBar().sizeHint().width(), 0)
        head.addWidget(self.head)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline())
        column.addWidget(self.area, 1)
        return made


def _total(report: Report, measure: Measure) -> int:
    return int(getattr(report, measure))


def _sentence(measure: Measure) -> str:
    if measure in {"parameters", "trainable"}:
        return named(measure)
    return _("{what} for one sample").format(what=named(measure))
