"""How the network would grow: one of its numbers is turned, and the curves say what follows."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QGridLayout,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from studio.analysis.explore import Curve, Knob, Point, curve, unit_of, values_between
from studio.gallery.architecture import Architecture
from studio.ui.binding import follow
from studio.ui.kit import Button, Card, EmptyState, Heading, Note, scrolled
from studio.ui.resting import Resting
from studio.ui.terms import terms_of
from studio.ui.understanding.curve_card import CurveCard
from studio.ui.understanding.family_knobs import FamilyKnob, family_knobs, family_of
from studio.ui.understanding.knob_form import KnobForm
from studio.ui.understanding.lessons import lesson
from studio.ui.understanding.variant_table import VariantTable
from studio.wording import Plural, _, byte_size, full, humanized
from studio.workspace import Workspace

_POINTS, _FEW_POINTS = 60, 24
"""How many values are tried; few where every network has to be drawn anew."""
_LEFT = 330


class ExplorerTab(Resting):
    """Pick a number, slide it, read four curves, and take the value over."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._family: Architecture | None = None
        self._found = Curve()
        self._between: dict[int, Curve] = {}
        """What was found for values of the slider between those that are drawn."""
        self.setAccessibleName(_("Explorer"))
        self.form = KnobForm()
        self.table = VariantTable()
        self.lesson, self.skipped = Note(), Note()
        self.apply = Button(_("Use this value"), "check")
        self.cards = _cards()
        self.axis = Note()
        self.pages = QStackedWidget()
        self._arrange()
        self._connect()

    def _connect(self) -> None:
        self.form.turned.connect(self._draw)
        self.form.slid.connect(lambda _value: self._point())
        self.apply.clicked.connect(self.take_over)
        for card in self.cards.values():
            card.plot.pointed.connect(self._slide_to)
        follow(self, self._workspace.report_changed, lambda _report: self.outdate())
        follow(self, self._workspace.plan_changed, lambda _plan: self.outdate())

    def refresh(self) -> None:
        graph = self._workspace.document.graph
        self._family = family_of(self._workspace.name, graph, self._family)
        self.form.show_graph(graph, family_knobs(self._family) if self._family else ())
        self.pages.setCurrentIndex(0 if self.form.knob is not None else 1)

    def take_over(self) -> None:
        """Give the number the value of the slider, in one step that can be undone."""
        knob, value = self.form.knob, self.form.slider.value()
        if knob is not None and self._at(knob, value).points:
            label = _("Set {setting} to {value}").format(
                setting=knob.setting.title, value=full(value)
            )
            if isinstance(knob, FamilyKnob):
                self._family = knob.member(value)
            self._workspace.edit_whole(label, lambda graph: knob.turned(graph, value))

    def _draw(self) -> None:
        knob = self.form.knob
        if knob is None or not self.isVisible():
            return
        most = _FEW_POINTS if isinstance(knob, FamilyKnob) else _POINTS
        unit = 1 if knob.setting.name == "repeat" else unit_of(knob.value)
        values = values_between(*self.form.range, most, knob.value, unit)
        report = self._workspace.report
        self._found = curve(report, knob.turned, values, terms_of(self._workspace))
        self._between = {}
        points = self._found.points
        xs, by_depth = _course(points)
        now = next((i for i, point in enumerate(points) if point.value == knob.value), -1)
        for name, card in self.cards.items():
            card.show_course(xs, [getattr(point, name) for point in points], now)
        self.axis.setText(
            _("Along the bottom: the depth of the network.")
            if by_depth
            else _("Along the bottom: {setting}; the depth stays {depth}.").format(
                setting=knob.setting.title, depth=points[0].depth if points else 0
            )
        )
        self.lesson.setText(lesson(knob, points))
        self._show_skipped()
        self._point()

    def _point(self) -> None:
        """Show what the value of the slider means."""
        knob, value, points = self.form.knob, self.form.slider.value(), self._found.points
        if knob is None:
            return
        nearest = min(range(len(points)), key=lambda i: abs(points[i].value - value), default=-1)
        for card in self.cards.values():
            card.point_at(nearest)
        then = self._at(knob, value)
        self.table.show_points(self._found.at(knob.value), then.at(value))
        self.apply.setEnabled(bool(then.points) and value != knob.value)
        refused = next((one.reason for one in then.skipped if one.value == value), "")
        self.apply.setToolTip(refused or _("Change the network; undo takes it back."))

    def _at(self, knob: Knob, value: int) -> Curve:
        """Return what one value means, drawn or not."""
        point = self._found.at(value)
        if point is not None:
            return Curve((point,))
        if value not in self._between:
            report, terms = self._workspace.report, terms_of(self._workspace)
            self._between[value] = curve(report, knob.turned, (value,), terms)
        return self._between[value]

    def _slide_to(self, index: int) -> None:
        if 0 <= index < len(self._found.points):
            self.form.set_value(self._found.points[index].value)

    def _show_skipped(self) -> None:
        skipped = self._found.skipped
        self.skipped.setVisible(bool(skipped))
        if skipped:
            self.skipped.setText(
                Plural(
                    "{count} value is left out, {value}: {reason}",
                    "{count} values are left out, such as {value}: {reason}",
                ).of(len(skipped), value=full(skipped[0].value), reason=skipped[0].reason)
            )

    def _arrange(self) -> None:
        whole = QSplitter(Qt.Orientation.Horizontal)
        whole.setHandleWidth(1)
        whole.setChildrenCollapsible(False)
        whole.addWidget(self._controls())
        whole.addWidget(self._curves())
        whole.setStretchFactor(1, 1)
        whole.setSizes([_LEFT, 1000])
        self.pages.addWidget(whole)
        self.pages.addWidget(
            EmptyState(
                "depth",
                _("Nothing to turn yet"),
                _("Add layers on the Design page; their numbers can be explored here."),
            )
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pages)

    def _controls(self) -> QWidget:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(14)
        for widget in (Heading(_("What would change")), self.form, self.table, self.apply):
            column.addWidget(widget)
        told = Card()
        told.body.addWidget(self.lesson)
        column.addWidget(told)
        column.addWidget(self.skipped)
        column.addStretch(1)
        area = scrolled(inner)
        area.setMinimumWidth(290)
        return area

    def _curves(self) -> QWidget:
        made = QWidget()
        grid = QGridLayout(made)
        grid.setContentsMargins(12, 12, 12, 8)
        grid.setSpacing(12)
        for index, card in enumerate(self.cards.values()):
            grid.addWidget(card, index // 2, index % 2)
            grid.setRowStretch(index // 2, 1)
            grid.setColumnStretch(index % 2, 1)
        self.axis.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        grid.addWidget(self.axis, 2, 0, 1, 2)
        return made


def _course(points: tuple[Point, ...]) -> tuple[tuple[float, ...], bool]:
    """Return what the points are laid along: their depth, or the value where depth stays."""
    depths = tuple(float(point.depth) for point in points)
    if len(set(depths)) == len(depths) > 1:
        return depths, True
    return tuple(float(point.value) for point in points), False


def _cards() -> dict[str, CurveCard]:
    """Return the curves, by the attribute of a point that they show."""
    return {
        "parameters": CurveCard(_("Parameters"), _("Numbers that the network learns."), humanized),
        "multiply_adds": CurveCard(
            _("Multiply-adds"), _("Work for one sample, forward."), humanized
        ),
        "activation_bytes": CurveCard(
            _("Activations"),
            _("Bytes of the answers of all layers to one sample."),
            byte_size,
            in_bytes=True,
        ),
        "training_bytes": CurveCard(
            _("Training memory"),
            _("Weights, gradients, optimizer and activations of a step, by the present plan."),
            byte_size,
            in_bytes=True,
        ),
    }
