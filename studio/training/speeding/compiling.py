"""How a network runs as code that is made for it, in batches of one size."""

import warnings
from collections.abc import Callable

import torch
from torch import Tensor

from studio.network.features import Features, Inputs, tensors_of
from studio.network.network import Network
from studio.training.speeding.trial import backward, untouched
from studio.wording import _

Run = Callable[..., tuple[Tensor, ...]]


class Compiled:
    """Calls a network by the code that torch's compiler makes of it; other batches run as always.

    The code is made anew when other layers train or are left out, so that what a run computes
    follows from its step. A network that cannot be compiled runs as it is, for good.
    """

    def __init__(self, network: Network, device: torch.device) -> None:
        self._network, self._device = network, device
        self._size = 0
        self._what: object = None
        self._run: Run | None = None
        self.trouble = ""
        """Why it runs as it is, in one sentence."""

    def renew(self, size: int, what: object) -> None:
        """Make new code before the next batch, if it is for others than before."""
        if (size, what) != (self._size, self._what):
            self._size, self._what, self._run = size, what, None

    def drop(self) -> None:
        """Let go of nothing: code takes the numbers as arguments."""

    def __call__(self, x: Inputs) -> dict[str, Tensor]:
        """Return what the network does."""
        network = self._network
        if self.trouble or isinstance(x, Features) or len(x) != self._size:
            return network(x)  # type: ignore[no-any-return]
        if self._run is None:
            self._run = self._made(*tensors_of(x))
        if self._run is None:
            return network(x)  # type: ignore[no-any-return]
        return dict(zip(network.outputs, self._run(*tensors_of(x)), strict=True))

    def _made(self, *x: Tensor) -> Run | None:
        """Return the code, having run it once; None if there is none."""
        try:
            with (
                warnings.catch_warnings(),
                untouched(self._network, self._device),
                torch.enable_grad(),
            ):
                warnings.simplefilter("ignore")  # of the compiler about itself
                torch.compiler.reset()  # else runs before this one count against its limits
                run: Run = torch.compile(self._network.run, dynamic=False)
                self._network.run(*x)  # what is made at the first call is no part of the code
                for _pass in range(2):  # the second one finds all as the first step will
                    backward(run(*x))
        except Exception as error:  # noqa: BLE001 - whatever the compiler is not made for
            reason = str(error).strip().split("\n")[0].rstrip(".")
            self.trouble = _("The network cannot be compiled ({reason}) and runs as it is.").format(
                reason=f"{type(error).__name__}: {reason}"[:200]
            )
            return None
        return run
