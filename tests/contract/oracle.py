"""What torch itself says of a layer: whether it runs, and what it makes, holds and counts."""

from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from studio.catalogue import Call, Shape
from studio.network.passing import Made, make


class Refused(Exception):  # noqa: N818
    """Torch cannot build or run this, or mixes the samples of a batch."""


@dataclass(frozen=True)
class Facts:
    """What torch says of a layer that runs."""

    output: Shape
    weights: Mapping[str, Shape]
    buffers: Mapping[str, Shape]
    multiply_adds: float


def torch_facts(call: Call, inputs: tuple[Shape, ...], *, mixes: bool = False) -> Facts:
    """Return what torch says of `call`; raises Refused unless it serves every batch.

    It must run on the meta device with 2 samples and on the CPU with 3, both training, and on the
    CPU evaluating with 3 and with 1. A sample must get the same answer alone as among others,
    unless the layer `mixes` them by design.
    """
    facts = meta_facts(call, inputs)
    try:
        with torch.no_grad():
            _check_on_cpu(make(call), inputs, facts.output, mixes=mixes)
    except (RuntimeError, ValueError, IndexError, TypeError, AssertionError) as refusal:
        raise Refused(str(refusal)) from refusal
    return facts


def meta_facts(call: Call, inputs: tuple[Shape, ...]) -> Facts:
    """Return what torch says without computing anything; raises Refused where it refuses."""
    tensors = [torch.empty(2, *x, dtype=_dtype(x), device="meta") for x in inputs]
    counter = FlopCounterMode(display=False)
    try:
        with torch.device("meta"):
            made = make(call)
        if made.module and getattr(made.module, "momentum", 0) is None:
            # BatchNorm then reads its number of batches, which meta tensors do not have
            made.module.eval()
        with counter:
            output = made.forward(*tensors)
    except (RuntimeError, ValueError, IndexError, TypeError, AssertionError) as refusal:
        raise Refused(str(refusal)) from refusal
    module = made.module or nn.Identity()
    return Facts(
        _sample(output, 2),
        {name: _whole(tensor) for name, tensor in module.named_parameters()},
        {name: _whole(tensor) for name, tensor in module.named_buffers()},
        counter.get_total_flops() / (2 * 2),
    )


def _check_on_cpu(made: Made, inputs: tuple[Shape, ...], output: Shape, *, mixes: bool) -> None:
    tensors = [_random(3, x) for x in inputs]
    trained = _sample(made.forward(*tensors), 3)
    if made.module:
        made.module.eval()
    together = made.forward(*tensors)
    alone = made.forward(*(tensor[1:2] for tensor in tensors))
    if not output == trained == _sample(together, 3) == _sample(alone, 1):
        raise Refused(f"another answer on the CPU: {trained} instead of {output}")
    if not mixes and not torch.allclose(together[1:2], alone, atol=1e-4, equal_nan=True):
        raise Refused("mixes the samples of a batch")


def _sample(output: Tensor, batch: int) -> Shape:
    if output.ndim == 0 or output.shape[0] != batch:
        raise Refused(f"{batch} samples went in, but {tuple(output.shape)} came out")
    return Shape(*output.shape[1:], dtype=str(output.dtype).removeprefix("torch."))


def _whole(tensor: Tensor) -> Shape:
    return Shape(*tensor.shape, dtype=str(tensor.dtype).removeprefix("torch."))


def _random(batch: int, x: Shape) -> Tensor:
    if x.dtype == "int64":
        # 0 is an id in every table
        return torch.zeros(batch, *x, dtype=torch.int64)
    return torch.randn(batch, *x)


def _dtype(x: Shape) -> torch.dtype:
    return torch.int64 if x.dtype == "int64" else torch.float32
