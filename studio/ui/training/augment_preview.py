"""What augmentation makes of some samples: a strip of before and after, live as settings change."""

import importlib
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from studio.datasets.dataset import Array, Dataset
from studio.errors import StudioError
from studio.training.plan import Augmentation, Plan
from studio.ui import theme
from studio.ui.binding import follow
from studio.ui.bridge import Task
from studio.ui.kit import Caption, Note, ToolButton
from studio.ui.pictures import picture
from studio.wording import _
from studio.workspace import Workspace

_SAMPLES = 4
_WAIT_MS = 150
_GAP, _SIDE, _TITLE, _LINE = 6, 60, 16, 18
_TOKENS = 24


class AugmentPreview(QWidget):
    """Shows some training samples before and after; hidden while the plan changes none."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._draw = 0
        self._task: Task | None = None
        self._shown: tuple[object, ...] = ()
        self.strip = BeforeAfter()
        self.note = Note()
        self.again = ToolButton("reset", _("Draw other random changes"), side=24)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_WAIT_MS)
        self._arrange()
        self._soon.timeout.connect(self._ask)
        self.again.clicked.connect(self._draw_again)
        follow(self, workspace.plan_changed, self._show_plan)
        follow(self, workspace.dataset_changed, lambda _dataset: self._show_plan(workspace.plan))
        self._show_plan(workspace.plan)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon.start()

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Caption(_("Some training samples, changed")), 1)
        head.addWidget(self.again)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 4, 0, 0)
        column.setSpacing(4)
        column.addLayout(head)
        column.addWidget(self.strip)
        column.addWidget(self.note)

    def _show_plan(self, plan: Plan) -> None:
        self.setVisible(bool(plan.augment) and self._workspace.dataset is not None)
        self._soon.start()

    def _draw_again(self) -> None:
        self._draw += 1
        self._ask()

    def _ask(self) -> None:
        """Ask for what is not shown yet; what is asked for now comes first."""
        dataset, split, plan = self._workspace.dataset, self._workspace.split, self._workspace.plan
        if dataset is None or split is None or not plan.augment or not self.isVisible():
            return
        wanted = (dataset, plan.augment, plan.seed, self._draw)
        if wanted == self._shown or self._task is not None:
            return
        samples = dataset.inputs[split.train[:_SAMPLES]]
        seed = plan.seed + self._draw
        self._shown = wanted
        self._task = Task(
            lambda: _previewed(samples, plan.augment, seed),
            lambda found: self._show(dataset, samples, found),
            self._refuse,
            self,
        )
        self._task.start()

    def _show(self, dataset: Dataset, before: Array, after: Array) -> None:
        self.note.hide()
        self.strip.show_samples(before, after, dataset.vocabulary, rises=dataset.rises)
        self.strip.show()
        self._go_on()

    def _refuse(self, refusal: StudioError) -> None:
        self.strip.hide()
        self.note.setText(str(refusal))
        self.note.show()
        self._go_on()

    def _go_on(self) -> None:
        self._task = None
        self._soon.start()


class BeforeAfter(QWidget):
    """Pictures in two rows, or texts in pairs of lines."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: tuple[Array, ...] = ()
        self._vocabulary: Sequence[str] = ()
        self._rises = False
        self.setAccessibleName(_("Samples before and after augmentation"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        follow(self, theme.changed, lambda _look: self.update())

    @property
    def rows(self) -> tuple[Array, ...]:
        """The samples before, and those after."""
        return self._rows

    def show_samples(
        self, before: Array, after: Array, vocabulary: Sequence[str], *, rises: bool = False
    ) -> None:
        """Show samples of one kind; `vocabulary` has the tokens of texts by their ids.

        Pictures that rise have their first row at the foot.
        """
        self._rows, self._vocabulary, self._rises = (before, after), vocabulary, rises
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        height = _TITLE + (_SIDE if self._has_pictures else _SAMPLES * _LINE)
        return QSize(_SAMPLES * (_SIDE + _GAP) - _GAP, 2 * height + _GAP)

    @property
    def _has_pictures(self) -> bool:
        return not self._rows or self._rows[0].ndim == 4

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        top = 0.0
        for title, samples in zip((_("before"), _("after")), self._rows, strict=False):
            painter.setFont(theme.font(11))
            painter.setPen(theme.current().text3)
            painter.drawText(QRectF(0, top, self.width(), _TITLE), title)
            top += _TITLE
            paint = self._paint_pictures if self._has_pictures else self._paint_texts
            top += paint(painter, samples, top) + _GAP
        painter.end()

    def _paint_pictures(self, painter: QPainter, samples: Array, top: float) -> float:
        side = min(_SIDE, (self.width() + _GAP) // _SAMPLES - _GAP)
        for place, sample in enumerate(samples):
            image = picture(sample, rises=self._rises)
            size = image.size().scaled(side, side, Qt.AspectRatioMode.KeepAspectRatio)
            painter.drawImage(
                QRectF(place * (side + _GAP), top, size.width(), size.height()), image
            )
        return _SIDE

    def _paint_texts(self, painter: QPainter, samples: Array, top: float) -> float:
        painter.setPen(theme.current().text)
        for place, sample in enumerate(samples):
            line = QRectF(0, top + place * _LINE, self.width(), _LINE)
            text = painter.fontMetrics().elidedText(
                self._spelled(sample), Qt.TextElideMode.ElideRight, self.width()
            )
            painter.drawText(line, text)
        return _SAMPLES * _LINE

    def _spelled(self, sample: Array) -> str:
        known = dict(enumerate(self._vocabulary))
        ids = [int(number) for number in sample.flatten() if number][:_TOKENS]
        return " ".join(known.get(number, str(number)) for number in ids)


def _previewed(samples: Array, augment: Sequence[Augmentation], seed: int) -> Array:
    previewed = importlib.import_module("studio.training.data.preview").previewed
    found: tuple[Array, ...] = previewed(samples, augment, seed)
    return found[0]
