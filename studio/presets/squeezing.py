"""How a network turns single channels up and down by what it sees in the whole picture."""

from collections.abc import Mapping

from studio.catalogue.functions.activation import Hardsigmoid, Sigmoid
from studio.catalogue.meeting.merge import Multiply
from studio.catalogue.shape import Shape
from studio.catalogue.windows.adaptive import AdaptiveAvgPool2d
from studio.catalogue.windows.convolution import Conv2d
from studio.fields import choice, integer
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.ingredients import ACTIVATIONS, activated, arriving, width_of
from studio.presets.preset import Preset, preset

GATES = {"sigmoid": Sigmoid(), "hardsigmoid": Hardsigmoid()}


@preset("squeeze_excite", group="Convolution", title="Squeeze and Excite", aliases=("se", "senet"))
class SqueezeExcite(Preset):
    """Weighs each channel by the mean of all: what matters in this picture gets louder."""

    channels: int | None = width_of("How many channels arrive; empty: those of the wire.")
    squeeze: int | None = integer(
        default=None,
        high=1_000_000,
        optional=True,
        hint="Channels in the middle of the gate; empty means a quarter of those that arrive.",
    )
    activation: str = activated()
    gate: str = choice(
        default="sigmoid",
        options=tuple(GATES),
        hint="What turns scores into weights from 0 to 1; hardsigmoid is cheap on phones.",
    )

    def driven(self, _graph: Graph) -> Mapping[str, Mapping[str, str]]:
        return {
            "squeeze": {"reduce.out_channels": "squeeze"},
            "channels": {"restore.out_channels": "channels"},
        }

    def draw(self, *inputs: Shape) -> Graph:
        channels = self.channels or arriving(inputs)
        draft = Draft()
        start = draft.input("input")
        reduce = Conv2d(out_channels=self.squeeze or max(1, channels // 4), kernel_size=1)
        last = draft.chain(start, pool=AdaptiveAvgPool2d(), reduce=reduce)
        act = ACTIVATIONS[self.activation]
        last = draft.add("act", act, last) if act else last
        restore = Conv2d(out_channels=channels, kernel_size=1)
        last = draft.chain(last, restore=restore, gate=GATES[self.gate])
        draft.output("output", draft.add("weigh", Multiply(), start, last))
        return draft.graph()
