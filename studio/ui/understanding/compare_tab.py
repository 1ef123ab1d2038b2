"""Networks side by side: totals, types of layers, and a diagram of which layer matches which."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.analysis.compare import Match, diagram
from studio.analysis.report import Report
from studio.ui.binding import follow
from studio.ui.editors import Combo
from studio.ui.kit import Button, Caption, EmptyState, Hairline, Label, Toggle, scrolled_rows
from studio.ui.resting import Resting
from studio.ui.understanding.compare_table import CompareTable
from studio.ui.understanding.diagram import Diagram
from studio.ui.understanding.subject_row import SubjectRow
from studio.wording import Plural, _, full
from studio.workspace import Workspace


class CompareTab(Resting):
    """The open network beside others."""

    jumped = Signal(str)
    """The path of a layer of the open network to show."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._matches: tuple[Match, ...] = ()
        self.setAccessibleName(_("Compare"))
        self.row = SubjectRow(workspace)
        self.table = CompareTable()
        self.other = Combo()
        self.only = Toggle(_("Only what differs"))
        self.count = Caption()
        self.diagram = Diagram()
        self.area = scrolled_rows(self.diagram)
        self.whole = QSplitter(Qt.Orientation.Horizontal)
        self.pages = QStackedWidget()
        self._arrange()
        self.row.changed.connect(self.refresh)
        self.other.activated.connect(lambda _index: self._show_diagram())
        self.only.clicked.connect(lambda _on: self._show_rows())
        self.diagram.picked.connect(self._jump)
        follow(self, workspace.report_changed, lambda _report: self.outdate())
        follow(self, workspace.title_changed, lambda _name: self._rename())

    @property
    def reports(self) -> list[Report]:
        """The reports of the networks, the open one first."""
        return [one.report or self._workspace.report for one in self.row.subjects]

    def refresh(self) -> None:
        names = [self.row.name(one) for one in self.row.subjects]
        self.table.show_reports(names, self.reports)
        before = self.other.currentText() if len(names) - 1 <= self.other.count() else ""
        self.other.clear()
        for index, name in enumerate(names[1:], 1):
            self.other.addItem(name, index)
        again = self.other.findText(before)
        self.other.setCurrentIndex(again if again >= 0 else self.other.count() - 1)
        self.other.setEnabled(len(names) > 2)
        self.pages.setCurrentIndex(0 if len(names) > 1 else 1)
        self._share_room()
        self._show_diagram()

    def _share_room(self) -> None:
        """Give the table the width its columns want, the diagram the rest."""
        whole = self.whole.width()
        table = min(self.table.wanted_width, round(whole * 0.5))
        self.whole.setSizes([table, whole - table])

    def _rename(self) -> None:
        self.row.rename_open()
        self.outdate()

    def _show_diagram(self) -> None:
        index = self.other.currentData()
        reports = self.reports
        known = isinstance(index, int) and index < len(reports)
        self._matches = diagram(reports[0], reports[index]) if known else ()
        self._show_rows()

    def _show_rows(self) -> None:
        different = [row for row in self._matches if row.kind != "same"]
        self.diagram.show_rows(different if self.only.isChecked() else self._matches)
        self.count.setText(
            Plural("{count} of {total} rows differs", "{count} of {total} rows differ").of(
                len(different), total=full(len(self._matches))
            )
            if different
            else _("No layer differs")
        )

    def _jump(self, index: int) -> None:
        path = self.diagram.rows[index].left
        if path:
            self.jumped.emit(path)

    def _arrange(self) -> None:
        top = QHBoxLayout()
        top.setContentsMargins(20, 12, 20, 12)
        top.addWidget(self.row, 1)
        self.whole.setHandleWidth(1)
        self.whole.setChildrenCollapsible(False)
        self.table.setMinimumWidth(380)
        self.whole.addWidget(self.table)
        self.whole.addWidget(self._side_by_side())
        self.whole.setStretchFactor(1, 1)
        self.pages.addWidget(self.whole)
        self.pages.addWidget(self._invitation())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(top)
        column.addWidget(Hairline())
        column.addWidget(self.pages, 1)

    def _side_by_side(self) -> QWidget:
        head = QHBoxLayout()
        head.setContentsMargins(16, 8, 16, 8)
        head.setSpacing(10)
        self.other.setAccessibleName(_("Network at the right"))
        self.other.setMinimumWidth(150)
        head.addWidget(self.other)
        head.addWidget(self.count)
        head.addStretch(1)
        head.addWidget(Label(_("Only what differs")))
        head.addWidget(self.only)
        made = QWidget()
        made.setMinimumWidth(440)
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(head)
        column.addWidget(Hairline())
        column.addWidget(self.area, 1)
        return made

    def _invitation(self) -> QWidget:
        empty = EmptyState(
            "compare",
            _("Nothing beside it yet"),
            _("Add a network of the gallery, of one of your runs, or of a project file."),
        )
        add = Button(_("Add a network"), "plus")
        add.setMenu(self.row.menu)
        empty.add(add)
        return empty
