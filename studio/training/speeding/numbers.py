"""In which numbers a run computes that leaves it to the machine: bfloat16 where that is faster."""

import contextlib
from dataclasses import replace

import torch

from studio.network.execution import streamlined
from studio.network.network import Network
from studio.training.data.batches import DeviceData
from studio.training.device import Machine
from studio.training.plan import Plan
from studio.training.speeding.trial import backward, seconds, untouched

AUTO = "auto"
_WORTH = 0.9
"""The share of the time in float32 that bfloat16 may take at most to be worth its rounding."""


def settled(
    machine: Machine, plan: Plan, network: Network, data: DeviceData, before: str = ""
) -> Machine:
    """Return the machine in the numbers of the plan; steps are timed where it says "auto".

    A run that goes on takes those that it had `before`. The network lies on the machine already.
    """
    if plan.precision != AUTO or len(network.inputs) != 1:
        return machine
    short = replace(machine, precision=torch.bfloat16)
    if before:
        return short if before == "bfloat16" else machine
    return short if _is_faster(short, machine, plan, network, data) else machine


def _is_faster(
    short: Machine, exact: Machine, plan: Plan, network: Network, data: DeviceData
) -> bool:
    rows = data.parts["train"][: -(-plan.batch_size // plan.accumulate)]
    x = data.normalized(data.raw(rows)).to(exact.device)
    took: list[float] = []
    # what cannot be measured is not chosen; the first step will say what is wrong
    with contextlib.suppress(RuntimeError, ValueError, IndexError, TypeError):
        for machine in (exact, short):
            with untouched(network, machine.device), _laid_out(network, machine, plan):
                network.train()
                took += seconds(machine.device, [_Pass(network, machine, x)])
    return len(took) == 2 and took[1] < _WORTH * took[0]


def _laid_out(
    network: Network, machine: Machine, plan: Plan
) -> contextlib.AbstractContextManager[Network]:
    return streamlined(network, plan.batch_size, channels_last=machine.channels_last)


class _Pass:
    """One forward and backward pass."""

    def __init__(self, network: Network, machine: Machine, x: torch.Tensor) -> None:
        self._network, self._machine, self._x = network, machine, x

    def __call__(self) -> None:
        with self._machine.autocast():
            outputs = self._network(self._x)
        for parameter in self._network.parameters():
            parameter.grad = None
        backward(outputs.values())
