"""Which tensors an object holds, itself or through what it knows."""

import gc
from collections.abc import Iterable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from torch import Tensor


def held_tensors(*holders: object, strangers: tuple[type, ...] = ()) -> Iterator[Tensor]:
    """Yield every tensor that can be reached from `holders`, gradients among them, each once.

    Modules, classes and global names belong to nobody, and nothing is reached through objects of
    the kinds of `strangers`.
    """
    beyond = (ModuleType, type, *strangers)
    seen: dict[int, object] = {}  # which keeps them, so that no other takes the number of one
    waiting: list[Any] = [*holders]
    while waiting:
        found = waiting.pop()
        if id(found) in seen or issubclass(type(found), beyond):
            continue
        seen[id(found)] = found
        if isinstance(found, Tensor):
            yield found
        waiting += _known(found)


def _known(holder: Any) -> Iterable[Any]:
    if isinstance(holder, FunctionType):
        return (holder.__closure__, holder.__defaults__, holder.__kwdefaults__, vars(holder))
    known = gc.get_referents(holder)
    if isinstance(holder, Tensor) and holder.is_leaf:
        known.append(holder.grad)
    return known
