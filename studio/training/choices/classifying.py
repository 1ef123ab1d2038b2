"""Losses that compare scores with classes, each class as important as the plan says."""

from typing import Any

from studio.catalogue.layer import Call
from studio.fields import flag, integer, number, text
from studio.setting import Setting
from studio.training.choices.loss import LOSSES, NOTHING, Loss
from studio.wording import _

BALANCED = "balanced"


class _Weighted(Loss):
    """A loss to which some classes may count more than others."""

    truth = "classes"

    def __post_init__(self) -> None:
        setting = self.require("class_weights")
        object.__setattr__(self, "class_weights", _spelled(setting, self._written_weights()))
        super().__post_init__()

    @property
    def is_balanced(self) -> bool:
        """Whether the weights of the classes follow from how often each occurs."""
        return bool(self._written_weights() == BALANCED)

    @property
    def weights(self) -> tuple[float, ...]:
        """The weight of each class; nothing where all count alike or are to be balanced."""
        written = self._written_weights()
        return () if self.is_balanced else tuple(map(float, str(written).replace(",", " ").split()))

    def _written_weights(self) -> Any:
        return self.__dict__["class_weights"]


def _class_weights() -> Any:
    return text(
        default="",
        hint="How much each class counts: numbers such as 1, 2.5, or balanced, so that rare "
        "classes count as much as frequent ones. Empty: every sample counts alike.",
    )


def _ignore_index() -> Any:
    return integer(
        default=NOTHING,
        low=-1_000_000,
        high=1_000_000,
        label="Ignored class",
        hint="The class number that stands for no answer, such as that of filled-up steps.",
    )


@LOSSES.file("cross_entropy")
class CrossEntropy(_Weighted):
    """One class out of several: takes raw scores, so put no Softmax before it."""

    label_smoothing: float = number(
        default=0.0,
        low=0,
        high=0.99,
        hint="Share of certainty given to the other classes; 0.1 makes answers less overconfident.",
    )
    class_weights: str = _class_weights()
    ignore_index: int = _ignore_index()

    @property
    def is_likelihood(self) -> bool:
        return not self.label_smoothing and not self.class_weights

    def recipe(self) -> Call:
        return Call.to(
            "torch.nn.functional.cross_entropy",
            label_smoothing=self.label_smoothing,
            ignore_index=self.ignore_index,
        )


@LOSSES.file("nll")
class NegativeLogLikelihood(_Weighted):
    """One class out of several from logarithms of shares: put a LogSoftmax before it."""

    class_weights: str = _class_weights()
    ignore_index: int = _ignore_index()

    @property
    def is_likelihood(self) -> bool:
        return not self.class_weights

    def recipe(self) -> Call:
        return Call.to("torch.nn.functional.nll_loss", ignore_index=self.ignore_index)


@LOSSES.file("focal")
class Focal(_Weighted):
    """Cross-entropy in which easy samples hardly count: for classes of very unlike size.

    After Lin et al., “Focal loss for dense object detection” (arXiv 1708.02002), averaged over the
    samples, with a softmax over the scores.
    """

    gamma: float = number(
        default=2.0, low=0, high=20, hint="How much less easy samples count; 0 is cross-entropy."
    )
    class_weights: str = _class_weights()
    ignore_index: int = _ignore_index()

    def recipe(self) -> Call:
        return Call.to("studio.focal_loss", gamma=self.gamma, ignore_index=self.ignore_index)


@LOSSES.file("multi_margin")
class MultiMargin(_Weighted):
    """Wants the right class ahead of every other by a margin, and is content with that."""

    margin: float = number(
        default=1.0, low=0, high=1e6, hint="How far ahead the score of the right class must be."
    )
    squared: bool = flag(default=False, hint="Let large misses count by their square.")
    class_weights: str = _class_weights()

    def recipe(self) -> Call:
        power = 2 if self.squared else 1
        return Call.to("torch.nn.functional.multi_margin_loss", p=power, margin=self.margin)


@LOSSES.file("bce")
class BinaryCrossEntropy(Loss):
    """Yes or no for each output: takes raw scores, so put no Sigmoid before it."""

    truth = "marks"

    pos_weight: float | None = number(
        default=None,
        low=1e-6,
        high=1e6,
        optional=True,
        label="Weight of yes",
        hint="How much more a yes counts than a no; above 1 finds more of them, at more mistakes.",
    )

    def recipe(self) -> Call:
        return Call.to("torch.nn.functional.binary_cross_entropy_with_logits")


def _spelled(setting: Setting, value: Any) -> str:
    """Return weights as a text of numbers; raises SettingError for what are none."""
    if isinstance(value, str) and value.strip() in {"", BALANCED}:
        return value.strip()
    parts = value.replace(",", " ").split() if isinstance(value, str) else value
    try:
        numbers = [float(part) for part in parts]
    except (TypeError, ValueError):
        numbers = [-1.0]
    if not all(0 <= size < 1e9 for size in numbers) or not any(numbers):
        raise setting.refuse(value, _("empty, the word balanced, or numbers such as 1, 2.5"))
    return ", ".join(f"{size:g}" if size == float(f"{size:g}") else repr(size) for size in numbers)
