"""The canvas shows the key settings of a layer in a few characters."""

import pytest

from studio.catalogue import CATALOGUE


@pytest.mark.parametrize(
    ("key", "settings", "caption"),
    [
        ("conv2d", {}, "32 · 3×3"),
        ("conv2d", {"kernel_size": [3, 5], "stride": 2, "padding": "same"}, "32 · 3×5 · s2 · same"),
        ("conv1d", {"padding": 1, "dilation": 2, "groups": 4}, "32 · 3 · p1 · d2 · g4"),
        ("conv2d", {"padding": [1, 2], "stride": [2, 2]}, "32 · 3×3 · s2 · p1×2"),
        ("conv_transpose2d", {}, "32 · 2×2 · s2"),
        ("max_pool2d", {}, "2×2"),
        ("max_pool2d", {"stride": 2}, "2×2"),
        ("avg_pool2d", {"kernel_size": 3, "stride": 2}, "3×3 · s2"),
        ("adaptive_avg_pool2d", {}, "→ 1×1"),
        ("adaptive_avg_pool2d", {"output_size": [None, 4]}, "→ ·×4"),
        ("linear", {}, "→ 10"),
        ("gru", {"num_layers": 2, "bidirectional": True, "output": "last"}, "→ 64 · ×2 · ⇄ · last"),
        ("attention", {"causal": True}, "4 heads · causal"),
        ("embedding", {}, "1000 → 64"),
        ("reshape", {"shape": [2, -1]}, "2 × …"),
        ("dropout", {"p": 0.25}, "0.25"),
        ("reduce", {"dim": [2, 3]}, "mean 2 3"),
        ("input", {"dtype": "int64"}, "ids"),
        ("relu", {}, ""),
        ("conv_transpose3d", {"groups": 2}, "32 · 2×2×2 · s2 · g2"),
        ("unfold", {"stride": 2}, "2×2 · s2"),
        ("fold", {"output_size": [4, 6]}, "→ 4×6"),
        ("adaptive_max_pool1d", {"output_size": 3}, "→ 3"),
        ("adaptive_avg_pool3d", {"output_size": None}, "→ ·×·×·"),
        ("rms_norm", {"offset": True, "axes": 2}, "2 axes · 1 + w"),
        ("layer_scale", {}, "1e-06"),
        ("tanh", {}, ""),
        ("tanh", {"amplitude": 1.7159, "slope": 0.6666666}, "1.716 · 0.6667"),
        ("hardtanh", {"min_val": 0.0}, "0 … 1"),
        ("glu", {"gate": "silu"}, "silu"),
        ("drop_path", {}, "0.1"),
        ("upsample", {"mode": "bilinear"}, "×2 · bilinear"),
        ("upsample", {"size": [8, 9]}, "→ 8×9"),
        ("pad", {"pad": [1, 2], "mode": "reflect"}, "1 2 · reflect"),
        ("crop", {"size": [8, 9]}, "8×9"),
        ("roll", {"shifts": [-1, 2], "dims": [1, 2]}, "-1 2"),
        ("pixel_unshuffle", {}, "÷2"),
    ],
)
def test_a_caption_shows_what_is_not_as_usual(key, settings, caption):
    assert CATALOGUE[key]().changed(**settings).caption() == caption
