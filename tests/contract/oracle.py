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

    outputs: tuple[Shape, ...]
    weights: Mapping[str, Shape]
    buffers: Mapping[str, Shape]
    multiply_adds: float


def torch_facts(
    call: Call, inputs: tuple[Shape, ...], *, mixes: bool = False, paired: bool = False
) -> Facts:
    """Return what torch says of `call`; raises Refused unless it serves every batch.

    It must run on the meta device with 2 samples and on the CPU with 3, both training, and on the
    CPU evaluating with 3 and with 1. A sample must get the same answer alone as among others,
    unless the layer `mixes` them by design. What depends on no sample may come as a single one.
    With `paired`, the first axis of each answer is the batch once more, and stands as 1.
    """
    facts = meta_facts(call, inputs, paired=paired)
    try:
        with torch.no_grad():
            _check_on_cpu(make(call), inputs, facts.outputs, mixes=mixes, paired=paired)
    except (RuntimeError, ValueError, IndexError, TypeError, AssertionError) as refusal:
        raise Refused(str(refusal)) from refusal
    return facts


def meta_facts(call: Call, inputs: tuple[Shape, ...], *, paired: bool = False) -> Facts:
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
        _samples(output, 2, paired=paired),
        {name: _whole(tensor) for name, tensor in module.named_parameters()},
        {name: _whole(tensor) for name, tensor in module.named_buffers()},
        counter.get_total_flops() / (2 * 2 * (2 if paired else 1)),
    )


def _check_on_cpu(
    made: Made,
    inputs: tuple[Shape, ...],
    outputs: tuple[Shape, ...],
    *,
    mixes: bool,
    paired: bool,
) -> None:
    tensors = [_random(3, x) for x in inputs]
    trained = _samples(made.forward(*tensors), 3, paired=paired)
    if made.module:
        made.module.eval()
    together = made.forward(*tensors)
    alone = made.forward(*(tensor[1:2] for tensor in tensors))
    shapes = (trained, _samples(together, 3, paired=paired), _samples(alone, 1, paired=paired))
    if any(shape != outputs for shape in shapes):
        raise Refused(f"another answer on the CPU: {trained} instead of {outputs}")
    if not mixes and not all(map(_same, _several(together), _several(alone))):
        raise Refused("mixes the samples of a batch")


def _same(together: Tensor, alone: Tensor) -> bool:
    mine = together if together.shape[0] == 1 else together[1:2]
    return torch.allclose(mine, alone, atol=1e-4, equal_nan=True)


def _several(output: Tensor | tuple[Tensor, ...]) -> tuple[Tensor, ...]:
    return output if isinstance(output, tuple) else (output,)


def _samples(output: Tensor | tuple[Tensor, ...], batch: int, *, paired: bool) -> tuple[Shape, ...]:
    return tuple(_sample(tensor, batch, paired=paired) for tensor in _several(output))


def _sample(output: Tensor, batch: int, *, paired: bool) -> Shape:
    if output.ndim == 0 or output.shape[0] not in {1, batch}:
        raise Refused(f"{batch} samples went in, but {tuple(output.shape)} came out")
    axes = tuple(output.shape[1:])
    if paired:
        if axes[:1] != (batch,):
            raise Refused(f"{batch} samples went in, but {tuple(output.shape)} came out")
        axes = (1, *axes[1:])
    return Shape(*axes, dtype=str(output.dtype).removeprefix("torch."))


def _whole(tensor: Tensor) -> Shape:
    return Shape(*tensor.shape, dtype=str(tensor.dtype).removeprefix("torch."))


def _random(batch: int, x: Shape) -> Tensor:
    if x.dtype == "int64":
        # 0 is an id in every table
        return torch.zeros(batch, *x, dtype=torch.int64)
    return torch.randn(batch, *x)


def _dtype(x: Shape) -> torch.dtype:
    return torch.int64 if x.dtype == "int64" else torch.float32
