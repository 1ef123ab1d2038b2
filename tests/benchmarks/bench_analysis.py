"""How long the analysis takes to answer one edit of a network of a thousand nodes.

Run: python tests/benchmarks/bench_analysis.py
"""

import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.inputs import Input, Output
from studio.catalogue.meeting.merge import Add
from studio.catalogue.normalizing.normalization import BatchNorm2d
from studio.catalogue.shaping.arrangement import Flatten
from studio.catalogue.windows.convolution import Conv2d
from studio.graph import edits
from studio.graph.model import Graph, Node, Wire

NODES = 1000
BUDGET_MS = 16.0

Edit = Callable[[Graph, random.Random], Graph]


def network(nodes: int = NODES, *, varied: bool = False) -> Graph:
    """Return a residual network; `varied` gives every convolution a width of its own."""
    built: dict[str, Node] = {"image": Node(Input(sample=(3, 64, 64)))}
    last, number = "image", 0
    while len(built) < nodes - 3:
        number += 1
        width = 8 + number % 200 if varied else 16
        row = {
            "conv": Conv2d(out_channels=width, kernel_size=3, padding=1, bias=False),
            "norm": BatchNorm2d(),
            "relu": ReLU(),
        }
        for stem, layer in row.items():
            built[f"{stem}_{number}"] = Node(layer, (Wire(last),))
            last = f"{stem}_{number}"
        if number % 2 == 0 and not varied:
            built[f"add_{number}"] = Node(Add(), (Wire(last), Wire(f"relu_{number - 1}")))
            last = f"add_{number}"
    built["flatten"] = Node(Flatten(), (Wire(last),))
    built["linear"] = Node(Linear(), (Wire("flatten"),))
    built["scores"] = Node(Output(), (Wire("linear"),))
    return Graph(built)


def first_width(graph: Graph, draw: random.Random) -> Graph:
    """Change what the first layer brings out: here every shape of the network moves."""
    side = draw.choice([32, 40, 48, 56])
    return edits.configure(graph, "image", sample=(3, side, side))


def first_convolution(graph: Graph, draw: random.Random) -> Graph:
    """Change the width of the first convolution, which may break the first join."""
    return edits.configure(graph, "conv_1", out_channels=draw.randint(17, 99))


def random_kernel(graph: Graph, draw: random.Random) -> Graph:
    """Change a setting somewhere in the middle."""
    name = draw.choice([name for name in graph if name.startswith("conv")])
    return edits.configure(graph, name, kernel_size=1, padding=0)


def random_freeze(graph: Graph, draw: random.Random) -> Graph:
    """Freeze a layer anywhere."""
    return edits.set_frozen(graph, [draw.choice([n for n in graph if n.startswith("conv")])], True)


def insert_first(graph: Graph, _draw: random.Random) -> Graph:
    """Put a weighted layer in front of everything: the depth of every node moves."""
    return edits.insert_on_wire(graph, Conv2d(out_channels=3, kernel_size=1), "conv_1")


EDITS: tuple[Edit, ...] = (
    first_width, first_convolution, random_kernel, random_freeze, insert_first,
)  # fmt: skip


def timings(graph: Graph, edit: Edit, rounds: int = 60) -> list[float]:
    """Return the milliseconds of each answer, sorted; the edit itself is not counted."""
    draw = random.Random(1)
    before: Report = analyze(graph)
    found = []
    for _round in range(rounds):
        edited = edit(graph, draw)
        start = time.perf_counter()
        analyze(edited, None, before)
        found.append((time.perf_counter() - start) * 1e3)
    return sorted(found)


def main() -> int:
    """Print the table; the exit status says whether the median of every row is in the budget."""
    slow = 0
    for varied in (False, True):
        graph = network(varied=varied)
        sys.stdout.write(
            f"{len(graph)} nodes, {'every layer different' if varied else 'residual'}\n"
        )
        for edit in EDITS:
            found = timings(graph, edit)
            median, p99 = found[len(found) // 2], found[int(len(found) * 0.99)]
            slow += median > BUDGET_MS
            sys.stdout.write(f"  {edit.__name__:18} median {median:6.2f} ms   p99 {p99:6.2f} ms\n")
    return int(slow > 0)


if __name__ == "__main__":
    sys.exit(main())
