"""How long a step takes, measured on the network itself, which stays as it was."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

import torch
from torch import Tensor, nn

_ROUNDS = 5
_SECONDS = 2.0
"""After which no further round is measured."""


@contextmanager
def untouched(network: nn.Module, device: torch.device) -> Iterator[None]:
    """Put back random states, buffers, modes and gradients after the `with` block."""
    buffers = [(buffer, buffer.clone()) for buffer in network.buffers()]
    modes = [(module, module.training) for module in network.modules()]
    with torch.random.fork_rng(devices=[device] if device.type == "cuda" else []):
        try:
            yield
        finally:
            with torch.no_grad():
                for buffer, before in buffers:
                    buffer.copy_(before)
            for module, mode in modes:
                module.training = mode
            for parameter in network.parameters():
                parameter.grad = None


def backward(outputs: Iterable[Tensor]) -> None:
    """Make a backward pass from all outputs."""
    cost = torch.stack([value.float().square().mean() for value in outputs]).sum()
    cost.backward()  # type: ignore[no-untyped-call]


def seconds(device: torch.device, candidates: Sequence[Callable[[], object]]) -> list[float]:
    """Return the shortest time of each candidate, measured in turns after a first call."""
    for candidate in candidates:
        candidate()
    found = [float("inf")] * len(candidates)
    began = time.perf_counter()
    for _round in range(_ROUNDS):
        for index, candidate in enumerate(candidates):
            found[index] = min(found[index], _timed(device, candidate))
        if time.perf_counter() - began > _SECONDS:
            break
    return found


def _timed(device: torch.device, call: Callable[[], object]) -> float:
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    began = time.perf_counter()
    call()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - began
