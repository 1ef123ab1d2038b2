"""Attention inside the windows of a picture, as in the Swin Transformer (arXiv 2103.14030)."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from studio.network.modules.registry import own
from studio.network.modules.scores import attended, heads_apart, heads_together

APART = -100.0
"""Added to the score of two places that only the shift has brought into one window."""


@own
class WindowAttention(nn.Module):
    """Takes samples × height × width × channels, and returns the same.

    Parameters and the index have the names of torchvision's ShiftedWindowAttention. Places added to
    fill the last windows are looked at as zeros, as there. Raises ValueError for a shift that
    leaves the window and for heads that do not divide the channels.
    """

    relative_position_index: Tensor

    def __init__(  # noqa: PLR0913
        self,
        *,
        channels: int,
        num_heads: int,
        window: tuple[int, int],
        shift: tuple[int, int],
        qkv_bias: bool = True,
        proj_bias: bool = True,
        scale: float | None = None,
        attention_dropout: float = 0.0,
        dropout: float = 0.0,
    ) -> None:
        super().__init__()
        if channels % num_heads or shift[0] >= window[0] or shift[1] >= window[1]:
            raise ValueError(f"{channels=}, {num_heads=}, {window=}, {shift=}")
        self.heads, self.window, self.shift = num_heads, window, shift
        self.scale, self.attention_dropout, self.dropout = scale, attention_dropout, dropout
        rows = (2 * window[0] - 1) * (2 * window[1] - 1)
        table = torch.empty(rows, num_heads)
        self.relative_position_bias_table = nn.Parameter(nn.init.trunc_normal_(table, std=0.02))
        self.register_buffer("relative_position_index", _offsets(*window))
        self.qkv = nn.Linear(channels, 3 * channels, bias=qkv_bias)
        self.proj = nn.Linear(channels, channels, bias=proj_bias)

    def forward(self, x: Tensor) -> Tensor:
        """Return what each place collects in its window."""
        samples, height, width, channels = x.shape
        high, wide = self.window
        x = F.pad(x, (0, 0, 0, -width % wide, 0, -height % high))
        full = (x.shape[1], x.shape[2])
        shift = [
            0 if size <= window else by
            for size, window, by in zip(full, self.window, self.shift, strict=True)
        ]
        x = _windows(torch.roll(x, (-shift[0], -shift[1]), (1, 2)), high, wide)
        query, key, value = (heads_apart(side, self.heads) for side in self.qkv(x).chunk(3, dim=-1))
        scores = self._bias(full, shift, samples).to(query.dtype)
        dropout = self.attention_dropout if self.training else 0.0
        found = attended(query, key, value, scores, scale=self.scale, dropout=dropout)
        found = self.proj(heads_together(found))
        found = F.dropout(found, self.dropout, self.training)
        found = found.view(samples, full[0] // high, full[1] // wide, high, wide, channels)
        found = found.transpose(2, 3).reshape(samples, *full, channels)
        return torch.roll(found, (shift[0], shift[1]), (1, 2))[:, :height, :width]

    def _bias(self, full: tuple[int, int], shift: list[int], samples: int) -> Tensor:
        """Return what is added to scores: all windows × heads × places × places looked at."""
        high, wide = self.window
        places = high * wide
        table = self.relative_position_bias_table[self.relative_position_index]
        bias = table.view(1, places, places, self.heads).permute(0, 3, 1, 2)
        windows = (full[0] // high) * (full[1] // wide)
        if any(shift):
            bias = bias + _apart(full, shift, self.window, table).unsqueeze(1)
            bias = bias.repeat(samples, 1, 1, 1)
        return bias.expand(samples * windows, self.heads, places, places)


def _windows(x: Tensor, high: int, wide: int) -> Tensor:
    """Cut samples × height × width × channels into all windows × places × channels."""
    samples, height, width, channels = x.shape
    x = x.reshape(samples, height // high, high, width // wide, wide, channels)
    return x.transpose(2, 3).reshape(-1, high * wide, channels)


def _offsets(high: int, wide: int) -> Tensor:
    """Return for each pair of places the row of the table for how they lie to each other."""
    rows = torch.arange(high).repeat_interleave(wide)
    columns = torch.arange(wide).repeat(high)
    down = rows[:, None] - rows + high - 1
    right = columns[:, None] - columns + wide - 1
    return (down * (2 * wide - 1) + right).flatten()


def _apart(
    full: tuple[int, int], shift: list[int], window: tuple[int, int], like: Tensor
) -> Tensor:
    """Return windows × places × places: what keeps apart places from opposite ends of a picture."""
    ends = [
        torch.arange(size, device=like.device) >= size - by
        for size, by in zip(full, shift, strict=True)
    ]
    corner = ends[0][:, None] * 2 + ends[1]
    label = _windows(corner[None, :, :, None], *window).squeeze(-1)
    return (label[:, :, None] != label[:, None, :]) * torch.full((), APART, device=like.device)
