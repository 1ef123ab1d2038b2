"""What counted for an answer: the method, the class it is about, and the input under its veil."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QStackedWidget, QVBoxLayout, QWidget

from studio.datasets.dataset import Array
from studio.runs.looking.seen import Look, Relevance
from studio.ui.editors import Combo
from studio.ui.kit import Label, Note, Segmented
from studio.ui.looking.figures import ColorBar
from studio.ui.looking.matrix import MatrixView
from studio.ui.looking.overlay import OverlayView
from studio.ui.looking.shades import Scale, said
from studio.ui.looking.tokens_view import TokensView
from studio.ui.looking.vector import VectorView
from studio.wording import _

_OPACITY = 65


class CountedPane(QWidget):
    """Shows the relevance of the places of an input; `asked` comes when another one is wanted."""

    asked = Signal()
    pointed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._relevance: Relevance | None = None
        self._choices: tuple[str, ...] = ()
        self.method = Segmented(
            (
                ("grad_cam", _("Grad-CAM")),
                ("gradient", _("Saliency")),
                ("product", _("Gradient × input")),
            ),
            _("How it is found what counted"),
            height=28,
        )
        self.target = Combo()
        self.target.setAccessibleName(_("The answer it is about"))
        self.overlay, self.tokens, self.vector = OverlayView(), TokensView(), VectorView()
        self.series = MatrixView(_("What counted, step by step"))
        self.views = QStackedWidget()
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.bar, self.note = ColorBar(), Note()
        for view in (self.overlay, self.tokens, self.vector, self.series):
            self.views.addWidget(view)
            view.pointed.connect(self.pointed)
        self.method.chosen.connect(lambda _key: self.asked.emit())
        self.target.activated.connect(lambda _index: self.asked.emit())
        self.opacity.valueChanged.connect(lambda share: self.overlay.set_opacity(share / 100))
        self._arrange()

    def _arrange(self) -> None:
        self.opacity.setRange(0, 100)
        self.opacity.setValue(_OPACITY)
        self.opacity.setAccessibleName(_("Opacity of the colors"))
        self.opacity.setToolTip(_("How much of the picture the colors hide."))
        self.method.setToolTip(
            _(
                "Grad-CAM: where this layer saw the answer. Saliency: where a small change would "
                "change it most. Gradient × input: what speaks for it and what against."
            )
        )
        about = QHBoxLayout()
        about.setSpacing(8)
        about.addWidget(Label(_("About")))
        about.addWidget(self.target, 1)
        foot = QHBoxLayout()
        foot.setSpacing(10)
        foot.addWidget(self.bar, 2)
        foot.addWidget(self.opacity, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addWidget(self.method)
        column.addLayout(about)
        column.addWidget(self.views, 1)
        column.addLayout(foot)
        column.addWidget(self.note)

    @property
    def wanted(self) -> int | None:
        """Which class or number it is about; None is what is predicted."""
        return self.target.currentIndex() - 1 if self.target.currentIndex() > 0 else None

    def show_look(self, look: Look, samples: dict[str, Array]) -> None:
        """Show what counted in the input; `samples` are the raw ones by Input."""
        self._offer(look.choices)
        found = self._relevance = look.relevance
        self.views.setVisible(found is not None)
        self.bar.setVisible(found is not None)
        picture = found is not None and found.input in samples and samples[found.input].ndim == 3
        self.opacity.setVisible(picture)
        self.note.setText(look.objection or _sentence(found))
        if found is None:
            return
        scale = Scale.of(found.raised)
        self.bar.show_scale(scale)
        self._show(found, scale, samples.get(found.input), rises=look.rises)

    def _show(self, found: Relevance, scale: Scale, sample: Array | None, *, rises: bool) -> None:
        values = found.raised
        if sample is not None and sample.ndim == 3 and values.ndim == 2:
            smooth = found.overlay == "grad_cam"
            self.overlay.show_values(sample, values, scale, smooth=smooth, rises=rises)
            self.views.setCurrentWidget(self.overlay)
        elif values.ndim == 2:
            self._show_series(values, scale)
        elif found.words and sample is not None and sample.dtype.kind == "i":
            self.tokens.show_words(found.words, values, scale)
            self.views.setCurrentWidget(self.tokens)
        else:
            self.vector.show_values(values.ravel(), found.words, scale)
            self.views.setCurrentWidget(self.vector)

    def _show_series(self, values: Array, scale: Scale) -> None:
        def explained(row: int, column: int) -> str:
            return _("Row {row}, column {column}: {value}").format(
                row=row, column=column, value=said(float(values[row, column]))
            )

        self.series.show_matrix(values, scale, ((), ()), explained)
        self.views.setCurrentWidget(self.series)

    def _offer(self, choices: Sequence[str]) -> None:
        if tuple(choices) == self._choices:
            return
        self._choices = tuple(choices)
        self.target.clear()
        self.target.addItem(_("What is predicted"))
        self.target.addItems(list(choices))


def _sentence(found: Relevance | None) -> str:
    if found is None:
        return ""
    about = _("About “{label}”, whose score is {score}.").format(
        label=found.label, score=said(found.score)
    )
    if not found.is_left_out:
        return about
    method = (
        _("Each token was left out in turn: it counts by how far the score falls without it.")
        if found.is_signed
        else _("Each token was left out in turn: it counts by how far the score moves without it.")
    )
    return f"{about} {method}"
