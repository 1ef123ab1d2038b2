"""What training makes small: the losses, and the torch function each one spells."""

from studio.catalogue.layer import Call
from studio.families import Family
from studio.fields import Declared, number


class Loss(Declared):
    """What training makes small: how far answers are from targets, averaged over a batch."""

    def recipe(self) -> Call:
        """Spell the torch function of (answers, targets)."""
        raise NotImplementedError


LOSSES: Family[Loss] = Family("loss")


@LOSSES.file("cross_entropy")
class CrossEntropy(Loss):
    """One class out of several: takes raw scores, so put no Softmax before it."""

    label_smoothing: float = number(
        default=0.0,
        low=0,
        high=0.99,
        hint="Share of certainty given to the other classes; 0.1 makes answers less overconfident.",
    )

    def recipe(self) -> Call:
        target = "torch.nn.functional.cross_entropy"
        return Call.to(target, label_smoothing=self.label_smoothing)


@LOSSES.file("bce")
class BinaryCrossEntropy(Loss):
    """Yes or no for each output: takes raw scores, so put no Sigmoid before it."""

    def recipe(self) -> Call:
        return Call.to("torch.nn.functional.binary_cross_entropy_with_logits")


@LOSSES.file("mse")
class MeanSquaredError(Loss):
    """Squared distance to a number; large errors weigh most."""

    def recipe(self) -> Call:
        return Call.to("torch.nn.functional.mse_loss")


@LOSSES.file("huber")
class Huber(Loss):
    """Squared when close and straight when far, so that outliers do not rule."""

    delta: float = number(
        default=1.0, low=1e-9, high=1e9, hint="The distance at which squared turns into straight."
    )

    def recipe(self) -> Call:
        return Call.to("torch.nn.functional.huber_loss", delta=self.delta)


@LOSSES.file("l1")
class AbsoluteError(Loss):
    """Plain distance to a number: every unit of error weighs the same."""

    def recipe(self) -> Call:
        return Call.to("torch.nn.functional.l1_loss")
