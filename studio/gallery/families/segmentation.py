"""Fully convolutional networks: a classifier that answers at every place."""

from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.shaping.resizing import Upsample
from studio.catalogue.windows.convolution import Conv2d
from studio.fields import integer
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.families.resnet import ResNet
from studio.gallery.pictures import class_count, dropped, image_side
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.convolutional import ConvNormAct
from studio.wording import marked


@architecture("fcn")
class FCN(ResNet):
    """A ResNet whose last stages space their filters out, and a head for each place."""

    image: int = image_side(520)
    classes: int = class_count(21)
    dilated: int = integer(
        default=2,
        low=0,
        high=100,
        hint="How many of the last stages keep the size and space their filters out instead.",
    )
    dropout: float = dropped(0.1)

    def graph(self) -> Graph:
        draft = Draft()
        image = self.pictures(draft)
        last = self.maps(draft, image)
        inner = max(1, self._channels() // 4)
        last = draft.add("head", ConvNormAct(width=inner).block(), last)
        if self.dropout:
            last = draft.add("dropout", Dropout(p=self.dropout), last)
        classify = Conv2d(out_channels=self.classes, kernel_size=1)
        last = draft.add("classify", classify, last)
        last = draft.add("enlarge", Upsample(mode="bilinear"), last, image)
        draft.output("mask", last)
        return draft.graph()

    def _channels(self) -> int:
        """Return how many channels the last stage has."""
        wide = 4 if self.kind == "bottleneck" else 1
        return wide * self.width << (len(self.depths) - 1)


publish(
    Entry(
        name="fcn-resnet50",
        title="FCN-ResNet-50",
        area=PICTURES,
        about=marked("A classifier without its last pooling says what is where."),
        year=2015,
        paper="arXiv:1411.4038",
        reference="tv.fcn_resnet50",
        architecture=FCN(),
    )
)
