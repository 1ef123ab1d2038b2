"""What was found wrong with the data: one entry for each kind of fault, and what settles it."""

from collections.abc import Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.datasets.problems import Problem
from studio.ui.kit import Caption, FixButton, IconLabel, Note, QuietButton
from studio.wording import _, full

_ICONS = {"error": ("error", "error"), "warning": ("warning", "warn"), "note": ("info", "text2")}
_FEW = 3
"""Places that are named before somebody asks for all."""


class ProblemEntry(QWidget):
    """One kind of fault: the sentence, files or rows, the remedy, and buttons for what helps."""

    settled = Signal(object)
    """The settings of the source that settle it."""
    picked = Signal(object)
    """The numbers of the samples concerned."""

    def __init__(self, problem: Problem, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._problem = problem
        self.places = Caption("")
        self.places.setWordWrap(True)
        self.more = QuietButton(_("Show all"))
        self.fix = FixButton(_("Settle"))
        self.look = QuietButton(_("Look at them"), "eye")
        self._arrange()
        self.more.clicked.connect(lambda: self._show_places(len(problem.places)))
        self.fix.clicked.connect(lambda: self.settled.emit(dict(problem.change)))
        self.look.clicked.connect(lambda: self.picked.emit(problem.samples))
        self._show_places(_FEW)

    def _arrange(self) -> None:
        problem = self._problem
        icon, tone = _ICONS[problem.gravity]
        texts = QVBoxLayout()
        texts.setSpacing(4)
        sentence = Note(problem.sentence.replace(" %", "\N{NO-BREAK SPACE}%"))
        sentence.set_tone("text")
        texts.addWidget(sentence)
        texts.addWidget(self.places)
        if problem.remedy:
            texts.addWidget(Note(problem.remedy))
        buttons = QHBoxLayout()
        buttons.addWidget(self.fix)
        buttons.addWidget(self.look)
        buttons.addWidget(self.more)
        buttons.addStretch(1)
        texts.addLayout(buttons)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(IconLabel(icon, 16, tone), 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        self.fix.setVisible(bool(problem.change))  # not before it has a parent
        self.look.setVisible(bool(problem.samples))

    def _show_places(self, most: int) -> None:
        problem = self._problem
        places = () if _says_where(problem) else problem.places
        lines = list(places[:most])
        hidden = problem.count - len(lines)
        if places and hidden > 0:
            lines.append(_("and {count} more").format(count=full(hidden)))
        self.places.setText("\n".join(lines))
        self.places.setVisible(bool(lines))
        self.more.setVisible(most < len(places))


def _says_where(problem: Problem) -> bool:
    """Whether the sentence itself names the one place, such as a column."""
    return len(problem.places) == 1 and f"“{problem.places[0]}”" in problem.sentence


class ProblemList(QWidget):
    """All problems, the gravest first."""

    settled = Signal(object)
    """Settings of the source that settle a problem."""
    picked = Signal(object)
    """The numbers of the samples that somebody wants to see."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: list[ProblemEntry] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(12)

    def show_problems(self, problems: Iterable[Problem]) -> None:
        """Show these instead of those before."""
        for entry in self.entries:
            self._column.removeWidget(entry)
            entry.hide()
            entry.deleteLater()
        self.entries = [ProblemEntry(problem) for problem in problems]
        for entry in self.entries:
            entry.settled.connect(self.settled)
            entry.picked.connect(self.picked)
            self._column.addWidget(entry)
        self.setVisible(bool(self.entries))
