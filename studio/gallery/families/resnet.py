"""ResNet and its kin: residual blocks in four stages, thin or wide, in one part or many."""

from studio.catalogue.shape import Shape
from studio.fields import choice, integer, integers
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.pictures import PictureNetwork, dropped, stem
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.residual import ResidualBlock
from studio.presets.stage import stage
from studio.wording import marked


@architecture("resnet")
class ResNet(PictureNetwork):
    """Stages of residual blocks, each with half the size and twice the channels."""

    kind: str = choice(
        default="bottleneck",
        options=("basic", "bottleneck"),
        hint="basic: two 3×3 convolutions; bottleneck: 1×1, 3×3, 1×1 with fewer channels inside.",
    )
    depths: tuple[int, ...] = integers(
        default=(3, 4, 6, 3),
        low=1,
        high=10_000,
        filled=True,
        hint="Residual blocks in each stage.",
    )
    width: int = integer(
        default=64, high=100_000, hint="Channels of the stem; each stage doubles them."
    )
    groups: int = integer(
        default=1, high=100_000, hint="Parts of each 3×3 convolution: 32 in ResNeXt."
    )
    width_per_group: int = integer(
        default=64,
        high=100_000,
        hint="Channels of each part in the first stage: 64, 4 in ResNeXt, 128 in Wide ResNet.",
    )
    dilated: int = integer(
        default=0,
        low=0,
        high=100,
        hint="How many of the last stages keep the size and space their filters out instead.",
    )
    dropout: float = dropped(0.0)

    def graph(self) -> Graph:
        draft = Draft()
        self.classified(draft, self.maps(draft, self.pictures(draft)), self.dropout)
        return draft.graph()

    def maps(self, draft: Draft, last: str) -> str:
        """Add stem and stages, up to the last maps."""
        last = draft.add("stem", stem(self.width), last)
        channels, spacing = self.width, 1
        for number, depth in enumerate(self.depths):
            planes = self.width * 2**number
            width = 4 * planes if self.kind == "bottleneck" else planes
            stride = 2 if number else 1
            before = spacing
            if stride == 2 and number >= len(self.depths) - self.dilated:
                stride, spacing = 1, 2 * spacing
            block = ResidualBlock(
                kind=self.kind,
                width=width,
                inner=self._inner(planes),
                groups=self.groups,
                dilation=spacing,
            )
            first = block.changed(stride=stride, dilation=before)
            last = draft.add(f"layer{number + 1}", _stage(first, block, channels, depth), last)
            channels = width
        return last

    def _inner(self, planes: int) -> int | None:
        if self.kind == "basic" and (self.groups, self.width_per_group) == (1, 64):
            return None
        return max(1, planes * self.width_per_group // 64) * self.groups


def _stage(first: ResidualBlock, block: ResidualBlock, channels: int, depth: int) -> Block:
    width = block.width or channels
    return stage(first.block(Shape(channels, 1, 1)), block.block(Shape(width, 1, 1)), depth)


_RESNET, _RESNEXT, _WIDE = "arXiv:1512.03385", "arXiv:1611.05431", "arXiv:1605.07146"

publish(
    Entry(
        name="resnet18",
        title="ResNet-18",
        area=PICTURES,
        about=marked("The smallest ResNet: what arrives is added to what each block makes of it."),
        year=2015,
        paper=_RESNET,
        reference="tv.resnet18",
        architecture=ResNet(kind="basic", depths=(2, 2, 2, 2)),
    ),
    Entry(
        name="resnet34",
        title="ResNet-34",
        area=PICTURES,
        about=marked("With shortcuts, 34 layers learn better than 18; without them, worse."),
        year=2015,
        paper=_RESNET,
        reference="tv.resnet34",
        architecture=ResNet(kind="basic"),
    ),
    Entry(
        name="resnet50",
        title="ResNet-50",
        area=PICTURES,
        about=marked("Bottlenecks make it deeper at the same cost; others are measured by it."),
        year=2015,
        paper=_RESNET,
        reference="tv.resnet50",
        architecture=ResNet(),
    ),
    Entry(
        name="resnet101",
        title="ResNet-101",
        area=PICTURES,
        about=marked("Only the third stage grows: the usual backbone for finding objects."),
        year=2015,
        paper=_RESNET,
        reference="tv.resnet101",
        architecture=ResNet(depths=(3, 4, 23, 3)),
    ),
    Entry(
        name="resnet152",
        title="ResNet-152",
        area=PICTURES,
        about=marked("Eight times as deep as VGG, yet cheaper: it won ImageNet in 2015."),
        year=2015,
        paper=_RESNET,
        reference="tv.resnet152",
        architecture=ResNet(depths=(3, 8, 36, 3)),
    ),
    Entry(
        name="resnext50-32x4d",
        title="ResNeXt-50 (32×4d)",
        area=PICTURES,
        about=marked("Many thin parts side by side: a third way to grow, beside depth and width."),
        year=2016,
        paper=_RESNEXT,
        reference="tv.resnext50_32x4d",
        architecture=ResNet(groups=32, width_per_group=4),
    ),
    Entry(
        name="wide-resnet50-2",
        title="Wide ResNet-50-2",
        area=PICTURES,
        about=marked("Wider blocks instead of more of them: as accurate, and faster to train."),
        year=2016,
        paper=_WIDE,
        reference="tv.wide_resnet50_2",
        architecture=ResNet(width_per_group=128),
    ),
)
