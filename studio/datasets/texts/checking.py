"""What is wrong with texts and their classes."""

import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence

from studio.datasets.dataset import Dataset, Split
from studio.datasets.origins import as_told
from studio.datasets.problems import MOST_NAMED, Problem
from studio.datasets.texts.gathered import Gathered
from studio.wording import _, full


def check(gathered: Gathered) -> None:
    """Leave out what cannot be used, and note what is odd about the rest."""
    _leave_out(gathered)
    _note_doubles(gathered)
    _note_rare_classes(gathered)


def _leave_out(gathered: Gathered) -> None:
    """Leave out texts that say nothing or have no class, and note them."""
    empty = [row for row, text in enumerate(gathered.texts) if not text]
    if empty:
        said = _("{count} texts are empty.").format(count=full(len(empty)))
        gathered.remark("empty", "error", (said, _("They are left out.")), empty)
    bare = [row for row, name in enumerate(gathered.labels) if not name and gathered.texts[row]]
    if bare:
        said = _("{count} texts have no class.").format(count=full(len(bare)))
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
        said = _("{count} texts say the same as one before them.").format(count=full(len(again)))
        gathered.remark("duplicate", "warning", (said, _("Keep one of each.")), again)
    if against:
        said = _("{count} texts say the same as one of another class.").format(
            count=full(len(against))
        )
        remedy = _("Nothing can tell them apart; look which class is right.")
        gathered.remark("contradiction", "warning", (said, remedy), against)


def _note_rare_classes(gathered: Gathered) -> None:
    """Note classes of one or two texts, and a single class."""
    counts = Counter(gathered.labels)
    for name, count in sorted(counts.items()):
        if count <= 2:
            rows = [row for row, label in enumerate(gathered.labels) if label == name]
            said = _("Class “{name}” has only {count} of {all} texts.").format(
                name=name[:60], count=count, all=full(len(gathered.texts))
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
        said = _("{count} texts kept for judging are among those that train.")
        remedy = _("Take them out of one part: on what it has seen, a network looks too good.")
        yield _about("leak", "warning", (said.format(count=full(len(rows))), remedy), dataset, rows)
    exact = set(rows)
    cores = {core for text in known if (core := _core(text))}
    near = [row for row in judging if row not in exact and _core(dataset.texts[row]) in cores]
    if near:
        said = _("{count} samples nearly are the same as one in another part.")
        remedy = _("Look at them, and delete one of each pair.")
        told = (said.format(count=full(len(near))), remedy)
        yield _about("near_leak", "warning", told, dataset, near)


def _about(
    kind: str, gravity: str, said: tuple[str, str], dataset: Dataset, rows: Sequence[int]
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
        said = _("{share:.1%} of the texts are longer than {length} tokens and are cut.").format(
            share=len(long) / len(ids), length=length
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
            _("The texts are made of {count} different tokens only.").format(
                count=max(0, len(vocabulary) - 2)
            ),
            _("Cut them into characters, or lower the least frequency."),
        )


def unknown_tokens(unknown: int, total: int) -> Iterator[Problem]:
    """Yield what is to be said of tokens of the validation part that training never met."""
    if unknown > 0.01 * total:
        yield Problem(
            "unknown_tokens",
            "note" if unknown < 0.1 * total else "warning",
            _("{share:.1%} of the tokens of the validation part are unknown.").format(
                share=unknown / total
            ),
            _("A larger vocabulary, or pieces of words, leave fewer unknown."),
            count=unknown,
            change={"tokens": "bpe"},
        )
