"""What `layerwise analyze --json` says of the ticks of a plan: the run before it is made."""

from pathlib import Path
from typing import Any

from studio.analysis.report import Report
from studio.cli import output
from studio.datasets.source import read_source
from studio.errors import StudioError
from studio.graph.file import ProjectFile
from studio.training.course.length import Samples
from studio.training.course.preview import Preview, Span, preview
from studio.training.plan import read_plan
from studio.training.ticks.sources import foreseen
from studio.wording import _


def ticks_json(opened: ProjectFile, report: Report, base: Path) -> dict[str, Any]:
    """Return {"ticks": …} for a project whose plan has any and whose data say how many they are.

    Steps are those of the samples that are left to train by the shares of the other parts; an even
    split of classes may move that by a few samples.
    """
    try:
        plan = read_plan(opened.plan)
        if not plan.ticks or not opened.data or report.errors:
            return {}
        later = foreseen(plan.ticks, base)
        samples = Samples.of(_samples(opened, base), report.graph, later)
        return {"ticks": preview_json(preview(plan, report, samples))}
    except StudioError as error:
        output.note(_("The ticks were left out. {reason}").format(reason=error))
        return {}


def preview_json(foreseen: Preview) -> dict[str, Any]:
    """Return the JSON form of a preview."""
    return {
        "steps_per_epoch": foreseen.course.per_epoch,
        "steps": foreseen.steps,
        "spans": [_span(foreseen, span) for span in foreseen.spans],
        "conditions": [tick.title for tick in foreseen.conditions],
    }


def _span(foreseen: Preview, span: Span) -> dict[str, Any]:
    return {
        "first": span.first,
        "until": span.until,
        "ticks": [fired.tick.title for fired in span.ticks],
        "frozen": [path for path in foreseen.layers if path in span.frozen],
        "bypassed": sorted(span.bypassed),
        "trainable": span.trainable,
        "batch_size": foreseen.batch(span.first),
        "learning_rate": [foreseen.rate(span.first), foreseen.rate(span.until - 1)],
    }


def _samples(opened: ProjectFile, base: Path) -> int:
    """Return how many samples are left to train, at least one."""
    source = read_source(opened.data).resolved(base)
    samples = source.facts().samples
    kept = sum(round(samples * part) for part in (source.validation, source.test))
    return max(1, samples - kept)
