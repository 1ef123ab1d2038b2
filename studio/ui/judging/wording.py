"""How answers are said: the class, the share, and the numbers of one sample."""

from studio.runs.judging.answers import Floats
from studio.runs.judging.judgment import Judgment
from studio.ui.pictures import answer_of
from studio.ui.training.naming import part_name
from studio.wording import Plural, _, in_percent, measured


def share(value: float) -> str:
    """Return a share as it is read at a glance."""
    return in_percent(value, 1) if value < 0.9995 else "100 %"


def numbers(values: Floats) -> str:
    """Return a few numbers."""
    return ", ".join(measured(float(value)) for value in values[:6])


def truth(judgment: Judgment, sample: int) -> str:
    """Return what a sample truly is, and whether somebody said otherwise than its file."""
    if not judgment.found.classes:
        return numbers(judgment.found.truth[judgment.places([sample])[0]])
    name = judgment.true_name(sample)
    return _("{name} (left out)").format(name=name) if judgment.is_left_out(sample) else name


def answer(judgment: Judgment, sample: int) -> str:
    """Return what the run answered."""
    found, place = judgment.found, judgment.places([sample])[0]
    if not found.classes:
        return numbers(found.scores[place])
    return found.classes[int(found.answered[place])]


def confidence(judgment: Judgment, sample: int) -> str:
    """Return how sure the answer was; for numbers, how far it is off."""
    found, place = judgment.found, judgment.places([sample])[0]
    if not found.classes:
        return numbers(found.scores[place] - found.truth[place])
    return share(float(found.confidence[place]))


def caption(judgment: Judgment, sample: int, before: Judgment | None = None) -> tuple[str, ...]:
    """Return the lines under a picture: truth and answer, and how sure it was.

    With a judgment from `before`: the truth, and how the answer changed.
    """
    if before is not None:
        change = _("{before} ⇒ {now}").format(
            before=answer(before, sample), now=answer(judgment, sample)
        )
        return truth(judgment, sample), change
    told = _("{true} → {answer}").format(
        true=truth(judgment, sample), answer=answer(judgment, sample)
    )
    return told, confidence(judgment, sample)


def part_text(judgment: Judgment, *, other: bool) -> str:
    """Return which samples were judged, and how many."""
    count = len(judgment.answers)
    if other:
        of_others = Plural("{count} sample of {data}", "{count} samples of {data}")
        return of_others.of(count, data=judgment.dataset.name)
    told = Plural("{part} part, {count} sample", "{part} part, {count} samples").of(
        count, part=part_name(judgment.part)
    )
    # of several answers, the first one is judged
    return f"{told} · {answer_of(judgment.dataset)}" if judgment.dataset.more_targets else told
