"""The totals of the network: parameters, depth, work, memory, and a bar for every layer."""

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from studio.analysis.memory import MemoryEstimate, Terms, training_memory
from studio.analysis.report import Report
from studio.analysis.room import free_memory
from studio.analysis.shares import arranged, by_layer, by_type
from studio.ui.binding import follow
from studio.ui.editors import Combo
from studio.ui.freeze_gain import gain_of, lesson_text, reason_text
from studio.ui.kit import (
    Bar,
    Caption,
    Hairline,
    Heading,
    Segmented,
    StatPill,
    ValueLabel,
    scrolled_rows,
)
from studio.ui.totals.bars import BarList
from studio.wording import Plural, _, byte_size, full, humanized
from studio.workspace import Workspace

_REST_MS = 40
"""Bars follow when the hand rests this long, so that a drag is not slowed down."""


class TotalsPanel(QWidget):
    """Numbers of the whole network, and where they come from."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.setAccessibleName(_("Totals"))
        self.setMinimumHeight(220)
        self.bars = BarList()
        self.bars.picked.connect(workspace.reveal)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 14, 0, 0)
        column.setSpacing(12)
        for part in (self._parameters(), self._numbers()):
            inset = QVBoxLayout()
            inset.setContentsMargins(16, 0, 16, 0)
            inset.addWidget(part)
            column.addLayout(inset)
        column.addWidget(Hairline())
        column.addLayout(self._choices())
        column.addWidget(scrolled_rows(self.bars, below=8), 1)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_REST_MS)
        self._rest.timeout.connect(self._show)
        follow(self, workspace.report_changed, lambda _report: self._rest.start())
        follow(self, workspace.plan_changed, lambda _plan: self._rest.start())
        follow(self, workspace.dataset_changed, lambda _dataset: self._rest.start())
        follow(self, workspace.selection_changed, self._mark)
        self._show()

    def _parameters(self) -> QWidget:
        part = QWidget()
        self.parameters = ValueLabel(px=18)
        self.split = Caption()
        self.bar = Bar(_("Trainable and frozen parameters"), height=6)
        head = QHBoxLayout()
        head.addWidget(Heading(_("Parameters")), 1)
        head.addWidget(self.parameters)
        column = QVBoxLayout(part)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.bar)
        column.addWidget(self.split)
        return part

    def _numbers(self) -> QWidget:
        part = QWidget()
        self.levels = StatPill(_("Depth"), px=14)
        self.work = StatPill(_("Multiply-adds"), px=14)
        self.memory = StatPill(_("Training memory"), px=14)
        self.speed = StatPill(_("Expected speed-up"), px=14)
        grid = QGridLayout(part)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setVerticalSpacing(10)
        pills = (self.levels, self.work, self.memory, self.speed)
        for index, pill in enumerate(pills):
            grid.addWidget(pill, index // 2, index % 2)
            grid.setColumnStretch(index % 2, 1)
        return part

    def _choices(self) -> QHBoxLayout:
        words = (("layer", _("By layer")), ("type", _("By type")))
        self.kind = Segmented(words, _("What the bars compare"), height=26)
        self.kind.chosen.connect(lambda _key: self._show_bars(self._workspace.report))
        self.measure = Combo()
        self.measure.setAccessibleName(_("What is compared"))
        self.measure.setProperty("small", True)  # noqa: FBT003  a Qt property
        self.measure.addItem(_("Parameters"), "parameters")
        self.measure.addItem(_("Multiply-adds"), "multiply_adds")
        self.measure.addItem(_("Activations"), "activation_bytes")
        self.measure.activated.connect(lambda _index: self._show_bars(self._workspace.report))
        row = QHBoxLayout()
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(8)
        row.addWidget(self.kind, 3)
        row.addWidget(self.measure, 2)
        return row

    def _show(self) -> None:
        report = self._workspace.report
        total = report.parameters or 1
        self.parameters.setText(humanized(report.parameters))
        self.parameters.setToolTip(full(report.parameters))
        self.split.setText(_split(report))
        self.bar.show_parts([(report.trainable / total, "accent"), (report.frozen / total, "ice")])
        self.levels.show_value(full(report.depth))
        self.levels.setToolTip(
            Plural(
                "Weighted layers on the longest way from input to output.\n"
                "{count} layer has weights, on any way.",
                "Weighted layers on the longest way from input to output.\n"
                "{count} layers have weights, on any way.",
            ).of(report.modules)
        )
        self.work.show_value(
            humanized(report.multiply_adds),
            full=_("{count} multiply-adds for one sample").format(count=full(report.multiply_adds)),
        )
        self._show_memory(report)
        self._show_speed(report)
        self._show_bars(report)

    def _show_memory(self, report: Report) -> None:
        plan = self._workspace.plan
        needed = training_memory(report, Terms.of(plan))
        self.memory.show_value(byte_size(needed.total), full=_memory_parts(needed, plan.batch_size))

    def _show_speed(self, report: Report) -> None:
        gain = None if report.errors else gain_of(self._workspace, free_memory())
        if gain is None:
            hint = _("Freeze layers to save time: frozen ones need no gradients.")
            self.speed.show_value("–", full=hint, tone="text3")
            return
        self.speed.show_value(
            f"{gain.speedup:.2g}×",
            full=f"{lesson_text(gain)}\n{reason_text(gain)}",
            tone="ice" if gain.speedup > 1.005 else "text",
        )

    def _show_bars(self, report: Report) -> None:
        measure = self.measure.currentData()
        rows = by_type if self.kind.value == "type" else by_layer
        self.bars.setAccessibleName(
            _("Where {what} come from").format(what=self.measure.currentText())
        )
        self.bars.show_rows(arranged(rows(report), measure), measure)

    def _mark(self, selection: frozenset[str]) -> None:
        location = self._workspace.location
        self.bars.mark(frozenset("/".join((*location, name)) for name in selection))


def _split(report: Report) -> str:
    if not report.frozen:
        return _("all trainable")
    return _("{trainable} trainable · {frozen} frozen").format(
        trainable=humanized(report.trainable), frozen=humanized(report.frozen)
    )


def _memory_parts(needed: MemoryEstimate, batch: int) -> str:
    return _(
        "Estimate for batches of {batch}:\n{weights} weights\n{gradients} gradients\n"
        "{optimizer} optimizer\n{activations} activations"
    ).format(
        batch=full(batch),
        weights=byte_size(needed.parameters),
        gradients=byte_size(needed.all_gradients),
        optimizer=byte_size(needed.optimizer),
        activations=byte_size(needed.activations),
    )
