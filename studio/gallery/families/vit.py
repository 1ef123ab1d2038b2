"""Vision Transformers: a picture read as a sentence of patches."""

from typing import Any

from studio.catalogue.dense.linear import Linear
from studio.catalogue.normalizing.normalization import LayerNorm
from studio.catalogue.sequences.position import ClassToken, PositionEmbedding
from studio.catalogue.shaping.reduction import Select
from studio.fields import flag, integer, number
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.patches import PatchEmbedding
from studio.presets.transformer import EncoderLayer
from studio.wording import marked


@architecture("vit")
class VisionTransformer(Architecture):
    """Patches, a class token, transformer layers, and an answer read off the class token."""

    image: int = integer(default=224, high=10_000, hint="Height and width of the pictures.")
    channels: int = integer(default=3, high=10_000, hint="How many channels the pictures have.")
    patch: int = integer(default=16, high=1_000, hint="Side of a patch, in pixels.")
    width: int = integer(default=768, high=1_000_000, hint="How many features describe a patch.")
    layers: int = integer(default=12, high=10_000, hint="How many transformer layers follow.")
    heads: int = integer(default=12, high=10_000, hint="How many views attention takes.")
    hidden: int | None = integer(
        default=None,
        high=10_000_000,
        optional=True,
        hint="Features inside the feed-forward part; empty means four times as many as outside.",
    )
    classes: int = integer(default=1000, high=1_000_000, hint="How many classes there are.")
    dropout: float = number(
        default=0.0, low=0.0, high=1.0, hint="Share of values silenced while training."
    )
    joint_tokens: bool = flag(
        default=False, hint="Hold class token and positions in one layer, as timm does."
    )

    def graph(self) -> Graph:
        draft = Draft()
        picture = draft.input("image", self.channels, self.image, self.image)
        patches = PatchEmbedding(patch=self.patch, width=self.width).block()
        last = draft.chain(picture, patches=patches, **self._tokens())
        layer = EncoderLayer(
            width=self.width,
            heads=self.heads,
            hidden=self.hidden,
            eps=1e-6,
            dropout=self.dropout,
        )
        last = draft.chain(
            last,
            layers=layer.block(repeat=self.layers),
            norm=LayerNorm(eps=1e-6),
            class_vector=Select(dim=1, index=0),
            head=Linear(out_features=self.classes),
        )
        draft.output("scores", last)
        return draft.graph()

    def _tokens(self) -> dict[str, Any]:
        places = (self.image // self.patch) ** 2 + 1
        if self.joint_tokens:
            return {"tokens": PositionEmbedding(max_length=places, class_tokens=1)}
        return {"class_token": ClassToken(), "positions": PositionEmbedding(max_length=places)}


def _entry(size: str, about: str, reference: str, shape: VisionTransformer) -> Entry:
    name, title = f"vit-{size.lower()}-{shape.patch}", f"ViT-{size}/{shape.patch}"
    return Entry(name, title, PICTURES, about, 2020, "arXiv:2010.11929", reference, shape)


publish(
    _entry(
        "Tiny",
        marked("A transformer for pictures can be as small as a phone's convolutional network."),
        "timm.vit_tiny_patch16_224",
        VisionTransformer(width=192, heads=3, joint_tokens=True),
    ),
    _entry(
        "Small",
        marked("Half the width of the base model is enough when training data are augmented well."),
        "timm.vit_small_patch16_224",
        VisionTransformer(width=384, heads=6, joint_tokens=True),
    ),
    _entry(
        "B",
        marked("Pictures need no convolutions: patches read like words do as well, given data."),
        "tv.vit_b_16",
        VisionTransformer(),
    ),
)
