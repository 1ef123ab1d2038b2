"""The queue beside the results: runs are added, put in order, started, and their failures told."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.ui.binding import follow
from studio.ui.kit import (
    Button,
    Elided,
    EmptyState,
    Hairline,
    Heading,
    QuietButton,
    StateDot,
    ToolButton,
    scrolled_rows,
)
from studio.ui.services import Services
from studio.ui.training.queue.menu import entry_menu
from studio.ui.training.queue.name_field import NameField
from studio.ui.training.queue.rows import QueueRows
from studio.ui.training.queue.words import clear_text, going_text, way_text
from studio.wording import _
from studio.workspace.queue import Entry, RunQueue


class QueuePanel(QWidget):
    """The runs that wait, the one under way and those that ended, each with what can be done."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(_("Queue"))
        self._workspace, self._training = services.workspace, services.training
        self.rows = QueueRows()
        self.dot, self.state = StateDot(), Elided()
        self.rename = ToolButton("pencil", _("Rename\nF2"), side=26)
        self.duplicate = ToolButton("copy", _("Duplicate\nCtrl+D"), side=26)
        self.again = ToolButton("refresh", _("Run again from its last checkpoint"), side=26)
        self.remove = ToolButton("trash", _("Take out of the queue\nDelete"), side=26)
        self.clear = QuietButton("", "check")
        self.add = Button(_("Add present work"), "plus")
        self.go = Button("", "play")
        self.empty = _empty()
        self.first = Button(_("Add present work"), "plus")
        self.name = NameField(self.rows)
        self.places = QStackedWidget()
        self.head = QHBoxLayout()
        self._arrange()
        self._connect()
        self._show()

    def enqueue(self) -> None:
        """Queue the project as it is now, and choose it."""
        entry = self._workspace.enqueue()
        if entry is not None:
            self.rows.choose(entry.key)

    def ask(self, verb: str) -> None:
        """Do with the chosen run what a key, a button or the menu asks for."""
        entry = self.rows.chosen
        if entry is None:
            return
        key, at = entry.key, self.rows.at
        ways: dict[str, Callable[[], object]] = {
            "rename": lambda: self.name.begin(entry, self.rows.name_room().toRect()),
            "duplicate": lambda: self._change(lambda queue: queue.duplicate(key)),
            "again": lambda: self._change(lambda queue: queue.again(key)),
            "remove": lambda: self._change(lambda queue: queue.remove(key)),
            "up": lambda: self._move(key, at - 1),
            "down": lambda: self._move(key, at + 1),
            "open": lambda: self._open(entry),
            "menu": lambda: self._pop_up(entry),
        }
        ways[verb]()

    def _connect(self) -> None:
        workspace, rows = self._workspace, self.rows
        for verb in ("rename", "duplicate", "again", "remove"):
            button = getattr(self, verb)
            button.clicked.connect(lambda _on=False, verb=verb: self.ask(verb))
        rows.asked.connect(self.ask)
        rows.moved.connect(self._move)
        rows.walked_to.connect(self._offer)
        self.name.named.connect(self._rename)
        for button in (self.add, self.first):
            button.clicked.connect(self.enqueue)
        self.clear.clicked.connect(lambda: self._change(lambda queue: queue.clear_ended()))
        self.go.clicked.connect(self._start_or_hold)
        follow(self, workspace.queue.changed, lambda _entries: self._show())
        follow(self, workspace.state_changed, lambda _state: self._show())
        follow(self, workspace.history_changed, lambda _history: self._follow_run())

    def _show(self) -> None:
        queue = self._workspace.queue
        self._follow_run()
        self.rows.show_entries(queue.entries)
        self.places.setCurrentIndex(1 if queue.entries else 0)
        ended = [entry for entry in queue.entries if entry.state in {"done", "failed"}]
        self.dot.show_token("ok" if queue.is_going else "text3")
        self.state.setText(going_text(len(queue.waiting), is_going=queue.is_going))
        self.clear.setText(clear_text(len(ended)))
        self.clear.setVisible(bool(ended))
        self.go.setText(_("Hold") if queue.is_going else _("Start"))
        self.go.set_icon("pause" if queue.is_going else "play")
        self.go.setEnabled(queue.is_going or bool(queue.waiting))
        self.go.setToolTip(way_text(is_going=queue.is_going))

    def _follow_run(self) -> None:
        history = self._workspace.history
        self.rows.show_share(history.progress if history is not None else 0.0)

    def _offer(self) -> None:
        """Enable what can be done with the chosen run."""
        entry = self.rows.chosen
        for button in (self.rename, self.duplicate):
            button.setEnabled(entry is not None)
        self.again.setEnabled(entry is not None and entry.state == "failed")
        self.remove.setEnabled(entry is not None and entry.state != "running")

    def _change(self, change: Callable[[RunQueue], object]) -> None:
        self._workspace.change_queue(change)

    def _rename(self, key: int, name: str) -> None:
        if any(entry.key == key for entry in self._workspace.queue.entries):
            self._change(lambda queue: queue.rename(key, name))

    def _move(self, key: int, place: int) -> None:
        self._change(lambda queue: queue.move(key, place))
        self.rows.choose(key)

    def _open(self, entry: Entry) -> None:
        """Show the run of an entry, if it has begun and is not the one under way."""
        if entry.run and entry.state != "running":
            self._workspace.open_run(self._workspace.runs_folder / entry.run)

    def _start_or_hold(self) -> None:
        if self._workspace.queue.is_going:
            self._workspace.queue.hold()
        else:
            self._training.run_queue()

    def _pop_up(self, entry: Entry) -> None:
        room = self.rows.name_room().bottomLeft().toPoint()
        menu = entry_menu(entry, self.rows.at, len(self.rows.entries), self.ask, self.rows)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self.rows.mapToGlobal(room))

    def _arrange(self) -> None:
        self._explain()
        filled = QWidget()
        column = QVBoxLayout(filled)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._tools())
        column.addWidget(self._list(), 1)
        column.addWidget(Hairline())
        column.addLayout(self._foot())
        for place in (self.empty, filled):
            self.places.addWidget(place)
        heading = Heading(_("Queue"))
        heading.setFixedHeight(28)
        self.head.setContentsMargins(16, 10, 12, 8)
        self.head.addWidget(heading)
        self.head.addStretch(1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(self.head)
        whole.addWidget(Hairline())
        whole.addWidget(self.places, 1)

    def _explain(self) -> None:
        """Say what the buttons are good for."""
        self.add.setToolTip(
            _(
                "Queues the network, the data and the plan as they are now. Change something and "
                "add it again to compare."
            )
        )
        self.empty.add(self.first)
        self.first.setToolTip(self.add.toolTip())
        self.clear.setToolTip(_("Takes them out of this list; their runs are kept."))
        self.state.set_tone("text2")

    def _tools(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(16, 6, 10, 4)
        row.setSpacing(2)
        row.addWidget(self.dot)
        row.addSpacing(6)
        row.addWidget(self.state, 1)
        for tool in (self.rename, self.duplicate, self.again, self.remove):
            row.addWidget(tool)
        return row

    def _list(self) -> QWidget:
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(6, 0, 6, 4)
        column.setSpacing(4)
        column.addWidget(scrolled_rows(self.rows, below=4), 1)
        column.addWidget(self.clear, 0, Qt.AlignmentFlag.AlignLeft)
        return made

    def _foot(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(12, 10, 12, 12)
        row.setSpacing(8)
        row.addWidget(self.add, 3)
        row.addWidget(self.go, 2)
        return row


def _empty() -> EmptyState:
    return EmptyState(
        "queue",
        _("Nothing waits yet"),
        _(
            "Add the work as it is now, change a setting or a layer, and add it again. The runs "
            "are trained one after the other, overnight if you like; one that fails does not "
            "stop the others."
        ),
    )
