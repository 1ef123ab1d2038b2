"""Remarks on the start of the network: whether its inputs take what the data bring."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from studio.analysis.report import Finding, Fix
from studio.analysis.view import View
from studio.catalogue.inputs import Input
from studio.catalogue.shape import Shape
from studio.graph import edits
from studio.graph.model import Graph
from studio.wording import _, full


def sample_shape(view: View) -> Iterator[Finding]:
    """An input takes another shape than the samples have, or nothing is there for it."""
    if view.task is None:
        return
    names, more = view.by_key.get("input", ()), view.task.more
    if len(names) > 1 and not more:
        return  # training says it; what the data bring may not be known before they are read
    others = [name for name in names if name not in more] if len(names) > 1 else list(names)
    for name in names:
        if name in others[1:]:
            yield _missing(name, more, [one for one in more if one not in names], others[1:])
            continue
        shape, sample = view.output(name), view.task.sample if name in others else more[name]
        if shape is not None and shape != sample:
            yield _unlike(name, shape, sample)


def words_without_vectors(view: View) -> Iterator[Finding]:
    """An embedding that reads the samples has fewer vectors than they have different ids."""
    if view.task is None or not view.task.ids:
        return
    for name, node in view.of("embedding", "embedding_bag"):
        start, count = view.origin(name), int(node.layer.values()["num_embeddings"])
        is_read = start and view.layer(start).key == "input" and start not in view.task.more
        if is_read and count < view.task.ids:
            yield Finding(
                "error",
                name,
                _("{layer} has vectors for {count} ids, but the data have {ids}.").format(
                    layer=name, count=full(count), ids=full(view.task.ids)
                ),
                _("Let it have a vector for each."),
                Fix(
                    _("Set {layer} to {count} ids").format(layer=name, count=full(view.task.ids)),
                    partial(_widened, name=name, ids=view.task.ids),
                ),
            )


def _widened(graph: Graph, *, name: str, ids: int) -> Graph:
    return edits.replace_layer(graph, name, graph[name].layer.changed(num_embeddings=ids))


def _missing(
    name: str, more: Mapping[str, Shape], free: Sequence[str], nameless: Sequence[str]
) -> Finding:
    """Return the remark on an Input that the data do not know by its name.

    Where only one name is `free`, and only one Input is `nameless`, they belong together.
    """
    is_clear = len(free) == len(nameless) == 1
    return Finding(
        "error",
        name,
        _("The data bring nothing for {inputs}.").format(inputs=name),
        _("Name the Inputs {names}.").format(names=", ".join(more)),
        Fix(
            _("Rename {input} to {name}").format(input=name, name=free[0]),
            partial(edits.rename, old=name, new=free[0]),
        )
        if is_clear
        else None,
    )


def _unlike(name: str, shape: Shape, sample: Shape) -> Finding:
    return Finding(
        "error",
        name,
        _problem(name, shape, sample),
        _("Set the input to what the data bring."),
        Fix(
            _("Set {input} to {sample}").format(input=name, sample=sample),
            partial(_fitted, name=name, sample=sample),
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
