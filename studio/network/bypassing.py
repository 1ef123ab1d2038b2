"""How layers are left out of a network for a while: they hand on what they get."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace

from studio.network.network import Copies, Network
from studio.network.program import Step, handed_on


def make_switchable(network: Network, paths: Iterable[str]) -> None:
    """Say which layers and blocks will be left out at some time, so that they keep their place.

    To be called before the network is rewritten for speed.
    """
    for path in paths:
        for page, name in places(network, path):
            page.switchable |= {name}


def bypass(network: Network, paths: Collection[str]) -> None:
    """Leave out these layers and blocks and no others, until the next call; parameters stay."""
    left_out = {(id(page), name) for path in paths for page, name in places(network, path)}
    for page in _pages(network):
        page.steps = tuple(
            _switched(page, step, out=(id(page), step.name) in left_out) for step in page.steps
        )


def places(page: Network, path: str) -> Iterator[tuple[Network, str]]:
    """Yield the page and name of a layer or block, once for each copy of the blocks around it."""
    name, _slash, inner = path.partition("/")
    if not inner:
        yield page, name
        return
    block = page._modules.get(name)  # noqa: SLF001 - by name, whatever torch's own attributes are
    for copy in block if isinstance(block, Copies) else [block]:
        if isinstance(copy, Network):
            yield from places(copy, inner)


def _pages(network: Network) -> Iterator[Network]:
    return (module for module in network.modules() if isinstance(module, Network))


def _switched(page: Network, step: Step, *, out: bool) -> Step:
    if out and step.name not in page.detours:
        page.detours[step.name] = step.call
        return replace(step, call=handed_on)
    if not out and step.name in page.detours:
        return replace(step, call=page.detours.pop(step.name))
    return step
