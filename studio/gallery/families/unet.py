"""U-Net: down to what is in a picture, and up again to where it is."""

from studio.catalogue.windows.convolution import Conv2d
from studio.fields import flag, integer
from studio.gallery.architecture import Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.gallery.pictures import PictureNetwork, class_count, color_count, image_side
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.ingredients import normed
from studio.presets.unet import DoubleConv, UNetDown, UNetUp
from studio.wording import marked


@architecture("unet")
class UNet(PictureNetwork):
    """Steps down that double the channels, as many up, and a wire across at each step."""

    image: int = image_side(572)
    colors: int = color_count(1)
    classes: int = class_count(2)
    width: int = integer(
        default=64, high=100_000, hint="Channels at the top; each step down doubles them."
    )
    steps: int = integer(default=4, high=20, hint="How many steps lead down, and up again.")
    padded: bool = flag(
        default=False, hint="Keep sizes. Off, convolutions cut borders off and wires are cropped."
    )
    norm: str = normed("none")

    def graph(self) -> Graph:
        draft = Draft()
        top = DoubleConv(width=self.width, padded=self.padded, norm=self.norm)
        across = [draft.add("enter", top.block(), self.pictures(draft))]
        for step in range(1, self.steps + 1):
            down = UNetDown(width=self.width * 2**step, padded=self.padded, norm=self.norm)
            across.append(draft.add(f"down{step}", down.block(), across[-1]))
        last = across.pop()
        for step in range(self.steps, 0, -1):
            up = UNetUp(width=self.width * 2 ** (step - 1), padded=self.padded, norm=self.norm)
            last = draft.add(f"up{step}", up.block(), last, across.pop())
        classify = Conv2d(out_channels=self.classes, kernel_size=1)
        draft.output("mask", draft.add("classify", classify, last))
        return draft.graph()


publish(
    Entry(
        name="unet",
        title="U-Net",
        area=PICTURES,
        about=marked(
            "Wires across, from the way down to the way up, keep what is seen where it is."
        ),
        year=2015,
        paper="arXiv:1505.04597",
        reference="own.unet_2015",
        architecture=UNet(),
    ),
    Entry(
        name="unet-padded",
        title="U-Net (padded, batch norm)",
        area=PICTURES,
        about=marked("The U-Net that most people use: the mask is as large as the picture."),
        year=2017,
        paper="https://github.com/milesial/Pytorch-UNet",
        reference="own.unet_bn_padded",
        architecture=UNet(image=256, colors=3, classes=1, padded=True, norm="batch"),
    ),
)
