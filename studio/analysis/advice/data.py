"""Remarks on the start of the network: whether its input takes the samples of the data."""

from collections.abc import Iterator
from functools import partial

from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.catalogue.inputs import Input
from studio.catalogue.shape import Shape
from studio.graph import edits
from studio.graph.model import Graph
from studio.wording import _


def sample_shape(view: View) -> Iterator[Finding]:
    """The input takes another shape than the samples have."""
    names = view.by_key.get("input", ())
    shape = view.output(names[0]) if len(names) == 1 else None
    if view.task is None or shape is None or shape == view.task.sample:
        return
    sample = view.task.sample
    yield Finding(
        "error",
        names[0],
        _problem(names[0], shape, sample),
        _("Set the input to what the data bring."),
        Fix(
            _("Set {input} to {sample}").format(input=names[0], sample=sample),
            partial(_fitted, name=names[0], sample=sample),
        ),
    )


def _problem(name: str, shape: Shape, sample: Shape) -> str:
    if shape.dtype == sample.dtype:
        return _("{input} takes {shape}, but the samples of the data are {sample}.").format(
            input=name, shape=shape, sample=sample
        )
    if sample.dtype == "int64":
        return _("{input} takes numbers ({shape}), but the samples are ids ({sample}).").format(
            input=name, shape=shape, sample=sample
        )
    return _("{input} takes ids ({shape}), but the samples are numbers ({sample}).").format(
        input=name, shape=shape, sample=sample
    )


def _fitted(graph: Graph, *, name: str, sample: Shape) -> Graph:
    return edits.replace_layer(graph, name, Input(sample=tuple(sample), dtype=sample.dtype))
