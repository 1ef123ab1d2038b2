"""What a report of a judgment says: its marks, its plots, and the samples worth a look."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from studio.datasets.origins import as_told
from studio.runs.judging import drawing, figures, picking
from studio.runs.judging.answers import Answers, Indices
from studio.runs.judging.drawing import Curve, Frame
from studio.runs.judging.judgment import Judgment
from studio.runs.judging.paper import Block, Paper, Plot, Section, Table, Text, write_paper
from studio.wording import Plural, _

_MOST_CLASSES, _MOST_CURVES, _MOST_SAMPLES = 30, 8, 25
_LONGEST = 160
"""Characters of a text that are quoted."""


def write_judged(path: Path, judgment: Judgment) -> None:
    """Write a report as HTML or Markdown, as the name says; raises FileError if that fails."""
    write_paper(path, report_of(judgment))


def report_of(judgment: Judgment) -> Paper:
    """Return what there is to say of a judgment."""
    classes = judgment.found.classes
    sections = _of_classes(judgment) if classes else _of_numbers(judgment)
    return Paper(
        _("Judgment of {name}").format(name=judgment.run.name),
        (Section(_("Overview"), tuple(_overview(judgment))), *sections),
    )


def _overview(judgment: Judgment) -> Iterator[Block]:
    answers = judgment.answers
    told = Plural(
        "{count} sample of the {part} part of {data}.",
        "{count} samples of the {part} part of {data}.",
    )
    yield Text(told.of(len(answers), part=_(judgment.part), data=judgment.dataset.name))
    if len(judgment.corrected):
        text = Plural(
            "{count} of these samples was corrected in the project.",
            "{count} of these samples were corrected in the project.",
        )
        yield Text(text.of(len(judgment.corrected)))
    marks = _class_marks(answers) if answers.classes else _number_marks(answers)
    yield Table((_("Mark"), _("Value")), marks)


def _class_marks(answers: Answers) -> list[tuple[str, str]]:
    marks = figures.marks(figures.confusion(answers))
    mean = {
        name: float(np.mean([getattr(one, name) for one in marks]))
        for name in ("precision", "recall", "f1")
    }
    return [
        (_("Accuracy"), f"{answers.is_right.mean():.4f}"),
        (_("Loss"), f"{answers.losses.mean():.4g}"),
        (_("Precision"), f"{mean['precision']:.4f}"),
        (_("Recall"), f"{mean['recall']:.4f}"),
        (_("F1"), f"{mean['f1']:.4f}"),
        (_("Calibration error"), f"{figures.calibration(answers).error:.4f}"),
    ]


def _number_marks(answers: Answers) -> list[tuple[str, str]]:
    off = figures.residuals(answers).astype(np.float64)
    return [
        (_("R²"), f"{figures.explained(answers).mean():.4f}"),
        (_("Mean error"), f"{np.abs(off).mean():.4g}"),
        (_("Mean squared error"), f"{np.square(off).mean():.4g}"),
    ]


def _of_classes(judgment: Judgment) -> Iterator[Section]:
    answers = judgment.answers
    counts = figures.confusion(answers)
    yield Section(_("By class"), (_by_class(answers, counts),))
    yield Section(_("Confusion matrix"), (_confusion(answers, counts),))
    yield Section(_("Curves"), tuple(_curves(answers)))
    doubtful = picking.doubtful(answers, _MOST_SAMPLES)
    yield Section(_("Wrong with great confidence"), (_samples(judgment, doubtful),))
    hardest = picking.hardest(answers, _MOST_SAMPLES)
    yield Section(_("Hardest samples"), (_samples(judgment, hardest),))


def _by_class(answers: Answers, counts: figures.Counts) -> Block:
    rows = [
        (name, f"{one.precision:.4f}", f"{one.recall:.4f}", f"{one.f1:.4f}", f"{one.support}")
        for name, one in zip(answers.classes, figures.marks(counts), strict=True)
    ]
    return Table((_("Class"), _("Precision"), _("Recall"), _("F1"), _("Samples")), rows)


def _confusion(answers: Answers, counts: figures.Counts) -> Block:
    """Return the matrix; of very many classes, only what was confused most."""
    classes = answers.classes
    if len(classes) <= _MOST_CLASSES:
        svg = drawing.matrix(counts, classes, (_("True"), _("Predicted")))
        return Plot("confusion", _("Confusion matrix"), svg)
    wrong = counts * ~np.eye(len(classes), dtype=bool)
    order = np.argsort(-wrong, axis=None, kind="stable")[:_MOST_SAMPLES]
    places = [divmod(int(at), len(classes)) for at in order if wrong.flat[at]]
    rows = [(classes[row], classes[column], f"{wrong[row, column]}") for row, column in places]
    return Table((_("True"), _("Answered"), _("Samples")), rows)


def _curves(answers: Answers) -> Iterator[Block]:
    numbers = [1] if len(answers.classes) == 2 else range(min(_MOST_CURVES, len(answers.classes)))
    names = answers.classes
    chance = [(names[at], curve) for at in numbers if (curve := figures.roc(answers, at))]
    steep = [
        (names[at], curve) for at in numbers if (curve := figures.precision_recall(answers, at))
    ]
    for key, title, frame, found in (
        ("roc", _("ROC"), Frame(_("Share of false alarms"), _("Recall")), chance),
        ("precision-recall", _("Precision and recall"), Frame(_("Recall"), _("Precision")), steep),
    ):
        lines = [Curve(f"{name} {one.area:.3f}", one.x, one.y) for name, one in found]
        yield Plot(key, title, drawing.curves(frame, lines, diagonal=key == "roc"))
    trust = figures.calibration(answers)
    full = trust.counts > 0
    line = Curve("", trust.confidence[full], trust.accuracy[full])
    frame = Frame(_("Confidence"), _("Share of right answers"))
    yield Plot("calibration", _("Calibration"), drawing.curves(frame, [line], diagonal=True))


def _of_numbers(judgment: Judgment) -> Iterator[Section]:
    answers = judgment.answers
    off = figures.residuals(answers)
    plots: list[Block] = []
    for at in range(min(_MOST_CURVES, off.shape[1])):
        true, said = answers.truth[:, at], answers.scores[:, at]
        ends = (float(min(true.min(), said.min())), float(max(true.max(), said.max())))
        frame = Frame(_("True"), _("Predicted"), ends, ends)
        plots.append(
            Plot(f"predicted-{at + 1}", _("Predicted and true"), drawing.dots(frame, true, said))
        )
        heights, edges = np.histogram(off[:, at], 30)
        frame = Frame(
            _("Predicted minus true"),
            _("Samples"),
            (float(edges[0]), float(edges[-1])),
            (0.0, float(heights.max())),
        )
        plots.append(
            Plot(f"residuals-{at + 1}", _("Residuals"), drawing.bars(frame, edges, heights))
        )
    yield Section(_("Predicted and true"), tuple(plots))
    hardest = picking.hardest(answers, _MOST_SAMPLES)
    yield Section(_("Hardest samples"), (_samples(judgment, hardest),))


def _samples(judgment: Judgment, samples: Indices) -> Block:
    found, texts = judgment.found, judgment.dataset.texts
    head = (_("Sample"), _("True"), _("Answered"), _("Share") if found.classes else _("Off by"))
    rows: list[tuple[str, ...]] = []
    for sample, place in zip(samples.tolist(), judgment.places(samples).tolist(), strict=True):
        if found.classes:
            said = found.classes[int(found.answered[place])]
            told: tuple[str, ...] = (
                judgment.true_name(sample),
                said,
                f"{found.confidence[place]:.1%}",
            )
        else:
            off = found.scores[place] - found.truth[place]
            told = (*map(_numbers, (found.truth[place], found.scores[place], off)),)
        quote = (texts[sample][:_LONGEST],) if len(texts) else ()
        rows.append((as_told(judgment.name(sample)), *told, *quote))
    return Table((*head, _("Text")) if len(texts) else head, rows)


def _numbers(values: object) -> str:
    return ", ".join(f"{value:.4g}" for value in np.asarray(values).tolist())
