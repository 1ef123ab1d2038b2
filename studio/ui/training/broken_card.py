"""The report on numbers that broke: what, where, why, what was done, and what one can do."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.training.events import Broken
from studio.ui.binding import follow
from studio.ui.kit import (
    Button,
    Caption,
    Card,
    Heading,
    IconLabel,
    Note,
    PrimaryButton,
    QuietButton,
    ToolButton,
    scrolled_rows,
)
from studio.ui.training.broken_bars import BrokenBars
from studio.ui.training.broken_words import (
    done_text,
    times_text,
    title_text,
    where_text,
    why_text,
)
from studio.wording import _
from studio.workspace import State, Workspace

_HEIGHT = 250
_NARROW, _BELOW = 560, 100
"""Below that width the layers stand below the words, and take so much more height."""
_GRAVE = {"pause", "stop"}


class BrokenCard(Card):
    """Shows the latest break of the run on the page, until it is put away."""

    revealed = Signal()
    """A layer was selected that the canvas should show."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent, margin=14)
        self._workspace = workspace
        self._seen: Broken | None = None
        self.setAccessibleName(_("What broke"))
        self.icon = IconLabel("warning", 18, "warn")
        self.title, self.times = Heading(), Caption()
        self.where, self.why, self.done = Note(), Note(), Note()
        self.layer = QuietButton("", "search")
        self.layer.setToolTip(_("Show this layer on the Design page; it is marked there."))
        self.close_it = ToolButton("close", _("Put this report away"), side=26)
        self.slower = PrimaryButton(_("Go on with half the rate"), "play")
        self.clipped = Button(_("Clip the gradient and go on"), "play")
        self.stop = Button(_("Stop"), "stop")
        self.bars = BrokenBars()
        self.choices = QWidget()
        self.table = QWidget()
        self.halves = QHBoxLayout()
        self._arrange()
        self._connect()
        self._show()

    def _connect(self) -> None:
        workspace = self._workspace
        self.layer.clicked.connect(lambda: self._reveal(self._seen.layer if self._seen else ""))
        self.bars.picked.connect(self._reveal)
        self.close_it.clicked.connect(self.hide)
        self.slower.clicked.connect(workspace.go_on_slower)
        self.clipped.clicked.connect(workspace.go_on_clipped)
        self.stop.clicked.connect(workspace.stop)
        follow(self, workspace.history_changed, lambda _history: self._show())
        follow(self, workspace.state_changed, lambda _state: self._offer())

    def _show(self) -> None:
        broken = self._workspace.latest_break
        if broken is self._seen and broken is not None:
            return
        self._seen = broken
        self.setVisible(broken is not None)
        if broken is None:
            return
        self.icon.show_icon("warning", "error" if broken.action in _GRAVE else "warn")
        self.title.setText(title_text(broken))
        self.times.setText(times_text(broken))
        self.where.setText(where_text(broken))
        copy = _("copy {copy}").format(copy=broken.copy) if broken.copy else ""
        self.layer.setText(" · ".join(filter(None, (broken.layer.replace("/", " › "), copy))))
        self.layer.setVisible(bool(broken.layer))
        self.why.setText(why_text(broken))
        self.done.setText(done_text(broken))
        self.bars.show_break(broken)
        self.table.setVisible(bool(self.bars.rows))
        self.setAccessibleDescription(broken.message)
        self._offer()

    def _offer(self) -> None:
        """Offer to go on while the run waits for an answer to this very break."""
        broken, paused = self._seen, self._workspace.state is State.PAUSED
        self.choices.setVisible(paused and broken is not None and broken.action == "pause")

    def _reveal(self, path: str) -> None:
        if path:
            self._workspace.reveal(path)
            self.revealed.emit()

    def _arrange(self) -> None:
        self.slower.setToolTip(_("Smaller steps are less likely to overshoot."))
        self.clipped.setToolTip(
            _("Gradients longer than the limit are shortened; a tick of the plan says so.")
        )
        head = QHBoxLayout()
        head.setSpacing(8)
        for widget in (self.icon, self.title, self.times):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.close_it)
        self.halves.setSpacing(20)
        self.halves.addLayout(self._facts(), 1)
        self.halves.addWidget(self.table, 1)
        self._arrange_table()
        self.body.addLayout(head)
        self.body.addLayout(self.halves)
        self.body.addWidget(self.choices)
        self.setMaximumHeight(_HEIGHT)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where it is narrow, put the layers below the words."""
        narrow = self.width() < _NARROW
        sides = QBoxLayout.Direction
        self.halves.setDirection(sides.TopToBottom if narrow else sides.LeftToRight)
        self.halves.setStretch(0, 0 if narrow else 1)
        self.setMaximumHeight(_HEIGHT + (_BELOW if narrow else 0))
        super().resizeEvent(event)

    def _facts(self) -> QVBoxLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(14)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        place = QHBoxLayout()
        place.setSpacing(4)
        place.addWidget(self.where, 0, Qt.AlignmentFlag.AlignVCenter)
        place.addWidget(self.layer)
        place.addStretch(1)
        self.where.setWordWrap(False)
        top = Qt.AlignmentFlag.AlignTop
        grid.addWidget(Caption(_("Where")), 0, 0, Qt.AlignmentFlag.AlignVCenter)
        grid.addLayout(place, 0, 1)
        for row, (name, note) in enumerate(((_("Why"), self.why), (_("Answer"), self.done)), 1):
            note.set_tone("text2")
            grid.addWidget(Caption(name), row, 0, top)
            grid.addWidget(note, row, 1)
        self.where.set_tone("text2")
        buttons = QHBoxLayout(self.choices)
        buttons.setContentsMargins(0, 0, 0, 0)
        buttons.setSpacing(8)
        for button in (self.slower, self.clipped, self.stop):
            buttons.addWidget(button)
        buttons.addStretch(1)
        facts = QVBoxLayout()
        facts.addLayout(grid)
        facts.addStretch(1)
        return facts

    def _arrange_table(self) -> None:
        column = QVBoxLayout(self.table)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        head = QHBoxLayout()
        head.setContentsMargins(8, 0, 8, 0)
        for word, stretch in ((_("Layer"), 30), (_("Largest output"), 35), (_("Gradient"), 35)):
            head.addWidget(Caption(word), stretch)
        column.addLayout(head)
        column.addWidget(scrolled_rows(self.bars, below=0), 1)
        self.table.setMinimumHeight(3 * 22 + 20)
