"""How a GRU learns faster on processors: its weights' gradients in one product after all steps.

torch multiplies the small matrices of every step by themselves and adds the products up. What is
computed is the same, beyond the order in which numbers are added.
"""

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor, nn
from torch.autograd.function import once_differentiable

_sigmoid_gradient = torch.ops.aten.sigmoid_backward.grad_input
_tanh_gradient = torch.ops.aten.tanh_backward.grad_input


class FastGru:
    """Calls a GRU; where a gradient is wanted on the processor, it is unrolled here."""

    def __init__(self, module: nn.GRU) -> None:
        self._module = module

    def __call__(self, x: Tensor, start: Tensor | None = None) -> tuple[Tensor, Tensor]:
        """Return every state [samples, steps, features] and the last ones, as the module does."""
        module, finals = self._module, []
        draws = module.dropout and module.num_layers > 1 and module.training
        if draws or not _suits(module, x):
            found: tuple[Tensor, Tensor] = module(x, start)
            return found
        directions = 2 if module.bidirectional else 1
        starts: Any = [None] * module.num_layers * directions if start is None else start.unbind()
        x = x.transpose(0, 1)
        for level in range(module.num_layers):
            sides = []
            for side in range(directions):
                weights = _weights(module, f"l{level}" + "_reverse" * side)
                index = level * directions + side
                turned = x.flip(0) if side else x
                apply: Any = _Unrolled.apply
                states, final = apply(turned, starts[index], *weights)
                sides.append(states.flip(0) if side else states)
                finals.append(final)
            x = torch.cat(sides, dim=-1) if directions == 2 else sides[0]
        return x.transpose(0, 1), torch.stack(finals)


class FastPaddedGru:
    """Does the same for a GRU that passes over padding."""

    def __init__(self, module: nn.GRU) -> None:
        self._module: Any = module

    def __call__(self, x: Tensor, ids: Tensor, start: Any = None) -> tuple[Tensor, Any]:
        """Return every state [samples, steps, features] and the last ones, as the module does."""
        further = (_one_way,) if _suits(self._module, x) else ()
        found: tuple[Tensor, Any] = self._module(x, ids, start, *further)
        return found


def _one_way(module: nn.RNNBase, end: str, x: Tensor, start: Any) -> tuple[Tensor, Any]:
    apply: Any = _Unrolled.apply
    states, _final = apply(x.transpose(0, 1), start.squeeze(0), *_weights(module, end))
    return states.transpose(0, 1), None


def _suits(module: nn.RNNBase, x: Tensor) -> bool:
    if not torch.is_grad_enabled() or x.device.type != "cpu" or x.ndim != 3:
        return False
    learns = x.requires_grad or any(p.requires_grad for p in module.parameters())
    single = all(p.dtype is torch.float32 for p in module.parameters())
    return module.batch_first and learns and single


def _weights(module: nn.RNNBase, end: str) -> Iterator[Tensor | None]:
    for name in ("weight_ih", "weight_hh", "bias_ih", "bias_hh"):
        yield getattr(module, f"{name}_{end}", None)


class _Unrolled(torch.autograd.Function):
    """One level and direction, from the first step to the last.

    With the reset and update gates r and z, the candidate n and its recurrent share q:
    q = W_hn h + b_hn, n = tanh(W_in x + b_in + r q), h' = n + z (h − n).
    """

    @staticmethod
    @torch.amp.custom_fwd(device_type="cpu", cast_inputs=torch.float32)  # type: ignore[untyped-decorator]
    def forward(
        ctx: Any,
        x: Tensor,
        start: Tensor | None,
        w_in: Tensor,
        w: Tensor,
        b_in: Tensor | None,
        b: Tensor | None,
    ) -> tuple[Tensor, Tensor]:
        """Return all states [steps, samples, size] and the last one."""
        steps, samples, _features = x.shape
        size = w.shape[1]
        b_in = x.new_zeros(3 * size) if b_in is None else b_in
        b = x.new_zeros(3 * size) if b is None else b
        rows = x.reshape(steps * samples, -1)
        both = b_in[: 2 * size] + b[: 2 * size]
        gates = torch.addmm(both, rows, w_in[: 2 * size].t()).view(steps, samples, -1)
        news = torch.addmm(b_in[2 * size :], rows, w_in[2 * size :].t()).view(steps, samples, -1)
        shares = b[2 * size :].expand(steps, samples, size).contiguous()
        states = x.new_empty(steps + 1, samples, size)
        states[0] = 0 if start is None else start
        w_gates, w_new = w[: 2 * size].t().contiguous(), w[2 * size :].t().contiguous()
        for h, after, gate, r, z, n, q in zip(
            *(states[:-1].unbind(), states[1:].unbind(), gates.unbind()),
            *(gates[..., :size].unbind(), gates[..., size:].unbind()),
            *(news.unbind(), shares.unbind()),
            strict=True,
        ):
            gate.addmm_(h, w_gates).sigmoid_()
            q.addmm_(h, w_new)
            n.addcmul_(r, q).tanh_()
            torch.lerp(n, h, z, out=after)
        ctx.save_for_backward(rows, w_in, w, states, gates, news, shares)
        ctx.set_materialize_grads(False)
        return states[1:], states[-1].clone()

    @staticmethod
    @once_differentiable
    @torch.amp.custom_bwd(device_type="cpu")  # type: ignore[untyped-decorator]
    def backward(ctx: Any, *gradients: Tensor | None) -> Any:  # type: ignore[override]
        """Return the gradients of x, the start, both weights and both offsets."""
        d_states, d_final = gradients
        saved = ctx.saved_tensors  # where they are computed again they can be asked for once
        rows, w_in, _w, states, _gates, news, _shares = saved
        steps, samples, size = news.shape
        traced = news.new_empty(steps, samples, 3 * size)
        d_news = torch.empty_like(news)
        d_start = _back(saved, d_states, d_final, traced, d_news)
        wanted = ctx.needs_input_grad
        flat = traced.view(steps * samples, -1)
        d_w = _product(flat, states[:-1].reshape(steps * samples, -1)) if wanted[3] else None
        d_b = flat.sum(0) if wanted[5] else None
        # the other share of the candidate is not behind the reset gate
        traced[..., 2 * size :] = d_news
        d_x = (flat @ w_in).view(steps, samples, -1) if wanted[0] else None
        d_w_in = _product(flat, rows) if wanted[2] else None
        d_b_in = flat.sum(0) if wanted[4] else None
        return d_x, d_start if wanted[1] else None, d_w_in, d_w, d_b_in, d_b


def _product(gradients: Tensor, read: Tensor) -> Tensor:
    """Return gradientsᵀ read, in the order of factors that is the faster one."""
    return (read.t() @ gradients).t().contiguous()


def _back(
    saved: tuple[Tensor, ...],
    d_states: Tensor | None,
    d_final: Tensor | None,
    traced: Tensor,
    d_news: Tensor,
) -> Tensor:
    """Walk from the last step to the first; return the gradient of the state to start from.

    `traced` [steps, samples, 3 × size] receives the gradients of what the gates and q were made of,
    `d_news` those of what the candidate was.
    """
    _rows, _w_in, w, states, gates, news, shares = saved
    size = w.shape[1]
    dh = torch.zeros_like(states[0]) if d_final is None else d_final.clone()
    kept, rest, d_gate = torch.empty_like(dh), torch.empty_like(dh), torch.empty_like(gates[0])
    d_r, d_z = d_gate[:, :size], d_gate[:, size:]
    added = [None] * len(news) if d_states is None else d_states.unbind()
    for h, gate, r, z, n, q, d_n, both, d_q, d_all, more in zip(
        *(_backwards(states[:-1]), _backwards(gates)),
        *(_backwards(gates[..., :size]), _backwards(gates[..., size:])),
        *(_backwards(news), _backwards(shares), _backwards(d_news)),
        *(_backwards(traced[..., : 2 * size]), _backwards(traced[..., 2 * size :])),
        *(_backwards(traced), reversed(added)),
        strict=True,
    ):
        if more is not None:
            dh += more
        torch.mul(dh, z, out=kept)
        _tanh_gradient(torch.sub(dh, kept, out=rest), n, grad_input=d_n)
        torch.mul(d_n, q, out=d_r)
        torch.mul(torch.sub(h, n, out=rest), dh, out=d_z)
        _sigmoid_gradient(d_gate, gate, grad_input=both)
        torch.mul(d_n, r, out=d_q)
        dh, kept = kept.addmm_(d_all, w), dh
    return dh


def _backwards(x: Tensor) -> Iterator[Tensor]:
    return reversed(x.unbind())
