"""Which optimizers there are: their settings, and the constructor each one spells."""

from studio.catalogue.layer import Call
from studio.fields import flag, integer, number
from studio.training.choices.optimizer import OPTIMIZERS, Betas, Optimizer, decay, epsilon, rate

__all__ = ["OPTIMIZERS", "Optimizer"]


@OPTIMIZERS.file("sgd")
class Sgd(Optimizer):
    """Plain gradient descent, with momentum if wanted."""

    learning_rate: float = rate(0.05)
    momentum: float = number(
        default=0.9, low=0, high=1, hint="How much of the last step is kept, like a rolling ball."
    )
    nesterov: bool = flag(
        default=False, hint="Look ahead along the momentum before taking the gradient."
    )
    weight_decay: float = decay()
    dampening: float = number(
        default=0.0, low=0, high=1, hint="How much less a new gradient counts in the momentum."
    )

    def recipe(self) -> Call:
        look_ahead = self.nesterov and self.momentum > 0 and self.dampening == 0  # as torch demands
        return Call.to(
            "optim.SGD",
            momentum=self.momentum,
            nesterov=look_ahead,
            dampening=self.dampening,
        )


class _Moments(Betas):
    eps: float = epsilon()
    amsgrad: bool = flag(
        label="AMSGrad",
        default=False,
        hint="Never let the remembered size shrink; steadier, a little more memory.",
    )

    def _moments(self, target: str) -> Call:
        betas = (self.beta1, self.beta2)
        return Call.to(target, betas=betas, eps=self.eps, amsgrad=self.amsgrad)


@OPTIMIZERS.file("adam")
class Adam(_Moments):
    """Adapts the step of every weight to its own gradients; a good first choice."""

    weight_decay: float = decay()

    def recipe(self) -> Call:
        return self._moments("optim.Adam")


@OPTIMIZERS.file("adamw")
class AdamW(_Moments):
    """Adam with weight decay applied to the weights directly; the usual choice for transformers."""

    weight_decay: float = decay(0.01)

    def recipe(self) -> Call:
        return self._moments("optim.AdamW")


@OPTIMIZERS.file("rmsprop")
class RmsProp(Optimizer):
    """Divides each gradient by its recent size; an old friend of recurrent networks."""

    alpha: float = number(
        default=0.99, low=0, high=0.999999, hint="How long the gradients' size is remembered."
    )
    eps: float = epsilon()
    momentum: float = number(default=0.0, low=0, high=1, hint="How much of the last step is kept.")
    centered: bool = flag(
        default=False, hint="Divide by the spread of the gradients instead of their size."
    )
    weight_decay: float = decay()

    def recipe(self) -> Call:
        return Call.to(
            "optim.RMSprop",
            alpha=self.alpha,
            eps=self.eps,
            momentum=self.momentum,
            centered=self.centered,
        )


@OPTIMIZERS.file("nadam")
class NAdam(Betas):
    """Adam that looks ahead along its momentum, as Nesterov's does."""

    learning_rate: float = rate(0.002)
    eps: float = epsilon()
    momentum_decay: float = number(
        default=0.004, low=0, high=1, hint="How fast the momentum warms up."
    )
    decoupled: bool = flag(
        default=False, hint="Apply the weight decay to the weights directly, as AdamW does."
    )
    weight_decay: float = decay()

    def recipe(self) -> Call:
        return Call.to(
            "optim.NAdam",
            betas=(self.beta1, self.beta2),
            eps=self.eps,
            momentum_decay=self.momentum_decay,
            decoupled_weight_decay=self.decoupled,
            foreach=True,
        )


@OPTIMIZERS.file("radam")
class RAdam(Betas):
    """Adam that trusts its memory only once it is long enough: a warm-up of its own."""

    eps: float = epsilon()
    decoupled: bool = flag(
        default=False, hint="Apply the weight decay to the weights directly, as AdamW does."
    )
    weight_decay: float = decay()

    def recipe(self) -> Call:
        return Call.to(
            "optim.RAdam",
            betas=(self.beta1, self.beta2),
            eps=self.eps,
            decoupled_weight_decay=self.decoupled,
            foreach=True,
        )


@OPTIMIZERS.file("adagrad")
class Adagrad(Optimizer):
    """Ever smaller steps for weights that moved much; for rare features such as words."""

    learning_rate: float = rate(0.01)
    lr_decay: float = number(
        default=0.0, low=0, high=1, label="Rate decay", hint="How fast the rate falls by itself."
    )
    eps: float = epsilon(1e-10)
    weight_decay: float = decay()

    def recipe(self) -> Call:
        return Call.to("optim.Adagrad", lr_decay=self.lr_decay, eps=self.eps, foreach=True)


@OPTIMIZERS.file("lion")
class Lion(Betas):
    """Every weight moves by the same amount, up or down: half the memory of Adam.

    After Chen et al., “Symbolic discovery of optimization algorithms” (arXiv 2302.06675); wants a
    rate three to ten times below that of AdamW, and a decay as many times above.
    """

    learning_rate: float = rate(1e-4)
    beta2: float = number(
        label="Beta 2",
        default=0.99,
        low=0,
        high=0.999999,
        hint="How long the gradients are remembered.",
    )
    weight_decay: float = decay(0.1)

    def recipe(self) -> Call:
        return Call.to("studio.Lion", betas=(self.beta1, self.beta2))


@OPTIMIZERS.file("muon")
class Muon(Betas):
    """Moves the matrices of hidden layers in all directions alike, and the rest as AdamW does.

    After K. Jordan et al., “Muon: an optimizer for hidden layers in neural networks” (2024), with
    steps as long as those of AdamW (arXiv 2502.16982), so that one rate suits both.
    """

    momentum: float = number(
        default=0.95, low=0, high=0.999999, hint="How much of the last steps is kept in matrices."
    )
    nesterov: bool = flag(
        default=True, hint="Look ahead along the momentum before taking the gradient."
    )
    rounds: int = integer(
        default=5, low=1, high=20, hint="How often a step is evened out; more is more exact."
    )
    eps: float = epsilon()
    weight_decay: float = decay(0.1)

    def recipe(self) -> Call:
        return Call.to(
            "studio.Muon",
            momentum=self.momentum,
            nesterov=self.nesterov,
            rounds=self.rounds,
            betas=(self.beta1, self.beta2),
            eps=self.eps,
        )
