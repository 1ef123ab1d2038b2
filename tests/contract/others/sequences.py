"""Networks for texts, sequences and several wires that the gallery does not have."""

from typing import Any

from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.transformer import DecoderLayer, EncoderLayer
from tests.contract.others.drawn import block, drawing, linear, of, preset, residual


def _read(draft: Draft, vocabulary: int, width: int, length: int) -> str:
    ids = draft.input("input_ids", length, dtype="int64")
    return draft.add("tokens", of("embedding", num_embeddings=vocabulary, embedding_dim=width), ids)


def _scored(draft: Draft, last: str, vocabulary: int, *, tied: bool) -> Graph:
    """Score all words, with the table they are looked up in or one of its own."""
    lent = {"weight": "tokens.weight"} if tied else {}
    draft.output("logits", draft.add("head", linear(vocabulary, bias=False), last, tied=lent))
    return draft.graph()


@drawing("hf.bloom-560m")
def bloom() -> Graph:
    draft = Draft()
    x = _read(draft, 250880, 1024, 2048)
    x = draft.add("tokens_norm", of("layer_norm"), x)
    far = draft.add("alibi", of("alibi", num_heads=16), x)
    layer = EncoderLayer(
        width=1024, heads=16, activation="gelu_tanh", causal=True, score_bias=True, dropout=0.0
    )
    x = draft.add("layers", layer.block(repeat=24), x, far)
    return _scored(draft, draft.add("norm", of("layer_norm"), x), 250880, tied=True)


@drawing("hf.pythia-160m")
def pythia() -> Graph:
    inside = Draft()
    start, turned = inside.input("input"), inside.input("positions")
    attention = of("attention", num_heads=12, causal=True, rotary="halves")
    normal = inside.add("norm1", of("layer_norm"), start)
    seen = inside.add("attention", attention, normal, turned)
    thought = inside.chain(start, norm2=of("layer_norm"), ff=preset("feed_forward", width=768))
    inside.output("output", inside.add("add", of("add"), start, seen, thought))
    draft = Draft()
    x = _read(draft, 50304, 768, 2048)
    angles = draft.add("positions", of("rotary_positions", dim=16), "input_ids")
    x = draft.add("layers", Block(graph=inside.graph(), repeat=12), x, angles)
    return _scored(draft, draft.add("norm", of("layer_norm"), x), 50304, tied=False)


@drawing("hf.mamba-130m")
def mamba() -> Graph:
    draft = Draft()
    norm = of("rms_norm", eps=1e-5)
    layer = residual(norm=norm, mixer=of("selective_ssm")).changed(repeat=24)
    x = draft.add("layers", layer, _read(draft, 50280, 768, 8))
    return _scored(draft, draft.add("norm", norm, x), 50280, tied=True)


@drawing("timm.gmlp_s16_224")
def gmlp() -> Graph:
    def part(draft: Draft, x: str) -> str:
        y = draft.chain(x, norm=of("layer_norm", eps=1e-6), expand=linear(1536), act=of("gelu"))
        kept = draft.add("split", of("split", dim=-1), y)
        turn = of("permute", dims=(0, 2, 1))
        gate = draft.chain(
            f"{kept}.1", gate_norm=of("layer_norm"), turn=turn, mix=linear(196), back=turn
        )
        y = draft.add("gated", of("multiply"), kept, gate)
        return draft.add("add", of("add"), x, draft.add("contract", linear(256), y))

    draft = Draft()
    x = draft.input("image", 3, 224, 224)
    x = draft.chain(
        x, patches=preset("patch_embedding", width=256), layers=block(part, 30),
        norm=of("layer_norm", eps=1e-6), mean=of("reduce", dim=(1,)), fc=linear(1000),
    )  # fmt: skip
    draft.output("scores", x)
    return draft.graph()


@drawing("timm.deit_base_distilled_patch16_224")
def distilled() -> Graph:
    draft = Draft()
    tokens = of("position_embedding", max_length=198, class_tokens=2)
    x = draft.chain(
        draft.input("image", 3, 224, 224),
        patches=preset("patch_embedding"),
        tokens=tokens,
        layers=EncoderLayer(width=768, heads=12, eps=1e-6).block(repeat=12),
        norm=of("layer_norm", eps=1e-6),
    )
    heads = [
        draft.chain(x, **{f"token{n}": of("select", dim=1, index=n), f"head{n}": linear(1000)})
        for n in range(2)
    ]
    draft.output("scores", draft.add("mean", of("scale", factor=0.5), _sum(draft, heads)))
    return draft.graph()


def _sum(draft: Draft, sources: list[str]) -> str:
    return draft.add("sum", of("add"), *sources)


def _tower(draft: Draft, side: str, start: str) -> str:
    """Add the layers of one side of SigLIP."""
    layer = EncoderLayer(
        width=768, heads=12, activation="gelu_tanh", eps=1e-6, projection="separate", dropout=0.0
    )
    layers = {side: layer.block(repeat=12), f"{side}_norm": of("layer_norm", eps=1e-6)}
    return draft.chain(start, **layers)


@drawing("hf.siglip-base-patch16-224")
def siglip() -> Graph:
    draft = Draft()
    places = {n: of("position_embedding", max_length=n, stored_ids=True) for n in (64, 196)}
    x = draft.add("text_places", places[64], _read(draft, 32000, 768, 64))
    x = _tower(draft, "text", x)
    text = draft.chain(x, last=of("select", dim=1, index=-1), text_head=linear(768))
    picture = draft.input("pixel_values", 3, 224, 224)
    y = draft.chain(picture, patches=preset("patch_embedding"), places=places[196])
    y = _tower(draft, "image", y)
    probe = draft.add("probe", of("parameter", axes=(1, 768)))
    seen = draft.add("pool", of("attention", num_heads=12), probe, y, y)
    thinking = preset("feed_forward", width=768, activation="gelu_tanh")
    thought = residual(norm=of("layer_norm", eps=1e-6), feed_forward=thinking)
    image = draft.chain(seen, thought=thought, pooled=of("select", dim=1, index=0))
    sides = [
        draft.add(f"{side}_embeds", of("l2_normalize"), last)
        for side, last in (("text", text), ("image", image))
    ]
    cosine = draft.add("cosine", of("cosine_similarity"), *sides)
    draft.output("logits", draft.add("logit_scale", of("logit_scale", bias=True), cosine))
    return draft.graph()


@drawing("own.torch_transformer")
def translation() -> Graph:
    draft = Draft()
    source, target = draft.input("source", 20, 128), draft.input("target", 12, 128)
    sizes: Any = {
        "width": 128,
        "heads": 4,
        "hidden": 512,
        "norm_place": "behind",
        "activation": "relu",
    }
    encoder = EncoderLayer(**sizes).block(repeat=3)
    memory = draft.chain(source, encoder=encoder, memory=of("layer_norm"))
    decoder = DecoderLayer(causal=False, **sizes).block(repeat=2)
    x = draft.add("decoder", decoder, target, memory)
    draft.output("scores", draft.chain(x, norm=of("layer_norm"), head=linear(11)))
    return draft.graph()


@drawing("own.bigru_state")
def started() -> Graph:
    draft = Draft()
    x, state = _read(draft, 5000, 64, 25), draft.input("state", 4, 96)
    reader = of("gru", hidden_size=96, num_layers=2, bidirectional=True, return_state=True)
    said = draft.add("reader", reader, x, state)
    draft.output("scores", draft.add("head", linear(9), said))
    draft.output("end", f"{said}.1")
    return draft.graph()


@drawing("own.mha_cross")
def crossing() -> Graph:
    draft = Draft()
    wires = [draft.input(n, *shape) for n, *shape in (("q", 10, 64), ("k", 12, 48), ("v", 12, 32))]
    attention = of("attention", num_heads=4, add_bias_kv=True, add_zero_attn=True)
    draft.output("found", draft.add("attention", attention, *wires))
    return draft.graph()


@drawing("own.video_decoder")
def video_decoder() -> Graph:
    start = {"wide": linear(256 * 32), "volume": of("reshape", target=(256, 2, 4, 4))}
    one = of("conv_transpose3d", out_channels=128, kernel_size=4, stride=2, padding=1, bias=False)
    two = of(
        "conv_transpose3d", out_channels=64, kernel_size=(3, 4, 4), stride=(1, 2, 2), padding=1,
        groups=4,
    )  # fmt: skip
    three = of(
        "conv_transpose3d", out_channels=3, kernel_size=3, stride=2, padding=1, output_padding=1
    )
    draft = Draft()
    x = draft.chain(draft.input("code", 128), **start)
    x = draft.chain(x, one=one, norm1=of("batch_norm3d"), act1=of("relu"))
    x = draft.chain(x, two=two, norm2=of("group_norm", num_groups=8), act2=of("silu"))
    draft.output("clip", draft.chain(x, three=three, bent=of("tanh")))
    return draft.graph()
