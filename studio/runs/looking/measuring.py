"""How the output of a layer becomes figures, and as many numbers as can be shown."""

import torch
from torch import Tensor
from torch.nn import functional

from studio.runs.looking.seen import Activation, Attention, Figures, Kind

MAPS, SIDE = 64, 256
"""How many channels are brought along at once, and how many rows and columns of each at most."""
STEPS, FEATURES, NUMBERS = 512, 512, 4096
"""The same for sequences and vectors."""
HEADS, WINDOWS, LOOKED = 32, 64, 256
"""The same for attention."""
_BINS = 40


def measured(x: Tensor, first: int = 0, *, channels_first: bool = False) -> Activation:
    """Return one sample [*axes] as what can be shown.

    With `channels_first` two axes are channels × steps, else steps × features; three are channels
    × height × width, or the other way round where only the first two are equal.
    """
    x = x.detach()
    kind, units = _arranged(x, channels_first=channels_first)
    figures = _figures(x, units)
    first = max(0, min(first, figures.units - 1))
    if kind == "maps":
        shown, factor = _coarse(units[first : first + MAPS].float(), SIDE)
    elif kind == "sequence":
        rows = units[first : first + FEATURES].float()
        factor = -(-rows.shape[1] // STEPS)
        shown = functional.avg_pool1d(rows[None], factor, ceil_mode=True)[0].T
    else:
        shown, factor = units[first : first + NUMBERS].float(), 1
    values = shown.contiguous().cpu().numpy()
    return Activation(kind, figures, values, first, factor)


def _arranged(x: Tensor, *, channels_first: bool) -> tuple[Kind, Tensor]:
    """Return the numbers with that axis first along which the units lie."""
    if x.ndim <= 1:
        return "vector", x.reshape(-1)
    if x.ndim == 2:
        return "sequence", x if channels_first else x.T
    if x.ndim > 3:  # each slice of a volume is a map of its own
        return "maps", x.flatten(0, -3)
    high, wide, deep = x.shape
    return "maps", x.permute(2, 0, 1) if high == wide != deep else x


def _figures(x: Tensor, units: Tensor) -> Figures:
    whole = x.flatten().float()
    known = whole[torch.isfinite(whole)]
    broken = len(whole) - len(known)
    known = known if len(known) else whole.new_zeros(1)
    low, high = float(known.min()), float(known.max())
    zero = units == 0
    silent = zero if zero.ndim == 1 else zero.flatten(1).all(1)
    bins = torch.histc(known.cpu(), _BINS, low, high)  # equal ends mean one step around them
    return Figures(
        shape=tuple(x.shape),
        low=low,
        high=high,
        mean=float(known.double().mean()),
        std=float(known.double().std(correction=0)),
        zeros=float(zero.float().mean()),
        silent=int(silent.sum()),
        units=len(units),
        broken=broken,
        counts=bins.numpy().astype(int),
    )


def _coarse(maps: Tensor, most: int) -> tuple[Tensor, int]:
    """Return maps [..., height, width] with at most so many rows and columns, as means."""
    factor = -(-max(maps.shape[-2:]) // most)
    if factor <= 1:
        return maps, 1
    flat = maps.reshape(1, -1, *maps.shape[-2:])
    found = functional.avg_pool2d(flat, factor, ceil_mode=True, count_include_pad=False)
    return found.reshape(*maps.shape[:-2], *found.shape[-2:]), factor


def attention_of(weights: Tensor) -> Attention:
    """Return [windows, heads, steps, steps looked at] as what can be shown."""
    windows, heads, steps, seen = weights.shape
    shown, factor = _coarse(weights[:WINDOWS, :HEADS].float(), LOOKED)
    return Attention(shown.contiguous().cpu().numpy(), heads, windows, steps, seen, factor)
