"""Augmentations that mix two samples, and those that change words."""

from studio.fields import number
from studio.training.choices.augmentation import AUGMENTATIONS, Augmentation, Mixing, evenness


@AUGMENTATIONS.file("mixup")
class MixUp(Mixing):
    """Fades two samples into each other, and their answers in the same measure.

    After Zhang et al., “mixup: Beyond Empirical Risk Minimization” (arXiv 1710.09412).
    """

    title = "MixUp"
    suits = "measurements"

    alpha: float = evenness(0.2)


@AUGMENTATIONS.file("cutmix")
class CutMix(Mixing):
    """Pastes a rectangle of one picture into another, and mixes their answers by its area.

    After Yun et al., “CutMix” (arXiv 1905.04899); the rectangle lies wholly inside.
    """

    title = "CutMix"
    moves = True


@AUGMENTATIONS.file("token_dropout")
class TokenDropout(Augmentation):
    """Replaces some tokens of a text by the unknown one, so that no single word is relied on."""

    suits = "texts"

    share: float = number(
        default=0.1, low=0, high=1, hint="The share of tokens that are replaced, on average."
    )


@AUGMENTATIONS.file("token_swap")
class TokenSwap(Augmentation):
    """Swaps some tokens of a text with their neighbors."""

    suits = "texts"
    moves = True

    share: float = number(
        default=0.1, low=0, high=1, hint="The share of tokens that change places, on average."
    )
