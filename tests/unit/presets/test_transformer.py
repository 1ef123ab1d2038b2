"""Transformer layers: they compute what torch's compute, and their settings drive the inside."""

from typing import Any

import pytest
import torch
from torch import nn

from studio.analysis.analyze import analyze
from studio.analysis.tensors import parameters
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.graph.targets import setting_of
from studio.network.build import build
from studio.network.network import Network
from studio.presets import PRESETS
from studio.presets.feed_forward import ACTIVATIONS, FeedForward, GatedFeedForward, widened
from studio.presets.transformer import DecoderLayer, EncoderLayer

STEPS = Shape(6, 32)
MEMORY = Shape(9, 32)
ANGLES = Shape(6, 8)


def drawn(block: Block, *shapes: Shape) -> Graph:
    """Return a network of one block."""
    draft = Draft()
    sources = [draft.input(f"in_{i}", *shape) for i, shape in enumerate(shapes)]
    draft.output("out", draft.add("block", block, *sources))
    return draft.graph()


def built(block: Block, *shapes: Shape) -> Network:
    report = analyze(drawn(block, *shapes))
    assert [finding.problem for finding in report.findings] == []
    network = build(report.graph, report).eval()
    held = {held.name: tuple(held.shape) for held in parameters(report)}
    assert held == {name: tuple(p.shape) for name, p in network.named_parameters()}
    return network


def inside(network: Network) -> dict[str, nn.Module]:
    """Return the modules of the block."""
    block = dict(network.named_children())["block"]
    return dict(block.named_children())


def samples(*shapes: Shape) -> list[torch.Tensor]:
    torch.manual_seed(3)
    return [torch.randn(2, *shape) for shape in shapes]


def copied(network: Network, reference: nn.Module, names: dict[str, str]) -> None:
    """Give the block the weights of torch's own layer."""
    own = dict(network.named_parameters())
    theirs = dict(reference.named_parameters())
    assert len(own) == len(theirs)
    for name, parameter in own.items():
        path, _dot, last = name.removeprefix("block.").rpartition(".")
        twin = f"{names[path]}.{last}".lstrip(".")
        with torch.no_grad():
            parameter.copy_(theirs[twin])


@pytest.mark.parametrize("first", [True, False])
def test_an_encoder_layer_computes_what_torch_computes(first):
    layer = EncoderLayer(heads=4, hidden=48, norm_place="before" if first else "behind")
    network = built(layer.block(STEPS), STEPS)
    theirs = nn.TransformerEncoderLayer(
        32, 4, 48, activation="gelu", batch_first=True, norm_first=first
    ).eval()
    names = {
        "attention": "self_attn",
        "attention.out_proj": "self_attn.out_proj",
        "feed_forward.expand": "linear1",
        "feed_forward.contract": "linear2",
        "norm_1": "norm1",
        "norm_2": "norm2",
    }
    copied(network, theirs, names)
    (x,) = samples(STEPS)
    torch.testing.assert_close(network(x)["out"], theirs(x))


@pytest.mark.parametrize("first", [True, False])
def test_a_decoder_layer_computes_what_torch_computes(first):
    place = "before" if first else "behind"
    layer = DecoderLayer(heads=4, hidden=48, norm_place=place, activation="relu")
    network = built(layer.block(STEPS, MEMORY), STEPS, MEMORY)
    theirs = nn.TransformerDecoderLayer(32, 4, 48, batch_first=True, norm_first=first).eval()
    names = {
        "attention": "self_attn",
        "attention.out_proj": "self_attn.out_proj",
        "cross_attention": "multihead_attn",
        "cross_attention.out_proj": "multihead_attn.out_proj",
        "feed_forward.expand": "linear1",
        "feed_forward.contract": "linear2",
        "norm_1": "norm1",
        "norm_2": "norm2",
        "norm_3": "norm3",
    }
    copied(network, theirs, names)
    x, memory = samples(STEPS, MEMORY)
    later = nn.Transformer.generate_square_subsequent_mask(len(x[0]))
    torch.testing.assert_close(network(x, memory)["out"], theirs(x, memory, tgt_mask=later))


def test_parallel_parts_share_one_norm_and_add_up():
    network = built(EncoderLayer(heads=4, norm_place="parallel").block(STEPS), STEPS)
    page = inside(network)
    (x,) = samples(STEPS)
    inward = page["norm_1"](x)
    looked = page["attention"](inward, inward, inward)[0]
    thought = page["feed_forward"](inward)["output"]
    torch.testing.assert_close(network(x)["out"], x + looked + thought)
    assert analyze(network.graph).depth == 2


def test_a_gated_part_multiplies_its_branches():
    network = built(GatedFeedForward(hidden=24).block(STEPS), STEPS)
    (x,) = samples(STEPS)
    gate, up, down = (inside(network)[name] for name in ("gate", "up", "down"))
    torch.testing.assert_close(network(x)["out"], down(nn.functional.silu(gate(x)) * up(x)))


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_can_be_chosen(activation):
    network = built(FeedForward(activation=activation).block(STEPS), STEPS)
    assert network(*samples(STEPS))["out"].shape == (2, 6, 32)


@pytest.mark.parametrize(
    "layer",
    [
        EncoderLayer(heads=4, kv_heads=2, gated=True, norm="rms", bias=False, qkv_bias="yes"),
        EncoderLayer(heads=4, head_dim=16, projection="separate", key_bias=False, window=2),
        EncoderLayer(heads=4, layer_scale=0.1, drop_path=0.2, activation_dropout=0.1, scale=1.0),
        EncoderLayer(heads=4, experts=3, active_experts=2, gated=True, bias=False),
    ],
    ids=["grouped", "separate", "scaled", "experts"],
)
def test_what_newer_transformers_vary_is_built(layer):
    network = built(layer.block(STEPS), STEPS)
    assert network(*samples(STEPS))["out"].shape == (2, 6, 32)


def test_positions_and_biases_come_by_wire():
    layer = EncoderLayer(heads=4, rotary="halves", score_bias=True)
    bias = Shape(4, 6, 6)
    network = built(layer.block(STEPS), STEPS, ANGLES, bias)
    x, angles, added = samples(STEPS, ANGLES, bias)
    plain = network(x, angles * 0, added * 0)["out"]
    assert not torch.allclose(plain, network(x, angles, added * 0)["out"])
    assert not torch.allclose(plain, network(x, angles * 0, added)["out"])

    decoder = DecoderLayer(heads=4, memory_bias=True)
    toward = Shape(1, 1, 9)
    network = built(decoder.block(STEPS, MEMORY), STEPS, MEMORY, toward)
    x, memory, hidden = samples(STEPS, MEMORY, toward)
    hidden = torch.zeros_like(hidden)
    hidden[..., 4:] = -torch.inf
    seen = network(x, memory, hidden)["out"]
    memory[:, 4:] += 1
    torch.testing.assert_close(network(x, memory, hidden)["out"], seen)


def test_a_layer_fits_what_arrives_or_says_why_not():
    wide = EncoderLayer(heads=6).block(Shape(10, 96))
    assert analyze(drawn(wide, Shape(10, 96))).nodes["block"].output == Shape(10, 96)
    assert wide.get("width") == 96
    with pytest.raises(ShapeError, match="8 heads cannot share 100 features"):
        EncoderLayer().draw(Shape(10, 100))
    with pytest.raises(ShapeError, match="2 axes"):
        EncoderLayer().draw(Shape(3, 32, 32))
    pictures = FeedForward().block(Shape(7, 7, 24))
    assert analyze(drawn(pictures, Shape(7, 7, 24))).nodes["block"].output == Shape(7, 7, 24)


def value(block: Block, target: str) -> Any:
    return setting_of(block.graph, target)[1]


def test_settings_of_the_block_drive_the_inside():
    block = DecoderLayer(heads=4).block(STEPS, MEMORY)
    changed = block.changed(heads=2, hidden=40, dropout=0.3, attention_dropout=0.2)
    assert value(changed, "attention.num_heads") == 2
    assert value(changed, "cross_attention.num_heads") == 2
    assert value(changed, "cross_attention.dropout") == 0.2
    assert value(changed, "feed_forward/expand.out_features") == 40
    assert {value(changed, f"dropout_{number}.p") for number in (1, 2, 3)} == {0.3}
    narrow = changed.changed(width=16)
    report = analyze(drawn(narrow, Shape(6, 16), Shape(9, 16)))
    assert report.nodes["block"].output == Shape(6, 16)

    gated = GatedFeedForward().block(STEPS).changed(hidden=10)
    assert value(gated, "gate.out_features") == value(gated, "up.out_features") == 10


@pytest.mark.parametrize(
    "key", ["feed_forward", "gated_feed_forward", "encoder_layer", "decoder_layer"]
)
def test_a_preset_is_drawn_without_knowing_what_arrives(key):
    block = PRESETS[key]().block(repeat=3)
    shapes = [Shape(5, 256)] * len(block.ports()[0])
    report = analyze(drawn(block, *shapes))
    assert report.nodes["block"].output == Shape(5, 256)
    assert [finding.problem for finding in report.findings] == []


def test_the_usual_width_inside_is_that_of_the_papers():
    assert widened(768) == 3072
    assert widened(4096, gated=True) == 11008
    assert widened(5120, gated=True) == 13824
