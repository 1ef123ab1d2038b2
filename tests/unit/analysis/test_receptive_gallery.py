"""Receptive fields of published networks, as others measured them.

Values of AlexNet to Inception and MobileNet: Araujo, Norris, Sim (distill.pub 2019); U-Net: the
support of the gradient; the others: the same recurrence over torchvision's own layouts.
"""

import pytest

from studio import gallery
from studio.analysis.analyze import analyze
from studio.analysis.receptive import receptive_fields

PUBLISHED = {
    "alexnet": 195,
    "vgg11": 150,
    "vgg16": 212,
    "vgg19": 268,
    "googlenet": 379,
    "resnet18": 435,
    "resnet34": 899,
    "resnet50": 427,
    "resnet101": 971,
    "resnet152": 1451,
    "resnet20-cifar": 81,
    "densenet121": 2071,
    "densenet169": 3351,
    "densenet201": 3863,
    "mobilenet-v2": 491,
    "mobilenet-v3-large": 595,
    "efficientnet-b0": 851,
    "efficientnet-b7": 3079,
    "convnext-tiny": 1688,
    "unet": 204,
}


@pytest.mark.parametrize(("name", "side"), PUBLISHED.items())
def test_the_widest_window_of_a_published_network(name: str, side: int):
    fields = receptive_fields(analyze(gallery.load(name).graph)).values()

    assert max(size for field in fields for size in field.size if size is not None) == side


@pytest.mark.parametrize("name", ["gpt2", "llama-3-8b", "t5-small", "swin-t"])
def test_behind_attention_everything_is_seen(name: str):
    report = analyze(gallery.load(name).graph)

    assert receptive_fields(report)[report.order[-1]].is_global
