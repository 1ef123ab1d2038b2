"""How the parts of a transformer layer are joined with what flows past them."""

from dataclasses import dataclass
from typing import NamedTuple

from studio.catalogue.functions.regularization import Dropout, DropPath
from studio.catalogue.layer import Layer
from studio.catalogue.meeting.merge import Add
from studio.catalogue.normalizing.normalization import LayerNorm, RMSNorm
from studio.catalogue.normalizing.scaling import LayerScale
from studio.graph.draft import Draft

NORMS = ("layer", "rms", "offset_rms")
PLACES = ("before", "behind", "parallel")


def normalization(kind: str, eps: float, *, bias: bool = True) -> Layer:
    """Return the normalization that one of `NORMS` stands for.

    Only “layer” can have a bias; “offset_rms” learns how far its scale is from 1, as Gemma does.
    """
    if kind == "layer":
        return LayerNorm(eps=eps, bias=bias)
    return RMSNorm(eps=eps, offset=kind == "offset_rms")


class Part(NamedTuple):
    """A part of a transformer layer, such as its attention."""

    name: str
    layer: Layer
    also: tuple[str, ...] = ()
    """What it reads besides the steps that flow by."""


@dataclass(frozen=True)
class Joining:
    """What surrounds each part; nodes are numbered in the order of the parts."""

    norm: Layer
    place: str
    """One of `PLACES`: where the normalization is; “parallel” parts share a single one."""
    dropout: float = 0.0
    drop_path: float = 0.0
    layer_scale: float | None = None

    def through(self, draft: Draft, source: str, parts: tuple[Part, ...]) -> str:
        """Add all parts, one after the other or side by side; return what flows on."""
        if self.place == "parallel":
            return self._beside(draft, source, parts)
        for number, part in enumerate(parts, start=1):
            source = self._around(draft, number, source, part)
        return source

    def _around(self, draft: Draft, number: int, source: str, part: Part) -> str:
        inward = source
        if self.place == "before":
            inward = draft.add(f"norm_{number}", self.norm, source)
        joined = draft.add(
            f"add_{number}", Add(), source, self._branch(draft, number, inward, part)
        )
        if self.place == "behind":
            joined = draft.add(f"norm_{number}", self.norm, joined)
        return joined

    def _beside(self, draft: Draft, source: str, parts: tuple[Part, ...]) -> str:
        inward = draft.add("norm_1", self.norm, source)
        branches = [
            self._branch(draft, number, inward, part) for number, part in enumerate(parts, start=1)
        ]
        return draft.add("add_1", Add(), source, *branches)

    def _branch(self, draft: Draft, number: int, inward: str, part: Part) -> str:
        """Add a part and what scales or silences it, if anything does."""
        found = draft.add(part.name, part.layer, inward, *part.also)
        if self.dropout:
            found = draft.add(f"dropout_{number}", Dropout(p=self.dropout), found)
        if self.layer_scale is not None:
            found = draft.add(f"layer_scale_{number}", LayerScale(init=self.layer_scale), found)
        if self.drop_path:
            found = draft.add(f"drop_path_{number}", DropPath(p=self.drop_path), found)
        return found
