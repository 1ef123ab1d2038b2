"""ConvNeXt: a convolutional network with all that transformers had taught."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.normalizing.channel_norm import LayerNorm2d
from studio.catalogue.shaping.arrangement import Flatten
from studio.catalogue.windows.adaptive import AdaptiveAvgPool2d
from studio.catalogue.windows.convolution import Conv2d
from studio.fields import integer, integers, number
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.pictures import PictureNetwork
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.convnext import ConvNextBlock
from studio.presets.stage import growing
from studio.wording import marked


@architecture("convnext")
class ConvNeXt(PictureNetwork):
    """Stages of ConvNeXt blocks with a convolution between that halves the size."""

    depths: tuple[int, ...] = integers(
        default=(3, 3, 9, 3), low=1, high=10_000, hint="Blocks in each stage."
    )
    width: int = integer(
        default=96, high=100_000, hint="Channels of the first stage; each doubles them."
    )
    patch: int = integer(
        default=4, high=1_000, hint="Side of the squares that the picture is cut into first."
    )
    drop_path: float = number(
        default=0.1,
        low=0.0,
        high=1.0,
        hint="How often the last branch is skipped while training; it grows from 0.",
    )
    layer_scale: float = number(
        default=1e-6, low=0.0, high=100.0, hint="What the scale of each branch starts at."
    )

    def graph(self) -> Graph:
        draft = Draft()
        last = draft.chain(
            self.pictures(draft),
            patches=Conv2d(out_channels=self.width, kernel_size=self.patch, stride=self.patch),
            norm=LayerNorm2d(),
        )
        done = 0
        for step, depth in enumerate(self.depths):
            width = self.width * 2**step
            if step:
                last = draft.add(f"shrink{step}", _shrinking(width), last)
            last = draft.add(f"stage{step + 1}", self._stage(width, done, depth), last)
            done += depth
        last = draft.chain(
            last,
            pool=AdaptiveAvgPool2d(),
            head_norm=LayerNorm2d(),
            flatten=Flatten(),
            classify=Linear(out_features=self.classes),
        )
        draft.output("scores", last)
        return draft.graph()

    def _stage(self, width: int, done: int, depth: int) -> Block:
        each = self.drop_path / max(1, sum(self.depths) - 1)
        start, end = each * done, each * (done + depth - 1)
        block = ConvNextBlock(width=width, layer_scale=self.layer_scale, drop_path=end)
        return growing(block.block(), depth, start, end)


def _shrinking(width: int) -> Block:
    draft = Draft()
    conv = Conv2d(out_channels=width, kernel_size=2, stride=2)
    draft.output("output", draft.chain(draft.input("input"), norm=LayerNorm2d(), conv=conv))
    return Block(graph=draft.graph())


_PAPER = "arXiv:2201.03545"

publish(
    Entry(
        name="convnext-tiny",
        title="ConvNeXt-Tiny",
        area=PICTURES,
        about=marked("Built like a transformer, a plain convolutional network keeps up with it."),
        year=2022,
        paper=_PAPER,
        reference="tv.convnext_tiny",
        architecture=ConvNeXt(),
    ),
    Entry(
        name="convnext-base",
        title="ConvNeXt-Base",
        area=PICTURES,
        about=marked("Three times the weights: convolutions grow as gracefully as attention."),
        year=2022,
        paper=_PAPER,
        reference="tv.convnext_base",
        architecture=ConvNeXt(depths=(3, 3, 27, 3), width=128, drop_path=0.5),
    ),
)
