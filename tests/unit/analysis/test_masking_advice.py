"""Attention that looks at padding is told, also inside blocks, and a click hides the padding."""

import pytest
import torch

from studio import gallery
from studio.analysis.analyze import analyze
from studio.analysis.report import Finding, Task
from studio.catalogue.shape import Shape
from studio.graph.model import Graph
from studio.network.build import build
from tests.unit.analysis.networks import graph, problems

LENGTH, WORDS = 12, 40
IDS = {"type": "input", "shape": [LENGTH], "dtype": "int64"}
SAMPLE = Shape(LENGTH, dtype="int64")
CLASSES = Task(SAMPLE, 2, loss="cross_entropy", ids=WORDS)
WRITTEN = Task(
    SAMPLE, WORDS, loss="cross_entropy", places=(LENGTH,), more={"target": SAMPLE}, ids=WORDS
)
SMALL = f"vocabulary={WORDS}&length={LENGTH}&layers=2&width=16&heads=2"


def of_padding(built: Graph, task: Task) -> list[Finding]:
    return [one for one in analyze(built, task).findings if "fill" in one.problem]


def mended(built: Graph, task: Task) -> Graph:
    """Return the graph after a click on every remark on padding; each click takes one away."""
    for _click in range(6):
        found = of_padding(built, task)
        if not found:
            return built
        assert found[0].fix is not None
        built = found[0].fix.apply(built)
        assert len(of_padding(built, task)) < len(found)
    raise AssertionError("clicks without an end")


def spread(built: Graph, inputs: int) -> float:
    """Return how far an answer moves when the texts that are read are filled up further."""
    network = build(built, analyze(built), seed=2).eval()
    ids = torch.randint(1, WORDS, (3, 7), generator=torch.Generator().manual_seed(1))
    wider = torch.nn.functional.pad(ids, (0, 5))
    others = [ids] * (inputs - 1)
    with torch.inference_mode():
        one, other = network(ids, *others), network(wider, *others)
    name = network.outputs[0]
    return float((one[name] - other[name]).abs().max())


@pytest.mark.parametrize(
    ("name", "task", "places"),
    [
        ("bert-base-classifier", CLASSES, ["layers"]),
        ("transformer-base", WRITTEN, ["encoder", "decoder"]),
        ("bart-base?decoder_length=12", WRITTEN, ["encoder", "decoder"]),
    ],
)
def test_blocks_of_the_gallery_hide_padding_after_a_click(name, task, places):
    more = "&positions=20" * (name != "transformer-base")
    sign = "&" if "?" in name else "?"
    built = gallery.load(f"{name}{sign}{SMALL}{more}&padding=null").graph
    assert sorted(one.node for one in of_padding(built, task)) == sorted(places)
    fixed = mended(built, task)

    assert [node.layer.key for node in fixed.nodes.values()].count("padding_mask") == 1
    before, after = analyze(built), analyze(fixed)
    assert (after.parameters, after.depth) == (before.parameters, before.depth)
    assert not after.errors
    inputs = 1 + len(task.more)
    assert spread(built, inputs) > 1e-4
    assert spread(fixed, inputs) < 1e-5


def test_a_residual_written_out_is_seen_through():
    look = {"type": "attention", "num_heads": 2}
    built = graph(
        words=IDS,
        vectors={"type": "embedding", "num_embeddings": WORDS, "embedding_dim": 8},
        one=look,
        sum_1={"type": "add", "from": ["vectors", "one"]},
        norm="layer_norm",
        two=look,
        sum_2={"type": "add", "from": ["norm", "two"]},
        mean={"type": "reduce", "dim": [1]},
        linear={"type": "linear", "out_features": 2},
        scores="output",
    )
    assert sorted(one.node for one in of_padding(built, CLASSES)) == ["mean", "one", "two"]
    assert spread(mended(built, CLASSES), 1) < 1e-6


def test_what_is_read_for_writing_starts_from_the_last_word():
    table = {"type": "embedding", "num_embeddings": WORDS, "embedding_dim": 8}
    built = graph(
        source=IDS,
        target=IDS,
        read={**table, "from": ["source"]},
        reader={"type": "gru", "hidden_size": 8, "return_state": True},
        written={**table, "from": ["target"]},
        writer={"type": "gru", "hidden_size": 8, "from": ["written", "reader.1"]},
        linear={"type": "linear", "out_features": WORDS},
        scores="output",
    )
    (finding,) = of_padding(built, WRITTEN)
    assert finding.node == "reader"
    assert spread(mended(built, WRITTEN), 2) < 1e-6


def test_a_mask_for_another_id_is_told_and_set_right():
    built = gallery.load(f"roberta-base?{SMALL}&positions=20&head=classifier").graph
    (finding,) = of_padding(built, CLASSES)
    assert finding.severity == "warning"
    assert {finding.node, *finding.nodes} == {"words", "padding_mask"}
    assert "passes over the id 1, but these data fill up with 0." in finding.problem
    assert finding.fix is not None
    fixed = finding.fix.apply(built)
    assert problems(fixed, CLASSES) == []
    assert spread(built, 1) > 1e-4
    assert spread(fixed, 1) < 1e-6


@pytest.mark.parametrize("task", [CLASSES, WRITTEN], ids=["classes", "written"])
@pytest.mark.parametrize("name", ["bert-base-classifier", "gpt2", "t5-small", "transformer-base"])
def test_networks_of_the_gallery_get_no_remark(name, task):
    more = "" if name in {"t5-small", "transformer-base"} else "&positions=20"
    assert of_padding(gallery.load(f"{name}?{SMALL}{more}").graph, task) == []


def test_an_input_that_only_one_name_is_left_for_is_renamed_by_a_click():
    built = gallery.load(f"t5-small?{SMALL}&decoder_length={LENGTH}").graph
    finding = analyze(built, WRITTEN).findings[0]
    assert (finding.severity, finding.node) == ("error", "decoder_input_ids")
    assert finding.fix is not None
    assert not analyze(finding.fix.apply(built), WRITTEN).errors
