"""Window attention computes what its definition says, window by window."""

import math
from typing import Any

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from studio.catalogue import Shape
from studio.catalogue.attention.windowed import WindowAttention
from studio.network.passing import make


def made(layer: WindowAttention, *shape: int):
    torch.manual_seed(1)
    call: Any = make(layer.recipe(Shape(*shape)))
    for weight in call.module.parameters():
        nn.init.normal_(weight, std=0.5)
    return call, torch.randn(2, *shape)


def slowly(module, x, window, shift, heads):
    """Find for each place which others share its window, and attend to them one by one."""
    samples, height, width, channels = x.shape
    full = [math.ceil(n / w) * w for n, w in zip((height, width), window, strict=True)]
    shift = [0 if n <= w else s for n, w, s in zip(full, window, shift, strict=True)]
    padded = torch.zeros(samples, *full, channels)
    padded[:, :height, :width] = x
    query, key, value = (padded @ module.qkv.weight.T + module.qkv.bias).chunk(3, -1)

    def home(place, axis):
        """Return the window along an axis, and which end of the picture it shows."""
        moved = (place - shift[axis]) % full[axis]
        return moved // window[axis], place < shift[axis]

    places = [(r, c) for r in range(full[0]) for c in range(full[1])]
    homes = {(r, c): (home(r, 0), home(c, 1)) for r, c in places}
    size = channels // heads
    found = torch.zeros_like(x)
    for r, c in places:
        if r >= height or c >= width:
            continue
        near = [place for place in places if homes[place] == homes[r, c]]
        for n in range(samples):
            for h in range(heads):
                cut = slice(h * size, (h + 1) * size)
                scores = torch.stack(
                    [
                        query[n, r, c, cut] @ key[n, a, b, cut] / math.sqrt(size)
                        + offset(module, shift, window, full, (r, c), (a, b))[h]
                        for a, b in near
                    ]
                )
                values = torch.stack([value[n, a, b, cut] for a, b in near])
                found[n, r, c, cut] = torch.softmax(scores, 0) @ values
    return found @ module.proj.weight.T + module.proj.bias


def offset(module, shift, window, full, one, other):
    down, right = (
        (a - s) % n - (b - s) % n for a, b, s, n in zip(one, other, shift, full, strict=True)
    )
    row = (down + window[0] - 1) * (2 * window[1] - 1) + right + window[1] - 1
    return module.relative_position_bias_table[row]


@pytest.mark.parametrize(
    ("shape", "window", "shift"),
    [
        ((4, 6, 4), (2, 3), (0, 0)),
        ((4, 6, 4), (2, 3), (1, 1)),
        ((5, 7, 4), (3, 2), (1, 1)),
        ((3, 8, 4), (3, 4), (2, 2)),
        ((2, 3, 4), (4, 4), (2, 2)),
    ],
)
def test_places_look_at_those_in_their_window(shape, window, shift):
    call, x = made(WindowAttention(num_heads=2, window=window, shift=shift), *shape)

    expected = slowly(call.module, x, window, shift, heads=2)

    assert torch.allclose(call.forward(x), expected, atol=1e-5, rtol=1e-4)


def test_it_runs_in_half_precision():
    call, x = made(WindowAttention(num_heads=2, window=3, shift=1), 6, 6, 4)

    with torch.autocast("cpu", torch.bfloat16):
        half = call.forward(x)

    assert torch.allclose(half.float(), call.forward(x), atol=0.2)


def test_swin_t_costs_what_is_published():
    total = 56 * 56 * 96 * 3 * 4 * 4 + 768 * 1000
    for stage, blocks in enumerate((2, 2, 6, 2)):
        side, channels = 56 >> stage, 96 << stage
        x = Shape(side, side, channels)
        for block in range(blocks):
            layer = WindowAttention(num_heads=3 << stage, shift=3 * (block % 2))
            total += layer.multiply_adds(x) + 2 * side * side * channels * 4 * channels
            assert layer.multiply_adds(x) == counted(layer, x)
        if stage < 3:
            total += (side // 2) ** 2 * 4 * channels * 2 * channels

    assert total == 4_490_566_656


def counted(layer, x):
    with torch.device("meta"):
        call: Any = make(layer.recipe(x))
        sample = torch.empty(1, *x)
    with FlopCounterMode(display=False) as counter:
        call.forward(sample)
    return counter.get_total_flops() // 2


def test_scores_are_scaled_by_what_is_asked_for():
    plain, x = made(WindowAttention(num_heads=2, window=2), 4, 4, 8)
    scaled, _x = made(WindowAttention(num_heads=2, window=2, scale=0.125), 4, 4, 8)
    with torch.no_grad():
        # queries come first, and 0.5 is the usual scale of heads of 4 features
        plain.module.qkv.weight[:8] /= 4
        plain.module.qkv.bias[:8] /= 4
    torch.testing.assert_close(scaled.forward(x), plain.forward(x))
