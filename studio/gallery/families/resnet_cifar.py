"""The ResNets for small pictures: three thin stages, and shortcuts without weights."""

from studio.catalogue.shape import Shape
from studio.fields import choice, integer
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.pictures import PictureNetwork, class_count, image_side
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.convolutional import ConvNormAct
from studio.presets.residual import ResidualBlock
from studio.presets.stage import stage
from studio.wording import marked

_STAGES = 3


@architecture("resnet_cifar")
class ResNetCifar(PictureNetwork):
    """6 n + 2 layers: n residual blocks in each of three stages (He et al. 2015, 4.2)."""

    image: int = image_side(32)
    classes: int = class_count(10)
    blocks: int = integer(default=3, high=10_000, hint="Residual blocks in each stage.")
    width: int = integer(
        default=16,
        high=100_000,
        hint="Channels of the first stage; each doubles them.",
    )
    shortcut: str = choice(
        default="padding",
        options=("padding", "projection"),
        hint="What happens where sizes differ: empty channels (option A), or a 1×1 convolution.",
    )

    def graph(self) -> Graph:
        draft = Draft()
        last = draft.add("stem", ConvNormAct(width=self.width).block(), self.pictures(draft))
        channels = self.width
        for number in range(_STAGES):
            width = self.width * 2**number
            block = ResidualBlock(width=width, shortcut=self.shortcut)
            first = block.changed(stride=2 if number else 1).block(Shape(channels, 1, 1))
            rest = block.block(Shape(width, 1, 1))
            last = draft.add(f"layer{number + 1}", stage(first, rest, self.blocks), last)
            channels = width
        self.classified(draft, last)
        return draft.graph()


publish(
    Entry(
        name="resnet20-cifar",
        title="ResNet-20 (CIFAR-10)",
        area=PICTURES,
        about=marked("A ResNet small enough to train on a desk: 270 thousand weights, 91 % right."),
        year=2015,
        paper="arXiv:1512.03385",
        reference="own.resnet20_cifar",
        architecture=ResNetCifar(),
    ),
    Entry(
        name="resnet56-cifar",
        title="ResNet-56 (CIFAR-10)",
        area=PICTURES,
        about=marked("Its smooth loss landscape became the picture of why shortcuts help."),
        year=2015,
        paper="arXiv:1512.03385",
        reference="own.resnet56_cifar",
        architecture=ResNetCifar(blocks=9),
    ),
)
