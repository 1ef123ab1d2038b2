"""The Data page: the source at the left, its samples in the middle, its facts at the right."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QVBoxLayout, QWidget

from studio.datasets.dataset import Dataset
from studio.errors import StudioError
from studio.ui.binding import follow
from studio.ui.data.browser import SampleBrowser
from studio.ui.data.facts_panel import FactsPanel
from studio.ui.data.reading import Reading
from studio.ui.data.source_panel import SourcePanel
from studio.ui.kit import Button, EmptyState
from studio.ui.services import Services
from studio.wording import _

_LEFT, _RIGHT = 296, 310


class DataPanel(QWidget):
    """Chooses, loads and shows the samples."""

    revealed = Signal()
    """There is something new on the canvas."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace, self._loader = services.workspace, services.data
        self.source = SourcePanel(self._workspace, self._loader)
        self.browser = SampleBrowser(self._workspace)
        self.facts = FactsPanel(self._workspace)
        self.nothing = EmptyState(
            "data",
            _("No data yet"),
            _("Drop a folder or a file here, or choose a data set at the left."),
        )
        self.loading = Reading(self._loader)
        self.failed = EmptyState("error", _("The data cannot be used"), " ", token="error")
        self.again = Button(_("Try again"), "refresh")
        self.folder = Button(_("Choose folder…"), "folder")
        self.middle = QStackedWidget()
        self._arrange()
        self.again.clicked.connect(self._loader.start)
        self.folder.clicked.connect(self.source.choose_another)
        self.facts.picked.connect(self.browser.show_only)
        self.facts.start.proposed.connect(self.revealed)
        self.browser.table.horizontalHeader().sectionClicked.connect(self._show_column)
        self._loader.began.connect(self._show_state)
        self._loader.failed.connect(self._show_failure)
        follow(self, self._workspace.dataset_changed, self._show_dataset)
        self._show_state()

    def _arrange(self) -> None:
        for button in (self.again, self.folder):
            self.failed.add(button)
        for page in (self.nothing, self.loading, self.failed, self.browser):
            self.middle.addWidget(page)
        self.source.setMinimumWidth(276)
        self.facts.setMinimumWidth(260)
        whole = QSplitter(Qt.Orientation.Horizontal)
        whole.setHandleWidth(1)
        whole.setChildrenCollapsible(False)
        for widget in (self.source, self.middle, self.facts):
            whole.addWidget(widget)
        whole.setStretchFactor(1, 1)
        whole.setSizes([_LEFT, 1000, _RIGHT])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(whole)

    def _show_column(self, place: int) -> None:
        """Show how the values of a column of the table are spread."""
        cells = self.browser.table.samples.cells
        column = cells.prepared(place) if cells is not None else None
        if column is not None:
            self.facts.distribution.show_column(column)

    def _show_dataset(self, _dataset: Dataset | None) -> None:
        self._show_state()

    def _show_failure(self, _error: StudioError) -> None:
        self._show_state()

    def _show_state(self) -> None:
        if self._workspace.dataset is not None:
            page: QWidget = self.browser
        elif self._loader.error is not None:
            page = self.failed
            self._show_error(self._loader.error)
        elif self._workspace.source is None and not self._loader.is_loading:
            page = self.nothing
        else:
            page = self.loading
        self.middle.setCurrentWidget(page)
        self.facts.setVisible(page is self.browser)

    def _show_error(self, error: StudioError) -> None:
        self.failed.note.setText(str(error))
        source = self._workspace.source
        takes_folder = source is not None and "folder" in source.declared
        self.again.setVisible(source is not None and (bool(source.lies_at) or not takes_folder))
        self.folder.setVisible(takes_folder)
