"""How much of a small network's step augmentation in memory costs.

Run `python -m tests.benchmarks.bench_augment`. Sessions of the same network with and without an
augmentation take turns, on one thread, and processor time counts; pictures of one and of three
channels. What is usual for such pictures must stay under the goal; the others are told.
"""

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from typing import Any

import numpy as np
import torch

from studio.analysis.analyze import analyze
from studio.datasets.dataset import Split
from studio.network.build import build
from studio.network.execution import streamlined
from studio.training.allocator import keep_memory
from studio.training.choices.augmentations import AUGMENTATIONS
from studio.training.data.batches import DeviceData
from studio.training.device import Machine
from studio.training.plan import read_plan
from studio.training.session import Session
from tests.benchmarks.workloads import made_up
from tests.unit.analysis.networks import graph

GOAL = 0.15
SHAPES = ((1, 28, 28), (3, 32, 32))
USUAL: Mapping[str, Sequence[Any]] = {
    "shift": ["shift"],
    "flip, shift": ["flip", {"type": "shift", "pixels": 4}],
    "flip, shift, erase": ["flip", {"type": "shift", "pixels": 4}, "erase"],
}
_BATCH, _BATCHES = 128, 10


def main() -> None:
    """Print the share of a step that each augmentation costs; fail if a usual one is over."""
    rounds = _arguments().rounds
    torch.set_num_threads(1)
    keep_memory()
    texts = {cls.key for cls in AUGMENTATIONS if cls.suits == "texts"}
    alone = {cls.key: [cls.key] for cls in AUGMENTATIONS if cls.key not in texts}
    over = False
    for shape in SHAPES:
        for name, augment in {**USUAL, **alone}.items():
            share, step = _cost(shape, augment, rounds)
            is_over = name in USUAL and share > GOAL
            over |= is_over
            size = " × ".join(map(str, shape))
            sys.stdout.write(
                f"{size}  {name:20s} {share:+6.1%} of {1000 * step:.1f} ms{' <<<' * is_over}\n"
            )
            sys.stdout.flush()
    sys.exit(over)


def _cost(shape: Sequence[int], augment: Sequence[Any], rounds: int) -> tuple[float, float]:
    """Return the median share that augmentation adds to a step, and the seconds of a plain one."""
    with ExitStack() as stack:
        plain, changed = (_session(shape, items, stack) for items in ((), augment))
        pairs = [(plain(), changed()) for _round in range(rounds)]
    shares = [other / one - 1 for one, other in pairs]
    return statistics.median(shares), statistics.median(one for one, _other in pairs)


def _session(shape: Sequence[int], augment: Sequence[Any], stack: ExitStack) -> Callable[[], float]:
    """Return what makes an epoch of steps and returns the seconds of one."""
    settings = {"batch_size": _BATCH, "threads": 1, "device": "cpu", "augment": list(augment)}
    plan = read_plan(settings)
    found = _network(shape)
    network = build(found, analyze(found))
    stack.enter_context(streamlined(network, _BATCH, channels_last=True))
    samples = _BATCH * _BATCHES
    nothing = np.empty(0, dtype=np.int64)
    dataset = made_up(*shape, kind="pixels", classes=10, samples=samples)
    data = DeviceData.of(dataset, Split(np.arange(samples), nothing, nothing))
    session = Session(network, data, plan, Machine.chosen(plan, 0))

    def measure() -> float:
        began = time.process_time()
        for x, y in session.epoch_batches():
            session.stepper.step(x, y, 1e-3)
        return (time.process_time() - began) / _BATCHES

    measure()
    return measure


def _network(shape: Sequence[int]) -> Any:
    return graph(
        x={"type": "input", "shape": list(shape)},
        c={"type": "conv2d", "out_channels": 32, "kernel_size": 3}, r="relu",
        p={"type": "max_pool2d", "kernel_size": 2}, f="flatten",
        l={"type": "linear", "out_features": 10}, y="output",
    )  # fmt: skip


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    return parser.parse_args()


if __name__ == "__main__":
    main()
