"""What a tick does: to the learning rate, to layers, to the loss, to the run itself.

`paths` name layers or whole blocks ("block_1/conv2d_2"); without any, all layers are meant.
"""

import re
from typing import Any

from studio.datasets.builtin import Digits
from studio.datasets.source import SOURCES, Source
from studio.errors import SettingError
from studio.families import Family
from studio.fields import Declared, choice, flag, integer, many, nested, number, text
from studio.training.choices.augmentations import AUGMENTATIONS, Augmentation
from studio.training.choices.losses import LOSSES, CrossEntropy, Loss
from studio.wording import _

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
_TAKEN = frozenset({"last", "best"})


class Action(Declared):
    """One change of a run."""


ACTIONS: Family[Action] = Family("action")


class _Paths(Family[Declared]):
    """Lets a list of words stand where settings expect members of a family."""

    def member(self, value: Any) -> Any:
        """Return the path; raises SettingError for anything but a word."""
        if isinstance(value, str) and value.strip("/"):
            return value.strip("/")
        raise SettingError(
            _("A layer is named by its path, such as block_1/conv2d_2, not by {value!r}.").format(
                value=value
            )
        )


def _paths() -> Any:
    return many(
        default=(),
        family=_Paths("path"),
        label="Layers",
        hint="The layers or blocks that are meant, by path. Empty: all.",
    )


@ACTIONS.file("rate")
class Rate(Action):
    """Sets the learning rate, at once or little by little, of all layers or of some."""

    value: float = number(
        default=0.1,
        low=0,
        high=1e6,
        label="Rate or factor",
        hint="The new rate, or by how much it is multiplied.",
    )
    mode: str = choice(
        default="factor",
        options=("factor", "times", "rate", "lasting"),
        label="Meaning",
        hint=(
            "factor: a share of the rate that plan and schedule give; times: as it is now, "
            "multiplied; rate: this very rate, whatever the schedule says; lasting: multiplied for "
            "good, whatever later ticks set."
        ),
    )
    paths: tuple[str, ...] = _paths()
    ramp: float = number(
        default=0.0,
        low=0,
        high=1e9,
        label="Length of the ramp",
        hint="How long the change takes; 0 changes at once.",
    )
    unit: str = choice(
        default="steps",
        options=("steps", "epochs"),
        label="Measured in",
        hint="In what the ramp is measured.",
    )
    shape: str = choice(
        default="linear",
        options=("linear", "cosine"),
        label="Shape of the ramp",
        hint="How the ramp runs to the new value.",
    )
    start: float | None = number(
        default=None,
        low=0,
        high=1e6,
        optional=True,
        label="Ramp begins at",
        hint="Where the ramp begins; empty: where the rate stands. 0 warms up.",
    )

    def steps(self, steps_per_epoch: int) -> int:
        """Return how many steps the ramp takes."""
        return round(self.ramp * (steps_per_epoch if self.unit == "epochs" else 1))


@ACTIONS.file("freeze")
class Freeze(Action):
    """Keeps the weights of layers as they are."""

    paths: tuple[str, ...] = _paths()
    what: str = choice(
        default="all",
        options=("all", "statistics"),
        label="What is frozen",
        hint="Everything, or only the running statistics of batch normalization.",
    )
    memory: str = choice(
        default="forget",
        options=("forget", "keep"),
        label="Momentum",
        hint="Whether the optimizer keeps its momentum for the layer until it is thawed.",
    )


@ACTIONS.file("unfreeze")
class Unfreeze(Action):
    """Lets layers learn again."""

    paths: tuple[str, ...] = _paths()
    own_mark: bool = flag(
        default=False,
        label="Only its own lock",
        hint="Only take away the lock of this very layer or block; locks inside and around stay.",
    )


@ACTIONS.file("bypass")
class Bypass(Action):
    """Leaves layers out: they hand on what they get, and their weights wait."""

    paths: tuple[str, ...] = _paths()


@ACTIONS.file("enable")
class Enable(Action):
    """Puts layers that were left out to work."""

    paths: tuple[str, ...] = _paths()


@ACTIONS.file("loss")
class SwitchLoss(Action):
    """Measures the distance to the truth in another way from here on."""

    loss: Loss = nested(
        default=CrossEntropy(), family=LOSSES, hint="How far the answer is from the truth."
    )
    output: str = text(default="", hint="For which Output layer; empty: for all that are trained.")


@ACTIONS.file("augment")
class SwitchAugmentation(Action):
    """Changes the pictures in another way from here on; without any, no longer at all."""

    augment: tuple[Augmentation, ...] = many(
        default=(),
        family=AUGMENTATIONS,
        label="Augmentation",
        hint="Random changes of the training pictures: more variety from the same data.",
    )


@ACTIONS.file("batch_size")
class SwitchBatchSize(Action):
    """Lets a step see more or fewer samples from here on; the epoch goes on with what it has left.

    Schedules and moments told in epochs follow the epochs, whatever number of steps those have.
    """

    size: int = integer(
        default=64,
        low=1,
        high=10_000_000,
        label="Batch size",
        hint="How many samples one step sees from here on.",
    )


@ACTIONS.file("clip")
class ClipGradient(Action):
    """Lets the gradient be no longer than this from here on, all weights together."""

    norm: float = number(
        default=1.0, low=1e-9, high=1e9, hint="The longest the gradient may be from here on."
    )


@ACTIONS.file("skip")
class SkipBatch(Action):
    """Leaves out one batch that is still to come: the step counts, but nothing learns from it."""

    step: int = integer(
        default=0,
        low=0,
        high=2**52,
        label="Before step",
        hint="How many steps are done by the time it would come.",
    )


@ACTIONS.file("data")
class SwitchData(Action):
    """Trains on other data from the next epoch that begins; the network is judged by those then.

    They are normalized as those before, which is what the network has learned to read.
    """

    source: Source = nested(
        default=Digits(),
        family=SOURCES,
        label="Data",
        hint="Samples of the same shape with as many classes, read before the run starts.",
    )


@ACTIONS.file("save")
class Save(Action):
    """Keeps a checkpoint of this moment under a name of its own."""

    name: str = text(default="milestone", hint="The name of the checkpoint inside the run.")

    def __post_init__(self) -> None:
        super().__post_init__()
        if not _NAME.fullmatch(self.name) or self.name in _TAKEN:
            raise SettingError(
                _("A checkpoint cannot be called {name!r}.").format(name=self.name),
                _("Use letters, digits, - and _; “last” and “best” are taken."),
            )


@ACTIONS.file("stop")
class Stop(Action):
    """Evaluates, saves and ends the run, as if this were its last step."""
