"""What a run holds while it trains; what cannot work is refused before the first step."""

import contextlib
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

import torch

from studio.network.bypassing import bypass
from studio.network.network import Network
from studio.training.checkpoints.checkpoint import Checkpoint, load_weights
from studio.training.checkpoints.exactness import surroundings
from studio.training.checkpoints.gathering import Gathered, gathered
from studio.training.course.checking import require_batches, require_sense
from studio.training.course.course import Course
from studio.training.course.length import Samples
from studio.training.course.replanning import replanned
from studio.training.course.staging import staged
from studio.training.course.watching import require_measured
from studio.training.data.augment import mixes
from studio.training.data.batches import Batch, DeviceData
from studio.training.data.epochs import Epoch, steps_per_epoch
from studio.training.data.feeding import Feed
from studio.training.device import Machine
from studio.training.fit import Fit, judged_at_once
from studio.training.footing.footing import Footing
from studio.training.freezing import Freezing
from studio.training.going_on import course_from
from studio.training.judging.evaluation import Evaluation, Tally, evaluate
from studio.training.judging.names import measured
from studio.training.learning import require_learning, supposed
from studio.training.objectives.joint import objective_of
from studio.training.objectives.objective import Objective
from studio.training.plan import Plan
from studio.training.probing import objectives, probed
from studio.training.sharing.alone import ALONE, COPIES, LOOKS, Sharing
from studio.training.soundness import Soundness
from studio.training.stepping.optimizers import remembers_alike, restore_state
from studio.training.stepping.sections import split_groups
from studio.training.stepping.step import normalizes_batches
from studio.training.tensors.copying import arrival, copied
from studio.training.tensors.proof import Proof
from studio.training.tensors.shards import handed_over
from studio.training.ticks.tick import Tick


@dataclass
class Place:
    """Where a run is: steps made, epochs done, batches of the current epoch done."""

    step: int = 0
    epoch: int = 0
    position: int = 0


class Session:
    """A network, its data and all that training takes; saved and restored as a whole."""

    def __init__(
        self,
        network: Network,
        data: DeviceData,
        plan: Plan,
        machine: Machine,
        sharing: Sharing = ALONE,
    ) -> None:
        self.plan = plan
        self.machine = machine
        self.sharing = sharing
        pairs = normalizes_batches(network)
        steps_per_epoch(data.size("train"), plan.batch_size, pairs_needed=pairs)  # or refuses
        self.network = network
        suited = data.feeding(network.inputs).answering(plan.targets)
        self.feed = Feed(network, suited, machine, plan.loading, judged_at_once(plan))
        self.feed.require(plan.ticks)
        self.data, self.features = self.feed.data, self.feed.features
        self.data.require_suiting(plan.augment, plan.sampling)
        self.objective = self._objective(plan)
        self.stepper = sharing.stepper(network, self.objective, plan, machine)
        self.fit = Fit(plan, self.stepper)
        self._soundness = Soundness(network)
        self.freezing = Freezing(network, self.stepper.optimizer)
        self.proof, self.place = Proof(), Place()
        self.footing = Footing(sharing)
        self.tally = self.new_tally()
        self.staged = plan
        """The plan with the loss and the augmentation that ticks have set by now."""
        samples = Samples(data.size("train"), pairs, self.feed.later)
        self.course = Course(plan, network.graph, samples)
        require_sense(plan.ticks, network.graph)
        self._stretch = self.course.stretch(-1)
        self.freezing.apply(self._stretch.marks)
        leading = probed(self, self._first_two(), self._objectives(plan))
        self._leading = sharing.held(network, leading)
        self.take(self.course, suppose=True)
        self.follow(-1)

    def epoch_batches(self) -> Epoch:
        """Return the batches of the current epoch, of the data that it is made of."""
        self._take_data(self.course)
        if self.place.position == 0:
            seed = self.plan.seed * 1_000_003 + self.place.epoch
            torch.manual_seed(self.sharing.seed(seed))  # for dropout
        sizes = self.course.calendar.sizes(self.place.epoch)
        share = self.sharing.share if self.sharing.size > 1 else None
        cut = (self.data, self.staged, self.place.epoch)
        return Epoch(*cut, steps=sizes, share=share, spare=self.machine.has_spare_core)

    def _take_data(self, course: Course) -> None:
        """Train and judge by the data of the current epoch."""
        if not self.feed.turn_to(course.data(self.place.epoch)):
            return
        self.data, self.features = self.feed.data, self.feed.features
        self.objective = self._objective(self.staged)
        self.stepper.compare_by(self.objective)
        self.tally = self.new_tally()
        self._renew_features()
        self.renew_shortcut()

    @property
    def per_epoch(self) -> int:
        """Steps of the current epoch."""
        return self.course.calendar.length(self.place.epoch)

    @property
    def total(self) -> int:
        """Steps of the whole run."""
        return self.course.total

    @property
    def epochs_done(self) -> float:
        """How many epochs are done, with a fraction."""
        return self.course.calendar.progress(self.place.step)

    def rates(self) -> tuple[float, ...]:
        """Return the learning rate of the step about to be made, and those of all sections."""
        return self.course.rates(self._stretch, self.place.step)

    def new_tally(self) -> Tally:
        """Return an empty tally for one epoch."""
        return self.sharing.tally(self.objective, self.machine.device)

    def require(self, course: Course, *, suppose: bool = False) -> None:
        """Raise TrainingError if the run cannot go by `course` from the next step on.

        `suppose` that conditions come true.
        """
        require_batches(course)
        for each in supposed(course) if suppose else (course,):
            require_learning(each, self.place.step, self.freezing, self._leading)

    def take(self, course: Course, *, suppose: bool = False) -> None:
        """Go by `course` from the next step on; raises TrainingError as `require`."""
        self.require(course, suppose=suppose)
        self.course = course
        split_groups(self.stepper.optimizer, self.network, course.sections)

    def replan(self, ticks: Sequence[Tick]) -> None:
        """Go by other ticks from the next step on; raises TrainingError if that cannot be."""
        course = replanned(self.course, ticks, self.place.step)
        deque(self._objectives(course.plan), maxlen=0)  # refuses losses that do not suit the data
        self.take(course, suppose=True)
        self.plan = course.plan

    def follow(self, step: int) -> bool:
        """Let hold what holds at `step`; return whether other layers train than before."""
        before, stretch = self._stretch, self.course.stretch(step)
        self._stretch, self.skipped = stretch, stretch.skipped
        self.freezing.apply(stretch.marks, stretch.bypassed, stretch.kept)
        bypass(self.network, stretch.bypassed)
        plan = staged(self.plan, stretch)
        if plan.targets != self.staged.targets:
            self.objective = self._objective(plan)
            self.stepper.compare_by(self.objective)
            self.tally.compare_by(self.objective)
        self.staged = plan
        self.stepper.clip = self.plan.clip_norm if stretch.clip is None else stretch.clip
        self._renew_features()
        self.proof.follow(self.freezing.still_tensors(), self.tensors())
        self.sharing.regroup(self._first_two)
        self.renew_shortcut()
        return (before.marks, before.bypassed) != (stretch.marks, stretch.bypassed)

    def renew_shortcut(self) -> None:
        """Let the shortcut through steps, if one is taken, know what holds now."""
        plan, stretch = self.staged, self._stretch
        what = (stretch.marks, stretch.bypassed, plan.targets, mixes(plan.augment))
        self.stepper.renew_shortcut(plan.batch_size, what)

    def tensors(self) -> dict[str, torch.Tensor]:
        """Return all parameters and buffers by name."""
        return dict([*self.network.named_parameters(), *self.network.named_buffers()])

    def sickness(self) -> frozenset[str]:
        """Return the names of what learns and is not finite any more; waits for the device."""
        with self.sharing.helped(LOOKS):
            return self._soundness.lost(self.stepper)

    def evaluated(self, part: str, cancelled: Callable[[], bool]) -> Evaluation:
        """Return how good the network is on a part, and go back to training mode."""
        average = self.stepper.average
        # features are what the weights themselves say, not their average
        data = self.data if average is None else replace(self.data, known=None)
        with average.in_place() if average is not None else contextlib.nullcontext():
            find = partial(evaluate, self.network, data, part, self.objective, self.machine)
            found = self.sharing.evaluated(partial(find, batch_size=self.fit.judged), cancelled)
        self.freezing.train()
        return found

    def captured(self, facts: Mapping[str, object]) -> Checkpoint:
        """Return a copy of everything that going on from here takes.

        From a GPU it may still be on its way (see `Checkpoint.arrived`).
        """
        place, ticks = self.place, self.course.record.written()
        extra = {"loss_scale": self.stepper.scaler.state_dict(), **surroundings(self.machine)}
        return Checkpoint(
            *self._gathered(copied),
            plan=self.plan,
            step=place.step,
            epoch=place.epoch,
            position=place.position,
            frozen=dict(self.freezing.marks),
            rate_scale=self.course.scale,
            scaling=self.data.scaling.to_json(),
            facts={**facts, **extra, **self._facts(), "ticks": ticks},
            good=self.footing.beside(place.step, ticks),
            arrived=arrival(self.machine.device),
        )

    def hand_in(self) -> None:
        """Take part in what the leading process captures, without a copy of one's own."""
        self._gathered(handed_over)

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
        self.place = Place(start.step, start.epoch, start.position)
        course = course_from(start, self.plan, self.course)
        self._take_data(course)
        if self.place.position:
            self.tally.restore(_after("tally.", start.state))
        self.sharing.draw_on(start.state, self.machine.device)
        if start.plan.batch_size == self.plan.batch_size:
            self.fit.take_up(start.facts.get("fit", {}))
        # hashes of the weights that were there before are void
        self.proof = Proof()
        self.take(course)
        # what changes just here is still to come, or comes again to the same end
        self.follow(self.place.step - 1)
        if remembers_alike(start.plan.optimizer, self.plan.optimizer):
            restore_state(self.stepper.optimizer, self.network, start.optimizer)

    def _gathered(self, copy: Callable[[torch.Tensor], torch.Tensor]) -> Gathered:
        with self.sharing.helped(COPIES):
            found = gathered(self.network, self.stepper, self.tally, self.sharing, copy)
            found.state.update(self.footing.state())
            return found

    def _renew_features(self) -> None:
        trained = () if self.staged.augment else ("train",)
        remembers = self.fit.remembers and not self.sharing.shards
        self.features.renew((*trained, "validation") if remembers else ())

    def _objective(self, plan: Plan) -> Objective:
        return objective_of(plan, self.network.outputs, self.data).to(self.machine.device)

    def _facts(self) -> dict[str, object]:
        return {
            "good_due": self.footing.due,
            "bypassed": sorted(self._stretch.bypassed),
            "fit": self.fit.written(),
            "data": self.feed.name,
            "anchor": vars(anchor) if (anchor := self.course.anchor) is not None else None,
        }

    def _first_two(self) -> Batch:
        rows = self.data.parts["train"][:2]
        return self.data.samples(rows), self.data.targets[rows]

    def _objectives(self, plan: Plan) -> Iterator[Objective]:
        names = measured(len(self.data.classes), sequences=self.data.has_places)
        require_measured(plan.ticks, names, validates=self.data.size("validation") > 0)
        return objectives(self.objective, plan, self._objective, self.data.require_suiting)


def _after(prefix: str, tensors: Mapping[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): t for name, t in tensors.items() if name.startswith(prefix)}
