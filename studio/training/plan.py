"""What a run is asked to do: every setting of training, declared once.

Everything here is torch-free, so that the window can show the plan before torch is loaded.
Optimizers, schedules, losses and augmentations are declared in `studio.training.choices`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from studio.errors import SettingError, TrainingError
from studio.families import read, written
from studio.fields import Declared, choice, flag, integer, many, nested, number
from studio.training.choices.augmentations import AUGMENTATIONS, Augmentation
from studio.training.choices.losses import LOSSES, CrossEntropy, Loss, MeanSquaredError
from studio.training.choices.optimizers import OPTIMIZERS, Adam, Optimizer
from studio.training.choices.schedules import SCHEDULES, Constant, Schedule
from studio.training.choices.targets import PENALTIES, TARGETS, Penalty, Target
from studio.training.ticks.actions import SwitchBatchSize
from studio.training.ticks.tick import TICKS, Tick
from studio.wording import _

__all__ = [
    "AUGMENTATIONS",
    "LOSSES",
    "OPTIMIZERS",
    "PENALTIES",
    "SCHEDULES",
    "Augmentation",
    "Loss",
    "Optimizer",
    "Penalty",
    "Plan",
    "Schedule",
    "Target",
    "plan_json",
    "read_plan",
    "resolved_targets",
]


BALANCED = "balanced"
"""The sampling that takes as many samples of each class."""


class Plan(Declared):
    """How a network is trained."""

    epochs: int = integer(
        default=10, low=1, high=1_000_000, hint="How often every training sample is seen."
    )
    batch_size: int = integer(
        default=128,
        low=1,
        high=10_000_000,
        hint="How many samples one step sees. Larger is faster and smoother, smaller is noisier.",
    )
    optimizer: Optimizer = nested(
        default=Adam(), family=OPTIMIZERS, hint="The rule that turns gradients into updates."
    )
    schedule: Schedule = nested(
        default=Constant(), family=SCHEDULES, hint="How the learning rate moves over the run."
    )
    targets: tuple[Target, ...] = many(
        default=(),
        family=TARGETS,
        hint="What each output is compared with. Empty: chosen by the data.",
    )
    l1: float = number(
        default=0.0,
        low=0,
        high=1000,
        label="L1 penalty",
        hint="Cost of the sum of absolute weights; pushes unneeded weights to exactly nothing.",
    )
    penalties: tuple[Penalty, ...] = many(
        default=(),
        family=PENALTIES,
        label="Layer penalties",
        hint="L1 and L2 of single layers, on top of those of all.",
    )
    clip_norm: float | None = number(
        default=None,
        low=1e-9,
        high=1e9,
        optional=True,
        label="Clip gradient",
        hint="The longest the gradient may be, all weights together; steadies recurrent networks.",
    )
    clip_value: float | None = number(
        default=None,
        low=1e-9,
        high=1e9,
        optional=True,
        label="Clip gradient values",
        hint="The largest number a gradient may hold; larger ones are cut off before its length.",
    )
    accumulate: int = integer(
        default=1,
        low=1,
        high=1_000_000,
        label="Parts of a batch",
        hint="Batches are computed in this many parts, one after the other: less memory, the same "
        "gradient.",
    )
    ema: float | None = number(
        default=None,
        low=0,
        high=0.999999,
        optional=True,
        label="Average of weights",
        hint="Judge by a slowly moving average of the weights, of which this much stays in a step; "
        "0.999 is usual.",
    )
    sampling: str = choice(
        default="all",
        options=("all", BALANCED),
        hint="all takes each training sample once in an epoch. balanced takes as many of each "
        "class, rare ones several times, so that a rare class is learned too.",
    )
    augment: tuple[Augmentation, ...] = many(
        default=(),
        family=AUGMENTATIONS,
        label="Augmentation",
        hint="Random changes of the training pictures: more variety from the same data.",
    )
    ticks: tuple[Tick, ...] = many(
        default=(),
        family=TICKS,
        hint="What changes on the way: rates, frozen layers, the loss; each at its moment.",
    )
    seed: int = integer(
        default=0,
        low=0,
        high=2**31 - 1,
        hint="The same seed gives the same run: bit for bit on processors, nearly so on GPUs.",
    )
    device: str = choice(
        default="auto",
        options=("auto", "cpu", "cuda"),
        hint="Where the network runs; auto takes the GPU if there is one.",
    )
    precision: str = choice(
        default="float32",
        options=("float32", "tf32", "bfloat16", "float16", "auto"),
        label="Number format",
        hint="The numbers layers compute with. Short ones are faster where the machine knows them; "
        "tf32 is float32 with products of fewer digits on GPUs. auto times float32 and bfloat16 "
        "before the first step.",
    )
    compile: str = choice(
        default="auto",
        options=("off", "auto", "on"),
        label="Compile",
        hint="on turns the network into code made for it, which takes a minute at first. auto "
        "records whole steps on GPUs and plays them back where that is faster; results stay the "
        "same bits.",
    )
    checkpointing: bool = flag(
        default=False,
        label="Gradient checkpointing",
        hint="Repeated blocks forget what they computed and compute it again: less memory, slower.",
    )
    loading: str = choice(
        default="auto",
        options=("auto", "whole", "streamed"),
        label="Samples",
        hint="whole puts all samples on the device, streamed brings them there batch by batch. "
        "auto streams what would take over half of the free memory; results stay the same bits.",
    )
    cache_features: str = choice(
        default="auto",
        options=("auto", "off"),
        label="Remember features",
        hint="Computes what the frozen beginning of the network says of each sample only once, "
        "where memory allows.",
    )
    on_failure: str = choice(
        default="recover",
        options=("recover", "stop"),
        label="When numbers break",
        hint="What happens when a loss or gradient is not finite or the loss runs away: go back, "
        "leave out that batch and go on more carefully, or end the run.",
    )
    recovery: str = choice(
        default="halve",
        options=("halve", "clip"),
        label="Go on with",
        hint="More careful means half the learning rate, or a clipped gradient.",
    )
    threads: int | None = integer(
        default=None,
        low=1,
        high=1024,
        optional=True,
        hint="Processor cores to use; empty: chosen by the size of the network.",
    )
    pause_leaves_device: bool = flag(
        default=True,
        label="Pause frees the GPU",
        hint="A pause of more than some seconds saves the run and keeps it in the memory of the "
        "computer, so that others have the GPU meanwhile.",
    )
    checkpoint_every: float = number(
        default=30.0,
        low=1,
        high=86_400,
        label="Seconds between checkpoints",
        hint="How much of a run a crash may cost. Large networks are saved more rarely, so that it "
        "takes at most 2 % of the time.",
    )
    checkpoints_kept: int = integer(
        default=3,
        low=0,
        high=1000,
        label="Past checkpoints",
        hint="How many ends of epochs stay on disk besides the last and the best; a run can branch "
        "from each.",
    )

    @property
    def largest_batch(self) -> int:
        """The most samples that a step sees, whatever ticks do."""
        return max(self.batch_size, self.later_batch)

    @property
    def later_batch(self) -> int:
        """The most samples of a step that a tick asks for; 0 if none does."""
        actions = (action for tick in self.ticks for action in tick.actions)
        sizes = (action.size for action in actions if isinstance(action, SwitchBatchSize))
        return max(sizes, default=0)

    def learning_rate(self, step: float, total: int, steps_per_epoch: int) -> float:
        """Return the learning rate of `step` (0 is the first of `total`)."""
        return self.optimizer.learning_rate * self.schedule.rate(step, total, steps_per_epoch)


def read_plan(values: Mapping[str, Any]) -> Plan:
    """Return the plan of a project file; raises SettingError for an unknown name or a bad value."""
    if not isinstance(values, Mapping):
        raise SettingError(
            _("A plan needs an object of settings, but {value!r} was given.").format(value=values)
        )
    return read(Plan, values)


def plan_json(plan: Plan) -> dict[str, Any]:
    """Return the JSON form of a plan, every setting spelled out."""
    return written(plan)


def resolved_targets(plan: Plan, outputs: Iterable[str], *, classes: bool) -> tuple[Target, ...]:
    """Return the plan's targets with every output named.

    Without targets in the plan, the only output is compared by cross-entropy when there are classes
    and by squared error when numbers are predicted. Raises TrainingError for a missing output.
    """
    names = tuple(outputs)
    asked = plan.targets or (Target(loss=CrossEntropy() if classes else MeanSquaredError()),)
    return tuple(target.changed(output=_output(target.output, names)) for target in asked)


def _output(asked: str, names: tuple[str, ...]) -> str:
    if asked in names:
        return asked
    if not asked and len(names) == 1:
        return names[0]
    shown = ", ".join(names) or "–"
    if not asked:
        raise TrainingError(
            _("The plan has to say which of the {count} outputs is trained ({names}).").format(
                count=len(names), names=shown
            ),
            _("Add a target for it to the plan."),
        )
    raise TrainingError(
        _("The plan trains an output called {asked}, but the network has: {names}.").format(
            asked=asked, names=shown
        ),
        _("Rename the Output layer, or change the target in the plan."),
    )
