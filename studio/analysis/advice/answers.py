"""Remarks on the end of the network: whether its answers fit the labels and the loss."""

from collections.abc import Iterator
from functools import partial

from studio.analysis.report import Finding, Fix, Task
from studio.analysis.view import PASSING, View
from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.along_axis import LogSoftmax
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.arrangement import Flatten
from studio.graph import edits
from studio.graph.model import Graph
from studio.wording import _

_CONTAINED = {
    "cross_entropy": ("softmax", "log_softmax"),
    "focal": ("softmax", "log_softmax"),
    "bce": ("sigmoid", "log_sigmoid"),
}
_LOGARITHMS = frozenset({"nll", "kl_div"})
"""Losses that want logarithms of shares."""


def softmax_before_loss(view: View) -> Iterator[Finding]:
    """The loss computes the same function once more, which blurs the gradient."""
    for end in _ends(view):
        name = view.origin(end)
        loss = _loss(view.task)
        if name and view.layer(name).key in _CONTAINED.get(loss, ()):
            title = _(view.layer(name).title)
            problem = (
                _("{layer} is a {title} before the cross-entropy loss, which already contains it.")
                if loss != "bce"
                else _("{layer} is a {title} before the yes-or-no loss, which already contains it.")
            )
            yield Finding(
                "warning",
                name,
                problem.format(layer=name, title=title),
                _("Remove it: the loss wants raw scores, and learning is slower with it."),
                _removal(name),
                (end,),
            )


def missing_logarithm(view: View) -> Iterator[Finding]:
    """The loss wants logarithms of shares, but is given something else."""
    if _loss(view.task) not in _LOGARITHMS:
        return
    for end in _ends(view):
        name = view.origin(end)
        shape = view.output(end)
        if name and shape and view.layer(name).key != "log_softmax":
            axis = 1 if len(shape) > 2 else -1
            yield Finding(
                "warning",
                end,
                _("The loss wants logarithms of shares, which {layer} does not give.").format(
                    layer=name
                ),
                _("Put a Log Softmax before {output}.").format(output=end),
                Fix(_("Insert a Log Softmax"), partial(_made_logarithmic, end=end, axis=axis)),
            )


def clipped_answers(view: View) -> Iterator[Finding]:
    """A ReLU at the end cuts off every negative answer."""
    for end in _ends(view):
        name = view.origin(end)
        if name and view.layer(name).key == "relu" and _only_answers(view, name):
            yield Finding(
                "warning",
                name,
                _("{layer} cuts off every negative number right before {output}.").format(
                    layer=name, output=end
                ),
                _("Remove it, so that the answers can be any number."),
                _removal(name),
                (end,),
            )


def dropped_answers(view: View) -> Iterator[Finding]:
    """A dropout at the end erases answers at random."""
    for end in _ends(view):
        name = view.source(end)
        if name and view.layer(name).group == "Regularization" and _only_answers(view, name):
            yield Finding(
                "warning",
                name,
                _("{layer} erases answers at random right before {output}.").format(
                    layer=name, output=end
                ),
                _("Move it in front of the last weighted layer, or remove it."),
                _removal(name),
                (end,),
            )


def number_of_answers(view: View) -> Iterator[Finding]:
    """The answers are more or fewer than the labels ask."""
    ends = tuple(_ends(view))
    shape = view.output(ends[0]) if len(ends) == 1 else None
    if view.task is None or shape is None or shape.dtype != "float32":
        return
    wanted = _wanted(view.task)
    given = _given(view.task, shape)
    if given in wanted:
        return
    yield Finding(
        "warning" if view.task.classes and given and given > max(wanted) else "error",
        ends[0],
        _answers_problem(view.task, ends[0], shape),
        *_answers_remedy(view, ends[0], shape, wanted[0]),
    )


def _ends(view: View) -> Iterator[str]:
    if not view.inside:
        yield from view.by_key.get("output", ())


def _only_answers(view: View, name: str) -> bool:
    """Whether a layer feeds answers alone: what others read too is only shown in passing."""
    return all(
        view.layer(user).key in {"output", *PASSING} for user, _slot in view.graph.consumers[name]
    )


def _loss(task: Task | None) -> str:
    """Return the loss that the answers meet: the usual one for the labels where none is chosen."""
    if task is None:
        return ""
    return task.loss or ("mse" if task.classes is None else "cross_entropy")


def _given(task: Task, shape: Shape) -> int | None:
    """Return how many scores there are at each place that has a label; None if places differ.

    Classes lie last, in pictures first, as in torch.
    """
    if not shape:
        return None
    places, given = (shape[1:], shape[0]) if len(shape) > 2 else (shape[:-1], shape[-1])
    return given if tuple(places) == task.places else None


def _wanted(task: Task) -> tuple[int, ...]:
    """Return the numbers of answers that fit, the usual one first."""
    if task.classes is None:
        return (task.outputs * (2 if task.loss == "gaussian_nll" else 1),)
    return (task.classes, 1) if task.classes == 2 and task.loss == "bce" else (task.classes,)


def _answers_problem(task: Task, end: str, shape: Shape) -> str:
    if task.classes is None:
        return _("{output} gives {shape} numbers, but the data ask for {wanted}.").format(
            output=end, shape=shape, wanted=_wanted(task)[0]
        )
    if task.places:
        return _("{output} gives {shape} scores, but the labels ask for {wanted}.").format(
            output=end, shape=shape, wanted=_fitting(task)
        )
    return _("{output} gives {shape} scores, but the labels have {wanted} classes.").format(
        output=end, shape=shape, wanted=task.classes
    )


def _fitting(task: Task) -> Shape:
    """Return the shape of scores that fits labels at many places."""
    classes = task.classes or 0
    return Shape(classes, *task.places) if len(task.places) > 1 else Shape(*task.places, classes)


def _answers_remedy(view: View, end: str, shape: Shape, wanted: int) -> tuple[str, Fix | None]:
    last = view.origin(end)
    places = view.task.places if view.task else ()
    if len(shape) == len(places) + 1 < 3 and last and view.layer(last).key == "linear":
        return (
            _("Set the outputs of {layer} to {wanted}.").format(layer=last, wanted=wanted),
            Fix(
                _("Set {layer} to {wanted} outputs").format(layer=last, wanted=wanted),
                partial(_widened, name=last, wanted=wanted),
            ),
        )
    if places:
        return (
            _("Let each place of {output} have {wanted} scores.").format(output=end, wanted=wanted),
            None,
        )
    return (
        _("Put a Linear with {wanted} outputs before it.").format(wanted=wanted),
        Fix(
            _("Insert a Linear with {wanted} outputs").format(wanted=wanted),
            partial(_headed, end=end, wanted=wanted, flatten=len(shape) != 1),
        ),
    )


def _widened(graph: Graph, *, name: str, wanted: int) -> Graph:
    return edits.configure(graph, name, out_features=wanted)


def _headed(graph: Graph, *, end: str, wanted: int, flatten: bool) -> Graph:
    if flatten:
        graph = edits.insert_on_wire(graph, Flatten(), end)
    return edits.insert_on_wire(graph, Linear(out_features=wanted), end)


def _made_logarithmic(graph: Graph, *, end: str, axis: int) -> Graph:
    return edits.insert_on_wire(graph, LogSoftmax(dim=axis), end)


def _removal(name: str) -> Fix:
    return Fix(_("Remove {layer}").format(layer=name), partial(_removed, name=name))


def _removed(graph: Graph, *, name: str) -> Graph:
    return edits.remove(graph, (name,))
