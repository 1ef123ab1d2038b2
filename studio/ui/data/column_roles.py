"""What each column of a table holds: found out from its first rows, and corrected by a menu."""

from collections import deque
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from studio.datasets.origins import as_told
from studio.datasets.reading.grid import Reading, read_grid
from studio.datasets.source import Source
from studio.datasets.tables.kinds import kind_of
from studio.datasets.tables.table import Table
from studio.errors import StudioError
from studio.ui.binding import follow
from studio.ui.bridge import Task
from studio.ui.editors import Combo
from studio.ui.kit import Caption, Elided, Heading
from studio.wording import _, full, marked
from studio.workspace import Workspace

_MOST = 40
"""Columns that have a line; further ones can be named in the project file."""
_ROWS = 500
"""Rows that are looked at."""
ROLES = {
    "number": marked("number"),
    "category": marked("category"),
    "date": marked("date"),
    "text": marked("text"),
    "ignore": marked("left out"),
    "target": marked("to predict"),
}
_SHOWN = dict.fromkeys(("constant", "identifier", "empty", "part"), "ignore")


class ColumnRoles(QWidget):
    """One line for each column of the table in use; hidden for any other source."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._read: tuple[object, ...] = ()
        self._kinds: dict[str, str] = {}
        self._task: Task | None = None
        self.menus: dict[str, Combo] = {}
        self._lines = QWidget()
        self._waiting: deque[tuple[str, str]] = deque()
        self._next = QTimer(self)  # all lines at once would hold up the window
        self._next.timeout.connect(self._add_line)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(8)
        self._column.addWidget(Heading(_("Columns")))
        self._column.addWidget(self._lines)
        follow(self, workspace.source_changed, self._show_source)
        self._show_source(workspace.source)

    def _show_source(self, source: Source | None) -> None:
        table = source if isinstance(source, Table) else None
        self.setVisible(table is not None and bool(self._kinds))
        if table is None or self._workspace.resolved_source is None:
            return
        read = (self._workspace.resolved_source.lies_at, table.reading)
        if read == self._read:
            self._show_roles(table)
            return
        self._read = read
        if self._task is not None:
            self._task.cancel()
        path, reading = Path(self._workspace.resolved_source.lies_at), table.reading
        self._task = Task(lambda: _kinds_of(path, reading), self._take, self._leave, self)
        self._task.start()

    def _take(self, kinds: dict[str, str]) -> None:
        self._task, self._kinds = None, kinds
        self._build()
        self.setVisible(bool(kinds) and isinstance(self._workspace.source, Table))

    def _leave(self, _error: StudioError) -> None:
        self._read = ()  # the next time, the file may be readable
        self._take({})

    def _build(self) -> None:
        self._column.removeWidget(self._lines)
        self._lines.hide()
        self._lines.deleteLater()
        self._lines = QWidget()
        grid = QGridLayout(self._lines)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(8)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 3)
        hidden = len(self._kinds) - _MOST
        if hidden > 0:
            more = Caption(_("and {count} more").format(count=full(hidden)))
            grid.addWidget(more, _MOST, 0, 1, 2)
        self._lines.hide()  # until all are there: each line would move those of the whole panel
        self._column.addWidget(self._lines)
        self.menus = {}
        self._waiting = deque(list(self._kinds.items())[:_MOST])
        self._next.start()

    def _add_line(self) -> None:
        grid, source = self._lines.layout(), self._workspace.source
        if not self._waiting or not isinstance(grid, QGridLayout):
            self._next.stop()
            self._lines.show()
            return
        name, kind = self._waiting.popleft()
        label = Elided(as_told(name))
        label.setToolTip(as_told(name))
        menu = self._menu(name, kind)
        grid.addWidget(label, len(self.menus), 0)
        grid.addWidget(menu, len(self.menus), 1)
        self.menus[name] = menu
        if isinstance(source, Table) and not self._waiting:
            self._show_roles(source)

    def _menu(self, name: str, kind: str) -> Combo:
        menu = Combo()
        menu.setAccessibleName(as_told(name))
        found = _(ROLES[_SHOWN.get(kind, kind)])
        menu.addItem(_("{kind} · auto").format(kind=found), "")
        for word, text in ROLES.items():
            menu.addItem(_(text), word)
        menu.activated.connect(lambda _at: self._choose(name, menu.currentData()))
        return menu

    @property
    def _targetable(self) -> list[str]:
        """The columns that can be predicted unasked: all but those that say parts."""
        return [name for name, kind in self._kinds.items() if kind != "part"]

    def _show_roles(self, source: Table) -> None:
        targets = source.targets_of(self._targetable) if self._targetable else ()
        for name, menu in self.menus.items():
            role = "target" if name in targets else source.columns.get(name, "")
            menu.setCurrentIndex(menu.findData(role))

    def _choose(self, name: str, role: str) -> None:
        source = self._workspace.source
        if not isinstance(source, Table):
            return
        roles = {column: word for column, word in source.columns.items() if column != name}
        if role == "target":  # it takes the place of the former one; the setting can name several
            roles = {column: word for column, word in roles.items() if word != "target"}
            self._workspace.set_source(source.changed(target=name, columns=roles))
            return
        targets = source.targets_of(self._targetable)
        left = "" if targets == (name,) else source.target
        roles |= {name: role} if role else {}
        self._workspace.set_source(source.changed(target=left, columns=roles))


def _kinds_of(path: Path, reading: Reading) -> dict[str, str]:
    """Return what each column of a table holds, judged by its first rows."""
    grid = read_grid(path, reading, most_rows=_ROWS)
    return {name: kind_of(name, grid.column(name)).kind for name in grid.names}
