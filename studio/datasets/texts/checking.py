"""What is wrong with texts and their classes."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from studio.datasets.dataset import Dataset, Split
from studio.datasets.origins import as_told
from studio.datasets.problems import MOST_NAMED, Gravity, Problem
from studio.datasets.texts.gathered import Gathered
from studio.wording import Plural, _, full, in_percent

_MOST_RARE = 20
"""Classes of few texts that are named."""


def check(gathered: Gathered) -> None:
    """Leave out what cannot be used, and note what is odd about the rest."""
    _leave_out(gathered)
    _note_doubles(gathered)
    _note_rare_classes(gathered)


def _leave_out(gathered: Gathered) -> None:
    """Leave out texts that say nothing or have no class, and note them."""
    empty = [row for row, text in enumerate(gathered.texts) if not text]
    if empty:
        said = Plural("{count} text is empty.", "{count} texts are empty.").of(len(empty))
        gathered.remark("empty", "error", (said, _("They are left out.")), empty)
    bare = [row for row, name in enumerate(gathered.labels) if not name and gathered.texts[row]]
    if bare:
        said = Plural("{count} text has no class.", "{count} texts have no class.").of(len(bare))
        gathered.remark("missing_target", "error", (said, _("They are left out.")), bare)
    if empty or bare:
        gone = {*empty, *bare}
        gathered.keep([row for row in range(len(gathered.texts)) if row not in gone])


def _note_doubles(gathered: Gathered) -> None:
    """Note texts that are there twice, and those that are of two classes."""
    first: dict[str, int] = {}
    again, against = [], []
    for row, text in enumerate(gathered.texts):
        before = first.setdefault(text, row)
        if before != row:
            again.append(row)
            if gathered.labels[before] != gathered.labels[row]:
                against.append(row)
    if again:
        said = Plural(
            "{count} text says the same as one before it.",
            "{count} texts say the same as one before them.",
        ).of(len(again))
        gathered.remark("duplicate", "warning", (said, _("Keep one of each.")), again)
    if against:
        said = Plural(
            "{count} text says the same as one of another class.",
            "{count} texts say the same as one of another class.",
        ).of(len(against))
        remedy = _("Nothing can tell them apart; look which class is right.")
        gathered.remark("contradiction", "warning", (said, remedy), against)


def _note_rare_classes(gathered: Gathered) -> None:
    """Note classes of one or two texts, and a single class."""
    counts = Counter(gathered.labels)
    rare = sorted(name for name, count in counts.items() if count <= 2)
    for name in rare[:_MOST_RARE]:
        rows = [row for row, label in enumerate(gathered.labels) if label == name]
        said = _("Class “{name}” has only {count} of {all} texts.").format(
            name=name[:60], count=len(rows), all=full(len(gathered.texts))
        )
        gathered.remark("rare_class", "warning", (said, _("It may be a slip.")), rows)
    if len(counts) == 1:
        said = _("All texts are of one class, “{name}”.").format(name=next(iter(counts))[:60])
        gathered.remark("one_class", "warning", (said, _("Choose another column.")), [])


def leaks(dataset: Dataset, split: Split) -> Iterator[Problem]:
    """Yield what is to be said of texts that judge but train as well, or nearly do.

    Nearly the same are texts that differ in capitals, blanks and punctuation only.
    """
    judging = sorted([*split.validation.tolist(), *split.test.tolist()])
    known = {dataset.texts[row] for row in split.train}
    rows = [row for row in judging if dataset.texts[row] in known]
    if rows:
        said = Plural(
            "{count} text kept for judging is among those that train.",
            "{count} texts kept for judging are among those that train.",
        ).of(len(rows))
        remedy = _("Take them out of one part: on what it has seen, a network looks too good.")
        yield _about("leak", "warning", (said, remedy), dataset, rows)
    exact = set(rows)
    cores = {core for text in known if (core := _core(text))}
    near = [row for row in judging if row not in exact and _core(dataset.texts[row]) in cores]
    if near:
        said = Plural(
            "{count} sample nearly is the same as one in another part.",
            "{count} samples nearly are the same as one in another part.",
        ).of(len(near))
        remedy = _("Look at them, and delete one of each pair.")
        yield _about("near_leak", "warning", (said, remedy), dataset, near)


def _about(
    kind: str, gravity: Gravity, said: tuple[str, str], dataset: Dataset, rows: Sequence[int]
) -> Problem:
    """Return a problem of some samples, with where the first of them stand."""
    return Problem(
        kind,
        gravity,
        *said,
        places=tuple(as_told(dataset.origins[row]) for row in rows[:MOST_NAMED]),
        count=len(rows),
        samples=tuple(rows[:MOST_NAMED]),
    )


def _core(text: str) -> str:
    """Return the letters and digits of a text alone, capitals and wide forms as plain ones."""
    return "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).casefold()))


def of_tokens(
    dataset: Dataset, split: Split, ids: Sequence[list[int]], length: int
) -> Iterator[Problem]:
    """Yield what is to be said of lengths and of tokens that were never met in training."""
    long = [row for row, line in enumerate(ids) if len(line) > length]
    if len(long) > 0.01 * len(ids):
        said = _("{share} of the texts are longer than {length} tokens and are cut.").format(
            share=in_percent(len(long) / len(ids), 1), length=length
        )
        remedy = _("A greater length keeps more of them, and takes more time.")
        yield _about("cut", "note", (said, remedy), dataset, long)
    yield from few_tokens(dataset.vocabulary)
    total = sum(len(ids[row]) for row in split.validation)
    yield from unknown_tokens(sum(ids[row].count(1) for row in split.validation), total)


def few_tokens(vocabulary: Sequence[str]) -> Iterator[Problem]:
    """Yield what is to be said of a vocabulary of a single token or none."""
    if len(vocabulary) <= 3:
        yield Problem(
            "vocabulary",
            "error",
            Plural(
                "The texts are made of {count} token only.",
                "The texts are made of {count} different tokens only.",
            ).of(max(0, len(vocabulary) - 2)),
            _("Cut them into characters, or lower the least frequency."),
        )


def unknown_tokens(unknown: int, total: int) -> Iterator[Problem]:
    """Yield what is to be said of tokens of the validation part that training never met."""
    if unknown > 0.01 * total:
        yield Problem(
            "unknown_tokens",
            "note" if unknown < 0.1 * total else "warning",
            _("{share} of the tokens of the validation part are unknown.").format(
                share=in_percent(unknown / total, 1)
            ),
            _("A larger vocabulary, or pieces of words, leave fewer unknown."),
            count=unknown,
            change={"tokens": "bpe"},
        )
