"""Networks for pictures and clips that the gallery does not have."""

from studio.catalogue.layer import Layer
from studio.catalogue.shape import Shape
from studio.graph.block import Block
from studio.graph.draft import Draft
from studio.graph.model import Graph
from studio.presets.inverted import InvertedResidual
from studio.presets.stage import stage
from tests.contract.others.drawn import (
    block,
    classified,
    conv,
    drawing,
    linear,
    normed,
    of,
    preset,
    residual,
)


def _fire(squeeze: int, expand: int) -> Block:
    def part(draft: Draft, x: str) -> str:
        x = draft.chain(x, squeeze=conv(squeeze, 1), act=of("relu"))
        one = draft.chain(x, expand1=conv(expand, 1), act1=of("relu"))
        three = draft.chain(x, expand3=conv(expand, 3, padding=1), act3=of("relu"))
        return draft.add("cat", of("concat"), one, three)

    return block(part)


@drawing("tv.squeezenet1_1")
def squeezenet() -> Graph:
    draft = Draft()
    shrink = of("max_pool2d", kernel_size=3, stride=2, ceil_mode=True)
    x = draft.chain(draft.input("image", 3, 224, 224), conv=conv(64, 3, 2), act=of("relu"))
    fires = (None, (16, 64), (16, 64), None, (32, 128), (32, 128), None,
             (48, 192), (48, 192), (64, 256), (64, 256))  # fmt: skip
    for number, sizes in enumerate(fires):
        x = draft.add(f"step{number}", _fire(*sizes) if sizes else shrink, x)
    x = draft.chain(x, drop=of("dropout"), last=conv(1000, 1), bent=of("relu"))
    x = draft.chain(x, pool=of("adaptive_avg_pool2d"), flatten=of("flatten"))
    draft.output("scores", x)
    return draft.graph()


def _unit(width: int) -> Block:
    half = width // 2
    looking = normed(half, 3, groups=half, activation="none")

    def part(draft: Draft, x: str) -> str:
        kept = draft.add("split", of("split"), x)
        y = draft.chain(f"{kept}.1", in_=normed(half, 1), look=looking, out=normed(half, 1))
        return draft.add("shuffle", of("channel_shuffle"), draft.add("cat", of("concat"), kept, y))

    return block(part)


def _shrinking(channels: int, width: int) -> Block:
    half = width // 2

    def part(draft: Draft, x: str) -> str:
        one, other = (normed(n, 3, 2, groups=n, activation="none") for n in (channels, half))
        a = draft.chain(x, look1=one, mix1=normed(half, 1))
        b = draft.chain(x, in_=normed(half, 1), look2=other, mix2=normed(half, 1))
        return draft.add("shuffle", of("channel_shuffle"), draft.add("cat", of("concat"), a, b))

    return block(part)


@drawing("tv.shufflenet_v2_x1_0")
def shufflenet() -> Graph:
    draft = Draft()
    pool = of("max_pool2d", kernel_size=3, stride=2, padding=1)
    x = draft.chain(draft.input("image", 3, 224, 224), stem=normed(24, 3, 2), pool1=pool)
    channels = 24
    for width, depth in ((116, 4), (232, 8), (464, 4)):
        x = draft.add(f"stage{width}", stage(_shrinking(channels, width), _unit(width), depth), x)
        channels = width
    return classified(draft, draft.add("mix", normed(1024, 1), x))


@drawing("tv.efficientnet_v2_s")
def efficientnet_v2() -> Graph:
    draft = Draft()
    picture = draft.input("image", 3, 224, 224)
    x = draft.add("stem", normed(24, 3, 2, activation="silu", eps=1e-3), picture)
    channels = 24
    rows = ((True, 1, 1, 24, 2), (True, 4, 2, 48, 4), (True, 4, 2, 64, 4),
            (False, 4, 2, 128, 6), (False, 6, 1, 160, 9), (False, 6, 2, 256, 15))  # fmt: skip
    for number, (fused, expand, stride, width, depth) in enumerate(rows):
        brick = InvertedResidual(
            width=width, expand=expand, activation="silu", eps=1e-3, fused=fused
        )
        gates = [None if fused else arriving // 4 for arriving in (channels, width)]
        first = brick.changed(stride=stride, squeeze=gates[0]).block(Shape(channels, 1, 1))
        rest = brick.changed(squeeze=gates[1]).block(Shape(width, 1, 1))
        x = draft.add(f"stage{number}", stage(first, rest, depth), x)
        channels = width
    return classified(draft, draft.add("head", normed(1280, 1, activation="silu", eps=1e-3), x))


def _clip(width: int, kernel: int | tuple[int, ...], stride: int | tuple[int, ...] = 1) -> Layer:
    sides = kernel if isinstance(kernel, tuple) else (kernel,) * 3
    around = tuple(side // 2 for side in sides)
    return of(
        "conv3d", out_channels=width, kernel_size=kernel, stride=stride, padding=around, bias=False
    )


def _moving(channels: int, width: int, stride: int) -> Block:
    def part(draft: Draft, x: str) -> str:
        y = draft.chain(x, conv1=_clip(width, 3, stride), norm1=of("batch_norm3d"))
        y = draft.chain(y, act1=of("relu"), conv2=_clip(width, 3), norm2=of("batch_norm3d"))
        if channels != width:
            x = draft.chain(x, past=_clip(width, 1, stride), past_norm=of("batch_norm3d"))
        return draft.add("act2", of("relu"), draft.add("add", of("add"), x, y))

    return block(part)


@drawing("tv.r3d_18")
def video_resnet() -> Graph:
    draft = Draft()
    x = draft.chain(
        draft.input("clip", 3, 16, 112, 112),
        stem=_clip(64, (3, 7, 7), (1, 2, 2)),
        norm=of("batch_norm3d"),
        act=of("relu"),
    )
    channels = 64
    for width in (64, 128, 256, 512):
        first, rest = _moving(channels, width, 1 + (width > 64)), _moving(width, width, 1)
        x = draft.chain(x, **{f"first{width}": first, f"rest{width}": rest})
        channels = width
    x = draft.chain(x, pool=of("adaptive_avg_pool3d"), flatten=of("flatten"), fc=linear(400))
    draft.output("scores", x)
    return draft.graph()


def _pooled(width: int, depth: int) -> Block:
    def part(draft: Draft, x: str) -> str:
        near = of("avg_pool2d", kernel_size=3, stride=1, padding=1, count_include_pad=False)
        normal = draft.add("norm1", of("group_norm"), x)
        mixed = draft.add("mix", of("subtract"), draft.add("near", near, normal), normal)
        x = draft.add("add1", of("add"), x, draft.add("scale1", of("layer_scale", dim=1), mixed))
        y = draft.chain(x, norm2=of("group_norm"), expand=conv(4 * width, 1), act=of("gelu"))
        y = draft.chain(y, contract=conv(width, 1), scale2=of("layer_scale", dim=1))
        return draft.add("add2", of("add"), x, y)

    return block(part, repeat=depth)


@drawing("timm.poolformer_s12")
def poolformer() -> Graph:
    draft = Draft()
    x = draft.add("stem", conv(64, 7, 4, 2), draft.input("image", 3, 224, 224))
    for number, (width, depth) in enumerate(((64, 2), (128, 2), (320, 6), (512, 2))):
        if number:
            x = draft.add(f"shrink{number}", conv(width, 3, 2, 1), x)
        x = draft.add(f"stage{number}", _pooled(width, depth), x)
    x = draft.chain(x, mean=of("adaptive_avg_pool2d"), norm=of("layer_norm2d"))
    return classified(draft, x)


def _norm() -> Layer:
    return of("batch_norm2d", eps=1e-3, momentum=0.01)


def _brick(channels: int, width: int, stride: int) -> Block:
    wide = 4 * width
    gate = preset("squeeze_excite", channels=wide, squeeze=width // 4, activation="silu")
    plain = {"bias": False}

    def part(draft: Draft, x: str) -> str:
        y = draft.chain(x, before=_norm(), in_=conv(wide, 1, **plain), norm1=_norm())
        look = conv(wide, 3, stride, 1, groups=wide, **plain)
        y = draft.chain(y, act1=of("gelu"), look=look, norm2=_norm(), act2=of("gelu"), gate=gate)
        if stride > 1:
            x = draft.add("pool", of("avg_pool2d", kernel_size=3, stride=2, padding=1), x)
            x = draft.add("past", conv(width, 1), x)
        return draft.add("add", of("add"), x, draft.add("out", conv(width, 1), y))

    return block(part)


def _windowed(width: int, *, grid: bool) -> Block:
    cut = of("window_partition", window=7), of("window_partition", window=7, grid=True)
    join = of("window_reverse", window=7), of("window_reverse", window=7, grid=True)
    looking = of("window_attention", num_heads=width // 32, window=7, scale=width**-0.5)

    def part(draft: Draft, x: str) -> str:
        x = draft.add("channels_last", of("permute", dims=(0, 2, 3, 1)), x)
        x = draft.chain(x, spread=cut[1], laid=join[0]) if grid else x
        x = draft.add("look", residual(norm=of("layer_norm"), attention=looking), x)
        thinking = preset("feed_forward", width=width)
        x = draft.add("think", residual(norm=of("layer_norm"), feed_forward=thinking), x)
        x = draft.chain(x, gathered=cut[0], back=join[1]) if grid else x
        return draft.add("channels_first", of("permute", dims=(0, 3, 1, 2)), x)

    return block(part)


@drawing("tv.maxvit_t")
def maxvit() -> Graph:
    def unit(channels: int, width: int, stride: int) -> Block:
        near, far = _windowed(width, grid=False), _windowed(width, grid=True)
        brick = _brick(channels, width, stride)
        return block(lambda draft, x: draft.chain(x, brick=brick, near=near, far=far))

    draft = Draft()
    x = draft.input("image", 3, 224, 224)
    x = draft.chain(x, stem1=conv(64, 3, 2, 1, bias=False), norm=_norm(), act=of("gelu"))
    x = draft.add("stem2", conv(64, 3, 1, 1), x)
    channels = 64
    for width, depth in ((64, 2), (128, 2), (256, 5), (512, 2)):
        blocks = stage(unit(channels, width, 2), unit(width, width, 1), depth)
        x = draft.add(f"stage{width}", blocks, x)
        channels = width
    x = draft.chain(x, pool=of("adaptive_avg_pool2d"), flatten=of("flatten"), last=of("layer_norm"))
    x = draft.chain(x, hidden=linear(512), bent=of("tanh"), fc=linear(1000, bias=False))
    draft.output("scores", x)
    return draft.graph()


@drawing("own.style_transfer")
def style_transfer() -> Graph:
    def looking(width: int, kernel: int, stride: int = 1) -> dict[str, Layer]:
        frame = of("pad", pad=(kernel // 2,) * 4, mode="reflect")
        return {"frame": frame, "conv": conv(width, kernel, stride)}

    def bent(width: int, kernel: int, stride: int = 1) -> Block:
        rest = {"norm": of("instance_norm2d", affine=True), "act": of("relu")}
        return block(lambda draft, x: draft.chain(x, **looking(width, kernel, stride), **rest))

    norm = of("instance_norm2d", affine=True)
    again = block(lambda draft, x: draft.chain(x, **looking(128, 3), norm=norm))
    draft = Draft()
    x = draft.input("image", 3, 256, 256)
    x = draft.chain(x, a=bent(32, 9), b=bent(64, 3, 2), c=bent(128, 3, 2))
    x = draft.add("body", residual(bent=bent(128, 3), again=again).changed(repeat=5), x)
    x = draft.chain(x, up1=of("upsample"), d=bent(64, 3), up2=of("upsample"), e=bent(32, 3))
    draft.output("styled", draft.chain(x, **looking(3, 9)))
    return draft.graph()
