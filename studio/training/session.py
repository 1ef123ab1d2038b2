"""What a run holds while it trains; what cannot work is refused before the first step."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import torch

from studio.errors import TrainingError
from studio.network.bypassing import bypass
from studio.network.network import Network
from studio.training.augment import require_pictures
from studio.training.batches import DeviceData, Epoch, steps_per_epoch
from studio.training.caching import FeatureCache
from studio.training.checkpoint import Checkpoint, load_weights, weights_of
from studio.training.course.by_hand import adopted
from studio.training.course.checking import require_sense
from studio.training.course.course import Course
from studio.training.course.fired import Record
from studio.training.course.folding import Stretch
from studio.training.course.replanning import replanned
from studio.training.course.staging import staged
from studio.training.device import Machine
from studio.training.evaluation import Evaluation, Tally, evaluate
from studio.training.freezing import Freezing
from studio.training.learning import require_learning
from studio.training.objective import Objective
from studio.training.optimizers import optimizer_state, remembers_alike, restore_state
from studio.training.plan import Plan
from studio.training.proof import Proof
from studio.training.reach import reached
from studio.training.sections import split_groups
from studio.training.step import Stepper, normalizes_batches
from studio.training.ticks.actions import SwitchAugmentation, SwitchLoss
from studio.training.ticks.tick import Tick
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
            data.size("train"), plan.batch_size, pairs_needed=normalizes_batches(network)
        )
        self.total = self.per_epoch * plan.epochs
        self.network = network
        data = data.to(machine.device)
        self.features = FeatureCache(network, data, machine, self._judged_at_once(plan))
        self.data = replace(data, known=self.features)
        self.objective = self._objective(plan)
        self.stepper = Stepper(network, self.objective, plan, machine)
        self.freezing = Freezing(network, self.stepper.optimizer)
        self.proof = Proof()
        self.place = Place()
        self.tally = self.new_tally()
        self.staged = plan
        """The plan with the loss and the augmentation that ticks have set by now."""
        self.course = Course(plan, network.graph, self.per_epoch)
        require_sense(plan.ticks, network.graph)
        self._stretch = self.course.stretch(-1)
        self.freezing.apply(self._stretch.marks)
        self._leading = self._probed()
        self.take(self.course)
        self.follow(-1)

    def epoch_batches(self) -> Epoch:
        """Return the batches of the current epoch."""
        if self.place.position == 0:
            torch.manual_seed(self.plan.seed * 1_000_003 + self.place.epoch)  # for dropout
        return Epoch(self.data, self.staged, self.place.epoch, steps=self.per_epoch)

    def rates(self) -> tuple[float, ...]:
        """Return the learning rate of the step about to be made, and those of all sections."""
        return self.course.rates(self._stretch, self.place.step)

    def new_tally(self) -> Tally:
        """Return an empty tally for one epoch."""
        return Tally(self.objective, self.machine.device)

    def take(self, course: Course) -> None:
        """Go by `course` from the next step on; raises TrainingError if nothing would learn."""
        require_learning(course, self.place.step, self.freezing, self._leading)
        self.course = course
        split_groups(self.stepper.optimizer, self.network, course.sections)

    def replan(self, ticks: Sequence[Tick]) -> None:
        """Go by other ticks from the next step on; raises TrainingError if that cannot be."""
        course = replanned(self.course, ticks, self.place.step)
        deque(self._objectives(course.plan), maxlen=0)  # refuses losses that do not suit the data
        self.take(course)
        self.plan = course.plan

    def follow(self, step: int) -> bool:
        """Let hold what holds at `step`; return whether other layers train than before."""
        before, stretch = self._stretch, self.course.stretch(step)
        self._stretch = stretch
        self.freezing.apply(stretch.marks, stretch.bypassed, stretch.kept)
        bypass(self.network, stretch.bypassed)
        plan = staged(self.plan, stretch)
        if plan.targets != self.staged.targets:
            self.objective = self._objective(plan)
            self.stepper.compare_by(self.objective)
        self.staged = plan
        self._renew_features()
        self.proof.follow(self.freezing.still_tensors(), self.tensors())
        return (before.marks, before.bypassed) != (stretch.marks, stretch.bypassed)

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return all parameters and buffers by name."""
        return dict([*self.network.named_parameters(), *self.network.named_buffers()])

    def evaluated(self, part: str, cancelled: Callable[[], bool]) -> Evaluation:
        """Return how good the network is on a part, and go back to training mode."""
        average = self.stepper.average
        # features are what the weights themselves say, not their average
        data = self.data if average is None else replace(self.data, known=None)
        with average.in_place() if average is not None else contextlib.nullcontext():
            found = evaluate(
                *(self.network, data, part, self.objective, self.machine),
                batch_size=self._judged_at_once(self.plan),
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
        if self.stepper.average is not None:
            state |= self.stepper.average.state()
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
            rate_scale=self.course.scale,
            scaling=self.data.scaling.to_json(),
            facts={**facts, **extra, **self._facts_of_ticks()},
        )

    def restore(self, start: Checkpoint) -> None:
        """Go on from `start`; bit for bit if plan, data, processor and threads are as they were.

        An optimizer that keeps other kinds of state than the one of `start` starts afresh. Raises
        TrainingError when it does not fit the network, or nothing would learn.
        """
        load_weights(self.network, start.weights)
        self.features.forget()
        if scale := start.facts.get("loss_scale"):  # nothing unless the run was in float16
            self.stepper.scaler.load_state_dict(scale)
        if self.stepper.average is not None:
            self.stepper.average.restore(start.state)
        same = start.plan.batch_size == self.plan.batch_size and start.position < self.per_epoch
        self.place = Place(start.step, start.epoch, start.position if same else 0)
        if self.place.position:
            self.tally.restore(_after("tally.", start.state))
        torch.set_rng_state(start.state["random.cpu"])
        if self.machine.device.type == "cuda" and "random.cuda" in start.state:
            torch.cuda.set_rng_state(start.state["random.cuda"], self.machine.device)
        # hashes of the weights that were there before are void
        self.proof = Proof()
        self.take(self.course.recorded(self._record(start)))
        # what changes just here is still to come, or comes again to the same end
        self.follow(self.place.step - 1)
        if remembers_alike(start.plan.optimizer, self.plan.optimizer):
            restore_state(self.stepper.optimizer, self.network, start.optimizer)

    @staticmethod
    def _judged_at_once(plan: Plan) -> int:
        """Return how many samples are evaluated at a time."""
        return max(plan.batch_size // plan.accumulate, 64)

    def _renew_features(self) -> None:
        trained = () if self.staged.augment else ("train",)
        wanted = self.plan.cache_features == "auto"
        self.features.renew((*trained, "validation") if wanted else ())

    def _objective(self, plan: Plan) -> Objective:
        labels, scaling = self.data.labels("train"), self.data.scaling
        found = Objective.of(plan, self.network.outputs, self.data.classes, scaling, labels)
        return found.to(self.machine.device)

    def _facts_of_ticks(self) -> dict[str, object]:
        return {
            "ticks": self.course.record.written(),
            "bypassed": sorted(self._stretch.bypassed),
        }

    def _record(self, start: Checkpoint) -> Record:
        """Return the ticks that came before a checkpoint, which may be older than ticks."""
        if "ticks" in start.facts:
            return Record.read(start.facts["ticks"])
        return adopted(self.network.graph, start.frozen, start.rate_scale)

    def _probed(self) -> frozenset[torch.Tensor]:
        """Return the parameters that lead to a target, frozen or not, by running two samples.

        Raises TrainingError for what cannot work, before the first step.
        """
        rows = self.data.parts["train"][:2]
        x = self.data.normalized(self.data.inputs[rows])
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
            for objective in self._objectives(self.plan):
                objective.check(outputs, self.data.targets[rows])
            return reached(outputs[target.output] for target in self.objective.targets)

    def _objectives(self, plan: Plan) -> Iterator[Objective]:
        """Yield what the run makes small, at its start and after every tick that says otherwise."""
        yield self.objective
        for tick in plan.ticks:
            for action in tick.actions:
                if isinstance(action, SwitchLoss):
                    losses = {action.output: action.loss}
                    yield self._objective(staged(plan, Stretch(0, losses=losses)))
                elif isinstance(action, SwitchAugmentation):
                    require_pictures(action.augment, self.data.inputs.ndim - 1)


def _after(prefix: str, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
