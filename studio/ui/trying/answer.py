"""What the network says of what it was asked: the likeliest classes, or numbers in their units."""

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.runs.info import RunInfo
from studio.ui.kit import Caption, Note, ValueLabel
from studio.ui.trying.bars import MOST, AnswerBars
from studio.ui.trying.further import FurtherAnswers
from studio.ui.trying.questions import Reply
from studio.ui.trying.seen import Seen
from studio.ui.trying.telling import number, right, spelled
from studio.wording import _, in_percent

if TYPE_CHECKING:
    from studio.runs.predict import Prediction

_MOST_VALUES = 24


class AnswerView(QWidget):
    """What the network saw at the left, what it says of it at the right, and all shares below.

    Where it gives several answers, the others follow below.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seen, self.answer = Seen(), ValueLabel(px=24)
        self.name, self.note, self.bars = Caption(), Note(), AnswerBars()
        self.further = FurtherAnswers()
        self.answer.setWordWrap(True)
        self.answer.setAccessibleName(_("Answer"))
        words = QVBoxLayout()
        words.setSpacing(4)
        words.addWidget(self.name)
        words.addWidget(self.answer)
        words.addWidget(self.note)
        words.addStretch(1)
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self.seen)
        top.addLayout(words, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addLayout(top)
        column.addWidget(self.bars)
        column.addWidget(self.further)

    def show_reply(
        self, reply: Reply, info: RunInfo, first: str, *, rises: bool = False, is_next: bool = False
    ) -> str:
        """Show all answers, or what comes next in a text; return them in a word each.

        `first` is the Input of which is shown what the network saw, the first row at its foot if it
        `rises`.
        """
        self.seen.show_sample(reply.inputs.get(first), rises=rises)
        said = self._show_first(reply.prediction, info, is_next=is_next)
        further = self.further.show_predictions(reply.prediction.further)
        self.name.setText(info.target_name)
        self.name.setVisible(bool(further))
        return ", ".join((said, *further))

    def _show_first(self, prediction: "Prediction", info: RunInfo, *, is_next: bool) -> str:
        if prediction.label:
            said = spelled(prediction.label)
            self._tell(said, self._told_share(prediction.probability, is_next=is_next))
            likeliest = islice(prediction.probabilities.items(), MOST)
            self.bars.show_shares({spelled(name): share for name, share in likeliest})
            return said
        values = prediction.values
        names = _names_of(info, len(values))
        if len(values) == 1:
            self._tell(number(values[0]), "" if prediction.further else names[0])
            return number(values[0])
        self._tell("", "")
        self.bars.show_values(list(zip(names, values, strict=True))[:_MOST_VALUES])
        return ", ".join(map(number, values[:_MOST_VALUES]))

    def _told_share(self, share: float, *, is_next: bool) -> str:
        told = in_percent(share, 1)
        if is_next:
            return _("comes next with {share}").format(share=told)
        return _("with {share}").format(share=told)

    def tell_truths(self, truths: Mapping[str, str]) -> None:
        """Say what is right: of the first answer under "", of others under their names."""
        if "" in truths:
            self.note.setText(right(truths[""]))
        self.further.tell_truths(truths)

    def say(self, answer: str, note: str) -> None:
        """Show a word and a sentence, and nothing else."""
        self.name.hide()
        self.further.show_predictions({})
        self._tell(answer, note)

    def _tell(self, answer: str, note: str) -> None:
        self.answer.setText(answer)
        self.answer.setAccessibleDescription(answer)
        self.answer.setVisible(bool(answer))
        self.note.setText(note)
        self.bars.show_shares({})

    def wipe(self) -> None:
        """Show nothing."""
        self.say("", "")
        self.seen.show_sample(None)


def _names_of(info: RunInfo, count: int) -> Sequence[str]:
    targets = info.learned.get("targets") or ()
    names = [str(item["name"]) for item in targets if isinstance(item, Mapping)]
    if len(names) == count:
        return names
    if count == 1:
        return (info.target_name,)
    return [_("{name} + {step}").format(name=info.target_name, step=n + 1) for n in range(count)]
