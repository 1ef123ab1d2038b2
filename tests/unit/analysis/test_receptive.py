"""Receptive fields against published values, and against what really changes in a torch network."""

import random
from fractions import Fraction

import pytest
import torch

from studio.analysis.analyze import analyze
from studio.analysis.receptive import Field, receptive_fields
from studio.catalogue import CATALOGUE
from studio.catalogue.inputs import Input, Output
from studio.families import read
from studio.graph.block import Block
from studio.graph.model import Graph, Node, Wire
from studio.network.build import build

Sides = int | tuple[int, int]
"""Alike in both directions, or one number for each."""


class Sketch:
    """Writes a network node after node; each follows the one before unless it says otherwise."""

    def __init__(self, *shape: int, dtype: str = "float32") -> None:
        self.nodes: dict[str, Node] = {"x": Node(Input(sample=shape, dtype=dtype))}
        self.last = "x"

    def add(self, key: str, *sources: str, **settings) -> str:
        name = f"{key}_{len(self.nodes)}"
        layer = settings.pop("block", None) or read(CATALOGUE[key], settings)
        self.nodes[name] = Node(layer, tuple(Wire(one) for one in sources or (self.last,)))
        self.last = name
        return name

    def conv(
        self, kernel: Sides, stride: Sides = 1, padding: Sides = 0, width: int = 4, **more
    ) -> str:
        return self.add(
            "conv2d", out_channels=width, kernel_size=kernel, stride=stride, padding=padding, **more
        )

    def pool(self, kernel: int, stride: int | None = None, padding: int = 0) -> str:
        return self.add("max_pool2d", kernel_size=kernel, stride=stride, padding=padding)

    def graph(self) -> Graph:
        output = Node(Output(), (Wire(self.last),))
        return Graph({**self.nodes, "out": output})

    def block(self, repeat: int = 1) -> Block:
        return Block(graph=self.graph(), repeat=repeat)

    def field(self, name: str | None = None) -> Field:
        report = analyze(self.graph())
        assert not report.errors, report.errors
        return receptive_fields(report)[name or self.last]


def square(field: Field) -> tuple[int | None, Fraction | int | None]:
    """Return side and stride of a field that is alike in both directions."""
    assert len(set(field.size)) == len(set(field.stride)) == 1
    return field.size[0], field.stride[0]


def residual(net: Sketch, width: int, stride: int) -> None:
    """Two 3×3 convolutions with a shortcut around them."""
    start = net.last
    net.conv(3, stride, 1, width)
    net.add("relu")
    inner = net.conv(3, 1, 1, width)
    if stride > 1:
        net.last = start
        start = net.conv(1, stride, 0, width)
    net.add("add", inner, start)


def bottleneck(net: Sketch, width: int, stride: int, *, wide: bool) -> None:
    """1×1, 3×3 with the stride, 1×1, and a shortcut, as torchvision lays them out."""
    start = net.last
    net.conv(1, 1, 0, width)
    net.conv(3, stride, 1, width)
    inner = net.conv(1, 1, 0, 4 * width)
    if wide:
        net.last = start
        start = net.conv(1, stride, 0, 4 * width)
    net.add("add", inner, start)


def test_lenet_5():
    net = Sketch(1, 28, 28)
    net.conv(5, 1, 2)
    net.pool(2)
    net.conv(5)
    net.pool(2)

    assert square(net.field()) == (16, 4)
    net.add("flatten")
    net.add("linear", out_features=10)
    assert net.field().is_global


def test_alexnet():
    net = Sketch(3, 224, 224)
    net.conv(11, 4, 2)
    net.pool(3, 2)
    net.conv(5, 1, 2)
    net.pool(3, 2)
    for _layer in range(3):
        net.conv(3, 1, 1)
    net.pool(3, 2)

    assert square(net.field()) == (195, 32)


def test_vgg_16():
    net = Sketch(3, 224, 224)
    for layers in (2, 2, 3, 3, 3):
        for _layer in range(layers):
            net.conv(3, 1, 1)
        net.pool(2)

    assert square(net.field()) == (212, 32)


def test_resnet_18():
    net = Sketch(3, 224, 224)
    net.conv(7, 2, 3, 8)
    net.pool(3, 2, 1)
    for stage in range(4):
        residual(net, 8, 2 if stage else 1)
        residual(net, 8, 1)

    assert square(net.field()) == (435, 32)


def test_resnet_50_unrolled_and_as_repeated_blocks():
    net, folded = Sketch(3, 224, 224), Sketch(3, 224, 224)
    for sketch in (net, folded):
        sketch.conv(7, 2, 3, 16)
        sketch.pool(3, 2, 1)
    for stage, copies in enumerate((3, 4, 6, 3)):
        bottleneck(net, 4, 2 if stage else 1, wide=True)
        bottleneck(folded, 4, 2 if stage else 1, wide=True)
        for _copy in range(copies - 1):
            bottleneck(net, 4, 1, wide=False)
        inner = Sketch(16, 8, 8)
        bottleneck(inner, 4, 1, wide=False)
        folded.add("block", block=inner.block(repeat=copies - 1))

    assert square(net.field()) == (427, 32)
    assert square(folded.field()) == (427, 32)


def test_a_block_of_ten_thousand_copies_is_not_walked_copy_by_copy():
    inner = Sketch(4, 8, 8)
    residual(inner, 4, 1)
    net = Sketch(4, 64, 64)
    net.add("block", block=inner.block(repeat=10_000))

    assert square(net.field()) == (1 + 4 * 10_000, 1)


def test_mobilenet_v1():
    net = Sketch(3, 224, 224)
    net.conv(3, 2, 1, 8)
    for stride in (1, 2, 1, 2, 1, 2, 1, 1, 1, 1, 1, 2, 1):
        net.conv(3, stride, 1, 8, groups=8)
        net.conv(1, 1, 0, 8)

    assert square(net.field()) == (315, 32)


def test_densenet_121():
    net = Sketch(3, 224, 224)
    net.conv(7, 2, 3, 8)
    net.pool(3, 2, 1)
    for stage, layers in enumerate((6, 12, 24, 16)):
        for _layer in range(layers):
            start = net.last
            net.conv(1, width=8)
            net.add("concat", start, net.conv(3, 1, 1, 2))
        if stage < 3:
            net.conv(1, width=8)
            net.add("avg_pool2d", kernel_size=2)

    assert square(net.field()) == (2071, 32)


def test_squeeze_and_excite_does_not_make_everything_global():
    net = Sketch(3, 32, 32)
    start = net.conv(3, 2, 1)
    net.add("adaptive_avg_pool2d", output_size=1)
    gate = net.conv(1)
    assert net.field().is_global

    net.add("multiply", start, gate)

    assert square(net.field()) == (3, 2)


def test_the_two_directions_are_told_apart():
    net = Sketch(3, 32, 32)
    net.conv((3, 5), (1, 2), (1, 2))

    assert net.field() == Field((3, 5), (Fraction(1), Fraction(2)))


def test_dilation_widens_the_window():
    net = Sketch(3, 32, 32)
    net.conv(3, 1, 2, dilation=2)
    net.conv(3, 1, 4, dilation=4)

    assert square(net.field()) == (13, 1)


def test_a_transposed_convolution_divides_the_stride():
    net = Sketch(3, 32, 32)
    net.conv(3, 2, 1)
    net.add("conv_transpose2d", out_channels=4, kernel_size=2, stride=2)

    assert square(net.field()) == (3, 1)


def test_a_text_is_seen_word_by_word_until_attention():
    net = Sketch(20, dtype="int64")
    words = net.add("embedding", num_embeddings=50, embedding_dim=8)
    mixed = net.add("linear", out_features=8)
    net.add("attention", num_heads=2)

    assert net.field(words) == net.field(mixed) == Field((1,), (Fraction(1),))
    assert net.field() == Field((None,), (None,))


def test_windows_over_the_words_of_a_sentence():
    net = Sketch(20, dtype="int64")
    net.add("embedding", num_embeddings=50, embedding_dim=8)
    net.add("permute", dims=(0, 2, 1))
    net.add("conv1d", out_channels=6, kernel_size=3, stride=2)

    assert net.field() == Field((3,), (Fraction(2),))


def test_rows_of_features_have_no_receptive_field():
    net = Sketch(13)
    net.add("linear", out_features=4)

    assert receptive_fields(analyze(net.graph())) == {}


def test_a_network_with_a_mistake_has_fields_up_to_it():
    net = Sketch(3, 4, 4)
    good = net.conv(3)
    net.conv(9)

    fields = receptive_fields(analyze(net.graph()))

    assert square(fields[good]) == (3, 1)
    assert net.last not in fields


def test_u_net_is_exact_where_units_stop_lining_up():
    net = Sketch(1, 572, 572)
    skips = []
    for _level in range(4):
        net.conv(3)
        skips.append(net.conv(3))
        net.pool(2)
    net.conv(3)
    net.conv(3)
    for skip in reversed(skips):
        up = net.add("conv_transpose2d", out_channels=4, kernel_size=2, stride=2)
        cut = net.add("crop", skip, up)
        net.add("concat", cut, up)
        net.conv(3)
        net.conv(3)

    assert analyze(net.graph()).nodes[net.last].outputs[0][1:] == (388, 388)
    assert square(net.field()) == (204, 1)


def line_of_windows(seed: int) -> Sketch:
    """A few random windows behind each other along one axis."""
    draw = random.Random(seed)
    net = Sketch(1, 160)
    net.add("conv1d", out_channels=2, kernel_size=1)
    for _layer in range(draw.randint(2, 4)):
        size, step = draw.randint(1, 4), draw.randint(1, 3)
        margin = draw.randint(0, size // 2)
        match draw.choice(("conv", "pool", "up")):
            case "conv":
                spacing = draw.randint(1, 2)
                window = {"kernel_size": size, "stride": step, "padding": margin}
                net.add("conv1d", out_channels=2, dilation=spacing, **window)
            case "pool":
                net.add("avg_pool1d", kernel_size=size, stride=step, padding=margin)
            case "up":
                net.add("conv_transpose1d", out_channels=2, kernel_size=size + step, stride=step)
    return net


@pytest.mark.parametrize("seed", range(25))
def test_exactly_the_values_inside_the_window_change_the_output(seed):
    net = line_of_windows(seed)
    network = build(net.graph(), analyze(net.graph())).double()
    for weight in network.parameters():
        weight.data.uniform_(0.5, 1.5)  # no term may vanish or cancel another
    x = torch.rand(1, 1, 160, dtype=torch.float64, requires_grad=True)
    (out,) = network(x).values()
    reached = []
    for place in range(out.shape[-1]):
        (slope,) = torch.autograd.grad(out[0, :, place].sum(), x, retain_graph=True)
        places = slope[0, 0].nonzero()
        if len(places) and places.min() > 0 and places.max() < 159:  # not cut off by the border
            reached.append(int(places.max() - places.min()) + 1)

    assert max(reached) == net.field().size[0]


def test_repeated_blocks_in_repeated_blocks_take_no_time():
    conv = read(CATALOGUE["conv2d"], {"out_channels": 3, "kernel_size": 3, "padding": 1})
    begin, end = Node(Input(sample=(3, 8, 8))), Node(Output(), (Wire("c"),))
    inside = Graph({"x": begin, "c": Node(conv, (Wire("x"),)), "y": end})
    for _level in range(30):
        body = Node(Block(graph=inside, repeat=2), (Wire("x"),))
        inside = Graph({"x": begin, "c": body, "y": end})
    assert receptive_fields(analyze(inside)) == {}
