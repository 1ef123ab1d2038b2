"""Which layers may follow in a random network, with random settings."""

from random import Random
from typing import Any

from studio.catalogue.shape import Shape

Spec = dict[str, Any]
ACTS = ("relu", "relu", "gelu", "silu", "tanh", "elu", "leaky_relu", "prelu", "softplus", "mish")


def following(random: Random, shape: Shape, drop: float) -> Spec:
    """Return a layer for what has this shape; dropout takes the share `drop`."""
    kinds = {1: _for_rows, 2: _for_steps, 3: _for_pictures}
    return kinds[len(shape)](random, shape, drop)


def keeping(random: Random, shape: Shape, drop: float) -> Spec:
    """Return a layer that should keep the shape."""
    act: Spec = {"type": random.choice(ACTS)}
    found: list[Spec] = [act, {"type": "dropout", "p": drop}, {"type": "layer_norm"}]
    found += [{"type": "identity"}, {"type": "layer_scale", "init": 0.5}, {"type": "affine"}]
    if len(shape) == 3:
        groups = random.choice([g for g in (1, 1, 2, 3, 4, shape[0]) if shape[0] % g == 0])
        mode = random.choice(("zeros", "reflect", "circular", "replicate"))
        conv: Spec = {"type": "conv2d", "out_channels": shape[0], "kernel_size": 3, "padding": 1}
        found += 4 * [conv | {"groups": groups, "padding_mode": mode}]
        found += 2 * [{"type": "batch_norm2d", "momentum": random.choice((0.1, 0.3, None))}]
        found += [{"type": "group_norm", "num_groups": groups}, {"type": "layer_norm2d"}]
        tracked = random.random() < 0.5
        found += [{"type": "instance_norm2d", "affine": True, "track_running_stats": tracked}]
        found += [{"type": "dropout2d", "p": drop}, {"type": "drop_path", "p": drop}]
        found += [{"type": "max_pool2d", "kernel_size": 3, "stride": 1, "padding": 1}]
    elif len(shape) == 2:
        heads = random.choice([h for h in (1, 2, 3) if shape[1] % h == 0])
        look: Spec = {"type": "attention", "num_heads": heads, "dropout": drop}
        found += 3 * [look | {"causal": random.random() < 0.5, "bias": random.random() < 0.7}]
        both = shape[1] % 2 == 0 and random.random() < 0.5
        found += 3 * [_reading(random, shape[1] // (2 if both else 1), drop, both=both)]
        found += 2 * [{"type": "linear", "out_features": shape[1]}]
        found += [{"type": "rms_norm"}]
        found += [{"type": "position_embedding"}, {"type": "sinusoidal_positions"}]
        found += [{"type": "batch_norm1d"}]
        found += [{"type": "conv1d", "out_channels": shape[0], "kernel_size": 3, "padding": 1}]
        found += [{"type": "selective_ssm", "state_size": 3}]
        found += [{"type": "mixture_of_experts", "num_experts": 3, "top_k": 2}]
    else:
        found += 3 * [{"type": "linear", "out_features": shape.size}]
        found += 3 * [{"type": "batch_norm1d"}]
        found += [{"type": "rms_norm"}, {"type": "alpha_dropout", "p": drop}]
    return random.choice(found)


def _reading(random: Random, size: int, drop: float, *, both: bool) -> Spec:
    layers = random.choice((1, 2))
    return {
        "type": random.choice(("gru", "lstm", "rnn")),
        "hidden_size": max(1, size),
        "num_layers": layers,
        "bidirectional": both,
        "dropout": drop if layers > 1 else 0.0,
        "bias": random.random() < 0.8,
    }


def _for_pictures(random: Random, shape: Shape, drop: float) -> Spec:
    wide = random.choice((2, 3, 4, 6))
    conv: Spec = {"type": "conv2d", "out_channels": wide, "kernel_size": random.choice((1, 2, 3))}
    conv |= {"stride": random.choice((1, 1, 2)), "dilation": random.choice((1, 1, 2))}
    conv |= {"padding": random.choice((0, 1)), "bias": random.random() < 0.7}
    groups = random.choice([g for g in (1, 2, 3) if shape[0] % g == wide % g == 0])
    pool: Spec = {"type": random.choice(("max_pool2d", "avg_pool2d")), "kernel_size": 2}
    pool |= {"ceil_mode": random.random() < 0.3}
    other: list[Spec] = [
        {"type": "conv_transpose2d", "out_channels": wide},
        {"type": "channel_shuffle"},
    ]
    other += [{"type": "local_response_norm", "size": 3}, {"type": "flatten", "start_dim": 2}]
    near = [keeping(random, shape, drop) for _choice in range(4)]
    return random.choice([conv | {"groups": groups}, conv, conv, pool, *other, *near])


def _for_steps(random: Random, shape: Shape, drop: float) -> Spec:
    both = random.random() < 0.4
    last: Spec = {"output": random.choice(("sequence", "last"))}
    read = _reading(random, random.choice((3, 4, 5)), drop, both=both) | last
    wide = {"type": "linear", "out_features": random.choice((4, 6, 8))}
    other: list[Spec] = [{"type": "class_token"}, {"type": "permute", "dims": [0, 2, 1]}]
    near = [keeping(random, shape, drop) for _choice in range(5)]
    return random.choice([read, read, wide, *other, *near])


def _for_rows(random: Random, shape: Shape, drop: float) -> Spec:
    wide: Spec = {"type": "linear", "out_features": random.choice((4, 6, 9))}
    wide |= {"bias": random.random() < 0.8}
    near = [keeping(random, shape, drop) for _choice in range(3)]
    return random.choice([wide, wide, {"type": "glu"}, *near])
