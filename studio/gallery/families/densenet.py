"""DenseNet: every layer sees what all layers before it have found."""

from studio.catalogue.functions.activation import ReLU
from studio.catalogue.normalizing.normalization import BatchNorm2d
from studio.fields import integer, integers, number
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.pictures import PictureNetwork, stem
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.dense import DenseBlock, DenseTransition
from studio.wording import marked


@architecture("densenet")
class DenseNet(PictureNetwork):
    """Dense blocks with a transition between each two."""

    depths: tuple[int, ...] = integers(
        default=(6, 12, 24, 16), low=1, high=10_000, hint="Dense layers in each block."
    )
    growth: int = integer(default=32, high=100_000, hint="How many channels each dense layer adds.")
    width: int = integer(default=64, high=100_000, hint="Channels of the stem.")
    bottleneck: int = integer(
        default=4,
        low=0,
        high=1_000,
        hint="How many times the growth the 1×1 convolutions leave; 0 leaves them out.",
    )
    layer_dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of each layer's values silenced in training."
    )

    def graph(self) -> Graph:
        draft = Draft()
        last = draft.add("stem", stem(self.width), self.pictures(draft))
        channels = self.width
        for step, depth in enumerate(self.depths, 1):
            block = DenseBlock(
                layers=depth,
                growth=self.growth,
                bottleneck=self.bottleneck,
                dropout=self.layer_dropout,
            )
            last = draft.add(f"dense{step}", block.block(), last)
            channels += depth * self.growth
            if step < len(self.depths):
                channels //= 2
                transition = DenseTransition(width=max(1, channels)).block()
                last = draft.add(f"transition{step}", transition, last)
        last = draft.chain(last, norm=BatchNorm2d(), act=ReLU())
        self.classified(draft, last)
        return draft.graph()


_PAPER = "arXiv:1608.06993"

publish(
    Entry(
        name="densenet121",
        title="DenseNet-121",
        area=PICTURES,
        about=marked(
            "Reusing what earlier layers found: a third of ResNet-50's weights is enough."
        ),
        year=2016,
        paper=_PAPER,
        reference="tv.densenet121",
        architecture=DenseNet(),
    ),
    Entry(
        name="densenet169",
        title="DenseNet-169",
        area=PICTURES,
        about=marked("More dense layers where pictures are small and layers are cheap."),
        year=2016,
        paper=_PAPER,
        reference="tv.densenet169",
        architecture=DenseNet(depths=(6, 12, 32, 32)),
    ),
    Entry(
        name="densenet201",
        title="DenseNet-201",
        area=PICTURES,
        about=marked("201 layers in 20 million weights: as good as a ResNet twice its size."),
        year=2016,
        paper=_PAPER,
        reference="tv.densenet201",
        architecture=DenseNet(depths=(6, 12, 48, 32)),
    ),
)
