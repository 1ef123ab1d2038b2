"""GoogLeNet: modules that look through windows of several sizes at once."""

from studio.catalogue.windows.pooling import MaxPool2d
from studio.fields import integer
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.pictures import PictureNetwork, dropped
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.convolutional import ConvNormAct
from studio.presets.inception import BRANCHES, InceptionModule
from studio.presets.ingredients import norm_eps, normed
from studio.wording import marked

_MODULES = {
    "3": ((64, 96, 128, 16, 32, 32), (128, 128, 192, 32, 96, 64)),
    "4": (
        (192, 96, 208, 16, 48, 64),
        (160, 112, 224, 24, 64, 64),
        (128, 128, 256, 24, 64, 64),
        (112, 144, 288, 32, 64, 64),
        (256, 160, 320, 32, 128, 128),
    ),
    "5": ((256, 160, 320, 32, 128, 128), (384, 192, 384, 48, 128, 128)),
}
"""Filters of each module (arXiv 1409.4842, table 1), by stage."""


@architecture("googlenet")
class GoogLeNet(PictureNetwork):
    """Nine modules without the auxiliary heads."""

    widest: int = integer(
        default=3, high=1_000, hint="Side of the widest window: 5 as published, 3 in torchvision."
    )
    norm: str = normed()
    eps: float = norm_eps(1e-3)
    dropout: float = dropped(0.2)

    def graph(self) -> Graph:
        draft = Draft()
        shrink = MaxPool2d(kernel_size=3, stride=2, ceil_mode=True)
        last = draft.chain(
            self.pictures(draft),
            conv1=self._conv(64, 7, 2),
            pool1=shrink,
            conv2=self._conv(64, 1),
            conv3=self._conv(192, 3),
            pool2=shrink,
        )
        for stage, modules in _MODULES.items():
            for letter, filters in zip("abcde", modules, strict=False):
                last = draft.add(f"inception{stage}{letter}", self._module(filters), last)
            if stage == "3":
                last = draft.add("pool3", shrink, last)
            elif stage == "4":
                last = draft.add("pool4", MaxPool2d(ceil_mode=True), last)
        self.classified(draft, last, self.dropout)
        return draft.graph()

    def _conv(self, width: int, kernel_size: int, stride: int = 1) -> Block:
        return ConvNormAct(
            width=width, kernel_size=kernel_size, stride=stride, norm=self.norm, eps=self.eps
        ).block()

    def _module(self, filters: tuple[int, ...]) -> Block:
        module = InceptionModule(widest=self.widest, norm=self.norm, eps=self.eps)
        return module.changed(**dict(zip(BRANCHES, filters, strict=True))).block()


publish(
    Entry(
        name="googlenet",
        title="GoogLeNet",
        area=PICTURES,
        about=marked("Looking at several scales side by side needs a tenth of AlexNet's weights."),
        year=2014,
        paper="arXiv:1409.4842",
        reference="tv.googlenet",
        architecture=GoogLeNet(),
    )
)
