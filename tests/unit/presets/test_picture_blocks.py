"""Ready-made blocks for pictures: they fit what arrives, and can be set from outside."""

from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import functional

from studio.analysis.analyze import analyze
from studio.analysis.report import Report
from studio.catalogue.shape import Shape
from studio.errors import SettingError, ShapeError
from studio.families import read
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.formula import evaluate
from studio.graph.targets import setting_of
from studio.network.build import build
from studio.presets import PRESETS
from studio.presets.preset import Preset
from studio.presets.residual import ResidualBlock
from studio.presets.unet import UNetUp

MODULES = (
    "convolutional", "squeezing", "residual", "inverted", "convnext", "dense", "inception", "unet",
)  # fmt: skip
MINE = [one for one in PRESETS if one.__module__.rpartition(".")[2] in MODULES]
VARIANTS: list[tuple[str, dict[str, Any]]] = [
    ("conv_norm_act", {"width": 24, "stride": 2, "norm": "group", "activation": "silu"}),
    ("conv_norm_act", {"norm": "layer", "kernel_size": 5, "dilation": 2, "activation": "none"}),
    ("conv_norm_act", {"norm": "instance", "padding": 0}),
    ("depthwise_conv2d", {"multiplier": 2, "stride": 2}),
    ("separable_conv2d", {"width": 7, "kernel_size": 5}),
    ("squeeze_excite", {"squeeze": 3, "gate": "hardsigmoid"}),
    ("residual_block", {"width": 96, "stride": 2}),
    ("residual_block", {"width": 96, "stride": 2, "shortcut": "padding"}),
    ("residual_block", {"stride": 2, "shortcut": "padding"}),
    ("residual_block", {"width": 96, "kind": "bottleneck", "inner": 32, "groups": 8}),
    ("residual_block", {"width": 96, "preactivation": True, "norm": "group"}),
    ("residual_block", {"kind": "bottleneck", "preactivation": True, "activation": "none"}),
    ("residual_block", {"squeeze": 4, "drop_path": 0.1, "dilation": 2, "norm": "none"}),
    ("inverted_residual", {"width": 96, "stride": 2, "squeeze": 4}),
    ("inverted_residual", {"drop_path": 0.1, "kernel_size": 5}),
    ("inverted_residual", {"fused": True}),
    ("inverted_residual", {"fused": True, "expand": 1.0, "width": 96}),
    ("inverted_residual", {"expand": 1.0, "width": 96, "activation": "hardswish"}),
    ("convnext_block", {"drop_path": 0.1, "layer_scale": None, "kernel_size": 3}),
    ("dense_layer", {"bottleneck": 0, "dropout": 0.1}),
    ("dense_block", {"layers": 3, "growth": 12}),
    ("inception_module", {"widest": 3, "norm": "none"}),
    ("double_conv", {"padded": False, "norm": "none"}),
    ("unet_down", {"width": 20, "padded": False}),
    ("unet_up", {"width": 20, "padded": False}),
    ("unet_up", {"enlarge": "bilinear", "norm": "group"}),
    *((one.key, {}) for one in MINE),
]
ARRIVING = (Shape(48, 16, 16), Shape(8, 17, 24), Shape(64, 32, 32))


def arriving(key: str, first: Shape) -> tuple[Shape, ...]:
    """Return what comes in: the way up of a U-Net takes a picture from the way down, too."""
    channels, height, width = first
    beside = Shape(max(1, channels // 2), 2 * height + 1, 2 * width + 1)
    return (first, beside) if key == "unet_up" else (first,)


def placed(layer: Block, *inputs: Shape) -> Report:
    draft = Draft()
    sources = [draft.input(f"x{index}", *shape) for index, shape in enumerate(inputs)]
    draft.output("y", draft.add("block", layer, *sources))
    return analyze(draft.graph())


def even(key: str, settings: dict[str, Any], inputs: tuple[Shape, ...]) -> tuple[Shape, ...]:
    """Return inputs that meet in the middle: a padded way up needs exactly twice the size."""
    if key == "unet_up" and settings.get("padded", True):
        channels, height, width = inputs[0]
        return inputs[0], Shape(channels, 2 * height, 2 * width)
    return inputs


@pytest.mark.parametrize("first", ARRIVING, ids=str)
@pytest.mark.parametrize(("key", "settings"), VARIANTS, ids=str)
def test_a_block_fits_what_arrives_and_runs(key, settings, first):
    inputs = even(key, settings, arriving(key, first))
    block = read(PRESETS[key], settings).block(*inputs)
    report = placed(block, *inputs)
    assert [finding.problem for finding in report.findings] == []
    network = build(report.graph, report)
    (answer,) = network(*(torch.rand(2, *shape) for shape in inputs)).values()
    assert tuple(answer.shape[1:]) == report.nodes["y"].output
    assert torch.isfinite(answer).all()


@pytest.mark.parametrize("one", MINE, ids=lambda one: one.key)
def test_a_block_is_drawn_before_anything_arrives(one: type[Preset]):
    inputs = even(one.key, {}, arriving(one.key, Shape(64, 16, 16)))
    if one.key == "unet_up":
        inputs = (Shape(128, 8, 8), Shape(64, 16, 16))
    block = one().block()
    assert not placed(block, *inputs).errors
    assert block.preset == one.key
    assert one.about().endswith(".")


@pytest.mark.parametrize(("key", "settings"), VARIANTS, ids=str)
def test_what_is_exposed_drives_the_inside(key, settings):
    block = read(PRESETS[key], settings).block(*arriving(key, Shape(48, 16, 16)))
    assert block.exposed
    for name, exposed in block.exposed.items():
        other = exposed.value / 2 if isinstance(exposed.value, float) else exposed.value + 2
        changed = block.changed(**{name: other})
        values = {key: one.value for key, one in changed.exposed.items()}
        for target, formula in exposed.drives.items():
            _setting, found = setting_of(changed.graph, target)
            assert found == evaluate(formula, values), target
        assert changed.changed(**{name: exposed.value}) == block


@pytest.mark.parametrize(("key", "settings"), VARIANTS, ids=str)
def test_a_block_as_drawn_is_as_its_exposed_settings_say(key, settings):
    block = read(PRESETS[key], settings).block(*arriving(key, Shape(48, 16, 16)))
    again = block.changed(**{name: one.value for name, one in block.exposed.items()})
    assert again.graph == block.graph


@pytest.mark.parametrize("one", MINE, ids=lambda one: one.key)
def test_what_is_no_picture_is_refused(one: type[Preset]):
    with pytest.raises(ShapeError, match="3 axes"):
        one().draw(Shape(10))


def test_channels_cannot_be_padded_away():
    with pytest.raises(SettingError, match="16 channels cannot be padded to 8"):
        ResidualBlock(width=8, shortcut="padding").draw(Shape(16, 8, 8))


def run(key: str, settings: dict[str, Any], *pictures: torch.Tensor) -> tuple[nn.Module, Any]:
    """Return the built block and its answer in evaluation."""
    inputs = tuple(Shape(*picture.shape[1:]) for picture in pictures)
    report = placed(read(PRESETS[key], settings).block(*inputs), *inputs)
    network = build(report.graph, report).eval()
    return network.get_submodule("block"), network(*pictures)["y"]


def test_squeeze_and_excite_weighs_channels_by_the_mean_of_all():
    x = torch.randn(2, 8, 5, 6)
    block, answer = run("squeeze_excite", {"squeeze": 3}, x)
    weights = dict(block.named_parameters())
    mean = x.mean((2, 3))
    inner = functional.relu(mean @ weights["reduce.weight"].flatten(1).T + weights["reduce.bias"])
    gate = torch.sigmoid(inner @ weights["restore.weight"].flatten(1).T + weights["restore.bias"])
    torch.testing.assert_close(answer, x * gate[:, :, None, None])


def test_a_padded_shortcut_leaves_places_out_and_adds_empty_channels():
    x = torch.randn(2, 4, 6, 6)
    block, answer = run("residual_block", {"width": 10, "stride": 2, "shortcut": "padding"}, x)
    weights = dict(block.named_parameters())
    inner = functional.conv2d(x, weights["conv1.weight"], stride=2, padding=1) / (1 + 1e-5) ** 0.5
    branch = (
        functional.conv2d(functional.relu(inner), weights["conv2.weight"], padding=1)
        / (1 + 1e-5) ** 0.5
    )
    around = functional.pad(x[:, :, ::2, ::2], (0, 0, 0, 0, 3, 3))
    torch.testing.assert_close(answer, functional.relu(around + branch))
    assert "shortcut.weight" not in weights


def test_a_dense_block_keeps_what_arrives_in_front():
    x = torch.randn(2, 6, 5, 5)
    _block, answer = run("dense_block", {"layers": 3, "growth": 4}, x)
    assert answer.shape == (2, 18, 5, 5)
    torch.testing.assert_close(answer[:, :6], x)


def test_the_way_up_lays_the_middle_of_the_picture_beside_first():
    block = UNetUp(padded=False).block(Shape(4, 4, 4), Shape(2, 11, 11))
    wires = [str(wire) for wire in block.graph["concat"].sources]
    assert wires == ["crop", "enlarge"]
    assert [str(wire) for wire in block.graph["crop"].sources] == ["skip", "enlarge"]
