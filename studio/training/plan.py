"""What a run is asked to do: every setting of training, declared once.

Everything here is torch-free, so that the window can show the plan before torch is loaded.
Optimizers, schedules, losses and augmentations are declared in `studio.training.choices`.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from studio.errors import SettingError, TrainingError
from studio.families import Family, read, written
from studio.fields import Declared, choice, flag, integer, many, nested, number, text
from studio.training.choices.augmentations import AUGMENTATIONS, Augmentation
from studio.training.choices.losses import LOSSES, CrossEntropy, Loss, MeanSquaredError
from studio.training.choices.optimizers import OPTIMIZERS, Adam, Optimizer
from studio.training.choices.schedules import SCHEDULES, Constant, Schedule
from studio.wording import _

__all__ = [
    "AUGMENTATIONS",
    "LOSSES",
    "OPTIMIZERS",
    "SCHEDULES",
    "Augmentation",
    "Loss",
    "Optimizer",
    "Plan",
    "Schedule",
    "Target",
    "plan_json",
    "read_plan",
    "resolved_targets",
]


class Target(Declared):
    """Which output is compared with which field of the data, and how."""

    output: str = text(
        default="", hint="The Output layer that gives the answer; empty: the only one."
    )
    field: str = text(
        default="",
        hint="The field of the data with the right answers; data have one, so it may stay empty.",
    )
    loss: Loss = nested(
        default=CrossEntropy(), family=LOSSES, hint="How far the answer is from the truth."
    )


class _Targets(Family[Target]):
    def member(self, value: Any) -> Target:
        """Return `value` as a target; unlike other families it has one kind and needs no type."""
        if isinstance(value, Target):
            return value
        if isinstance(value, Mapping):
            return read(Target, value)
        raise SettingError(
            _("A target needs an object such as {example}, but {value!r} was given.").format(
                example='{"output": "scores", "loss": "cross_entropy"}',
                value=value,
            )
        )


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
        family=_Targets("target"),
        hint="What each output is compared with. Empty: chosen by the data.",
    )
    l1: float = number(
        default=0.0,
        low=0,
        high=1000,
        label="L1 penalty",
        hint="Cost of the sum of absolute weights; pushes unneeded weights to exactly nothing.",
    )
    clip_norm: float | None = number(
        default=None,
        low=1e-9,
        high=1e9,
        optional=True,
        label="Clip gradient",
        hint="The longest the gradient may be, all weights together; steadies recurrent networks.",
    )
    augment: tuple[Augmentation, ...] = many(
        default=(),
        family=AUGMENTATIONS,
        label="Augmentation",
        hint="Random changes of the training pictures: more variety from the same data.",
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
        options=("float32", "bfloat16", "float16"),
        label="Number format",
        hint="The numbers layers compute with. The short ones are faster on GPUs that know them.",
    )
    checkpointing: bool = flag(
        default=False,
        label="Gradient checkpointing",
        hint="Repeated blocks forget what they computed and compute it again: less memory, slower.",
    )
    threads: int | None = integer(
        default=None,
        low=1,
        high=1024,
        optional=True,
        hint="Processor cores to use; empty: chosen by the size of the network.",
    )

    def learning_rate(self, step: int, total: int, steps_per_epoch: int) -> float:
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
