"""From which checkpoint a new run branches, and in what it will differ from its parent."""

from collections.abc import Iterator
from dataclasses import replace

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from studio.analysis.analyze import analyze
from studio.analysis.compare import diagram
from studio.analysis.report import Report
from studio.datasets.source import source_json
from studio.graph.file import ProjectFile
from studio.runs.overview.branching import Point, points
from studio.runs.overview.comparing import Compared, data_differ, plans_differ
from studio.runs.overview.ranking import is_lower_better
from studio.runs.overview.spelling import layer_text, setting_text, value_text
from studio.runs.request import RunRequest
from studio.training.plan import plan_json
from studio.ui.editors import Combo
from studio.ui.kit import Button, Heading, Label, Note, PrimaryButton, Toggle
from studio.ui.runs.model import checkpoint_name
from studio.ui.runs.value_table import Line, ValueTable
from studio.ui.training.naming import metric_name, metric_text
from studio.wording import _, full


class BranchDialog(QDialog):
    """Shows a run, the checkpoints it has, and what the present project changes.

    `request` is what the present project asks for, with that run as its parent.
    """

    def __init__(
        self, request: RunRequest, parent: QWidget | None = None, checkpoint: str = ""
    ) -> None:
        super().__init__(parent)
        assert request.parent is not None, "a branch has a parent"
        self._request = request
        self.run = Compared.opened(request.parent)
        self.points = points(request.parent)
        self.setWindowTitle(_("Branch from {name}").format(name=self.run.label))
        self.setMinimumSize(760, 420)
        self.point = Combo()
        for point in self.points:
            self.point.addItem(point_text(point), point.name)
        self.point.setCurrentIndex(max(0, self.point.findData(checkpoint)))
        self.table = ValueTable(_("What differs from that run"))
        self.own = Toggle(_("Use the network of that run"))
        self.trouble = Note()
        self.trouble.set_tone("error")
        self.start = PrimaryButton(_("Start the branch"), "play")
        self.cancel = Button(_("Cancel"))
        self._reports = analyze(self.run.info.graph), analyze(request.graph)
        self._own_row = QWidget()
        self._arrange()
        self.start.clicked.connect(self.accept)
        self.cancel.clicked.connect(self.reject)
        self.own.clicked.connect(lambda _on: self._show())
        self._own_row.setVisible(any(True for _row in self._layers()))
        self.own.setChecked(not _fits(*self._reports))
        self._show()

    @property
    def request(self) -> RunRequest:
        """The run to start."""
        wanted = replace(self._request, checkpoint=self.point.currentData() or "last")
        return replace(wanted, graph=self.run.info.graph) if self.own.isChecked() else wanted

    def _show(self) -> None:
        lines = list(self._lines())
        self.table.show_lines((_("That run"), _("This branch")), lines)
        self.table.setVisible(bool(lines))
        self.trouble.setText(self._problem())
        self.trouble.setVisible(bool(self._problem()))
        self.start.setEnabled(not self._problem())

    def _problem(self) -> str:
        if not self.points:
            return _("This run has no checkpoint to start from.")
        if not self.own.isChecked() and not _fits(*self._reports):
            return _("The weights of that run do not fit the present network.")
        return ""

    def _lines(self) -> Iterator[Line]:
        data, plan = source_json(self._request.source), plan_json(self._request.plan)
        now = Compared.planned(ProjectFile(self._request.graph, data, plan))
        rows = (*plans_differ((self.run, now)), *data_differ((self.run, now)))
        for row in rows:
            name = setting_text(row.path)
            yield Line(name, tuple(value_text(value) for value in row.values))
        if not self.own.isChecked():
            for text in self._layers():
                yield Line(text, ("", ""))

    def _layers(self) -> Iterator[str]:
        for row in diagram(*self._reports):
            if row.kind != "same":
                yield layer_text(row)

    def _arrange(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(24, 20, 24, 20)
        column.setSpacing(10)
        column.addWidget(Heading(self.windowTitle()))
        said = _(
            "A new run begins with the weights of this checkpoint and follows the present plan. "
            "The run it comes from stays as it is."
        )
        column.addWidget(Note(said))
        column.addLayout(self._choice())
        column.addWidget(self._own_row)
        column.addWidget(self.table, 1)
        column.addWidget(self.trouble)
        column.addStretch(0)
        column.addLayout(self._buttons())

    def _choice(self) -> QHBoxLayout:
        self.point.setAccessibleName(_("Checkpoint"))
        row = QHBoxLayout()
        row.addWidget(Label(_("From the checkpoint")))
        row.addWidget(self.point, 1)
        own = QHBoxLayout(self._own_row)
        own.setContentsMargins(0, 0, 0, 0)
        own.addWidget(Label(_("Use the network of that run")))
        own.addWidget(self.own)
        own.addStretch(1)
        return row

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addStretch(1)
        row.addWidget(self.cancel)
        row.addWidget(self.start)
        self.start.setDefault(True)
        return row


def point_text(point: Point) -> str:
    """Return a checkpoint for people: "best · epoch 7 · step 120 · Accuracy 93.20 %"."""
    text = _("{name} · epoch {epoch} · step {step}").format(
        name=checkpoint_name(point.name), epoch=full(point.epoch), step=full(point.step)
    )
    marks = point.validation
    metric = next((name for name in marks if is_lower_better(name) is False), "")
    metric = metric or ("loss" if "loss" in marks else "")
    return (
        f"{text} · {metric_name(metric)} {metric_text(metric, marks[metric])}" if metric else text
    )


def branched(
    request: RunRequest, parent: QWidget | None, checkpoint: str = ""
) -> RunRequest | None:
    """Return the branch that was asked for, or None; raises StudioError if its run is broken.

    `checkpoint` is suggested, where there is one of that name.
    """
    dialog = BranchDialog(request, parent, checkpoint)
    asked = dialog.request if dialog.exec() else None
    dialog.deleteLater()
    return asked


def _fits(one: Report, other: Report) -> bool:
    """Whether both networks hold as many parameters under the same names."""
    return _weights(one) == _weights(other)


def _weights(report: Report) -> dict[str, int]:
    counts = {name: int(facts.parameters) for name, facts in report.nodes.items()}
    return {name: count for name, count in counts.items() if count}
