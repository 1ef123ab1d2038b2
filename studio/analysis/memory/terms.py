"""Under which terms a network is trained, as far as they bear on memory."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Self

_STATES: Mapping[str, int] = {
    "sgd": 0,
    "rmsprop": 1,
    "adagrad": 1,
    "lion": 1,
    "muon": 0,
    "adam": 2,
    "adamw": 2,
    "nadam": 2,
    "radam": 2,
}
"""Numbers an optimizer always keeps for each parameter that trains; Muon has its momentum."""

_PARTS = ("momentum", "amsgrad", "centered")
"""Settings each of which makes an optimizer keep one number more."""


@dataclass(frozen=True)
class Terms:
    """What decides, beside the network, how much memory a training step takes."""

    batch_size: int = 1
    """Samples that are computed at once: a part of a batch where batches are cut.

    Of batches of several sizes, the largest.
    """
    later_batch: int = 0
    """The most that ticks let be computed at once, whatever the plan begins with."""
    optimizer: str = "adam"
    """The key of the optimizer."""
    states: int = 2
    """Numbers the optimizer keeps for each parameter that trains."""
    precision: str = "float32"
    checkpointing: bool = False
    """Whether repeated blocks keep only what comes into each copy."""
    device: str = "cpu"
    losses: Mapping[str, str] | None = None
    """Output → key of its loss; None: cross-entropy for every output."""

    @classmethod
    def of(cls, plan: Any, device: str = "cpu", *, classes: bool = True) -> Self:
        """Return the terms of a plan (`studio.training.plan.Plan`) on "cpu" or "cuda".

        `classes` says that the data have classes, which decides the loss of a plan without targets.
        """
        settings, more = plan.optimizer.values(), plan.values()
        default = "cross_entropy" if classes else "mse"
        losses = {target.output: target.loss.key for target in plan.targets} or {"": default}
        parts = more.get("accumulate", 1)
        return cls(
            batch_size=-(-plan.largest_batch // parts),
            later_batch=-(-plan.later_batch // parts),
            optimizer=plan.optimizer.key,
            states=states(plan.optimizer.key, settings) + (more.get("ema") is not None),
            precision=plan.precision,
            checkpointing=bool(more.get("checkpointing", False)),
            device=device,
            losses=losses,
        )

    @property
    def mixed(self) -> bool:
        """Whether layers compute in a format of 16 bits."""
        return self.precision in {"bfloat16", "float16"}

    @property
    def channels_last(self) -> bool:
        """Whether pictures lie channels-last: on processors, and on GPUs in 16 bits."""
        return self.device == "cpu" or self.mixed

    def changed(self, **values: Any) -> Self:
        """Return the terms with other values."""
        return replace(self, **values)

    def loss_of(self, output: str) -> str | None:
        """Return the key of the loss that an output is trained with, if it is."""
        if self.losses is None:
            return "cross_entropy"
        return self.losses.get(output, self.losses.get(""))


def states(optimizer: str, settings: Mapping[str, Any]) -> int:
    """Return how many numbers an optimizer with these settings keeps for each parameter."""
    return _STATES.get(optimizer, 2) + sum(bool(settings.get(name)) for name in _PARTS)
