"""CLIP: pictures and texts as arrows in one space, so that what belongs together points alike."""

from studio.catalogue.dense.linear import Linear
from studio.catalogue.meeting.product import CosineSimilarity, LogitScale
from studio.catalogue.normalizing.scaling import L2Normalize
from studio.catalogue.sequences.position import ClassToken, PositionEmbedding
from studio.catalogue.shaping.arrangement import Flatten, Permute
from studio.catalogue.shaping.reduction import Select
from studio.catalogue.shaping.splitting import SelectToken
from studio.catalogue.windows.convolution import Conv2d
from studio.errors import SettingError
from studio.fields import integer
from studio.gallery import language
from studio.gallery.architecture import Architecture, Entry, architecture, publish
from studio.gallery.areas import PICTURES_AND_TEXT
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.joining import normalization
from studio.presets.transformer import EncoderLayer
from studio.wording import _, marked


@architecture("clip")
class CLIP(Architecture):
    """A tower for texts and one for pictures, each with a last layer into the common space."""

    vocabulary: int = language.vocabulary(49408)
    length: int = language.length(77)
    positions: int = language.positions(77)
    width: int = integer(
        default=512, high=1_000_000, hint="How many features describe each step of a text."
    )
    layers: int = language.layers(12, "How many layers the tower for texts has.")
    heads: int | None = language.heads()
    hidden: int | None = language.hidden()
    end_token: int | None = integer(
        default=None,
        low=0,
        high=100_000_000,
        optional=True,
        hint="The id that ends a text; empty means the largest that it has.",
    )
    image_size: int = integer(
        default=224, high=100_000, hint="Height and width of the pictures that come in."
    )
    channels: int = integer(default=3, high=10_000, hint="Channels of the pictures: 3 for color.")
    patch_size: int = integer(
        default=32, high=10_000, hint="Height and width of the pieces that become one step each."
    )
    image_width: int = integer(
        default=768, high=1_000_000, hint="How many features describe each piece of a picture."
    )
    image_layers: int = language.layers(12, "How many layers the tower for pictures has.")
    image_heads: int | None = language.heads()
    image_hidden: int | None = language.hidden()
    features: int = integer(default=512, high=1_000_000, hint="How many axes the common space has.")
    activation: str = language.activation("quick_gelu")
    eps: float = language.eps(1e-5)

    def graph(self) -> Graph:
        draft = Draft()
        draft.input("input_ids", self.length, dtype="int64")
        draft.input("pixel_values", self.channels, self.image_size, self.image_size)
        draft.block("text_tower", self._text(), "input_ids")
        draft.block("image_tower", self._image(), "pixel_values")
        for side, pooled in (("text", "text_tower.1"), ("image", "image_tower")):
            projected = Linear(out_features=self.features, bias=False)
            place = draft.add(f"{side}_projection", projected, pooled)
            draft.add(f"{side}_direction", L2Normalize(), place)
        cosine = draft.add("cosine", CosineSimilarity(), "image_direction", "text_direction")
        per_image = draft.add("logit_scale", LogitScale(), cosine)
        per_text = draft.add("turned", Permute(dims=(1, 0)), per_image)
        draft.output("logits_per_image", per_image)
        draft.output("logits_per_text", per_text)
        draft.output("text_embeds", "text_direction")
        draft.output("image_embeds", "image_direction")
        draft.output("last_hidden_state", "text_tower")
        draft.output("pooler_output", "text_projection")
        return draft.graph()

    def _text(self) -> Graph:
        """Return the tower for texts: features of all steps, and of the text."""
        draft = Draft()
        last = draft.chain(
            draft.input("input_ids"),
            tokens=language.words(self.vocabulary, self.width),
            positions=PositionEmbedding(max_length=self.positions, stored_ids=True),
        )
        layer = self._layer(self.width, self.heads, self.hidden, causal=True)
        last = draft.chain(
            last, layers=layer.block(repeat=self.layers), norm=normalization("layer", self.eps)
        )
        end = SelectToken()
        if self.end_token is not None:
            end = SelectToken(mode="first_of", token=self.end_token)
        draft.output("last_hidden_state", last)
        draft.output("pooled", draft.add("end", end, last, "input_ids"))
        return draft.graph()

    def _image(self) -> Graph:
        """Return the tower for pictures: features of the picture."""
        if self.image_size < self.patch_size:
            raise SettingError(
                _("Pieces of {patch} do not fit into a picture of {image}.").format(
                    patch=self.patch_size, image=self.image_size
                )
            )
        pieces = (self.image_size // self.patch_size) ** 2
        patch = Conv2d(
            out_channels=self.image_width,
            kernel_size=self.patch_size,
            stride=self.patch_size,
            bias=False,
        )
        layer = self._layer(self.image_width, self.image_heads, self.image_hidden)
        draft = Draft()
        last = draft.chain(
            draft.input("pixel_values"),
            patches=patch,
            flatten=Flatten(start_dim=2),
            steps=Permute(dims=(0, 2, 1)),
            class_token=ClassToken(),
            positions=PositionEmbedding(max_length=pieces + 1, stored_ids=True),
            norm=normalization("layer", self.eps),
            layers=layer.block(repeat=self.image_layers),
            first=Select(dim=1, index=0),
            pooled_norm=normalization("layer", self.eps),
        )
        draft.output("pooled", last)
        return draft.graph()

    def _layer(
        self, width: int, heads: int | None, hidden: int | None, *, causal: bool = False
    ) -> EncoderLayer:
        return EncoderLayer(
            width=width,
            heads=heads or language.heads_of(width),
            hidden=hidden,
            activation=self.activation,
            eps=self.eps,
            dropout=0.0,
            projection="separate",
            causal=causal,
        )


publish(
    Entry(
        "clip-vit-b32",
        "CLIP ViT-B/32",
        PICTURES_AND_TEXT,
        marked("Texts found beside pictures teach to recognize what nobody ever labeled."),
        2021,
        "arXiv:2103.00020",
        "hf.clip-vit-base-patch32",
        CLIP(),
    ),
    Entry(
        "clip-vit-l14",
        "CLIP ViT-L/14",
        PICTURES_AND_TEXT,
        marked("Smaller pieces and a wider tower: the eyes of many later picture generators."),
        2021,
        "arXiv:2103.00020",
        "hf.clip-vit-large-patch14",
        CLIP(
            width=768,
            image_width=1024,
            image_layers=24,
            patch_size=14,
            features=768,
        ),
    ),
)
