"""The block that brought convolutions up to what transformers had taught."""

from collections.abc import Mapping

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import GELU
from studio.catalogue.functions.regularization import DropPath
from studio.catalogue.meeting.merge import Add
from studio.catalogue.normalizing.normalization import LayerNorm
from studio.catalogue.normalizing.scaling import LayerScale
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.arrangement import Permute
from studio.catalogue.windows.convolution import Conv2d
from studio.fields import integer, number
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.ingredients import arriving, kernel_of, norm_eps, skipping, width_of
from studio.presets.preset import Preset, preset


@preset("convnext_block", group="Convolution", title="ConvNeXt Block", aliases=("convnext",))
class ConvNextBlock(Preset):
    """Looks far with a wide depthwise filter, then thinks at each place like a transformer."""

    width: int | None = width_of("How many channels arrive and come out; empty: those of the wire.")
    kernel_size: int = kernel_of(7)
    expand: int = integer(
        default=4, high=1_000, hint="How many times more features there are between the linears."
    )
    layer_scale: float | None = number(
        default=1e-6,
        low=0.0,
        high=100.0,
        optional=True,
        hint="What the learned scale of the branch starts at; empty leaves the scale out.",
    )
    drop_path: float = skipping()
    eps: float = norm_eps(1e-6)

    def driven(self, _graph: Graph) -> Mapping[str, Mapping[str, str]]:
        return {
            "width": {
                "depthwise.out_channels": "width",
                "depthwise.groups": "width",
                "expand.out_features": f"{self.expand} * width",
                "contract.out_features": "width",
            },
            "kernel_size": {
                "depthwise.kernel_size": "kernel_size",
                "depthwise.padding": "kernel_size // 2",
            },
            "layer_scale": {"layer_scale.init": "layer_scale"},
            "drop_path": {"drop_path.p": "drop_path"},
        }

    def draw(self, *inputs: Shape) -> Graph:
        width = self.width or arriving(inputs)
        draft = Draft()
        start = draft.input("input")
        last = draft.chain(
            start,
            depthwise=Conv2d(
                out_channels=width,
                kernel_size=self.kernel_size,
                padding=self.kernel_size // 2,
                groups=width,
            ),
            channels_last=Permute(dims=(0, 2, 3, 1)),
            norm=LayerNorm(eps=self.eps),
            expand=Linear(out_features=self.expand * width),
            act=GELU(),
            contract=Linear(out_features=width),
            channels_first=Permute(dims=(0, 3, 1, 2)),
        )
        if self.layer_scale is not None:
            last = draft.add("layer_scale", LayerScale(init=self.layer_scale, dim=1), last)
        if self.drop_path:
            last = draft.add("drop_path", DropPath(p=self.drop_path), last)
        draft.output("output", draft.add("add", Add(), start, last))
        return draft.graph()
