"""How long steps wait for their samples: a ResNet-18 at 64 pixels on a folder of photographs.

Run `python -m tests.benchmarks.bench_loading`. Photographs are cut into JPEG files of 96 × 96 in a
folder of their own, prepared (the first time, and again from what was kept), and trained from:
whole on the device, streamed, and streamed with augmentation, which take turns. What is told is the
share of the time of steps in which they wait for a batch.
"""

import argparse
import io
import os
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from studio import gallery
from studio.analysis.analyze import analyze
from studio.catalogue.inputs import Input
from studio.catalogue.shape import Shape
from studio.datasets.dataset import Dataset, Split
from studio.datasets.opening import opened
from studio.datasets.pictures.source import Pictures
from studio.graph import edits
from studio.network.build import build
from studio.network.execution import streamlined
from studio.training.allocator import keep_memory
from studio.training.data.batches import DeviceData
from studio.training.device import Machine
from studio.training.plan import read_plan
from studio.training.session import Session
from tests.unit.datasets.real_data import DATA

GOAL = 0.05
SIDE, FILE_SIDE, BATCH = 64, 96, 64
KINDS: Mapping[str, dict[str, Any]] = {
    "whole": {"loading": "whole"},
    "streamed": {"loading": "streamed"},
    "streamed, flip, crop, color": {"loading": "streamed", "augment": ["flip", "crop", "color"]},
    "streamed, RandAugment": {"loading": "streamed", "augment": ["flip", "rand_augment"]},
}
_ZIPS = ("hymenoptera_256.zip", "flickr8k_600.zip")


def main() -> None:
    """Print what preparing takes and the share of waiting; fail if that is above the goal."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory() as place:
        os.environ["LAYERWISE_HOME"] = str(Path(place, "home"))
        folder = Path(place, "photographs")
        _photographs(folder, arguments.pictures)
        source = Pictures(folder=str(folder), height=SIDE, width=SIDE)
        _prepared("decoded", source)
        dataset, parts = _prepared("kept", source)
        keep_memory()
        with ExitStack() as stack:
            works = {
                name: _work(DeviceData.of(dataset, parts), plan, arguments, stack)
                for name, plan in KINDS.items()
            }
            over = _told(works, arguments.rounds)
    sys.exit(over)


def _prepared(name: str, source: Pictures) -> tuple[Dataset, Split]:
    began = time.perf_counter()
    found = opened(source)
    seconds = time.perf_counter() - began
    _say(f"{name:30s} {len(found[0]) / seconds:8.0f} pictures/s ({seconds:.2f} s)")
    return found


def _told(works: Mapping[str, Callable[[], tuple[float, float]]], rounds: int) -> bool:
    found: dict[str, list[tuple[float, float]]] = {name: [] for name in works}
    for _round in range(rounds):
        for name, work in works.items():
            found[name].append(work())
    over = False
    base = found["whole"]
    for name, pairs in found.items():
        share = statistics.median(waited / whole for waited, whole in pairs)
        slower = statistics.median(
            one / other for (_w, one), (_v, other) in zip(pairs, base, strict=True)
        )
        over |= share > GOAL
        step = 1000 * statistics.median(whole for _waited, whole in pairs)
        _say(
            f"{name:30s} waits {share:6.2%} of {step:.0f} ms a step, {slower:.3f} × whole"
            f"{' <<<' * (share > GOAL)}"
        )
    return over


def _work(
    data: DeviceData, settings: Mapping[str, Any], arguments: argparse.Namespace, stack: ExitStack
) -> Callable[[], tuple[float, float]]:
    """Return what makes some steps; gives the seconds of one and those that it waited."""
    found = gallery.load(arguments.network).graph
    (name,) = (name for name, node in found.nodes.items() if isinstance(node.layer, Input))
    found = edits.configure(found, name, sample=Shape(3, SIDE, SIDE))
    network = build(found, analyze(found))
    plan = read_plan({"batch_size": BATCH, **settings} | arguments.plan)
    machine = Machine.chosen(plan, network.multiply_adds)
    network.to(machine.device)
    stack.enter_context(machine.threads_set())
    stack.enter_context(streamlined(network, BATCH, channels_last=machine.channels_last))
    session = Session(network, data, plan, machine)
    batches = _endless(session)

    def work() -> tuple[float, float]:
        waited, began = 0.0, time.perf_counter()
        for _step in range(arguments.steps):
            asked = time.perf_counter()
            x, y = next(batches)
            waited += time.perf_counter() - asked
            session.stepper.step(x, y, 1e-3)
        if machine.device.type == "cuda":
            torch.cuda.synchronize()
        return waited / arguments.steps, (time.perf_counter() - began) / arguments.steps

    work()
    return work


def _endless(session: Session) -> Iterator[Any]:
    while True:
        yield from session.epoch_batches()


def _photographs(folder: Path, count: int) -> None:
    """Write pieces of photographs as JPEG files, or noise where there are none."""
    pieces = _pieces()
    for number in range(count):
        inside = folder / ("one", "two")[number % 2]
        inside.mkdir(parents=True, exist_ok=True)
        next(pieces).save(inside / f"{number:05d}.jpg", quality=90)


def _pieces() -> Iterator[Image.Image]:
    random = np.random.default_rng(0)
    photographs = [photograph for name in _ZIPS for photograph in _unpacked(DATA / name)]
    while True:
        for photograph in photographs:
            room = [max(0, side - FILE_SIDE) for side in photograph.size]
            left, top = (int(random.integers(0, most + 1)) for most in room)
            yield photograph.crop((left, top, left + FILE_SIDE, top + FILE_SIDE))
        if not photographs:
            yield Image.fromarray(random.integers(0, 256, (FILE_SIDE, FILE_SIDE, 3), np.uint8))


def _unpacked(path: Path) -> Sequence[Image.Image]:
    if not path.is_file():
        return ()
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".jpg")]
        contents = [io.BytesIO(archive.read(name)) for name in names]
    return [Image.open(content).convert("RGB") for content in contents]


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--network", default="resnet18")
    parser.add_argument("--pictures", type=int, default=2048)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--steps", type=int, default=4)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int)
    found = parser.parse_args()
    found.plan = {"device": found.device, "threads": found.threads}
    return found


if __name__ == "__main__":
    main()
