"""The block that looks at a picture through windows of several sizes at once."""

from collections.abc import Mapping
from typing import Any

from studio.catalogue.layer import Layer
from studio.catalogue.meeting.merge import Concat
from studio.catalogue.shape import Shape
from studio.catalogue.windows.pooling import MaxPool2d
from studio.fields import integer
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.convolutional import ConvNormAct
from studio.presets.ingredients import activated, arriving, norm_eps, normed
from studio.presets.preset import Preset, preset

BRANCHES = {
    "filters_1x1": "branch_1x1",
    "reduce_3x3": "reduce_3x3",
    "filters_3x3": "branch_3x3",
    "reduce_5x5": "reduce_5x5",
    "filters_5x5": "branch_5x5",
    "filters_pool": "branch_pool",
}
"""Setting → the convolution whose filters it counts."""


def _filters(default: int, *, hint: str) -> Any:
    return integer(default=default, high=1_000_000, hint=hint)


@preset("inception_module", group="Convolution", title="Inception Module", aliases=("inception",))
class InceptionModule(Preset):
    """Looks through windows of several sizes side by side and lays what they find together."""

    filters_1x1: int = _filters(64, hint="How many filters of 1×1.")
    reduce_3x3: int = _filters(96, hint="How many channels 3×3 looks at.")
    filters_3x3: int = _filters(128, hint="How many filters of 3×3.")
    reduce_5x5: int = _filters(16, hint="How many channels 5×5 looks at.")
    filters_5x5: int = _filters(32, hint="How many filters of 5×5.")
    filters_pool: int = _filters(32, hint="How many filters behind the pooling.")
    widest: int = integer(
        default=5, high=1_000, hint="Side of the widest window: 5 as published, 3 in torchvision."
    )
    norm: str = normed()
    activation: str = activated()
    eps: float = norm_eps(1e-3)

    def driven(self, _graph: Graph) -> Mapping[str, Mapping[str, str]]:
        widths = {name: {f"{node}.width": name} for name, node in BRANCHES.items()}
        return widths | {"widest": {"branch_5x5.kernel_size": "widest"}}

    def draw(self, *inputs: Shape) -> Graph:
        arriving(inputs)
        draft = Draft()
        start = draft.input("input")
        ends = (
            draft.chain(start, branch_1x1=self._conv(self.filters_1x1)),
            draft.chain(
                start,
                reduce_3x3=self._conv(self.reduce_3x3),
                branch_3x3=self._conv(self.filters_3x3, 3),
            ),
            draft.chain(
                start,
                reduce_5x5=self._conv(self.reduce_5x5),
                branch_5x5=self._conv(self.filters_5x5, self.widest),
            ),
            draft.chain(
                start,
                pool=MaxPool2d(kernel_size=3, stride=1, padding=1, ceil_mode=True),
                branch_pool=self._conv(self.filters_pool),
            ),
        )
        draft.output("output", draft.add("concat", Concat(), *ends))
        return draft.graph()

    def _conv(self, width: int, kernel_size: int = 1) -> Layer:
        return ConvNormAct(
            width=width,
            kernel_size=kernel_size,
            norm=self.norm,
            activation=self.activation,
            eps=self.eps,
        ).block()
