"""How long published networks take to open and to analyze, and what torchinfo says of the same.

Run: python -m tests.benchmarks.bench_gallery [--torchinfo]
"""

import argparse
import gc
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from studio import gallery
from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.graph import edits
from studio.graph.block import Block
from studio.graph.model import Graph

LARGEST, EDITED = "llama-3-70b", "gpt2-xl"
ROUNDS = 15
BESIDE = ("resnet50", "mobilenet-v2", "vit-b-16", "swin-t", "gpt2", "bert-base", "t5-small")
"""Networks whose modules are small enough to be built for torchinfo."""
_FIRST = """
import json, resource, sys, time
start = time.perf_counter()
from studio import gallery
from studio.analysis.analyze import analyze
loaded, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
report = analyze(gallery.load(sys.argv[1]).graph)
done, after = time.perf_counter(), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
print(json.dumps({"seconds": done - loaded, "imports": loaded - start,
                  "grown": (after - before) * 1024, "whole": after * 1024,
                  "parameters": int(report.parameters)}))
"""


def milliseconds(work: Callable[[], object], rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the median and the longest time of `work`."""
    found = []
    for _round in range(rounds):
        start = time.perf_counter()
        work()
        found.append((time.perf_counter() - start) * 1000)
    return statistics.median(found), max(found)


def first_opening(name: str) -> dict[str, float]:
    """Open and analyze a network in a fresh process."""
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", _FIRST, name], cwd=root, capture_output=True, text=True, check=True
    )
    found: dict[str, float] = json.loads(done.stdout)
    return found


def edits_inside(report: Report) -> Iterator[tuple[str, Graph]]:
    """Yield edits inside the repeated block of a network, and outside of it."""
    graph = report.graph
    names = (n for n, node in graph.nodes.items() if isinstance(node.layer, Block))
    name = max(names, key=lambda name: int(report.nodes[name].parameters))
    block = graph[name].layer
    assert isinstance(block, Block)
    for inner, node in block.graph.nodes.items():
        if node.layer.key == "attention":
            yield (
                "another number of heads",
                edits.at_location(
                    graph,
                    (name,),
                    lambda page, inner=inner: edits.configure(page, inner, num_heads=5),
                ),
            )
    yield "one copy more", edits.configure(graph, name, repeat=block.repeat + 1)
    yield "frozen", edits.set_frozen(graph, [name], True)
    first = next(n for n, node in graph.nodes.items() if node.layer.key == "input")
    yield "a shorter input", edits.configure(graph, first, sample=(512,))


def ours() -> None:
    """Print the times of opening and editing."""
    first = first_opening(LARGEST)
    print(
        f"{LARGEST} in a fresh process: {first['seconds'] * 1000:.1f} ms to draw and analyze,"
        f" {first['grown'] / 2**20:.1f} MB more, {first['whole'] / 2**20:.0f} MB in all"
    )
    rows = []
    for name in gallery.names():
        gc.collect()
        half, most = milliseconds(lambda name=name: analyze(gallery.load(name).graph))
        rows.append((half, most, name))
    rows.sort(reverse=True)
    print("the slowest networks, drawn and analyzed (median and longest, ms):")
    for half, most, name in rows[:8]:
        print(f"  {name:24s} {half:7.1f} {most:7.1f}")
    report = analyze(gallery.load(EDITED).graph)
    for label, graph in edits_inside(report):
        half, most = milliseconds(lambda graph=graph: analyze(graph, previous=report), 50)
        print(f"edit of {EDITED}, {label}: {half:.2f} ms, longest {most:.2f}")


def beside() -> None:
    """Print what torchinfo says of the same networks, and how long it takes."""
    import torch
    import torchinfo

    from studio.catalogue.inputs import Input
    from studio.network.build import build

    print(
        f"{'network':16s}{'ours ms':>9s}{'torchinfo ms':>14s}{'parameters':>26s}{'multiply-adds':>36s}"
    )
    for name in BESIDE:
        report = analyze(gallery.load(name).graph)
        net = build(report.graph, report).eval()
        samples = [
            torch.zeros(1, *facts.outputs[0], dtype=getattr(torch, facts.outputs[0].dtype))
            for node, facts in report.nodes.items()
            if isinstance(report.graph[node].layer, Input)
        ]
        spent, told = [], None
        for _round in range(3):
            start = time.perf_counter()
            told = torchinfo.summary(net, input_data=samples, verbose=0, device="cpu")
            spent.append((time.perf_counter() - start) * 1000)
        half, _most = milliseconds(lambda name=name: analyze(gallery.load(name).graph))
        assert told is not None
        right = "equal" if told.total_params == report.parameters else f"{told.total_params:,}"
        adds = (
            "equal" if told.total_mult_adds == report.multiply_adds else f"{told.total_mult_adds:,}"
        )
        print(
            f"{name:16s}{half:9.1f}{statistics.median(spent):14.0f}"
            f"{int(report.parameters):14,} {right:>11s}{int(report.multiply_adds):20,} {adds:>15s}"
        )


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torchinfo", action="store_true", help="compare with torchinfo")
    ours()
    if parser.parse_args().torchinfo:
        beside()
