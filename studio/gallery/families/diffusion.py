"""Diffusion networks: a U-Net that sees a noisy picture and says what the noise is."""

from studio.catalogue.functions.activation import SiLU
from studio.catalogue.inputs import Input
from studio.catalogue.meeting.merge import Concat
from studio.catalogue.normalizing.normalization import GroupNorm
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.resizing import Pad, Upsample
from studio.catalogue.windows.convolution import Conv2d
from studio.fields import integer, integers, number
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import GENERATING
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.diffusing import PictureAttention, TimeResidual, TimestepEmbedding
from studio.wording import marked


@architecture("ddpm")
class DiffusionUNet(Architecture):
    """Levels that halve the picture and levels that double it again, all told the time step."""

    image: int = integer(default=32, high=10_000, hint="Height and width of the pictures.")
    channels: int = integer(default=3, high=10_000, hint="How many channels the pictures have.")
    widths: tuple[int, ...] = integers(
        default=(128, 256, 256, 256),
        low=1,
        high=1_000_000,
        filled=True,
        hint="Channels of each level.",
    )
    attention: tuple[int, ...] = integers(
        default=(2,), low=1, high=100, hint="Levels with attention, counted from 1."
    )
    blocks: int = integer(
        default=2, high=100, hint="Residual blocks of each level on the way down."
    )
    heads: int = integer(default=1, high=1_000, hint="How many views attention takes.")
    dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of values silenced while training."
    )

    def graph(self) -> Graph:
        draft = Draft()
        picture = draft.input("image", self.channels, self.image, self.image)
        time = draft.add("time", Input(sample=()))
        embedding = TimestepEmbedding(width=self.widths[0], hidden=4 * self.widths[0])
        told = draft.add("time_embedding", embedding.block(), time)
        first = Conv2d(out_channels=self.widths[0], kernel_size=3, padding=1)
        last = draft.add("conv_in", first, picture)
        skips = [(last, self.widths[0])]
        for level in range(len(self.widths)):
            last = self._down(draft, level, last, told, skips)
        last = draft.block("middle", self._middle(), last, told)
        for level in reversed(range(len(self.widths))):
            last = self._up(draft, level, last, told, skips)
        last = draft.chain(
            last,
            norm=GroupNorm(num_groups=32, eps=1e-6),
            silu=SiLU(),
            conv_out=Conv2d(out_channels=self.channels, kernel_size=3, padding=1),
        )
        draft.output("noise", last)
        return draft.graph()

    def _side(self, level: int) -> int:
        side = self.image
        for _level in range(level):
            side = -(-side // 2)
        return side

    def _part(self, draft: Draft, place: int, level: int, arrives: int, *wires: str) -> str:
        """Add a residual block and, where the level has it, attention; `arrives` are channels."""
        width, side = self.widths[level], self._side(level)
        residual = TimeResidual(width=width, dropout=self.dropout)
        shape = Shape(arrives, side, side)
        made = draft.add(f"residual_{place}", residual.block(shape), *wires)
        if level + 1 not in self.attention:
            return made
        looking = PictureAttention(heads=self.heads).block(Shape(width, side, side))
        return draft.add(f"attention_{place}", looking, made)

    def _down(
        self, draft: Draft, level: int, last: str, told: str, skips: list[tuple[str, int]]
    ) -> str:
        """Add a level of the way down; its outputs are the picture, then what the way up reads."""
        inner, name, width = Draft(), f"down_{level + 1}", self.widths[level]
        made, time = inner.input("picture"), inner.input("time")
        arrives, kept = skips[-1][1], list[str]()
        for place in range(1, self.blocks + 1):
            made = self._part(inner, place, level, arrives, made, time)
            arrives = width
            kept.append(made)
        if level + 1 < len(self.widths):
            halved = Conv2d(out_channels=width, kernel_size=3, stride=2)
            made = inner.chain(made, pad=Pad(pad=(0, 1, 0, 1)), halve=halved)
            kept.append(made)
        inner.output("output", made)
        for place, skip in enumerate(kept[: self.blocks], start=1):
            inner.output(f"skip_{place}", skip)
        draft.block(name, inner.graph(), last, told)
        outputs = [f"{name}.{place}" for place in range(1, self.blocks + 1)]
        skips.extend((wire, width) for wire in (*outputs, name)[: len(kept)])
        return name

    def _middle(self) -> Graph:
        level = len(self.widths) - 1
        width, side = self.widths[level], self._side(level)
        shape = Shape(width, side, side)
        inner = Draft()
        picture, time = inner.input("picture"), inner.input("time")
        residual = TimeResidual(width=width, dropout=self.dropout)
        made = inner.add("residual_1", residual.block(shape), picture, time)
        made = inner.add("attention", PictureAttention(heads=self.heads).block(shape), made)
        inner.output("output", inner.add("residual_2", residual.block(shape), made, time))
        return inner.graph()

    def _up(
        self, draft: Draft, level: int, last: str, told: str, skips: list[tuple[str, int]]
    ) -> str:
        """Add a level of the way up; each residual block also reads what the way down kept."""
        inner, name, width = Draft(), f"up_{level + 1}", self.widths[level]
        made, time = inner.input("picture"), inner.input("time")
        arrives = self.widths[min(level + 1, len(self.widths) - 1)]
        taken = [skips.pop() for _block in range(self.blocks + 1)]
        for place, (_wire, channels) in enumerate(taken, start=1):
            skip = inner.input(f"skip_{place}")
            both = inner.add(f"concat_{place}", Concat(dim=1), made, skip)
            made = self._part(inner, place, level, arrives + channels, both, time)
            arrives = width
        if level:
            conv = Conv2d(out_channels=width, kernel_size=3, padding=1)
            made = inner.chain(made, double=Upsample(scale_factor=2), conv=conv)
        inner.output("output", made)
        draft.block(name, inner.graph(), last, told, *(wire for wire, _channels in taken))
        return name


publish(
    Entry(
        "ddpm-cifar10",
        "DDPM U-Net",
        GENERATING,
        marked("Taking noise away step by step makes pictures: the beginning of image generators."),
        2020,
        "arXiv:2006.11239",
        "diffusers.ddpm_cifar10",
        DiffusionUNet(),
    )
)
