"""What stands in the way of the data being used, wherever in the window it has to be said."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QWidget

from studio.datasets.problems import Problem, graded
from studio.ui.binding import follow
from studio.ui.kit import IconLabel, Note, Segmented
from studio.ui.services import Services
from studio.wording import Plural, _, full


def grave(services: Services) -> tuple[Problem, ...]:
    """Return the errors and warnings of the data that are loaded, the gravest first."""
    dataset = services.workspace.dataset
    problems = dataset.problems if dataset is not None else ()
    return graded(problem for problem in problems if problem.gravity != "note")


class DataBadge(QObject):
    """Says on the tab of the Data page how many problems the data have."""

    def __init__(self, services: Services, pages: Segmented) -> None:
        super().__init__(pages)
        self._services, self._pages = services, pages
        self._follow(services)
        self._show()

    def _follow(self, services: Services) -> None:
        services.data.began.connect(self._show)
        services.data.failed.connect(self._show)
        follow(self, services.workspace.dataset_changed, lambda _dataset: self._show())

    def _show(self) -> None:
        failed = self._services.data.error is not None
        count = len(grave(self._services))
        self._pages.set_badge("data", "!" if failed else full(count) if count else "")


class DataLine(QWidget):
    """One line above the training, there only while the data are at fault."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self.icon, self.note = IconLabel("error", 16, "error"), Note()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.icon)
        row.addWidget(self.note, 1)
        self.hide()  # its text comes when it has a parent: it would be a window
        services.data.began.connect(self.refresh)
        services.data.failed.connect(self.refresh)
        follow(self, services.workspace.dataset_changed, lambda _dataset: self.refresh())

    def refresh(self) -> None:
        """Say what is wrong now; nothing is seen while all is well."""
        text = said(self._services)
        self.note.setText(text)
        self.setVisible(bool(text))


def said(services: Services) -> str:
    """Return what is wrong with the data, or nothing: no samples, or some that had to go."""
    if services.data.error is not None:
        return _("The data cannot be used: {problem}").format(problem=services.data.error)
    errors = [problem for problem in grave(services) if problem.gravity == "error"]
    if not errors:
        return ""
    if len(errors) == 1:
        return _("Of the data: {problem}").format(problem=errors[0].sentence)
    return Plural(
        "Of the data: {problem} There is {count} more error on the Data page.",
        "Of the data: {problem} There are {count} more errors on the Data page.",
    ).of(len(errors) - 1, problem=errors[0].sentence)
