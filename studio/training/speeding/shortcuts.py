"""Which shortcuts a run takes through its steps: compiled, recorded, spelled out, or none."""

import torch

from studio.network.network import Network
from studio.training.device import Machine
from studio.training.plan import Plan
from studio.training.speeding.compiling import Compiled
from studio.training.speeding.deriving import Derived
from studio.training.speeding.recording import Recorded
from studio.training.stepping.step import Stepper


def take_shortcuts(network: Network, stepper: Stepper, machine: Machine, plan: Plan) -> None:
    """Let `stepper` compute as the plan says.

    "on" compiles the network. "auto" records steps on a GPU, whose results are the same bits, and
    keeps to that where it is faster: what a run computes does not hang on how long it took. On
    processors small chains of layers have their gradients spelled out, to the same bits as well.
    """
    if plan.compile == "on":
        compiled = Compiled(network, machine.device)
        stepper.run = stepper.shortcut = compiled
    elif plan.compile == "auto" and machine.device.type == "cuda":
        if machine.precision is torch.float16:
            return  # its loss scale looks at numbers
        recorded = Recorded(network, machine.device, stepper.learn)
        stepper.learn = stepper.shortcut = recorded
    elif machine.device.type == "cpu" and machine.precision is torch.float32:
        derived = Derived(network, stepper)
        stepper.learn = stepper.shortcut = derived
