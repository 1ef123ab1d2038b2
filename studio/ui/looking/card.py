"""The card beside a layer: what it gives, whom it looks at, and what counted."""

from collections.abc import Mapping, Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from studio.datasets.dataset import Array
from studio.runs.looking.seen import Look, Overlay, Wish
from studio.ui import theme
from studio.ui.canvas.floating.float import floated
from studio.ui.editors import Combo
from studio.ui.kit import Button, Caption, Elided, Note, Segmented, ToolButton
from studio.ui.looking.attention_pane import AttentionPane
from studio.ui.looking.choosing import fill
from studio.ui.looking.counted_pane import CountedPane
from studio.ui.looking.output_pane import OutputPane
from studio.wording import _

SIZE = QSize(384, 452)
_RIM = QSize(16, 66)
"""What is left free around it in a low canvas: the edges, and the tools above."""
LOW = QSize(384, 118)
"""Its size where it only says why there is nothing to see."""


class LookCard(QFrame):
    """Floats over the canvas; `asked` comes when something else of the layer is wanted."""

    asked = Signal()
    closed = Signal()
    trial_asked = Signal()
    """A sample should be tried."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._canvas = parent
        floated(self, _("Inside the layer"))
        self.title, self.shape_line = Elided(), Caption()
        self.title.setFont(theme.font(14, 600))
        self.close_button = ToolButton("close", _("Close (I)"), side=24)
        self.views = Segmented(
            (("output", _("Output")), ("counted", _("What counted"))), _("What is shown"), height=28
        )
        self.copies: list[QComboBox] = []
        self._copies_row = QHBoxLayout()
        self.output, self.attention, self.counted = OutputPane(), AttentionPane(), CountedPane()
        self.stack = QStackedWidget()
        self.pointed, self.note = Caption(), Note()
        self.to_trial = Button(_("Take a test sample"), "dice")
        self._path, self._first = "", 0
        self._arrange()
        self._listen()
        self.hide()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.title, 1)
        head.addWidget(self.shape_line)
        head.addWidget(self.close_button)
        for pane in (self.output, self.attention, self.counted):
            self.stack.addWidget(pane)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 10, 10)
        column.setSpacing(7)
        column.addLayout(head)
        column.addLayout(self._copies_row)
        for widget in (self.views, self.stack, self.pointed, self.note, self.to_trial):
            column.addWidget(widget, 1 if widget is self.stack else 0)
        self.pointed.setMinimumHeight(15)

    def _listen(self) -> None:
        self.close_button.clicked.connect(self.closed)
        self.to_trial.clicked.connect(self.trial_asked)
        self.views.chosen.connect(self._turn)
        self.counted.asked.connect(self.asked)
        self.output.asked.connect(self._page)
        for pane in (self.output, self.attention, self.counted):
            pane.pointed.connect(self.pointed.setText)

    def wish(self) -> Wish:
        """Return what is wanted of the layer that is shown."""
        overlay: Overlay = ""
        if self.views.value == "counted":
            overlay = self.counted.method.value  # type: ignore[assignment]
        return Wish(
            self._path,
            tuple(box.currentIndex() for box in self.copies),
            self.output.output,
            self._first,
            overlay=overlay,
            target=self.counted.wanted,
        )

    def begin(self, path: str, copies: Sequence[int]) -> None:
        """Turn to a layer; `copies` says how often each block around it is repeated."""
        if path != self._path:
            self._path, self._first = path, 0
            self.output.maps.is_close = False
            self.output.which.setCurrentIndex(0)
        self.title.setText(path.replace("/", " › "))
        self._offer_copies(copies)

    def say(self, sentence: str, *, offers_trial: bool = False) -> None:
        """Say why there is nothing to see."""
        for widget in (self.views, self.stack, self.pointed):
            widget.hide()
        self.shape_line.setText("")
        self.note.setText(sentence)
        self.note.show()
        self.to_trial.setVisible(offers_trial)
        self.setFixedSize(LOW.width(), max(LOW.height(), self._needed()))

    def show_look(self, look: Look, samples: Mapping[str, Array], remark: str) -> None:
        """Show what was seen; `samples` are the raw ones by Input, `remark` what to know of it."""
        if look.wish.path != self._path:
            return
        shape = "×".join(map(str, look.activation.figures.shape)) or "1"
        self.shape_line.setText(shape)
        self._offer_views(look)
        self.output.show_look(look)
        self.attention.show_look(look)
        if look.wish.overlay:
            self.counted.show_look(look, dict(samples))
        for widget in (self.views, self.stack, self.pointed):
            widget.show()
        self.to_trial.hide()
        self.note.setText(remark)
        self.note.setVisible(bool(remark))
        self.setFixedSize(SIZE.boundedTo(self._canvas.size() - _RIM))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _needed(self) -> int:
        layout = self.layout()
        return layout.heightForWidth(LOW.width()) if layout is not None else 0

    def _offer_views(self, look: Look) -> None:
        options = [("output", _("Output"))]
        if look.attention is not None:
            options.append(("attention", _("Attention")))
        options.append(("counted", _("What counted")))
        if tuple(options) != self.views.options:
            self.views.set_options(options)
            self._turn(self.views.value)

    def _offer_copies(self, copies: Sequence[int]) -> None:
        """Let one copy of each repeated block around the layer be chosen."""
        while len(self.copies) > len(copies):
            box = self.copies.pop()
            self._copies_row.removeWidget(box)
            box.deleteLater()
        while len(self.copies) < len(copies):
            box = Combo()
            box.setAccessibleName(_("Copy of the block"))
            box.activated.connect(lambda _index: self.asked.emit())
            self._copies_row.addWidget(box)
            self.copies.append(box)
        for box, count in zip(self.copies, copies, strict=True):
            names = [
                _("Copy {number} of {count}").format(number=number + 1, count=count)
                for number in range(count)
            ]
            fill(box, names)
            box.setVisible(count > 1)

    def _turn(self, key: str) -> None:
        panes = {"output": self.output, "attention": self.attention, "counted": self.counted}
        self.stack.setCurrentWidget(panes[key])
        self.pointed.setText("")
        if key == "counted":
            self.asked.emit()

    def _page(self, first: int) -> None:
        self._first = first
        self.asked.emit()
