"""Modules that pass over steps which only fill up, so that padding changes no answer.

Nothing here asks the device how long a text is, so that it never waits.
"""

import warnings
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.network.modules import recurrent
from studio.network.modules.registry import own

# one direction of one level is read at a time, whose weights cuDNN then copies to one place
warnings.filterwarnings("ignore", message="RNN module weights are not part of single")

OneWay = Callable[[nn.RNNBase, str, Tensor, Any], tuple[Tensor, Any]]
"""Reads samples × steps with the weights of a level and direction ("l0_reverse"), from a state."""

_CALLS: Mapping[str, Callable[..., Any]] = {
    "RNN_TANH": torch.rnn_tanh,
    "RNN_RELU": torch.rnn_relu,
    "GRU": torch.gru,
    "LSTM": torch.lstm,
}
_CLOSED = 10_000.0
"""What is added to a gate to open or close it: its sigmoid is 1 or 0 exactly."""


def real(ids: Tensor, padding_idx: int) -> Tensor:
    """Return which steps of ids (samples, steps) are there; raises TypeError for no ids."""
    if ids.is_floating_point() or ids.ndim != 2:
        raise TypeError(f"a sequence of ids is needed, not {tuple(ids.shape)} of {ids.dtype}")
    return ids != padding_idx


def weights_of(module: nn.RNNBase, end: str) -> list[Tensor]:
    """Return the weights of one level and direction in the order in which torch takes them."""
    sides = ("weight_ih", "weight_hh", *(("bias_ih", "bias_hh") if module.bias else ()))
    found = [getattr(module, f"{side}_{end}") for side in sides]
    return [*found, getattr(module, f"weight_hr_{end}")] if module.proj_size else found


def one_way(module: nn.RNNBase, end: str, x: Tensor, start: Any) -> tuple[Tensor, Any]:
    """Return all states (samples, steps, features) and, for an LSTM, the last cell too."""
    return _called(module, x, start, weights_of(module, end))


def _called(module: nn.RNNBase, x: Tensor, start: Any, weights: list[Tensor]) -> tuple[Tensor, Any]:
    rest = (weights, module.bias, 1, 0.0, module.training, False, True)
    found = _CALLS[module.mode](x, start, *rest)
    return found[0], found[2][0] if module.mode == "LSTM" else None


class Order:
    """Where each step goes when those that are there come first, and how they come back."""

    def __init__(self, there: Tensor) -> None:
        self._there = there
        steps = torch.arange(there.shape[1], device=there.device)
        self.lengths = there.sum(1)
        filling = self.lengths[:, None] + (~there).cumsum(1) - 1
        self._places = torch.where(there, there.cumsum(1) - 1, filling)
        self._sources = torch.empty_like(self._places).scatter_(
            1, self._places, steps.expand_as(self._places)
        )
        turned = self.lengths[:, None] - 1 - steps
        self._turned = torch.where(turned >= 0, turned, steps)

    def compact(self, x: Tensor) -> Tensor:
        """Return the steps of `x` with those that are there in front, in their order."""
        return _taken(x, self._sources)

    def turned(self, x: Tensor) -> Tensor:
        """Return compact steps from the last that is there to the first, or back again."""
        return _taken(x, self._turned)

    def spread(self, x: Tensor) -> Tensor:
        """Return compact steps at the places where they were, and zeros in between."""
        return _taken(x, self._places) * self._there[:, :, None]

    def last(self, x: Tensor, start: Tensor) -> Tensor:
        """Return the last of the compact steps that is there; `start` where there is none."""
        rows = (self.lengths - 1).clamp_min(0)
        found = _taken(x, rows[:, None]).squeeze(1)
        return torch.where((self.lengths > 0)[:, None], found, start)


def _taken(x: Tensor, places: Tensor) -> Tensor:
    """Return the steps of `x` at places (samples, steps); whole rows are copied, which is quick."""
    samples, steps, size = x.shape
    rows = places + steps * torch.arange(samples, device=x.device)[:, None]
    return x.reshape(-1, size).index_select(0, rows.flatten()).view(samples, -1, size)


class Padded(nn.RNNBase):
    """A recurrent module for which steps with the id `padding_idx` are as if they were not there.

    A state goes past them unchanged, from either end; what comes out for them is zero.
    """

    def __init__(self, *, padding_idx: int, return_state: bool = False, **settings: Any) -> None:
        super().__init__(**settings)
        self.padding_idx, self.keeps_cell = padding_idx, return_state and self.mode == "LSTM"

    def forward(
        self, x: Tensor, ids: Tensor, start: Any = None, one_way: OneWay = one_way
    ) -> tuple[Tensor, Any]:
        """Return every state (samples, steps, features), and those of each level at the end.

        `ids` are (samples, steps). Raises RuntimeError where the steps are not as many, TypeError
        for ids with decimals.
        """
        if x.shape[:2] != ids.shape[:2]:
            raise RuntimeError(f"{tuple(x.shape)} are other steps than the ids {tuple(ids.shape)}")
        order = Order(real(ids, self.padding_idx))
        x = order.compact(x)
        hidden: list[Tensor] = []
        cells: list[Any] = []
        for level in range(self.num_layers):
            if level and self.dropout:
                x = functional.dropout(x, self.dropout, self.training)
            ways = []
            for way in ("", "_reverse")[: 1 + self.bidirectional]:
                begin = self._start(x, start, len(hidden))
                turned = order.turned(x) if way else x
                states, cell = self._read(one_way, f"l{level}{way}", turned, begin, order)
                hidden.append(order.last(states, begin[0].squeeze(0)))
                cells.append(cell)
                ways.append(order.turned(states) if way else states)
            x = torch.cat(ways, dim=-1) if len(ways) > 1 else ways[0]
        ends = torch.stack(hidden)
        return order.spread(x), (ends, torch.stack(cells)) if self.mode == "LSTM" else ends

    def _start(self, x: Tensor, start: Any, row: int) -> tuple[Tensor, ...]:
        """Return the states from which a level and direction starts, each (1, samples, size)."""
        if start is not None:
            given = start if isinstance(start, tuple | list) else (start,)
            return tuple(state[row : row + 1].contiguous() for state in given)
        sizes = [self.proj_size or self.hidden_size]
        sizes += [self.hidden_size] * (self.mode == "LSTM")
        return tuple(x.new_zeros(1, len(x), size) for size in sizes)

    def _read(
        self, one_way: OneWay, end: str, x: Tensor, start: tuple[Tensor, ...], order: Order
    ) -> tuple[Tensor, Any]:
        if self.keeps_cell:
            return self._with_cell(end, x, start, order)
        return one_way(self, end, x, start if self.mode == "LSTM" else start[0])

    def _with_cell(
        self, end: str, x: Tensor, start: tuple[Tensor, ...], order: Order
    ) -> tuple[Tensor, Tensor]:
        """Let the cell go through the steps behind the text unchanged: nothing in, nothing lost.

        One more feature says which those are, and shuts and opens the gates there.
        """
        inward, *rest = weights_of(self, end)
        column = inward.new_zeros(len(inward), 1)
        column[: self.hidden_size] = -_CLOSED
        column[self.hidden_size : 2 * self.hidden_size] = _CLOSED
        steps = torch.arange(x.shape[1], device=x.device)
        behind = (steps >= order.lengths[:, None])[:, :, None].to(x.dtype)
        return _called(
            self, torch.cat([x, behind], -1), start, [torch.cat([inward, column], 1), *rest]
        )


@own
class PaddedRNN(Padded, nn.RNN):  # type: ignore[misc]
    """torch.nn.RNN that passes over padding."""


@own
class PaddedGRU(Padded, nn.GRU):  # type: ignore[misc]
    """torch.nn.GRU that passes over padding."""


@own
class PaddedLSTM(Padded, nn.LSTM):  # type: ignore[misc]
    """torch.nn.LSTM that passes over padding."""


@own
class PaddedOneBiasRNN(Padded, recurrent.RNN):  # type: ignore[misc]
    """The same without the second vector of offsets."""


@own
class PaddedOneBiasGRU(Padded, recurrent.GRU):  # type: ignore[misc]
    """The same without the second vector of offsets."""


@own
class PaddedOneBiasLSTM(Padded, recurrent.LSTM):  # type: ignore[misc]
    """The same without the second vector of offsets."""


@own
class MaskTokens(nn.Module):
    """Zeros at the steps that only fill up."""

    def __init__(self, dim: int, padding_idx: int) -> None:
        super().__init__()
        self.dim, self.padding_idx = dim, padding_idx

    def forward(self, x: Tensor, ids: Tensor) -> Tensor:
        """Return `x`, whose axis `dim` are steps; raises RuntimeError unless ids are as many."""
        return x.masked_fill(~self.there(x, ids), 0.0)

    def there(self, x: Tensor, ids: Tensor) -> Tensor:
        """Return which steps are there, on the axes of `x`.

        Where `x` has fewer steps than there are ids, each step saw several, all of which count.
        """
        if x.ndim != 3:
            raise ValueError(f"a sequence has samples, steps and features, not {tuple(x.shape)}")
        found, steps = real(ids, self.padding_idx), x.shape[self.dim]
        if steps > ids.shape[1]:
            raise RuntimeError(f"{steps} steps, but {ids.shape[1]} ids")
        if steps < ids.shape[1]:
            found = found.unfold(1, ids.shape[1] - steps + 1, 1).all(-1)
        return found.unsqueeze(-1 if self.dim == 1 else 1)


@own
class PoolTokens(MaskTokens):
    """One step instead of all that are there; zeros where none is."""

    def __init__(self, operation: str, dim: int, padding_idx: int) -> None:
        super().__init__(dim, padding_idx)
        self.operation = operation

    def forward(self, x: Tensor, ids: Tensor) -> Tensor:
        """Return (samples, features)."""
        there = self.there(x, ids)
        if self.operation == "max":
            most = x.masked_fill(~there, -torch.inf).amax(self.dim)
            return most.masked_fill(~there.any(self.dim), 0.0)
        total = x.masked_fill(~there, 0.0).sum(self.dim)
        return total / there.sum(self.dim).clamp_min(1) if self.operation == "mean" else total
