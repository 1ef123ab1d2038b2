"""How a spelled call becomes torch: what it makes, how inputs go in, how the output comes out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial, reduce
from typing import Any

import torch
from torch import Tensor, nn

from studio.catalogue.layer import Call
from studio.network.batch import together
from studio.network.modules import MODULES
from studio.network.stepping import STEPPED

Passing = Callable[..., Tensor]


@dataclass(frozen=True)
class Made:
    """A call brought to life: the module that holds its weights, if any, and how to run it."""

    module: nn.Module | None
    forward: Callable[..., Tensor]
    """Takes the tensors of the wires in order, with the batch axis, and returns the output."""


def make(call: Call) -> Made:
    """Return the torch module or function that `call` spells, ready to be given tensors.

    Raises whatever torch raises for arguments that it refuses.
    """
    target = resolve(call.target)
    if isinstance(target, type):
        module: nn.Module = target(**call.arguments)
        return Made(module, partial(VIA[call.via], module))
    return Made(None, partial(VIA[call.via], partial(target, **call.arguments)))


def resolve(target: str) -> Callable[..., Any]:
    """Return what "nn.Name", "torch.name" or "studio.Name" stands for, and nothing else.

    "studio.Name" is a module of `studio.network.modules`. Raises ValueError for any other spelling:
    a file can never name code to run.
    """
    prefix, _dot, name = target.partition(".")
    if prefix == "studio" and name in MODULES:
        return MODULES[name]
    found = getattr({"nn": nn, "torch": torch}.get(prefix), name, None)
    if prefix == "nn" and isinstance(found, type) and issubclass(found, nn.Module):
        return found
    if prefix == "torch" and callable(found) and not isinstance(found, type):
        return found  # type: ignore[no-any-return]
    raise ValueError(f"{target!r} is no torch module or function, nor one of the studio's own")


def unwrapped(call: Callable[..., Any]) -> Callable[..., Any]:
    """Return what `call` does nothing but call, if so: one call less."""
    if isinstance(call, partial) and call.func is _plain and len(call.args) == 1:
        return call.args[0]  # type: ignore[no-any-return]
    return call


def _plain(call: Passing, *inputs: Tensor) -> Tensor:
    return call(*inputs)


def _listed(call: Passing, *inputs: Tensor) -> Tensor:
    return call(together(*inputs))


def _together(call: Passing, *inputs: Tensor) -> Tensor:
    return call(*together(*inputs))


def _folded(call: Passing, *inputs: Tensor) -> Tensor:
    return reduce(call, inputs)


def _attention(call: Callable[..., Any], *inputs: Tensor) -> Tensor:
    output: Tensor = call(*_query_key_value(inputs), need_weights=False)[0]
    return output


def _causal_attention(call: Callable[..., Any], *inputs: Tensor) -> Tensor:
    query, key, value = _query_key_value(inputs)
    later = torch.ones(query.shape[1], key.shape[1], dtype=torch.bool, device=query.device).triu(1)
    # no is_causal hint: with add_bias_kv or add_zero_attn torch would then hide those keys too
    output: Tensor = call(query, key, value, need_weights=False, attn_mask=later)[0]
    return output


def _query_key_value(inputs: tuple[Tensor, ...]) -> tuple[Tensor, Tensor, Tensor]:
    """Let one input attend to itself, and two be query and memory."""
    query, key, value = together(*inputs, inputs[-1], inputs[-1])[:3]
    return query, key, value


VIA: Mapping[str, Callable[..., Any]] = {
    "plain": _plain,
    "listed": _listed,
    "together": _together,
    "folded": _folded,
    "attention": _attention,
    "causal_attention": _causal_attention,
    **STEPPED,
}
"""By name, what is done with a callable and the tensors of the wires.

“together” is `f(a, b)` with as many samples on every wire; “folded” is `f(f(a, b), c)`; “sequence”
keeps every step of a recurrent layer, “last” the final state of its last level, “last_both” those
of both directions, each with “_and_state” to hand on how it ends; attention takes query, key and
value.
"""
