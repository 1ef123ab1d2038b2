"""Memory does not grow with the samples: ten times as many that are streamed take no more."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
_TRAIN = """
import re, sys
from pathlib import Path
import numpy as np
import torch
from studio.datasets.caching import keeping, kept
from studio.datasets.dataset import Dataset
from tests.unit.training.toys import chain, made, running

torch.set_num_threads(1)
samples, loading = int(sys.argv[1]), sys.argv[2]
with keeping("many", samples * 3 * 64 * 64) as store:
    for number in range(samples):
        store.add(np.full((3, 64, 64), number % 251, np.uint8))
    store.finish((3, 64, 64), {})
pixels, _about = kept("many")
dataset = Dataset("many", pixels, np.arange(samples) % 2, classes=("a", "b"))
graph = chain(
    image=("input", {"sample": (3, 64, 64)}),
    small=("avg_pool2d", {"kernel_size": 32}),
    flat=("flatten", {}),
    last=("linear", {"out_features": 2}),
    scores=("output", {}),
)
plan = {"epochs": 1, "batch_size": 64, "loading": loading, "augment": ["flip"]}
end = list(running(made(graph), dataset, **plan))[-1]
assert end.reason == "finished", end.message
found = Path("/proc/self/status").read_text()
print(re.search(r"VmHWM:\\s+(\\d+)", found)[1])
"""
_MIB = 1024


def peak(samples: int, loading: str, home: Path) -> int:
    """Return the most memory in KiB that a run in a process of its own had."""
    done = subprocess.run(
        [sys.executable, "-c", _TRAIN, str(samples), loading],
        cwd=ROOT,
        env={"PATH": "", "PYTHONPATH": str(ROOT), "LAYERWISE_HOME": str(home)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is read from /proc")
def test_memory_does_not_grow_with_samples_that_are_streamed(tmp_path: Path) -> None:
    few, many = (peak(samples, "streamed", tmp_path) for samples in (1_000, 20_000))
    assert many - few < 80 * _MIB, f"{few} {many}"
    whole = peak(20_000, "whole", tmp_path)
    assert whole - few > 100 * _MIB, "otherwise nothing is measured here"
