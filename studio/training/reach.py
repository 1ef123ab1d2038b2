"""Which parameters a result depends on: those that its gradient would reach."""

from collections.abc import Iterable
from typing import Any

from torch import Tensor


def reached(results: Iterable[Tensor]) -> frozenset[Tensor]:
    """Return every tensor that takes a gradient when these results are differentiated."""
    waiting: list[Any] = [result.grad_fn for result in results]
    seen: set[Any] = set()
    found: set[Tensor] = set()
    while waiting:
        function = waiting.pop()
        if function is None or function in seen:
            continue
        seen.add(function)
        if hasattr(function, "variable"):  # where a gradient is added to a parameter
            found.add(function.variable)
        waiting += [before for before, _output in function.next_functions]
    return frozenset(found)
