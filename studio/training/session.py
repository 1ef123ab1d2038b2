"""What a run holds while it trains; what cannot work is refused before the first step."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import torch
from torch import nn

from studio.errors import TrainingError
from studio.graph.model import Frozen
from studio.graph.walk import frozen_paths
from studio.network.network import Network
from studio.training.augment import require_pictures
from studio.training.batches import DeviceData, Epoch, steps_per_epoch
from studio.training.checkpoint import Checkpoint, load_weights, weights_of
from studio.training.device import Machine
from studio.training.evaluation import Evaluation, Tally, evaluate
from studio.training.freezing import Freezing
from studio.training.objective import Objective
from studio.training.optimizers import optimizer_state, remembers_alike, restore_state
from studio.training.plan import Plan
from studio.training.proof import Proof
from studio.training.reach import reached
from studio.training.step import Stepper
from studio.wording import _


@dataclass
class Place:
    """Where a run is: steps made, epochs done, batches of the current epoch done."""

    step: int = 0
    epoch: int = 0
    position: int = 0


class Session:
    """A network, its data and all that training takes; saved and restored as a whole."""

    def __init__(self, network: Network, data: DeviceData, plan: Plan, machine: Machine) -> None:
        self.plan = plan
        self.machine = machine
        require_pictures(plan.augment, data.inputs.ndim - 1)
        self.per_epoch = steps_per_epoch(
            data.size("train"), plan.batch_size, pairs_needed=_normalizes_batches(network)
        )
        self.total = self.per_epoch * plan.epochs
        self.network = network
        self.data = data.to(machine.device)
        objective = Objective.of(plan, network.outputs, data.classes, data.scaling)
        self.objective = objective.to(machine.device)
        self.stepper = Stepper(network, self.objective, plan, machine)
        self.freezing = Freezing(network, self.stepper.optimizer)
        self.proof = Proof()
        self.place = Place()
        self.rate_scale = 1.0
        self.tally = self.new_tally()
        marks = frozen_paths(network.graph)
        self.freezing.apply(marks)
        self._leading = self._probed()
        self.freeze(marks)

    def epoch_batches(self) -> Epoch:
        """Return the batches of the current epoch."""
        if self.place.position == 0:
            torch.manual_seed(self.plan.seed * 1_000_003 + self.place.epoch)  # for dropout
        return Epoch(self.data, self.plan, self.place.epoch, steps=self.per_epoch)

    def rate(self) -> float:
        """Return the learning rate of the step about to be made."""
        return self.rate_scale * self.plan.learning_rate(
            self.place.step, self.total, self.per_epoch
        )

    def new_tally(self) -> Tally:
        """Return an empty tally for one epoch."""
        return Tally(len(self.data.classes), self.machine.device)

    def freeze(self, marks: Mapping[str, Frozen]) -> None:
        """Apply these marks before the next step; raises TrainingError if nothing would learn."""
        trained = self.freezing.trained(marks)
        if not trained:
            raise TrainingError(
                _("Every layer with parameters is frozen, so that nothing could learn."),
                _("Leave at least one of them trainable."),
            )
        if self._leading.isdisjoint(trained):
            raise TrainingError(
                _("No trainable layer leads to the output, so that nothing could learn."),
                _("Unfreeze a layer on the way to it."),
            )
        self.freezing.apply(marks)
        self.proof.follow(self.freezing.still_tensors(), self.tensors())

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return all parameters and buffers by name."""
        return dict([*self.network.named_parameters(), *self.network.named_buffers()])

    def evaluated(self, part: str, cancelled: Callable[[], bool]) -> Evaluation:
        """Return how good the network is on a part, and go back to training mode."""
        found = evaluate(
            *(self.network, self.data, part, self.objective, self.machine),
            batch_size=max(self.plan.batch_size, 64),
            cancelled=cancelled,
        )
        self.freezing.train()
        return found

    def captured(self, facts: Mapping[str, object]) -> Checkpoint:
        """Return a copy of everything that going on from here takes."""
        state = {f"tally.{name}": value for name, value in self.tally.state().items()}
        state["random.cpu"] = torch.get_rng_state()
        if self.machine.device.type == "cuda":
            state["random.cuda"] = torch.cuda.get_rng_state(self.machine.device)
        moments = optimizer_state(self.stepper.optimizer, self.network)
        extra = {"loss_scale": self.stepper.scaler.state_dict(), "torch": str(torch.__version__)}
        return Checkpoint(
            weights=weights_of(self.network),
            optimizer={name: value.detach().cpu().clone() for name, value in moments.items()},
            state=state,
            plan=self.plan,
            step=self.place.step,
            epoch=self.place.epoch,
            position=self.place.position,
            frozen=dict(self.freezing.marks),
            rate_scale=self.rate_scale,
            scaling=self.data.scaling.to_json(),
            facts={**facts, **extra},
        )

    def restore(self, start: Checkpoint) -> None:
        """Go on from `start`; bit for bit if plan, data, processor and threads are as they were.

        An optimizer that keeps other kinds of state than the one of `start` starts afresh. Raises
        TrainingError when it does not fit the network, or nothing would learn.
        """
        load_weights(self.network, start.weights)
        if scale := start.facts.get("loss_scale"):  # nothing unless the run was in float16
            self.stepper.scaler.load_state_dict(scale)
        self.rate_scale = start.rate_scale
        same = start.plan.batch_size == self.plan.batch_size and start.position < self.per_epoch
        self.place = Place(start.step, start.epoch, start.position if same else 0)
        if self.place.position:
            self.tally.restore(_after("tally.", start.state))
        torch.set_rng_state(start.state["random.cpu"])
        if self.machine.device.type == "cuda" and "random.cuda" in start.state:
            torch.cuda.set_rng_state(start.state["random.cuda"], self.machine.device)
        # hashes of the weights that were there before are void
        self.proof = Proof()
        self.freeze(start.frozen)
        if remembers_alike(start.plan.optimizer, self.plan.optimizer):
            restore_state(self.stepper.optimizer, self.network, start.optimizer)

    def _probed(self) -> frozenset[torch.Tensor]:
        """Return the parameters that lead to a target, frozen or not, by running two samples.

        Raises TrainingError for what cannot work, before the first step.
        """
        x = self.data.normalized(self.data.inputs[self.data.parts["train"][:2]])
        if len(self.network.inputs) != 1:
            raise TrainingError(
                _("The data feed one input, but the network has {count}.").format(
                    count=len(self.network.inputs)
                ),
                _("Leave one Input layer."),
            )
        self.network.eval()
        with self.freezing.gradients_everywhere():
            outputs = self.network(x)
            self.objective.check(outputs)
            return reached(outputs[target.output] for target in self.objective.targets)


def _normalizes_batches(network: Network) -> bool:
    return any(isinstance(m, nn.modules.batchnorm._BatchNorm) for m in network.modules())  # noqa: SLF001


def _after(prefix: str, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
