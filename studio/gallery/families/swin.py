"""Swin Transformers: attention in windows, over maps that shrink as in convolutional networks."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.normalizing.normalization import LayerNorm
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.arrangement import Flatten, Permute
from studio.catalogue.windows.adaptive import AdaptiveAvgPool2d
from studio.catalogue.windows.convolution import Conv2d
from studio.fields import integer, integers, number
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.patches import PatchMerging
from studio.presets.windows import SwinBlock
from studio.wording import marked


@architecture("swin")
class Swin(Architecture):
    """Stages of window attention, each with half the map and twice the channels of the last."""

    image: int = integer(default=224, high=10_000, hint="Height and width of the pictures.")
    patch: int = integer(default=4, high=1_000, hint="Side of a patch, in pixels.")
    width: int = integer(default=96, high=1_000_000, hint="Channels of the first stage.")
    depths: tuple[int, ...] = integers(
        default=(2, 2, 6, 2), low=1, high=1000, hint="How many blocks each stage has."
    )
    heads: int = integer(
        default=3, high=1_000, hint="Heads of the first stage; each stage doubles them."
    )
    window: int = integer(default=7, low=2, high=64, hint="Side of a window, in places.")
    drop_path: float = number(
        default=0.2, low=0.0, high=0.99, hint="How often the last block is skipped in training."
    )
    classes: int = integer(default=1000, high=1_000_000, hint="How many classes there are.")

    def graph(self) -> Graph:
        draft = Draft()
        last = draft.chain(
            draft.input("image", 3, self.image, self.image),
            patches=Conv2d(out_channels=self.width, kernel_size=self.patch, stride=self.patch),
            channels_last=Permute(dims=(0, 2, 3, 1)),
            patch_norm=LayerNorm(),
        )
        for stage in range(len(self.depths)):
            if stage:
                merging = PatchMerging(width=self.width * 2**stage).block()
                last = draft.add(f"merging_{stage}", merging, last)
            last = draft.add(f"stage_{stage + 1}", self._stage(stage), last)
        last = draft.chain(
            last,
            norm=LayerNorm(),
            channels_first=Permute(dims=(0, 3, 1, 2)),
            pool=AdaptiveAvgPool2d(output_size=1),
            flatten=Flatten(),
            head=Linear(out_features=self.classes),
        )
        draft.output("scores", last)
        return draft.graph()

    def _stage(self, stage: int) -> Block:
        """Return the blocks of a stage; every other one moves its windows by half."""
        depth, before = self.depths[stage], sum(self.depths[:stage])
        rise = self.drop_path / max(1, sum(self.depths) - 1)
        ends = before * rise, (before + depth - 1) * rise
        block = SwinBlock(heads=self.heads * 2**stage, window=self.window)
        return block.block(
            Shape(1, 1, self.width * 2**stage),
            repeat=depth,
            overrides={
                str(copy): {"attention.shift": self.window // 2} for copy in range(1, depth, 2)
            },
            ramps={"drop_path_1.p": ends, "drop_path_2.p": ends},
        )


publish(
    Entry(
        "swin-t",
        "Swin-T",
        PICTURES,
        marked("Attention in small moving windows makes transformers fit for large pictures."),
        2021,
        "arXiv:2103.14030",
        "tv.swin_t",
        Swin(),
    )
)
