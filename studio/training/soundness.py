"""Whether the numbers a run is made of are all finite, so that it may be kept."""

from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from studio.network.network import Network
from studio.training.stepping.optimizers import optimizer_state
from studio.training.stepping.step import Stepper
from studio.training.tensors.shards import whole


def unsound(tensors: Mapping[str, Tensor]) -> frozenset[str]:
    """Return the names of the tensors that hold a number that is not finite; waits for devices."""
    real = {name: t.detach() for name, t in tensors.items() if t.is_floating_point() and t.numel()}
    if _are_sound(real.values()):
        return frozenset()
    return frozenset(name for name, t in real.items() if not torch.isfinite(whole(t)).all())


def peak(tensor: Tensor) -> float:
    """Return the largest absolute number, NaN if there is one; 0 for what holds no reals."""
    if not tensor.is_floating_point() or not tensor.numel():
        return 0.0
    low, high = torch.aminmax(tensor.detach())
    return float(torch.maximum(low.abs(), high.abs()))


def finite_peak(tensor: Tensor) -> float:
    """Return the largest absolute number among the finite ones; 0 if there are none."""
    if not tensor.is_floating_point():
        return 0.0
    finite = tensor.detach()[torch.isfinite(tensor)]
    return peak(finite)


def _are_sound(tensors: Iterable[Tensor]) -> bool:
    """Whether all is finite, by one sum each; very large numbers may say no in vain."""
    sums: dict[torch.device, list[Tensor]] = {}
    for tensor in tensors:
        total = whole(tensor.sum(dtype=torch.float32))
        sums.setdefault(total.device, []).append(total)
    return all(bool(torch.isfinite(torch.stack(found)).all()) for found in sums.values())


class Soundness:
    """Tells what of a network and its optimizer has stopped to be finite."""

    def __init__(self, network: Network) -> None:
        self._network = network
        # a constant may be infinite; what is learned may not
        self._excused = unsound(dict(network.named_buffers()))

    def lost(self, stepper: Stepper) -> frozenset[str]:
        """Return the names of what is not finite any more; waits for the device."""
        moments = optimizer_state(stepper.optimizer, self._network)
        own = [*self._network.named_parameters(), *self._network.named_buffers()]
        # an average of weights is as finite as they are
        return unsound({**dict(own), **moments}) - self._excused
