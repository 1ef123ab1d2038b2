"""Losses that compare numbers with numbers: distances, and how likely a number was."""

from studio.catalogue.layer import Call
from studio.fields import flag, number
from studio.training.choices.loss import LOSSES, Loss


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


@LOSSES.file("smooth_l1")
class SmoothL1(Loss):
    """Huber divided by its bend, so that far errors always count by their plain distance."""

    beta: float = number(
        default=1.0, low=0, high=1e9, hint="The distance at which squared turns into straight."
    )

    def recipe(self) -> Call:
        return Call.to("torch.nn.functional.smooth_l1_loss", beta=self.beta)


@LOSSES.file("l1")
class AbsoluteError(Loss):
    """Plain distance to a number: every unit of error weighs the same."""

    def recipe(self) -> Call:
        return Call.to("torch.nn.functional.l1_loss")


@LOSSES.file("poisson_nll")
class PoissonLikelihood(Loss):
    """Numbers that count something: the network gives the logarithm of how many to expect."""

    truth = "quantities"
    normalized = False

    full: bool = flag(
        default=False, hint="Add the part that only depends on the truth (Stirling's formula)."
    )

    def recipe(self) -> Call:
        return Call.to("torch.nn.functional.poisson_nll_loss", log_input=True, full=self.full)


@LOSSES.file("gaussian_nll")
class GaussianLikelihood(Loss):
    """Numbers and how sure they are: first all numbers, then the logarithms of their variances.

    After Nix and Weigend, “Estimating the mean and variance of the target probability distribution”
    (1994).
    """

    truth = "quantities"
    scores = 2

    eps: float = number(
        default=1e-6, low=1e-12, high=1, label="Epsilon", hint="The smallest variance there is."
    )

    def recipe(self) -> Call:
        return Call.to("studio.gaussian_loss", eps=self.eps)


@LOSSES.file("kl_div")
class Divergence(Loss):
    """How far shares are from the true shares: put a LogSoftmax before it."""

    normalized = False

    def recipe(self) -> Call:
        return Call.to("torch.nn.functional.kl_div")
