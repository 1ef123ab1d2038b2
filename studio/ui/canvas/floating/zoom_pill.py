"""The zoom at the lower left: out, percentage, in, fit."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QToolButton, QWidget

from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.canvas.floating.float import floated
from studio.ui.canvas.verbs import Verbs
from studio.ui.canvas.view import CanvasView
from studio.ui.kit.buttons import ToolButton
from studio.wording import _, in_percent


class ZoomPill(QFrame):
    """Shows and changes the zoom."""

    def __init__(self, view: CanvasView, verbs: Verbs, parent: QWidget) -> None:
        super().__init__(parent)
        floated(self, _("Zoom"))
        self._view = view
        row = QHBoxLayout(self)
        row.setContentsMargins(3, 3, 3, 3)
        row.setSpacing(1)
        self.out = ToolButton("minus", _("Zoom out (−)"), self)
        self.into = ToolButton("plus", _("Zoom in (+)"), self)
        self.fit = ToolButton(
            "fit", _("Show the whole network (0)\nCtrl and the wheel zoom at the mouse."), self
        )
        self.percent = QToolButton(self)
        self.percent.setAutoRaise(True)
        self.percent.setFont(theme.font(12, 500, tabular=True))
        self.percent.setFixedSize(56, 28)
        self.percent.setToolTip(_("Zoom to 100 % (1)"))
        for button in (self.out, self.percent, self.into, self.fit):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            row.addWidget(button)
        self.out.clicked.connect(lambda _checked: verbs.zoom_out())
        self.into.clicked.connect(lambda _checked: verbs.zoom_in())
        self.fit.clicked.connect(lambda _checked: verbs.fit())
        self.percent.clicked.connect(lambda _checked: verbs.zoom_full())
        follow(self, view.moved, lambda _none: self._show())
        self._show()
        self.adjustSize()

    def _show(self) -> None:
        text = in_percent(self._view.zoom)
        if text != self.percent.text():
            self.percent.setText(text)
            self.percent.setAccessibleName(_("Zoom {percent}").format(percent=text))
