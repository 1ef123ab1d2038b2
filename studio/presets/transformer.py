"""Whole layers of transformers: attention and feed-forward, each with a way past it."""

from typing import ClassVar

from studio.fields import flag
from studio.graph.draft import Draft
from studio.presets.joining import Part
from studio.presets.layering import TransformerLayer, driven_inside
from studio.presets.preset import preset


@preset(
    "encoder_layer",
    group="Attention",
    title="Transformer Layer",
    aliases=("transformer", "transformer_encoder_layer", "transformer_block"),
)
class EncoderLayer(TransformerLayer):
    """Lets steps look at each other, then thinks about each: the layer of BERT, ViT and GPT.

    Inputs are the steps; then, if switched on, the angles of positions and the bias of the scores.
    """

    drives: ClassVar = driven_inside("attention")

    def _looking(self, draft: Draft) -> tuple[Part, ...]:
        return (Part("attention", self._itself(), self._extras(draft)),)


@preset(
    "decoder_layer",
    group="Attention",
    title="Transformer Decoder Layer",
    aliases=("transformer_decoder", "transformer_decoder_layer", "cross_attention_layer"),
)
class DecoderLayer(TransformerLayer):
    """Looks at the steps written so far, then at a memory, and thinks: for translation, captions.

    Inputs are the steps and the memory; then, if switched on, the angles of positions, the bias of
    the scores, and the bias of the scores against the memory.
    """

    drives: ClassVar = driven_inside("attention", "cross_attention")
    causal: bool = flag(
        default=True, hint="Hide later steps, as for a text that is written word by word."
    )
    memory_bias: bool = flag(
        default=False, hint="Add the numbers of one more wire to the scores against the memory."
    )

    def _looking(self, draft: Draft) -> tuple[Part, ...]:
        memory = draft.input("memory")
        extras = self._extras(draft)
        also = (memory, draft.input("memory_bias")) if self.memory_bias else (memory,)
        cross = self._attention().changed(score_bias=self.memory_bias)
        return (
            Part("attention", self._itself(), extras),
            Part("cross_attention", cross, also),
        )
