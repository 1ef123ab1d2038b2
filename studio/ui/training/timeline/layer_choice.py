"""Which layers an action is about: all of them, or some out of a list that can be searched."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from studio.analysis.report import Report
from studio.ui.kit import Note, SearchField, Segmented, scrolled_rows
from studio.ui.training.timeline.layer_rows import ROW, LayerRows, entries
from studio.wording import _

_MOST = 6
"""Rows that are seen at a time."""


class LayerChoice(QWidget):
    """A switch, and below it the layers of the network."""

    changed = Signal(object)
    """The paths that are meant; without any, all are."""

    def __init__(self, report: Report, paths: tuple[str, ...], *, weights: bool) -> None:
        super().__init__()
        self._paths = paths
        self._entries = entries(report, paths, weights=weights)
        words = (("all", _("All layers")), ("some", _("Chosen layers")))
        self.which = Segmented(words, _("Which layers are meant"), height=28)
        self.which.setToolTip(_("A block stands for all layers inside of it."))
        self.search = SearchField(_("Search layers"))
        self.rows = LayerRows()
        self.area = scrolled_rows(self.rows, below=0)
        self.none = Note(_("No layer has such a name."))
        self._arrange()
        self.which.set_value("some" if paths else "all")
        self.which.chosen.connect(lambda _key: self._tell())
        self.search.textChanged.connect(lambda _text: self._show())
        self.rows.toggled.connect(self._toggle)
        self._show()

    @property
    def paths(self) -> tuple[str, ...]:
        """The layers that are meant; without any, all are."""
        return self._paths if self.which.value == "some" else ()

    @property
    def problem(self) -> str:
        """Why this is no choice yet, in a sentence; nothing if it is."""
        if self.which.value == "some" and not self._paths:
            return _("Choose at least one layer, or all of them.")
        return ""

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.which, 0, Qt.AlignmentFlag.AlignLeft)
        for widget in (self.search, self.area, self.none):
            column.addWidget(widget)
        seen = min(_MOST, len(self._entries))
        self.area.setFixedHeight(ROW * seen + (ROW // 2 if len(self._entries) > _MOST else 2))
        self.area.setProperty("surface", "well")

    def _toggle(self, path: str) -> None:
        chosen = {*self._paths} ^ {path}
        known = [entry.path for entry in self._entries if entry.path in chosen]
        self._paths = tuple(known)
        self._tell()

    def _tell(self) -> None:
        self._show()
        self.changed.emit(self.paths)

    def _show(self) -> None:
        some = self.which.value == "some"
        wanted = self.search.text().strip().casefold()
        found = [
            entry
            for entry in self._entries
            if wanted in entry.path.casefold() or wanted in entry.key
        ]
        self.rows.show_entries(found, self._paths)
        self.search.setVisible(some and len(self._entries) > _MOST)
        self.area.setVisible(some and bool(found))
        self.none.setVisible(some and not found)
