"""How blocks of one size follow each other: a first one that changes the size, then copies."""

from collections.abc import Mapping, Sequence

from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.exposing import Exposed
from studio.wording import marked

_DEPTH = marked("How many blocks follow each other, the first included; at least 2.")


def stage(first: Block, rest: Block, depth: int) -> Block:
    """Return a block of `depth` blocks: `first`, then copies of `rest`.

    What both expose alike, or the first alone, can be set on the stage. Where the first is like the
    rest, or alone, there is no block around them.
    """
    if depth == 1:
        return first
    if first == rest:
        return rest.changed(repeat=depth)
    copies = rest.changed(repeat=depth - 1)
    draft = Draft()
    last = draft.chain(draft.input("input"), first=first, rest=copies)
    draft.output("output", last)
    return Block(graph=draft.graph(), exposed=_exposed(first, copies))


def growing(block: Block, repeat: int, start: float, end: float) -> Block:
    """Return `repeat` copies of a block whose branch is skipped more often from copy to copy.

    `start` and `end` are the probabilities of the first and the last one.
    """
    if repeat < 2 or "drop_path" not in block.graph:
        return block.changed(repeat=max(1, repeat))
    exposed = {name: one for name, one in block.exposed.items() if name != "drop_path"}
    return block.changed(repeat=repeat, exposed=exposed, ramps={"drop_path.p": (start, end)})


def sequence(blocks: Sequence[Block]) -> Block:
    """Return a block of the given blocks in order; equal neighbors become copies of one."""
    runs: list[tuple[Block, int]] = []
    for block in blocks:
        if runs and runs[-1][0] == block:
            runs[-1] = (block, runs[-1][1] + 1)
        else:
            runs.append((block, 1))
    if len(runs) == 1:
        return runs[0][0].changed(repeat=runs[0][1])
    draft = Draft()
    last = draft.input("input")
    for number, (block, count) in enumerate(runs, 1):
        last = draft.add(f"block{number}", block.changed(repeat=count), last)
    draft.output("output", last)
    return Block(graph=draft.graph())


def _exposed(first: Block, rest: Block) -> Mapping[str, Exposed]:
    found = {"depth": Exposed(rest.repeat + 1, {"rest.repeat": "depth - 1"}, _DEPTH)}
    for name, one in first.exposed.items():
        if name == "drop_path":  # the branches of a stage are skipped ever more often
            continue
        other = rest.exposed.get(name)
        if other is None:
            found[name] = Exposed(one.value, {f"first.{name}": name}, one.hint)
        elif other.value == one.value:
            drives = {f"first.{name}": name, f"rest.{name}": name}
            found[name] = Exposed(one.value, drives, one.hint)
    return found
