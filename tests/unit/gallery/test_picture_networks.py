"""Families of convolutional networks: any size of them can be drawn, counted and run."""

import pytest
import torch

from studio import gallery
from studio.analysis import tensors
from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.graph.block import Block
from studio.graph.file import ProjectFile, project_from_json, project_to_json
from studio.graph.model import Graph
from studio.network.build import build

SMALL = (
    "keras-mnist?image=24&filters=[4,6,8]&classes=3",
    "torch-mnist?filters=[4]&hidden=[9,7]",
    "torch-quickstart?hidden=[]&colors=2&image=5",
    "alexnet?widths=[4,6,8,6,6]&hidden=16&classes=5&image=80",
    "vgg11?width=2&hidden=8&classes=5&image=32",
    "vgg16-bn?width=2&depths=[1,3]&hidden=8&image=16",
    "googlenet?image=40&classes=3&widest=5&norm=none",
    "resnet18?width=4&image=32&classes=3",
    "resnet50?width=4&depths=[1,2,1]&image=32&dropout=0.1",
    "resnet50?width=4&depths=[2,1]&image=32&dilated=1",
    "resnext50-32x4d?width=8&groups=2&width_per_group=16&depths=[1,2]&image=32",
    "resnet20-cifar?width=4&blocks=2&image=16",
    "resnet20-cifar?width=4&blocks=1&shortcut=projection&image=15",
    "densenet121?depths=[2,3]&growth=4&width=8&image=32&layer_dropout=0.1",
    "densenet121?depths=[2]&growth=4&bottleneck=0&image=32",
    "mobilenet-v2?width=0.1&image=64&classes=3",
    "mobilenet-v3-large?width=0.1&image=64&classes=3",
    "mobilenet-v3-small?width=0.1&image=64&classes=3",
    "efficientnet-b0?width=0.2&depth=0.5&image=32&classes=3",
    "efficientnet-b0?width=0.2&depth=1.4&drop_path=0&image=32",
    "convnext-tiny?width=8&depths=[1,2]&image=32&classes=3",
    "convnext-tiny?width=8&depths=[2]&patch=2&drop_path=0&image=16",
    "unet?width=4&steps=2&image=60",
    "unet-padded?width=4&steps=3&image=32&classes=5",
    "fcn-resnet50?width=4&depths=[1,1,1,2]&image=33&classes=3",
    "vae-mnist?image=6&hidden=9&latent=3&colors=2",
    "dcgan-generator?width=4&steps=2&latent=7",
    "dcgan-discriminator?width=4&steps=1&colors=1",
)


def drawn(name: str) -> Graph:
    return gallery.load(name).graph


@pytest.mark.parametrize("name", SMALL)
def test_a_small_size_runs_and_has_the_weights_that_analysis_names(name):
    graph = drawn(name)
    report = analyze(graph)
    assert [finding.problem for finding in report.errors] == []
    network = build(graph, report)
    promised = {held.name: tuple(held.shape) for held in tensors.parameters(report)}
    assert promised == {key: tuple(value.shape) for key, value in network.named_parameters()}
    assert sum(buffer.numel() for buffer in network.buffers()) == report.buffers

    answers = network(*(torch.rand(2, *shape) for shape in arriving(report)))

    for key, answer in answers.items():
        assert tuple(answer.shape[1:]) == report.nodes[key].output
        assert torch.isfinite(answer).all()


def arriving(report: Report) -> list[tuple[int, ...]]:
    nodes = report.graph.nodes
    return [report.nodes[key].output or () for key in nodes if nodes[key].layer.key == "input"]


@pytest.mark.parametrize("name", SMALL)
def test_a_network_survives_its_file(name):
    project = ProjectFile(drawn(name), {}, {}, {})
    assert project_from_json(project_to_json(project)).graph == project.graph


@pytest.mark.parametrize(
    ("name", "parameters", "buffers"),
    [
        # counted with torchvision 0.28
        ("resnext50-32x4d", 25_028_904, 68_277),
        ("wide-resnet50-2", 68_883_240, 68_277),
        ("densenet169", 14_149_480, 158_569),
        ("densenet201", 20_013_928, 229_257),
        ("mobilenet-v3-small", 2_542_856, 12_146),
        ("efficientnet-b3", 12_233_232, 87_374),
        ("efficientnet-b7", 66_347_960, 310_883),
        ("convnext-base", 88_591_464, 0),
        ("vgg16?depths=[2,2,2,2,2]", 133_047_848, 0),
        ("vgg19?batch_norm=true", 143_678_248, 11_024),
        ("resnext50-32x4d?depths=[3,4,23,3]&width_per_group=8", 88_791_336, 202_984),
        ("resnet101?width_per_group=128", 126_886_696, 137_960),
        ("densenet121?growth=48&width=96&depths=[6,12,36,24]", 28_681_000, 220_097),
        ("efficientnet-b0?depth=1.1&image=240", 7_794_184, 62_117),
        ("efficientnet-b0?width=1.4&depth=1.8", 19_341_616, 125_296),
        ("efficientnet-b0?width=1.8&depth=2.6", 43_040_704, 224_566),
        ("convnext-tiny?depths=[3,3,27,3]", 50_223_688, 0),
        ("convnext-base?width=192", 197_767_336, 0),
        ("mobilenet-v2?width=1.4", 6_108_776, 47_988),
        ("mobilenet-v2?width=0.35", 1_677_128, 14_132),
        ("mobilenet-v3-large?width=0.75", 3_377_576, 18_462),
        ("fcn-resnet50?depths=[3,4,23,3]", 51_949_141, 106_473),
    ],
)
def test_sizes_without_a_reference_have_the_counts_of_torchvision(name, parameters, buffers):
    report = analyze(drawn(name))
    assert (report.parameters, report.buffers) == (parameters, buffers)


@pytest.mark.parametrize(
    ("name", "depth"),
    [
        # as their papers count, or MATLAB (EfficientNet)
        ("vgg16?depths=[2,2,2,2,2]", 13),
        ("resnext50-32x4d", 50),
        ("wide-resnet50-2", 50),
        ("resnet20-cifar?blocks=18", 110),
        ("densenet169", 169),
        ("densenet201", 201),
        ("densenet121?depths=[6,12,36,24]", 161),
        ("efficientnet-b7", 274),
    ],
)
def test_other_depths_are_those_that_are_known(name, depth):
    assert analyze(drawn(name)).depth == depth


def test_googlenet_as_published_looks_through_five_by_five():
    # arXiv 1409.4842, table 1: 5×5 in place of 3×3 costs 16 more weights per pair of channels
    pairs = 16 * 32 + 32 * 96 + 16 * 48 + 2 * 24 * 64 + 32 * 64 + 2 * 32 * 128 + 48 * 128
    three, five = (analyze(drawn(f"googlenet?widest={side}")) for side in (3, 5))
    assert five.parameters - three.parameters == 16 * pairs


def test_a_deep_resnet_reads_as_one_page():
    graph = drawn("resnet152")
    assert list(graph) == [
        "image", "stem", "layer1", "layer2", "layer3", "layer4",
        "pool", "flatten", "classify", "scores",
    ]  # fmt: skip
    layer3 = block(graph, "layer3")
    assert list(layer3.graph) == ["input", "first", "rest", "output"]
    assert block(layer3.graph, "rest").repeat == 35


def test_the_depth_and_width_of_a_stage_can_be_set_from_outside():
    layer = block(drawn("resnet50"), "layer2")
    changed = layer.changed(depth=6, inner=64)
    assert block(changed.graph, "rest").repeat == 5
    for name in ("first", "rest"):
        assert block(changed.graph, name).graph["conv2"].layer.get("out_channels") == 64


def test_branches_are_skipped_more_often_the_deeper_they_lie():
    chances = list(skipping(drawn("efficientnet-b0")))
    # sixteen blocks, of which the i-th is skipped with probability 0.2 · i / 16 (torchvision)
    widening = {0, 1, 3, 5, 8, 11, 15}
    assert chances == pytest.approx([0.2 * i / 16 for i in range(16) if i not in widening])
    chances = list(skipping(drawn("convnext-tiny")))
    assert chances == pytest.approx([0.1 * i / 17 for i in range(18)])


def skipping(graph: Graph):
    """Yield the probabilities of all drop paths, copy by copy."""
    for node in graph.nodes.values():
        if isinstance(node.layer, Block):
            for number in range(node.layer.repeat):
                yield from skipping(node.layer.page(number))
        elif node.layer.key == "drop_path":
            yield node.layer.get("p")


def test_a_dilated_stage_keeps_the_size_and_spaces_out_from_its_second_block():
    graph = drawn("fcn-resnet50")
    blocks = [
        block(block(graph, layer).graph, part)
        for layer in ("layer2", "layer3", "layer4")
        for part in ("first", "rest")
    ]
    dilations = [each.graph["conv2"].layer.get("dilation") for each in blocks]
    assert dilations == [1, 1, 1, 2, 2, 4]
    report = analyze(graph)
    maps = [report.nodes[f"layer{number}"].output or () for number in (2, 3, 4)]
    assert [axes[1:] for axes in maps] == [(65, 65)] * 3


def block(graph: Graph, name: str) -> Block:
    layer = graph[name].layer
    assert isinstance(layer, Block)
    return layer
