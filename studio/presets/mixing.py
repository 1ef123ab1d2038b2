"""The block of MLP-Mixer: one network mixes the patches, another the features of each."""

from collections.abc import Mapping
from typing import ClassVar

from studio.catalogue.functions.regularization import DropPath
from studio.catalogue.meeting.merge import Add
from studio.catalogue.normalizing.normalization import LayerNorm
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.arrangement import Permute
from studio.fields import integer, number
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.feed_forward import FeedForward
from studio.presets.preset import Preset, preset

_USUAL = (196, 768)


@preset("mixer_block", group="Attention", title="Mixer Block", aliases=("mlp_mixer",))
class MixerBlock(Preset):
    """Mixes steps with each other, then features, with nothing but linear layers (MLP-Mixer)."""

    drives: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "token_hidden": {"tokens.hidden": "token_hidden"},
        "channel_hidden": {"channels.hidden": "channel_hidden"},
        "drop_path": {"drop_path_1.p": "drop_path", "drop_path_2.p": "drop_path"},
    }
    token_hidden: int = integer(
        default=384, high=10_000_000, hint="Features inside the part that mixes the steps."
    )
    channel_hidden: int = integer(
        default=3072, high=10_000_000, hint="Features inside the part that mixes the features."
    )
    eps: float = number(
        default=1e-6, low=1e-12, high=1.0, hint="Keeps normalization from dividing by zero."
    )
    drop_path: float = number(
        default=0.0, low=0.0, high=1.0, hint="How often a whole part is skipped while training."
    )

    def draw(self, *inputs: Shape) -> Graph:
        steps, features = inputs[0].floats().axes("steps features") if inputs else _USUAL
        draft = Draft()
        start = draft.input("input")
        mixed = draft.chain(
            start,
            norm_1=LayerNorm(eps=self.eps),
            features_first=Permute(dims=(0, 2, 1)),
            tokens=FeedForward(width=steps, hidden=self.token_hidden).block(),
            features_last=Permute(dims=(0, 2, 1)),
        )
        middle = draft.add("add_1", Add(), start, self._skipping(draft, 1, mixed))
        mixed = draft.chain(
            middle,
            norm_2=LayerNorm(eps=self.eps),
            channels=FeedForward(width=features, hidden=self.channel_hidden).block(),
        )
        last = draft.add("add_2", Add(), middle, self._skipping(draft, 2, mixed))
        draft.output("output", last)
        return draft.graph()

    def _skipping(self, draft: Draft, number: int, source: str) -> str:
        if not self.drop_path:
            return source
        return draft.add(f"drop_path_{number}", DropPath(p=self.drop_path), source)
