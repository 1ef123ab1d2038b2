"""How repeated blocks forget what they computed and compute it again for the backward pass."""

import contextlib
from collections.abc import Callable, Iterator

import torch
from torch import Tensor, nn
from torch.utils.checkpoint import checkpoint

_NORMS = nn.modules.batchnorm._NormBase  # noqa: SLF001 - batch and instance norms alike
_STATISTICS = ("running_mean", "running_var", "num_batches_tracked")


def recomputed(
    page: nn.Module, run: Callable[..., tuple[Tensor, ...]], *inputs: Tensor
) -> tuple[Tensor, ...]:
    """Return `run(*inputs)`, of which only the inputs are kept until the backward pass.

    Results and gradients are the same to the bit: random numbers are drawn again from the same
    state, and running statistics move once.
    """
    found: tuple[Tensor, ...] = checkpoint(
        run,
        *inputs,
        use_reentrant=False,
        context_fn=lambda: (contextlib.nullcontext(), _still(page)),
    )
    return found


def wanted(page: nn.Module) -> bool:
    """Whether there will be a backward pass."""
    return page.training and torch.is_grad_enabled()


@contextlib.contextmanager
def _still(page: nn.Module) -> Iterator[None]:
    """Let the running statistics of a page move aside, where nobody sees them."""
    norms = [module for module in page.modules() if isinstance(module, _NORMS)]
    before = [
        (norm, name, buffer)
        for norm in norms
        for name, buffer in norm.named_buffers(recurse=False)
        if name in _STATISTICS
    ]
    try:
        for norm, name, buffer in before:
            norm._buffers[name] = buffer.clone()  # noqa: SLF001
        yield
    finally:
        for norm, name, buffer in before:
            norm._buffers[name] = buffer  # noqa: SLF001
