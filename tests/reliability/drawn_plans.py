"""Random plans for a network: all that a run can be asked for, and ticks of every kind."""

from random import Random
from typing import Any

from tests.reliability.drawn_networks import Drawn

Json = dict[str, Any]
EPOCHS = 3


def exact(seed: int, drawn: Drawn) -> Json:
    """Return a plan that a plain loop can follow: no ticks, nothing random, float32."""
    random = Random(seed)
    return _usual(random, drawn) | _steps(random) | {"targets": _targets(random, drawn)}


def whole(seed: int, drawn: Drawn) -> Json:
    """Return a plan with anything in it."""
    random = Random(seed)
    plan = exact(seed, drawn) | {
        "precision": random.choice(("float32", "float32", "float32", "bfloat16")),
        "checkpointing": random.random() < 0.3,
        "cache_features": random.choice(("auto", "off")),
        "loading": random.choice(("auto", "whole", "streamed")),
        "augment": _augment(random, drawn),
        "ticks": [_tick(random, drawn) for _tick_ in range(random.randint(0, 5))],
    }
    if drawn.data.classes and random.random() < 0.2:
        plan["sampling"] = "balanced"
    return plan


def _usual(random: Random, drawn: Drawn) -> Json:
    plan: Json = {
        "epochs": EPOCHS,
        "batch_size": random.choice((7, 8, 16, 19, 57)),
        "accumulate": random.choice((1, 1, 1, 2, 3)),
        "seed": random.randint(0, 99),
        "threads": 1,
        "device": "cpu",
    }
    if random.random() < 0.3:
        plan["l1"] = random.choice((1e-4, 1e-2))
    keys = {name: drawn.graph[name].layer.key for name in drawn.holding}
    weighty = [name for name, key in keys.items() if key in {"linear", "conv2d"}]
    if weighty and random.random() < 0.3:
        plan["penalties"] = [{"layer": random.choice(weighty), "l1": 0.001, "l2": 0.1}]
    if random.random() < 0.3:
        plan["clip_norm"] = random.choice((0.1, 1.0))
    if random.random() < 0.2:
        plan["clip_value"] = random.choice((0.01, 0.5))
    if random.random() < 0.3:
        plan["ema"] = random.choice((0.5, 0.99))
    return plan


def _steps(random: Random) -> Json:
    decay = {"weight_decay": random.choice((0.0, 0.01, 0.1))}
    kinds: list[Json] = [
        {"type": "sgd", "momentum": random.choice((0.0, 0.9)), "nesterov": random.random() < 0.5}
        | {"dampening": random.choice((0.0, 0.0, 0.3)), "learning_rate": 0.02},
        *[{"type": name, "amsgrad": random.random() < 0.5} for name in ("adam", "adamw")],
        {"type": "rmsprop", "centered": random.random() < 0.5}
        | {"momentum": random.choice((0.0, 0.9))},
        {"type": "nadam", "decoupled": random.random() < 0.5},
        {"type": "radam", "decoupled": random.random() < 0.5},
        {"type": "adagrad", "lr_decay": random.choice((0.0, 0.1))},
        {"type": "lion"},
        {"type": "muon", "nesterov": random.random() < 0.5},
    ]
    schedules = ("constant", {"type": "step", "step_epochs": 1}, "cosine", "one_cycle")
    return {"optimizer": random.choice(kinds) | decay, "schedule": random.choice(schedules)}


def _loss(random: Random, drawn: Drawn) -> Any:
    data = drawn.data
    if not data.classes:
        return random.choice(("mse", "huber", "smooth_l1", "l1"))
    weights = ", ".join(str(1 + n) for n in range(len(data.classes)))
    weighted = random.choice(("", "", weights, "balanced"))
    smooth = random.choice((0.0, 0.1))
    return random.choice(
        (
            {"type": "cross_entropy", "class_weights": weighted, "label_smoothing": smooth},
            "cross_entropy",
            {"type": "focal", "class_weights": weighted},
            {"type": "multi_margin", "class_weights": weighted},
            "bce",
        )
    )


def _targets(random: Random, drawn: Drawn) -> list[Json]:
    main = {"output": drawn.heads[0], "loss": _loss(random, drawn)}
    if len(drawn.heads) == 1:
        return [main]
    other = {"output": drawn.heads[1], "field": "other", "loss": random.choice(("mse", "huber"))}
    return [main | {"weight": random.choice((1.0, 0.5))}, other | {"weight": 0.3}]


def _augment(random: Random, drawn: Drawn) -> list[Any]:
    if random.random() < 0.6:
        return []
    kind = drawn.data.inputs.dtype.kind
    if kind == "i":
        return [random.choice(("token_dropout", "token_swap"))]
    plain = len(drawn.heads) == 1 and not drawn.data.more_inputs
    numbers = ["noise", *["mixup"] * plain]
    pictures = ["flip", "shift", "crop", "rotate", "scale", "blur", "erase", *["cutmix"] * plain]
    found = numbers + (pictures if kind == "u" else [])
    return random.sample(found, random.randint(1, min(2, len(found))))


def _moment(random: Random) -> Json:
    part = random.choice(("train", "validation"))
    return random.choice(
        (
            {"type": "step", "at": random.randint(0, 20)},
            {"type": "step", "at": random.randint(0, 20)},
            {"type": "epoch", "at": random.choice((0.5, 1, 1.3, 2))},
            {"type": "fraction", "at": round(random.random(), 2)},
            {"type": "plateau", "patience": 1, "min_delta": 10.0, "times": random.choice((1, 2))}
            | {"part": part},
            {"type": "reached", "metric": "loss", "side": "below", "value": 1e6, "part": part},
        )
    )


def _tick(random: Random, drawn: Drawn) -> Json:
    count = random.randint(1, 3)
    return {"at": _moment(random), "actions": [_action(random, drawn) for _one in range(count)]}


def _action(random: Random, drawn: Drawn) -> Json:
    some = random.sample(drawn.holding, random.randint(1, min(3, len(drawn.holding))))
    few = some if random.random() < 0.6 else []
    rate = {"type": "rate", "value": random.choice((0.0, 0.3, 1.0, 2.0)), "paths": few}
    rate |= {"mode": random.choice(("factor", "times", "lasting"))}
    rate |= {"ramp": random.choice((0, 3, 0.5, 6)), "unit": random.choice(("steps", "epochs"))}
    rate |= {"shape": random.choice(("linear", "cosine"))}
    rate |= {"start": random.choice((None, None, 0.0, 1.5))}
    found: list[Json] = [
        rate,
        rate,
        {"type": "rate", "mode": "rate", "value": 1e-3, "paths": few},
        *2 * [{"type": "freeze", "paths": some, "memory": random.choice(("forget", "keep"))}],
        {"type": "freeze", "paths": some, "what": "statistics"},
        {"type": "unfreeze", "paths": few, "own_mark": random.random() < 0.5},
        {"type": "unfreeze"},
        {"type": "batch_size", "size": random.choice((5, 8, 13, 20))},
        {"type": "clip", "norm": random.choice((0.1, 1.0))},
        {"type": "skip", "step": random.randint(0, 20)},
        {"type": "augment", "augment": _augment(random, drawn)},
        {"type": "loss", "loss": _loss(random, drawn), "output": drawn.heads[0]},
        {"type": "save", "name": "milestone"},
    ]
    if drawn.passing:
        out = {"paths": [random.choice(drawn.passing)]}
        found += [{"type": "bypass", **out}, {"type": "enable", **out}, {"type": "enable"}]
    return random.choice(found)
