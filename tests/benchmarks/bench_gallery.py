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
from functools import partial
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
            fewer = edits.configure(block.graph, inner, num_heads=5)
            yield "another number of heads", edits.at_location(graph, (name,), partial(_put, fewer))
    yield "one copy more", edits.configure(graph, name, repeat=block.repeat + 1)
    yield "frozen", edits.set_frozen(graph, [name], True)
    first = next(n for n, node in graph.nodes.items() if node.layer.key == "input")
    yield "a shorter input", edits.configure(graph, first, sample=(512,))


def _put(page: Graph, _before: Graph) -> Graph:
    return page


def say(sentence: str) -> None:
    """Print a line."""
    sys.stdout.write(sentence + "\n")


def loaded(name: str) -> Report:
    """Return the analysis of a network of the gallery, made anew."""
    return analyze(gallery.load(name).graph)


def ours() -> None:
    """Print the times of opening and editing."""
    first = first_opening(LARGEST)
    say(
        f"{LARGEST} in a fresh process: {first['seconds'] * 1000:.1f} ms to draw and analyze,"
        f" {first['grown'] / 2**20:.1f} MB more, {first['whole'] / 2**20:.0f} MB in all"
    )
    rows = []
    for name in gallery.names():
        gc.collect()
        rows.append((*milliseconds(partial(loaded, name)), name))
    rows.sort(reverse=True)
    say("the slowest networks, drawn and analyzed (median and longest, ms):")
    for half, most, name in rows[:8]:
        say(f"  {name:24s} {half:7.1f} {most:7.1f}")
    report = loaded(EDITED)
    for label, graph in edits_inside(report):
        half, most = milliseconds(partial(analyze, graph, previous=report), 50)
        say(f"edit of {EDITED}, {label}: {half:.2f} ms, longest {most:.2f}")


def told(report: Report) -> tuple[float, int, int]:
    """Return torchinfo's median time in ms, its parameters and its multiply-adds."""
    import torch
    import torchinfo

    from studio.catalogue.inputs import Input
    from studio.network.build import build

    net = build(report.graph, report).eval()
    shapes = [
        facts.outputs[0]
        for node, facts in report.nodes.items()
        if isinstance(report.graph[node].layer, Input)
    ]
    samples = [torch.zeros(1, *shape, dtype=getattr(torch, shape.dtype)) for shape in shapes]
    summary = partial(torchinfo.summary, net, input_data=samples, verbose=0, device="cpu")
    half, _most = milliseconds(summary, 3)
    found = summary()
    return half, int(found.total_params), int(found.total_mult_adds)


def beside() -> None:
    """Print what torchinfo says of the same networks, and how long it takes."""
    columns = f"{'network':16s}{'ours ms':>9s}{'torchinfo ms':>14s}"
    say(f"{columns}{'parameters':>26s}{'multiply-adds':>36s}")
    for name in BESIDE:
        report = loaded(name)
        theirs, parameters, adds = told(report)
        half, _most = milliseconds(partial(loaded, name))
        say(
            f"{name:16s}{half:9.1f}{theirs:14.0f}"
            f"{int(report.parameters):14,} {_differs(parameters, report.parameters):>11s}"
            f"{int(report.multiply_adds):20,} {_differs(adds, report.multiply_adds):>15s}"
        )


def _differs(theirs: int, mine: int) -> str:
    return "equal" if theirs == mine else f"{theirs:,}"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--torchinfo", action="store_true", help="compare with torchinfo")
    ours()
    if parser.parse_args().torchinfo:
        beside()
