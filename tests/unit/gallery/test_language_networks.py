"""Transformers of the gallery: small variants are built, run, and see no future."""

import pytest
import torch

from studio import gallery
from studio.analysis.analyze import analyze
from studio.analysis.tensors import parameters
from studio.catalogue.inputs import Input
from studio.errors import StudioError
from studio.graph.file import project_from_json, project_to_json
from studio.network.build import build
from studio.network.network import Network

TEXT = "vocabulary=90&length=12"
SIDES = f"{TEXT}&decoder_length=9&layers=2&width=64"
SMALL = {
    "gpt": f"{TEXT}&positions=20&layers=2&width=64",
    "bert": f"{TEXT}&positions=20&layers=2&width=64",
    "t5": SIDES,
    "bart": f"{SIDES}&positions=20",
    "llama": f"{TEXT}&layers=2&width=64&hidden=96",
    "phi": f"{TEXT}&layers=2&width=64",
    "whisper": f"{TEXT}&bands=8&frames=30&decoder_positions=20&layers=2&width=64",
    "clip": f"{TEXT}&positions=20&layers=2&width=64&image_size=32&patch_size=8"
    "&image_width=64&image_layers=2&features=24",
}
"""What makes a family small enough to be run here."""

SIDES_OF_T5 = {"encoder": 16, "decoder": 32}
"""How many of the 32 buckets are for what came before."""

NAMES = [
    name
    for name, entry in gallery.published().items()
    if entry.architecture is not None and entry.architecture.key in SMALL
]


def small(name: str, more: str = "") -> Network:
    """Return a small variant, which must be without any remark, in evaluation mode."""
    architecture = gallery.published()[name].architecture
    assert architecture is not None
    # what is asked for takes the place of what makes it small
    pairs = dict(pair.split("=") for pair in f"{SMALL[architecture.key]}{more}".split("&"))
    asked = "&".join(f"{key}={value}" for key, value in pairs.items())
    report = analyze(gallery.load(f"{name}?{asked}").graph)
    assert [finding.problem for finding in report.findings] == []
    network = build(report.graph, report).eval()
    held = {held.name: tuple(held.shape) for held in parameters(report)}
    named = network.named_parameters(remove_duplicate=False)
    assert held == {name: tuple(parameter.shape) for name, parameter in named}
    assert sum(parameter.numel() for parameter in network.parameters()) == report.parameters
    assert sum(buffer.numel() for buffer in network.buffers()) == report.buffers
    return network


def samples(network: Network, count: int = 2) -> list[torch.Tensor]:
    """Return random samples for every input, in order."""
    torch.manual_seed(5)
    found = []
    for name in network.inputs:
        layer = network.graph[name].layer
        assert isinstance(layer, Input)
        shape = (count, *layer.sample)
        ids = layer.dtype == "int64"
        found.append(torch.randint(2, 90, shape) if ids else torch.randn(shape))
    return found


@pytest.mark.parametrize("name", NAMES)
def test_a_small_variant_runs_with_the_weights_that_were_counted(name):
    network = small(name)
    with torch.no_grad():
        outputs = network(*samples(network))
    report = analyze(network.graph)
    for output, tensor in outputs.items():
        shape = report.nodes[output].output or ()
        sides = [2 if str(axis) == "N" else axis for axis in shape]
        assert tuple(tensor.shape) == (2, *sides)
        assert tensor.isfinite().all()


@pytest.mark.parametrize(
    ("name", "ids", "more"),
    [
        ("nanogpt", "input_ids", ""),
        ("gpt1", "input_ids", ""),
        ("gpt2", "input_ids", ""),
        ("llama-7b", "input_ids", ""),
        ("llama-3-8b", "input_ids", "&heads=4&kv_heads=2"),
        ("mistral-7b", "input_ids", "&window=3"),
        ("qwen2-0.5b", "input_ids", ""),
        ("qwen3-0.6b", "input_ids", ""),
        ("gemma-2b", "input_ids", ""),
        ("opt-125m", "input_ids", ""),
        ("phi-2", "input_ids", ""),
        ("t5-small", "decoder_input_ids", ""),
        ("flan-t5-small", "decoder_input_ids", ""),
        ("bart-base", "decoder_input_ids", ""),
        ("whisper-tiny", "decoder_input_ids", ""),
        ("clip-vit-b32", "input_ids", ""),
    ],
)
def test_what_is_written_word_by_word_sees_no_later_word(name, ids, more):
    network = small(name, more)
    output = "last_hidden_state" if name.startswith("clip") else "logits"
    before = samples(network)
    after = [tensor.clone() for tensor in before]
    changed = after[network.inputs.index(ids)]
    changed[:, 6:] = (changed[:, 6:] + 1) % 90
    with torch.no_grad():
        one, other = network(*before)[output], network(*after)[output]
    assert torch.equal(one[:, :6], other[:, :6])
    assert not torch.equal(one[:, 6:], other[:, 6:])


@pytest.mark.parametrize("name", ["bert-base", "roberta-base", "albert-base-v2", "t5-small"])
def test_an_encoder_sees_later_words(name):
    network = small(name)
    before = samples(network)
    after = [tensor.clone() for tensor in before]
    after[0][:, -1] = (after[0][:, -1] + 1) % 90
    output = network.outputs[-1] if name == "t5-small" else network.outputs[0]
    with torch.no_grad():
        one, other = network(*before)[output], network(*after)[output]
    assert not torch.allclose(one[:, 0], other[:, 0])


@pytest.mark.parametrize("name", ["bert-base", "t5-small", "bart-base"])
def test_what_only_fills_up_is_hidden_by_an_attention_mask(name):
    network = small(name, "&attention_mask=true")
    before = samples(network)
    mask = before[network.inputs.index("attention_mask")]
    mask[:, :8], mask[:, 8:] = 1, 0
    after = [tensor.clone() for tensor in before]
    after[0][:, 8:] = (after[0][:, 8:] + 1) % 90
    with torch.no_grad():
        one, other = network(*before), network(*after)
    output = network.outputs[0]
    assert torch.equal(one[output][:, :8], other[output][:, :8])


def test_a_window_hides_what_lies_too_far_back():
    network = small("mistral-7b", "&window=2")
    before = samples(network)
    after = [tensor.clone() for tensor in before]
    after[0][:, 0] = (after[0][:, 0] + 1) % 90
    with torch.no_grad():
        one, other = network(*before)["logits"], network(*after)["logits"]
    assert not torch.equal(one[:, 2], other[:, 2])  # two layers reach two words back
    assert torch.equal(one[:, 3:], other[:, 3:])


def test_t5_tells_more_distances_apart_where_nothing_lies_ahead():
    network = dict(small("t5-small").named_children())
    steps = torch.empty(1, 300, 64)
    with torch.no_grad():
        last_step = {side: network[f"{side}_bias"](steps)[0, 0, -1] for side in SIDES_OF_T5}
    assert {side: len(row.unique()) for side, row in last_step.items()} == SIDES_OF_T5


def test_segments_tell_two_parts_of_a_text_apart():
    network = small("bert-base", "&token_type_ids=true")
    ids, _parts = samples(network)
    zeros, ones = torch.zeros_like(ids), torch.ones_like(ids)
    with torch.no_grad():
        first, second = network(ids, zeros), network(ids, ones)
    assert not torch.allclose(first["pooler_output"], second["pooler_output"])


def test_shared_layers_count_once_and_run_as_often_as_they_are_repeated():
    once, twice = small("albert-base-v2", "&layers=1"), small("albert-base-v2", "&layers=2")
    assert dict(once.named_parameters()).keys() == dict(twice.named_parameters()).keys()
    twice.load_state_dict(once.state_dict())
    ids = samples(once)
    with torch.no_grad():
        assert not torch.allclose(once(*ids)["pooler_output"], twice(*ids)["pooler_output"])
    assert analyze(twice.graph).depth == analyze(once.graph).depth + 4


@pytest.mark.parametrize(
    ("name", "parameters", "depth"),
    [
        # as published, or as transformers 5 counts
        ("gpt1", 116_534_784, 49),
        ("albert-base-v2", 11_683_584, 50),
        ("albert-base-v2?width=1024&layers=24", 17_683_968, 98),
        ("bert-base?width=128&layers=2", 4_385_920, 9),
        ("roberta-base?width=1024&layers=24", 355_412_057, 98),
        ("t5-base", 222_903_552, 119),
        ("t5-small?width=1024&layers=24", 737_668_096, 239),
        ("flan-t5-small", 76_961_152, 79),
        ("flan-t5-small?width=768&layers=12&heads=12&hidden=2048", 247_577_856, 119),
        ("bart-base?width=1024&layers=12", 406_291_456, 119),
        ("llama-7b?width=5120&layers=40", 13_015_864_320, 161),
        ("llama-3-70b?vocabulary=32000", 68_976_648_192, 321),
        ("qwen2-0.5b?width=1536&layers=28&features_per_head=128&hidden=8960", 1_543_714_304, 113),
        ("mixtral-8x7b", 46_702_792_704, 161),
        ("phi-2", 2_779_683_840, 65),
        ("gemma-2b", 2_506_172_416, 73),
        ("qwen3-0.6b", 596_049_920, 113),
        ("opt-125m", 125_239_296, 49),
        ("opt-125m?width=2048&layers=24", 1_315_758_080, 97),
        ("whisper-base", 72_593_920, 61),
        ("whisper-tiny?width=1280&layers=32", 1_543_304_960, 321),
        ("clip-vit-l14", 427_616_513, 98),
        ("clip-vit-b32?patch_size=16", 149_620_737, 50),
    ],
)
def test_sizes_without_a_reference_have_the_counts_that_are_known(name, parameters, depth):
    report = analyze(gallery.load(name).graph)
    assert (report.parameters, report.depth) == (parameters, depth)
    assert report.findings == ()


@pytest.mark.parametrize("name", NAMES)
def test_a_network_survives_its_file(name):
    project = gallery.load(name)
    assert project_from_json(project_to_json(project)).graph == project.graph


def test_a_deep_network_reads_as_one_page():
    assert list(gallery.load("gpt2-xl").graph) == [
        "input_ids", "tokens", "positions", "dropout", "layers", "norm", "head", "logits",
    ]  # fmt: skip
    assert max(len(gallery.load(name).graph) for name in NAMES) <= 21


def test_a_size_asked_for_brings_as_many_heads_as_fit():
    layers = gallery.load("gpt2?layers=4&width=256").graph["layers"].layer
    assert layers.get("heads") == 4
    assert layers.get("repeat") == 4
    grouped = gallery.load("llama-3-8b?width=640").graph["layers"].layer
    assert (grouped.get("heads"), grouped.get("kv_heads")) == (5, 5)
    with pytest.raises(StudioError, match="7 heads cannot share 256 features"):
        gallery.load("gpt2?width=256&heads=7")


def test_matching_texts_and_pictures_are_scored_both_ways():
    network = small("clip-vit-b32")
    with torch.no_grad():
        outputs = network(*samples(network, count=3))
    per_image, per_text = outputs["logits_per_image"], outputs["logits_per_text"]
    assert per_image.shape == (3, 3)
    torch.testing.assert_close(per_text, per_image.T)
    scores = outputs["image_embeds"] @ outputs["text_embeds"].T
    torch.testing.assert_close(per_image, scores / 0.07, rtol=1e-3, atol=1e-3)
