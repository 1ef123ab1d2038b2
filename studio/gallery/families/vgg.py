"""AlexNet and VGG: plain convolutions in a row, then three linear layers."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.normalizing.normalization import BatchNorm2d
from studio.catalogue.shaping.arrangement import Flatten
from studio.catalogue.windows.adaptive import AdaptiveAvgPool2d
from studio.catalogue.windows.convolution import Conv2d
from studio.catalogue.windows.pooling import MaxPool2d
from studio.fields import flag, integer, integers
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.pictures import PictureNetwork, dropped
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.wording import marked

_WINDOWS = ((11, 4, 2), (5, 1, 2), (3, 1, 1), (3, 1, 1), (3, 1, 1))
_POOLED = (1, 2, 5)


class _Plain(PictureNetwork):
    """What both families end with."""

    hidden: int = integer(
        default=4096, high=1_000_000, hint="Units of the two linear layers before the last."
    )
    dropout: float = dropped(0.5)


@architecture("alexnet")
class AlexNet(_Plain):
    """Five convolutions, three linear layers, in one column."""

    widths: tuple[int, ...] = integers(
        default=(64, 192, 384, 256, 256),
        low=1,
        high=1_000_000,
        hint="Filters of each convolution; the first five have the published windows.",
    )

    def graph(self) -> Graph:
        draft = Draft()
        last = self.pictures(draft)
        for number, width in enumerate(self.widths, 1):
            kernel, stride, padding = _WINDOWS[min(number, len(_WINDOWS)) - 1]
            conv = Conv2d(out_channels=width, kernel_size=kernel, stride=stride, padding=padding)
            last = draft.add(f"conv{number}", conv, last)
            last = draft.add(f"relu{number}", ReLU(), last)
            if number in _POOLED:
                last = draft.add(f"pool{number}", MaxPool2d(kernel_size=3, stride=2), last)
        last = draft.chain(last, pool=AdaptiveAvgPool2d(output_size=6), flatten=Flatten())
        before = max(len(_WINDOWS), len(self.widths))
        for number in (before + 1, before + 2):
            last = draft.add(f"dropout{number}", Dropout(p=self.dropout), last)
            last = draft.add(f"linear{number}", Linear(out_features=self.hidden), last)
            last = draft.add(f"relu{number}", ReLU(), last)
        last = draft.add("classify", Linear(out_features=self.classes), last)
        draft.output("scores", last)
        return draft.graph()


@architecture("vgg")
class VGG(_Plain):
    """Stages of 3×3 convolutions, each followed by a pooling that halves the size."""

    depths: tuple[int, ...] = integers(
        default=(2, 2, 3, 3, 3), low=1, high=1_000, hint="Convolutions in each stage."
    )
    width: int = integer(
        default=64, high=100_000, hint="Filters of the first stage; they double up to eight times."
    )
    batch_norm: bool = flag(default=False, hint="Normalize after each convolution.")

    def graph(self) -> Graph:
        draft = Draft()
        last = self.pictures(draft)
        for number, depth in enumerate(self.depths):
            width = self.width * min(2**number, 8)
            last = draft.add(f"stage{number + 1}", self._stage(width, depth), last)
        last = draft.chain(last, pool=AdaptiveAvgPool2d(output_size=7), flatten=Flatten())
        for number in (1, 2):
            last = draft.add(f"linear{number}", Linear(out_features=self.hidden), last)
            last = draft.add(f"relu{number}", ReLU(), last)
            last = draft.add(f"dropout{number}", Dropout(p=self.dropout), last)
        last = draft.add("classify", Linear(out_features=self.classes), last)
        draft.output("scores", last)
        return draft.graph()

    def _stage(self, width: int, depth: int) -> Block:
        draft = Draft()
        last = draft.input("input")
        for number in range(1, depth + 1):
            last = draft.add(f"conv{number}", Conv2d(out_channels=width, padding=1), last)
            if self.batch_norm:
                last = draft.add(f"norm{number}", BatchNorm2d(), last)
            last = draft.add(f"relu{number}", ReLU(), last)
        draft.output("output", draft.add("pool", MaxPool2d(), last))
        return Block(graph=draft.graph())


_PAPER = "arXiv:1409.1556"

publish(
    Entry(
        name="alexnet",
        title="AlexNet",
        area=PICTURES,
        about=marked("Won ImageNet by a wide margin and made everyone turn to deep networks."),
        year=2012,
        paper="arXiv:1404.5997",
        reference="tv.alexnet",
        architecture=AlexNet(),
    ),
    Entry(
        name="vgg11",
        title="VGG-11",
        area=PICTURES,
        about=marked("Nothing but 3×3 filters is enough; the shallowest of its family."),
        year=2014,
        paper=_PAPER,
        reference="tv.vgg11",
        architecture=VGG(depths=(1, 1, 2, 2, 2)),
    ),
    Entry(
        name="vgg16",
        title="VGG-16",
        area=PICTURES,
        about=marked("Small filters in deep stacks see as much as large ones, and learn more."),
        year=2014,
        paper=_PAPER,
        reference="tv.vgg16",
        architecture=VGG(),
    ),
    Entry(
        name="vgg16-bn",
        title="VGG-16 with batch norm",
        area=PICTURES,
        about=marked("The same VGG with batch normalization, which spares it a careful start."),
        year=2015,
        paper="arXiv:1502.03167",
        reference="tv.vgg16_bn",
        architecture=VGG(batch_norm=True),
    ),
    Entry(
        name="vgg19",
        title="VGG-19",
        area=PICTURES,
        about=marked("About as deep as plain stacks can go before more layers make them worse."),
        year=2014,
        paper=_PAPER,
        reference="tv.vgg19",
        architecture=VGG(depths=(2, 2, 4, 4, 4)),
    ),
)
