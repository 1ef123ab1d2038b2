"""What a plan lists beside its choices: targets, and penalties of single layers."""

from collections.abc import Mapping
from typing import Any, TypeVar

from studio.errors import SettingError
from studio.families import Family, read
from studio.fields import Declared, nested, number, text
from studio.training.choices.losses import LOSSES, CrossEntropy, Loss
from studio.wording import _

M = TypeVar("M", bound=Declared)


class Target(Declared):
    """Which output is compared with which field of the data, and how."""

    output: str = text(
        default="", hint="The Output layer that gives the answer; empty: the only one."
    )
    field: str = text(
        default="",
        hint="Which answer of the data it is compared with; empty takes the first.",
    )
    loss: Loss = nested(
        default=CrossEntropy(), family=LOSSES, hint="How far the answer is from the truth."
    )
    weight: float = number(
        default=1.0, low=0, high=1e6, hint="How much this target counts beside the others."
    )


class Penalty(Declared):
    """What large weights of one layer cost, on top of what the plan asks of all."""

    layer: str = text(
        default="", hint="The path of a layer, or of a block with all inside: block_1/conv2d_2."
    )
    l1: float = number(
        default=0.0,
        low=0,
        high=1000,
        label="L1 penalty",
        hint="Cost of the sum of absolute weights; pushes unneeded weights to exactly nothing.",
    )
    l2: float = number(
        default=0.0,
        low=0,
        high=1000,
        label="L2 penalty",
        hint="Cost of half the sum of squared weights, which keeps all of them small.",
    )


class OneKind(Family[M]):
    """A family with one member, which needs no type where it is written down."""

    def __init__(self, name: str, kind: type[M], example: str) -> None:
        super().__init__(name)
        self._kind, self._example = kind, example

    def member(self, value: Any) -> M:
        """Return `value` as that kind; raises SettingError for anything that is not one."""
        if isinstance(value, self._kind):
            return value
        if isinstance(value, Mapping):
            return read(self._kind, {name: item for name, item in value.items() if name != "type"})
        raise SettingError(
            _("A {kind} needs an object such as {example}, but {value!r} was given.").format(
                kind=_(self.name), example=self._example, value=value
            )
        )


TARGETS = OneKind("target", Target, '{"output": "scores", "loss": "cross_entropy"}')
PENALTIES = OneKind("penalty", Penalty, '{"layer": "linear_1", "l1": 0.001}')
PENALTIES.file("penalty")(Penalty)  # which forms can add
