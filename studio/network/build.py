"""How a document becomes a torch module whose parameters are named after its nodes."""

import contextlib
from collections.abc import Iterator
from typing import Any

import torch
from torch import nn
from torch.overrides import TorchFunctionMode

from studio.analysis.report import NodeFacts, Report
from studio.catalogue.inputs import Input, Output
from studio.catalogue.unknown import Unknown
from studio.errors import TrainingError
from studio.graph.block import Block
from studio.graph.model import Graph, Node
from studio.network.network import Copies, Network
from studio.network.passing import make
from studio.network.program import Step
from studio.wording import _


def build(graph: Graph, report: Report, seed: int | None = 0) -> Network:
    """Return the network on the CPU, its weights drawn by torch's default rules from `seed`.

    Without a seed they hold nothing yet and have to be loaded; no random number is drawn then.

    Parameter names are the ids on the way to the node and torch's own name:
    "block_1.conv2d_2.weight", in a repeated block "blocks.0.conv2d_1.weight". Raises TrainingError
    when the report has errors, saying the first.
    """
    for error in report.errors:
        raise TrainingError(
            _("The network cannot run yet: {problem}").format(problem=error.problem), error.remedy
        )
    with _undrawn() if seed is None else _drawn(seed):
        network = _page(graph, report)
    network.multiply_adds = report.multiply_adds
    return network


@contextlib.contextmanager
def _drawn(seed: int) -> Iterator[None]:
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield


class _undrawn(TorchFunctionMode):  # noqa: N801  used like a function
    """Leaves new weights as memory happened to be, so that a run beside this one draws its own."""

    def __torch_function__(self, func: Any, _types: Any, args: Any = (), kwargs: Any = None) -> Any:
        """Skip what `torch.nn.init` does."""
        kwargs = kwargs or {}
        if getattr(func, "__module__", "") == nn.init.__name__:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


def _page(graph: Graph, report: Report) -> Network:
    network = Network(graph, _ids(graph, Input), _ids(graph, Output))
    needed = _needed(graph)
    made = {name: _step(network, name, report) for name in report.order if _known(report, name)}
    # inputs come first, in the order of the document: that is the order of forward's arguments
    order = [*network.inputs, *(name for name in made if name not in network.inputs)]
    run = [made[name] for name in order if name in needed or name in network.inputs]
    network.steps = tuple(run)
    for name, node in graph.nodes.items():
        for weight, owner in node.tied.items():
            _tie(network, f"{name}.{weight}", owner)
    return network


def _step(network: Network, name: str, report: Report) -> Step:
    node = network.graph[name]
    facts = report.nodes[name]
    sources = tuple((wire.node, wire.output) for wire in node.sources if wire is not None)
    if isinstance(node.layer, Block):
        inner = _block(node.layer, facts)
        network.add(name, inner)
        return Step(name, inner.run, sources, node.layer.key)
    _refuse_unknown(node)
    made = make(node.layer.recipe(*(shape for shape in facts.inputs if shape is not None)))
    if made.module is not None:
        network.add(name, made.module)
    return Step(name, made.forward, sources, node.layer.key)


def _block(block: Block, facts: NodeFacts) -> Network | Copies:
    if block.shared:
        page = _page(block.graph, facts.rows[0][0])
        page.passes = block.repeat
        return page
    reports = (report for report, count in facts.rows for _copy in range(count))
    pages = [_page(block.page(number), report) for number, report in enumerate(reports)]
    return pages[0] if block.repeat == 1 else Copies(pages)


def _refuse_unknown(node: Node) -> None:
    if isinstance(node.layer, Unknown):
        raise TrainingError(
            _("This version knows no layer called {type}.").format(type=node.layer.type),
            _("Replace it, or open the project with a newer version."),
        )


def _ids(graph: Graph, kind: type[Input | Output]) -> tuple[str, ...]:
    return tuple(name for name, node in graph.nodes.items() if isinstance(node.layer, kind))


def _known(report: Report, name: str) -> bool:
    return name in report.nodes and bool(report.nodes[name].outputs)


def _needed(graph: Graph) -> set[str]:
    """Return the nodes that some output depends on; the others are held but not run."""
    found: set[str] = set()
    left = list(_ids(graph, Output))
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += [wire.node for wire in graph[name].sources if wire is not None]
    return found


def _tie(network: Network, borrower: str, owner: str) -> None:
    """Let `borrower` use the very tensor of `owner`; raises TrainingError if that cannot be."""
    lent = _parameter(network, _lender(network.graph, owner))
    module, name = _place(network, borrower)
    own = module._parameters.get(name) if module is not None else None  # noqa: SLF001
    if module is None or lent is None or own is None:
        raise TrainingError(
            _("{borrower} borrows {owner}, but one of them does not exist.").format(
                borrower=borrower, owner=owner
            ),
            _("Remove the tie, or tie it to a weight that exists."),
        )
    if own.shape != lent.shape:
        raise TrainingError(
            _("{borrower} has shape {own} but borrows {owner} of shape {lent}.").format(
                borrower=borrower, own=tuple(own.shape), owner=owner, lent=tuple(lent.shape)
            ),
            _("Make both layers the same size, or remove the tie."),
        )
    setattr(module, name, lent)  # recurrent layers keep a list of their weights up to date by this


def _lender(graph: Graph, owner: str) -> str:
    """Follow ties of ties to the weight that everyone borrows in the end."""
    seen = {owner}
    while True:
        node, _dot, weight = owner.partition(".")
        further = graph[node].tied.get(weight) if node in graph else None
        if further is None or further in seen:
            return owner
        owner = further
        seen.add(owner)


def _place(network: Network, name: str) -> tuple[nn.Module | None, str]:
    path, _dot, last = name.rpartition(".")
    module: nn.Module | None = network
    for part in path.split("."):
        module = module._modules.get(part) if module is not None else None  # noqa: SLF001
    return module, last


def _parameter(network: Network, name: str) -> nn.Parameter | None:
    module, last = _place(network, name)
    return module._parameters.get(last) if module is not None else None  # noqa: SLF001
