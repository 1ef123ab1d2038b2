"""What every layer says while a step is made again, and where its numbers break first."""

import contextlib
import math
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from torch import Tensor

from studio.network.network import Copies, Network
from studio.network.program import Step
from studio.training.soundness import finite_peak, peak


@dataclass(frozen=True)
class Spot:
    """One call of a layer."""

    path: str
    copy: int
    """Which call of the layer it was, counted from 1: the copy of a repeated block."""
    sound_input: bool = True
    """Whether everything that came in was finite."""


@dataclass
class Trace:
    """What was seen of each layer, in the order in which they ran."""

    outputs: dict[str, float] = field(default_factory=dict)
    """Path → largest absolute number that came out, NaN included; the worst of several calls."""
    gradients: dict[str, float] = field(default_factory=dict)
    """Path → largest absolute number of the gradient of what came out."""
    forward: Spot | None = None
    """The first call whose output was not finite."""
    backward: Spot | None = None
    """The first call, from the end, that made a gradient which is not finite of one that was."""
    largest: float = 0.0
    """The largest finite absolute number on the way there."""
    _calls: Counter[str] = field(default_factory=Counter)

    def call(self, path: str, step: Step, inputs: tuple[Any, ...]) -> Any:
        """Call a layer and look at what comes out, and later at what comes back."""
        self._calls[path] += 1
        spot = Spot(path, self._calls[path], all(math.isfinite(peak(x)) for x in _tensors(inputs)))
        calm = [True]  # whether the gradient of what came out was finite
        # in place, a ReLU must not get a view; it breaks nothing either
        alone = step.key != "relu"
        faced = tuple(self._faced(x, spot, calm) if alone else x for x in inputs)
        result = step.call(*faced)
        for value in _tensors(result if isinstance(result, tuple) else (result,)):
            self._came_out(spot, value)
            if value.requires_grad:
                value.register_hook(self._hook(spot, calm))  # type: ignore[no-untyped-call]
        return result

    def calls(self, path: str) -> int:
        """Return how often a layer was called."""
        return self._calls[path]

    def _came_out(self, spot: Spot, value: Tensor) -> None:
        size = peak(value)
        self.outputs[spot.path] = _worse(self.outputs.get(spot.path, 0.0), size)
        if self.forward is None:
            self.largest = max(self.largest, finite_peak(value))
            if not math.isfinite(size):
                self.forward = spot

    def _hook(self, spot: Spot, calm: list[bool]) -> Callable[[Tensor], None]:
        def came_back(gradient: Tensor) -> None:
            size = peak(gradient)
            calm[0] = calm[0] and math.isfinite(size)
            self.gradients[spot.path] = _worse(self.gradients.get(spot.path, 0.0), size)
            if self.backward is None:
                self.largest = max(self.largest, finite_peak(gradient))

        return came_back

    def _faced(self, value: Any, spot: Spot, calm: list[bool]) -> Any:
        """Return an input as a tensor of its own, whose gradient comes from this call alone."""
        if not isinstance(value, Tensor) or not value.requires_grad:
            return value
        own = value.view_as(value)

        def went_on(gradient: Tensor) -> None:
            if self.backward is None and calm[0] and not math.isfinite(peak(gradient)):
                self.backward = spot

        own.register_hook(went_on)  # type: ignore[no-untyped-call]
        return own


@contextlib.contextmanager
def traced(network: Network) -> Iterator[Trace]:
    """Watch every layer of a network, in blocks and copies too, inside the `with` block."""
    trace = Trace()
    before = [(page, page.steps, page.recomputes) for page, _prefix in _pages(network, "")]
    for page, prefix in list(_pages(network, "")):
        page.recomputes = False  # a layer is to be seen once
        page.steps = tuple(_watched(page, prefix, step, trace) for step in page.steps)
    try:
        yield trace
    finally:
        for page, steps, recomputes in before:
            page.steps, page.recomputes = steps, recomputes


def _watched(page: Network, prefix: str, step: Step, trace: Trace) -> Step:
    if isinstance(page._modules.get(step.name), Network | Copies):  # noqa: SLF001
        return step  # the layers inside are watched
    path = prefix + step.name
    return replace(step, call=lambda *inputs: trace.call(path, step, inputs))


def _pages(page: Network, prefix: str) -> Iterator[tuple[Network, str]]:
    """Yield a page and those of all blocks inside, each with what the paths on it begin with."""
    yield page, prefix
    for name, module in page.named_children():
        inside = module if isinstance(module, Copies) else [module]
        for copy in inside:
            if isinstance(copy, Network):
                yield from _pages(copy, f"{prefix}{name}/")


def _tensors(values: tuple[Any, ...]) -> list[Tensor]:
    return [value for value in values if isinstance(value, Tensor)]


def _worse(one: float, other: float) -> float:
    return other if math.isnan(other) or other > one else one
