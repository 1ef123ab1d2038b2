"""DCGAN: one network paints pictures from noise, another tells them from real ones."""

from studio.catalogue.functions.activation import LeakyReLU, ReLU, Sigmoid, Tanh
from studio.catalogue.normalizing.normalization import BatchNorm2d
from studio.catalogue.windows.convolution import Conv2d
from studio.catalogue.windows.transposed import ConvTranspose2d
from studio.fields import integer
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import GENERATING
from studio.gallery.pictures import color_count
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.convolutional import ConvNormAct
from studio.wording import marked

_START = 4
"""Side of the smallest maps: what noise becomes first, and what is judged last."""


class _DCGAN(Architecture):
    """What both networks have in common: pictures of 8, 16, 32, 64 … places."""

    colors: int = color_count(3)
    width: int = integer(
        default=64, high=100_000, hint="Channels next to the picture; each step away doubles them."
    )
    steps: int = integer(
        default=3, high=12, hint="How often the size doubles after the first: 3 for 64 × 64."
    )


@architecture("dcgan_generator")
class Generator(_DCGAN):
    """Transposed convolutions from one place to a picture."""

    latent: int = integer(default=100, high=1_000_000, hint="Numbers of the noise.")

    def graph(self) -> Graph:
        draft = Draft()
        last = draft.input("noise", self.latent, 1, 1)
        for step in range(self.steps, -1, -1):
            name = "begin" if step == self.steps else f"enlarge{self.steps - step}"
            block = _painting(self.width * 2**step, first=step == self.steps)
            last = draft.add(name, block, last)
        paint = ConvTranspose2d(
            out_channels=self.colors, kernel_size=_START, stride=2, padding=1, bias=False
        )
        draft.output("picture", draft.chain(last, paint=paint, tanh=Tanh()))
        return draft.graph()


def _painting(width: int, *, first: bool) -> Block:
    """Return a block that doubles the size; the first one makes 4 × 4 places of a single one."""
    draft = Draft()
    stride, padding = (1, 0) if first else (2, 1)
    conv = ConvTranspose2d(
        out_channels=width, kernel_size=_START, stride=stride, padding=padding, bias=False
    )
    last = draft.chain(draft.input("input"), conv=conv, norm=BatchNorm2d(), act=ReLU())
    draft.output("output", last)
    return Block(graph=draft.graph())


@architecture("dcgan_discriminator")
class Discriminator(_DCGAN):
    """Strided convolutions from a picture to one number."""

    def graph(self) -> Graph:
        draft = Draft()
        side = _START * 2 ** (self.steps + 1)
        see = Conv2d(out_channels=self.width, kernel_size=_START, stride=2, padding=1, bias=False)
        last = draft.chain(
            draft.input("picture", self.colors, side, side),
            see=see,
            leaky_relu=LeakyReLU(negative_slope=0.2),
        )
        for step in range(1, self.steps + 1):
            block = ConvNormAct(
                width=self.width * 2**step,
                kernel_size=_START,
                stride=2,
                padding=1,
                activation="leaky_relu",
            )
            last = draft.add(f"shrink{step}", block.block(), last)
        judge = Conv2d(out_channels=1, kernel_size=_START, bias=False)
        draft.output("real", draft.chain(last, judge=judge, sigmoid=Sigmoid()))
        return draft.graph()


publish(
    Entry(
        name="dcgan-generator",
        title="DCGAN generator",
        area=GENERATING,
        about=marked("Noise becomes pictures by transposed convolutions, without linear layers."),
        year=2015,
        paper="arXiv:1511.06434",
        reference="own.dcgan_g",
        architecture=Generator(),
    ),
    Entry(
        name="dcgan-discriminator",
        title="DCGAN discriminator",
        area=GENERATING,
        about=marked("Its opponent, which learns to tell painted pictures from real ones."),
        year=2015,
        paper="arXiv:1511.06434",
        reference="own.dcgan_d",
        architecture=Discriminator(),
    ),
)
