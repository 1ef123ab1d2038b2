"""MLP-Mixer: pictures classified by linear layers alone."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.normalizing.normalization import LayerNorm
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.reduction import Reduce
from studio.fields import integer
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import PICTURES
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.mixing import MixerBlock
from studio.presets.patches import PatchEmbedding
from studio.wording import marked


@architecture("mixer")
class Mixer(Architecture):
    """Patches that are mixed with each other and within themselves, over and over."""

    image: int = integer(default=224, high=10_000, hint="Height and width of the pictures.")
    patch: int = integer(default=16, high=1_000, hint="Side of a patch, in pixels.")
    width: int = integer(default=768, high=1_000_000, hint="How many features describe a patch.")
    layers: int = integer(default=12, high=10_000, hint="How many blocks follow each other.")
    token_hidden: int = integer(
        default=384, high=10_000_000, hint="Features inside the part that mixes the patches."
    )
    channel_hidden: int = integer(
        default=3072, high=10_000_000, hint="Features inside the part that mixes the features."
    )
    classes: int = integer(default=1000, high=1_000_000, hint="How many classes there are.")

    def graph(self) -> Graph:
        draft = Draft()
        steps = Shape((self.image // self.patch) ** 2, self.width)
        block = MixerBlock(token_hidden=self.token_hidden, channel_hidden=self.channel_hidden)
        last = draft.chain(
            draft.input("image", 3, self.image, self.image),
            patches=PatchEmbedding(patch=self.patch, width=self.width).block(),
            blocks=block.block(steps, repeat=self.layers),
            norm=LayerNorm(eps=1e-6),
            mean=Reduce(dim=(1,)),
            head=Linear(out_features=self.classes),
        )
        draft.output("scores", last)
        return draft.graph()


publish(
    Entry(
        "mixer-b-16",
        "MLP-Mixer-B/16",
        PICTURES,
        marked("Neither convolution nor attention is needed: mixing patches linearly goes far."),
        2021,
        "arXiv:2105.01601",
        "timm.mixer_b16_224",
        Mixer(),
    )
)
