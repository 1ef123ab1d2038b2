"""Attention as it was first: a small network scores each step against a query."""

from collections.abc import Mapping
from typing import ClassVar

from studio.catalogue.dense.linear import Linear
from studio.catalogue.functions.activation import Tanh
from studio.catalogue.functions.along_axis import Softmax
from studio.catalogue.meeting.merge import Add
from studio.catalogue.meeting.product import MatMul
from studio.catalogue.shape import Shape
from studio.catalogue.shaping.arrangement import Permute, Squeeze
from studio.fields import flag, integer
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.preset import Preset, preset


@preset("additive_attention", group="Attention", title="Additive Attention", aliases=("bahdanau",))
class AdditiveAttention(Preset):
    """Scores each step of a memory against a query by a small network (Bahdanau et al., 2014).

    Inputs are the query, 1 × features, and the memory, steps × features; then, if switched on, the
    bias of the scores, 1 × 1 × steps. 1 × features come out.
    """

    drives: ClassVar[Mapping[str, Mapping[str, str]]] = {
        "hidden": {
            "query_layer.out_features": "hidden",
            "memory_layer.out_features": "hidden",
        }
    }
    hidden: int = integer(
        default=256, high=1_000_000, hint="How many numbers a query and a step are compared by."
    )
    score_bias: bool = flag(
        default=False, hint="Add the numbers of one more wire to the scores, such as a mask."
    )

    def draw(self, *inputs: Shape) -> Graph:
        draft = Draft()
        query, memory = draft.input("query"), draft.input("memory")
        asked = draft.add("query_layer", Linear(out_features=self.hidden), query)
        offered = draft.add("memory_layer", Linear(out_features=self.hidden), memory)
        scores = draft.chain(
            draft.add("add", Add(), offered, asked),
            tanh=Tanh(),
            score=Linear(out_features=1),
            scores_in_a_row=Permute(dims=(0, 2, 1)),
        )
        if self.score_bias:
            bias = draft.add("bias_in_a_row", Squeeze(dim=1), draft.input("bias"))
            scores = draft.add("biased", Add(), scores, bias)
        shares = draft.add("softmax", Softmax(dim=-1), scores)
        draft.output("context", draft.add("context_sum", MatMul(), shares, memory))
        return draft.graph()
