"""How the passes of a step are recorded once on a GPU and played back without the processor.

The same kernels run on the same numbers in the same order, so that results stay the same bits.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from studio.network.features import Inputs
from studio.network.network import Network
from studio.training.speeding.trial import seconds, untouched
from studio.wording import _

Learned = Callable[[Inputs, Tensor], tuple[Tensor, Tensor]]
"""Leaves gradients at the parameters; returns the loss and the answers."""

_WARM = 3
"""Passes before the recording, in which kernels are chosen and workspaces made."""


class Recorded:
    """Plays the forward and the backward pass back for batches of one size, where that is faster.

    Batches go into tensors that stay in place, and gradients come out of such. What cannot be
    recorded, such as a look at a number, is done as always, for good.
    """

    def __init__(self, network: Network, device: torch.device, learned: Learned) -> None:
        self._network, self._device, self._learned = network, device, learned
        self._size = 0
        self._what: object = None
        self._tape: _Tape | None = None
        self._is_slower = False
        self.trouble = ""
        """Why nothing is played back, in one sentence."""

    def renew(self, size: int, what: object) -> None:
        """Record anew before the next batch, if it is for others than before."""
        if (size, what) != (self._size, self._what):
            self._size, self._what = size, what
            self._tape, self._is_slower = None, False

    def drop(self) -> None:
        """Let go of the recording and its memory; the next batch is recorded anew."""
        self._tape = None

    def __call__(self, x: Inputs, y: Tensor) -> tuple[Tensor, Tensor]:
        """Leave the gradients of a batch at the parameters; return its loss and the answers."""
        if self.trouble or self._is_slower or not isinstance(x, Tensor) or len(x) != self._size:
            return self._learned(x, y)
        if self._tape is None:
            self._tape = self._recorded(x, y)
        if self._tape is None:
            return self._learned(x, y)
        return self._tape.play(x, y)

    def _recorded(self, x: Tensor, y: Tensor) -> "_Tape | None":
        """Return the recording if playing it back is faster; nothing is changed by trying."""
        try:
            with untouched(self._network, self._device):
                tape = _Tape(self._network, self._learned, x, y)
                plain, played = seconds(
                    self._device, [lambda: self._again(x, y), lambda: tape.play(x, y)]
                )
        except Exception as error:  # noqa: BLE001 - whatever cannot be recorded
            reason = (str(error).strip() or type(error).__name__).split("\n")[0].rstrip(".")
            self.trouble = _("Steps cannot be recorded ({reason}) and are made one by one.").format(
                reason=reason[:200]
            )
            return None
        self._is_slower = played >= plain
        return None if self._is_slower else tape

    def _again(self, x: Tensor, y: Tensor) -> None:
        _clear(self._network)
        self._learned(x, y)


class _Tape:
    """One recording: where batches go in, where gradients, loss and answers come out."""

    def __init__(self, network: Network, learned: Learned, x: Tensor, y: Tensor) -> None:
        self._x, self._y = x.clone(), y.clone()
        stream = torch.cuda.Stream(x.device)  # type: ignore[no-untyped-call]
        stream.wait_stream(torch.cuda.current_stream(x.device))
        with torch.cuda.stream(stream):
            for _pass in range(_WARM):
                _clear(network)
                learned(self._x, self._y)
            _clear(network)
        torch.cuda.current_stream(x.device).wait_stream(stream)
        self._graph = torch.cuda.CUDAGraph()
        # random numbers go on from the state of the device's generator at each playing
        with torch.cuda.graph(self._graph, stream=stream):
            self._loss, self._answers = learned(self._x, self._y)
        self._gradients = [(p, p.grad) for p in network.parameters() if p.grad is not None]

    def play(self, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
        """Leave the gradients of a batch at the parameters; return its loss and the answers."""
        self._x.copy_(x)
        self._y.copy_(y)
        self._graph.replay()
        for parameter, gradient in self._gradients:
            parameter.grad = gradient
        return self._loss.clone(), self._answers.clone()


def _clear(network: Network) -> None:
    for parameter in network.parameters():
        parameter.grad = None
