"""The block of Swin: attention inside windows of a picture, then a feed-forward part."""

from collections.abc import Mapping
from typing import ClassVar

from studio.catalogue.attention.windowed import WindowAttention
from studio.catalogue.functions.regularization import DropPath
from studio.catalogue.meeting.merge import Add
from studio.catalogue.normalizing.normalization import LayerNorm
from studio.catalogue.shape import Shape
from studio.fields import integer, number
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.feed_forward import FeedForward
from studio.presets.preset import Preset, preset


@preset("swin_block", group="Attention", title="Swin Block", aliases=("window_block",))
class SwinBlock(Preset):
    """Lets places look around in windows of a height × width × channels map, then thinks (Swin)."""

    drives: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "heads": {"attention.num_heads": "heads"},
        "window": {"attention.window": "window"},
        "shift": {"attention.shift": "shift"},
        "hidden": {"feed_forward.hidden": "hidden"},
        "drop_path": {"drop_path_1.p": "drop_path", "drop_path_2.p": "drop_path"},
    }
    heads: int = integer(
        default=3, high=10_000, hint="How many views are taken; must divide the channels."
    )
    window: int = integer(default=7, high=64, hint="How many places high and wide a window is.")
    shift: int = integer(
        default=0, low=0, high=63, hint="How far windows are moved; half a window mixes neighbors."
    )
    hidden: int | None = integer(
        default=None,
        high=10_000_000,
        optional=True,
        hint="Features inside the feed-forward part; empty means four times as many as outside.",
    )
    eps: float = number(
        default=1e-5, low=1e-12, high=1.0, hint="Keeps normalization from dividing by zero."
    )
    drop_path: float = number(
        default=0.0, low=0.0, high=1.0, hint="How often a whole part is skipped while training."
    )

    def draw(self, *inputs: Shape) -> Graph:
        channels = inputs[0].floats().axes("height width channels")[-1] if inputs else 96
        draft = Draft()
        start = draft.input("map")
        attention = WindowAttention(num_heads=self.heads, window=self.window, shift=self.shift)
        seen = draft.chain(start, norm_1=LayerNorm(eps=self.eps), attention=attention)
        middle = draft.add("add_1", Add(), start, self._skipping(draft, 1, seen))
        thought = draft.chain(
            middle,
            norm_2=LayerNorm(eps=self.eps),
            feed_forward=FeedForward(width=channels, hidden=self.hidden).block(),
        )
        draft.output("output", draft.add("add_2", Add(), middle, self._skipping(draft, 2, thought)))
        return draft.graph()

    def _skipping(self, draft: Draft, number: int, source: str) -> str:
        return draft.add(f"drop_path_{number}", DropPath(p=self.drop_path), source)
