"""What networks that tell what is in a picture have in common: where it comes in, how they end."""

from typing import Any

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import ReLU
from studio.catalogue.functions.regularization import Dropout
from studio.catalogue.normalizing.normalization import BatchNorm2d
from studio.catalogue.shaping.arrangement import Flatten
from studio.catalogue.windows.adaptive import AdaptiveAvgPool2d
from studio.catalogue.windows.convolution import Conv2d
from studio.catalogue.windows.pooling import MaxPool2d
from studio.fields import integer, number
from studio.gallery.architecture import Architecture
from studio.graph.block import Block
from studio.graph.draft import Draft


def image_side(default: int) -> Any:
    """Declare how large the pictures are."""
    return integer(default=default, high=100_000, hint="Height and width of the pictures.")


def color_count(default: int) -> Any:
    """Declare how many channels the pictures have."""
    return integer(
        default=default, high=10_000, hint="Channels of the pictures: 3 for color, 1 for gray."
    )


def class_count(default: int) -> Any:
    """Declare how many classes there are to tell apart."""
    return integer(default=default, high=1_000_000, hint="How many classes are told apart.")


def dropped(default: float) -> Any:
    """Declare how much is silenced before the answer."""
    return number(
        default=default,
        low=0.0,
        high=1.0,
        hint="Share of values silenced before the answer while training.",
    )


class PictureNetwork(Architecture):
    """A network that a picture goes into."""

    image: int = image_side(224)
    colors: int = color_count(3)
    classes: int = class_count(1000)

    def pictures(self, draft: Draft) -> str:
        """Add the input that the pictures come through."""
        return draft.input("image", self.colors, self.image, self.image)

    def classified(self, draft: Draft, last: str, dropout: float = 0.0) -> None:
        """Add the usual end: the mean of each map, then one score per class."""
        last = draft.chain(last, pool=AdaptiveAvgPool2d(), flatten=Flatten())
        if dropout:
            last = draft.add("dropout", Dropout(p=dropout), last)
        last = draft.add("classify", Linear(out_features=self.classes), last)
        draft.output("scores", last)


def stem(width: int) -> Block:
    """Return the usual beginning, which makes pictures four times smaller."""
    draft = Draft()
    last = draft.chain(
        draft.input("input"),
        conv=Conv2d(out_channels=width, kernel_size=7, stride=2, padding=3, bias=False),
        norm=BatchNorm2d(),
        act=ReLU(),
        pool=MaxPool2d(kernel_size=3, stride=2, padding=1),
    )
    draft.output("output", last)
    return Block(graph=draft.graph())
