"""The head of the judgment: which run, which samples, which view, and the report."""

from PySide6.QtWidgets import QHBoxLayout, QMenu, QVBoxLayout, QWidget

from studio.ui.kit import Button, Caption, Elided, Hairline, Segmented, ToolButton
from studio.wording import _


class JudgeHead(QWidget):
    """Fields and buttons; the page connects them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.back = ToolButton("arrow_left", _("Back to the runs"), side=30)
        self.title = Elided()
        self.title.set_tone("text")
        self.about = Caption()
        parts = (("train", _("Training")), ("validation", _("Validation")), ("test", _("Test")))
        self.part = Segmented(parts, _("Part of the data"), height=28)
        self.part.set_value("test")
        self.other = Button(_("Other data"), "open")
        menu = QMenu(self.other)
        self.file = menu.addAction(_("File…"))
        self.folder = menu.addAction(_("Folder…"))
        self.own = menu.addAction(_("Its own data"))
        self.other.setMenu(menu)
        self.branch = Button(_("Branch from here"), "branch")
        self.branch.setToolTip(
            _("Train on from the weights of this run, with the samples as they are corrected now.")
        )
        self.report = Button(_("Report…"), "export")
        self.report.setToolTip(_("Write what is shown here as a page (HTML) or as Markdown."))
        self.tab = Segmented(_tabs(classes=True), _("What is judged"))
        self._arrange()

    def offer(self, *, classes: bool) -> None:
        """Offer the views of classes, or those of numbers."""
        tabs = _tabs(classes=classes)
        if tabs != self.tab.options:
            self.tab.set_options(tabs)
            self.tab.set_value(tabs[0][0])

    def _arrange(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        names.addWidget(self.about)
        row = QHBoxLayout()
        row.setContentsMargins(12, 8, 16, 8)
        row.setSpacing(10)
        row.addWidget(self.back)
        row.addLayout(names, 1)
        for widget in (self.part, self.other, self.tab, self.branch, self.report):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(row)
        column.addWidget(Hairline())


def _tabs(*, classes: bool) -> tuple[tuple[str, str], ...]:
    mistakes = ("mistakes", _("Mistakes"))
    if not classes:
        return ("numbers", _("Predicted and true")), mistakes
    others = ("classes", _("By class")), ("curves", _("Curves")), ("flips", _("What flipped"))
    return mistakes, *others
