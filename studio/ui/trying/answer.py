"""What the network says of what it was asked: the likeliest classes, or numbers in their units."""

from collections.abc import Mapping, Sequence
from itertools import islice

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from studio.runs.info import RunInfo
from studio.ui.kit import Note, ValueLabel
from studio.ui.trying.bars import MOST, AnswerBars
from studio.ui.trying.questions import Reply
from studio.ui.trying.seen import Seen
from studio.wording import _

_MOST_VALUES = 24


class AnswerView(QWidget):
    """What the network saw at the left, what it says of it at the right, and all shares below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.seen, self.answer = Seen(), ValueLabel(px=24)
        self.note, self.bars = Note(), AnswerBars()
        self.answer.setWordWrap(True)
        self.answer.setAccessibleName(_("Answer"))
        words = QVBoxLayout()
        words.setSpacing(4)
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

    def show_reply(
        self, reply: Reply, info: RunInfo, first: str, *, rises: bool = False, is_next: bool = False
    ) -> str:
        """Show an answer, or what comes next in a text; return it in a word.

        `first` is the Input of which is shown what the network saw, the first row at its foot if it
        `rises`.
        """
        prediction = reply.prediction
        self.seen.show_sample(reply.inputs.get(first), rises=rises)
        if prediction.label:
            said = spelled(prediction.label)
            self.say(said, self._told_share(prediction.probability, is_next=is_next))
            likeliest = islice(prediction.probabilities.items(), MOST)
            self.bars.show_shares({spelled(name): share for name, share in likeliest})
            return said
        values = prediction.values
        names = _names_of(info, len(values))
        if len(values) == 1:
            self.say(number(values[0]), names[0])
            return number(values[0])
        self.say("", "")
        self.bars.show_values(list(zip(names, values, strict=True))[:_MOST_VALUES])
        return ", ".join(map(number, values[:_MOST_VALUES]))

    def _told_share(self, share: float, *, is_next: bool) -> str:
        told = f"{share:.1%}"
        if is_next:
            return _("comes next with {share}").format(share=told)
        return _("with {share}").format(share=told)

    def say(self, answer: str, note: str) -> None:
        """Show a word and a sentence, and nothing else."""
        self.answer.setText(answer)
        self.answer.setAccessibleDescription(answer)
        self.answer.setVisible(bool(answer))
        self.note.setText(note)
        self.bars.show_shares({})

    def wipe(self) -> None:
        """Show nothing."""
        self.say("", "")
        self.seen.show_sample(None)


def number(value: float) -> str:
    """Return a number as it is read: five digits that count, thousands apart."""
    if value and not 1e-4 <= abs(value) < 1e9:
        return f"{value:.4g}"
    digits = max(0, 4 - len(str(int(abs(value))))) if abs(value) >= 1 else 5
    text = f"{value:,.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def spelled(token: str) -> str:
    """Return a class so that it can be seen, were it but a blank."""
    unseen = {
        " ": _("␣ (blank)"),
        "\n": _("↵ (new line)"),
        "\t": _("⇥ (tab)"),
        "": _("(nothing)"),
        "<end>": _("(the end)"),
    }
    return unseen.get(token, token)


def _names_of(info: RunInfo, count: int) -> Sequence[str]:
    targets = info.learned.get("targets") or ()
    names = [str(item["name"]) for item in targets if isinstance(item, Mapping)]
    if len(names) == count:
        return names
    if count == 1:
        return (info.target_name,)
    return [_("{name} + {step}").format(name=info.target_name, step=n + 1) for n in range(count)]
