"""How recurrent modules are run: their states come and go by wire, with the batch axis first."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch import Tensor

from studio.network.batch import together


def _stepped(
    pick: str,
    call: Callable[..., Any],
    x: Tensor,
    *states: Tensor,
    keep: bool,
) -> Tensor | tuple[Tensor, ...]:
    if x.ndim != 3:  # torch would take the samples for the steps of a single one
        raise ValueError(f"a sequence has samples, steps and features, not {tuple(x.shape)}")
    x, *arrived = together(x, *states)
    starts = tuple(_inward(state.to(x.dtype)) for state in arrived)
    # a single state goes by itself, the two of an LSTM as a pair
    found, final = call(x, *(starts if len(starts) < 2 else [starts]))
    finals: tuple[Tensor, ...] = final if isinstance(final, tuple) else (final,)
    answer = _answer(pick, found, finals[0])
    return (answer, *map(_outward, finals)) if keep else answer


def _padded(
    pick: str, call: Callable[..., Any], *inputs: Tensor, keep: bool
) -> Tensor | tuple[Tensor, ...]:
    """Do the same for a module that passes over padding; the last wire brings the ids."""
    x, *states, ids = together(*inputs)
    return _stepped(pick, partial(_before, call, ids), x, *states, keep=keep)


def _before(call: Callable[..., Any], ids: Tensor, x: Tensor, *starts: Any) -> Any:
    return call(x, ids, *starts)


def _answer(pick: str, sequence: Tensor, hidden: Tensor) -> Tensor:
    if pick == "last":
        return hidden[-1]
    if pick == "last_both":
        return torch.cat(hidden[-2:].unbind(), dim=-1)
    return sequence


def _inward(state: Tensor) -> Tensor:
    """Put the batch axis where torch wants it: behind that of levels and directions."""
    return state.unsqueeze(0) if state.ndim == 2 else state.transpose(0, 1).contiguous()


def _outward(state: Tensor) -> Tensor:
    return state.squeeze(0) if state.shape[0] == 1 else state.transpose(0, 1)


STEPPED = {
    f"{kind}{pick}{end}": partial(run, pick, keep=bool(end))
    for kind, run in (("", _stepped), ("padded_", _padded))
    for pick in ("sequence", "last", "last_both")
    for end in ("", "_and_state")
}
"""By name: what comes out of a recurrent module, alone or with the state it ends in."""
