"""How pictures become sequences of patches, and how patches are merged."""

from collections.abc import Mapping
from typing import Any, ClassVar

from studio.catalogue.dense.linear import Linear
from studio.catalogue.normalizing.normalization import LayerNorm
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.arrangement import Flatten, Permute
from studio.catalogue.shaping.patches import PatchGather
from studio.catalogue.windows.convolution import Conv2d
from studio.fields import flag, integer, number
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.preset import Preset, preset


@preset(
    "patch_embedding", group="Embedding", title="Patch Embedding", aliases=("patches", "patchify")
)
class PatchEmbedding(Preset):
    """Cuts a picture into square patches and describes each by a vector: steps of a sequence."""

    drives: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "patch": {"project.kernel_size": "patch", "project.stride": "patch"},
        "width": {"project.out_channels": "width"},
    }
    patch: int = integer(default=16, high=10_000, hint="Side of a patch, in pixels.")
    width: int = integer(default=768, high=1_000_000, hint="How many features describe a patch.")
    bias: bool = flag(default=True, hint="Learn offsets in the projection.")
    norm: bool = flag(default=False, hint="Normalize the vector of each patch.")
    eps: float = number(
        default=1e-5, low=1e-12, high=1.0, hint="Keeps normalization from dividing by zero."
    )

    def draw(self, *inputs: Shape) -> Graph:
        if inputs:
            inputs[0].floats().axes("channels height width")
        draft = Draft()
        size: dict[str, Any] = {"kernel_size": self.patch, "stride": self.patch}
        last = draft.chain(
            draft.input("picture"),
            project=Conv2d(out_channels=self.width, bias=self.bias, **size),
            steps=Flatten(start_dim=2),
            features_last=Permute(dims=(0, 2, 1)),
        )
        if self.norm:
            last = draft.add("norm", LayerNorm(eps=self.eps), last)
        draft.output("patches", last)
        return draft.graph()


@preset("patch_merging", group="Embedding", title="Patch Merging", aliases=("merge_patches",))
class PatchMerging(Preset):
    """Joins each 2 × 2 neighbors of a height × width × channels map into one with more channels."""

    drives: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "width": {"reduce.out_features": "width"},
    }
    width: int | None = integer(
        default=None,
        high=1_000_000,
        optional=True,
        hint="Channels that come out; empty means twice as many as arrive.",
    )
    eps: float = number(
        default=1e-5, low=1e-12, high=1.0, hint="Keeps normalization from dividing by zero."
    )

    def draw(self, *inputs: Shape) -> Graph:
        channels = inputs[0].floats().axes("height width channels")[-1] if inputs else 96
        draft = Draft()
        last = draft.chain(
            draft.input("map"),
            gather=PatchGather(),
            norm=LayerNorm(eps=self.eps),
            reduce=Linear(out_features=self.width or 2 * channels, bias=False),
        )
        draft.output("merged", last)
        return draft.graph()
