"""What counted for an answer: Grad-CAM of a layer, and gradients of what came in."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.datasets.dataset import Array
from studio.errors import TrainingError
from studio.network.network import Copies, Network
from studio.runs.looking.answering import Score, nothing_counts, score_of
from studio.runs.looking.leaving_out import without_each
from studio.runs.looking.listening import Spot, heard
from studio.runs.looking.seen import Overlay, Relevance, Wish
from studio.runs.trained import Trained
from studio.wording import _

Inputs = Mapping[str, Array]


def grad_cam(trained: Trained, inputs: Inputs, batch: Sequence[Tensor], wish: Wish) -> Relevance:
    """Return where a layer saw what speaks for a class (Grad-CAM, arXiv 1610.02391).

    With A the maps of the layer and y the score, αₖ is the mean of ∂y/∂Aₖ over all places
    (equation 1) and the map is ReLU(Σₖ αₖ Aₖ) (equation 2), enlarged to the picture bilinearly. A
    signal of channels × steps has one axis of places instead of two. Raises TrainingError for a
    layer without places or one that the answer does not depend on.
    """
    ear = _Watching(lambda spot: _is_meant(spot, wish), wish.output)
    with _gradients(trained):
        score = _asked(trained, inputs, batch, ear, wish)
        maps = ear.leaf
        if maps is None or maps.ndim < 3 or not maps.is_floating_point():
            raise TrainingError(
                _("Grad-CAM needs a layer whose output is maps, such as a convolution.")
            )
        (gradient,) = torch.autograd.grad(score.value, maps, allow_unused=True)
    if gradient is None:
        raise TrainingError(nothing_counts())
    share = gradient[0].float().flatten(1).mean(1)
    found = torch.tensordot(share, maps.detach()[0].float(), 1).relu()
    name = trained.first
    size = batch[trained.network.inputs.index(name)].shape[-found.ndim :]
    return _relevance("grad_cam", name, found, score, _raised(found, size))


def saliency(trained: Trained, inputs: Inputs, batch: Sequence[Tensor], wish: Wish) -> Relevance:
    """Return how much each place of the first Input counts for a score.

    “gradient” is |∂y/∂x|, of a picture the largest of its channels (Simonyan et al., arXiv
    1312.6034, section 3); “product” is x · ∂y/∂x, summed over channels (Shrikumar et al., arXiv
    1605.01713), so that it tells what speaks against, too. x is what the network takes: normalized.
    For tokens, x is the vector that stands for each: the norm of its gradient (Li et al., arXiv
    1506.01066, section 5), or its product with it. Where tokens become other ids first, as those of
    pairs, no such gradient sees all that a token does: each is left out in turn instead, and counts
    by how far the score moves (“gradient”) or falls (“product”). Raises TrainingError where the
    answer does not depend on the input.
    """
    name = trained.first
    place = trained.network.inputs.index(name)
    if batch[place].is_floating_point():
        return _of_values(trained, inputs, batch, wish)
    ear = _Watching(lambda spot: False, lookups_of=batch[place])
    with _gradients(trained):
        score = _asked(trained, inputs, batch, ear, wish)
        if not ear.sees_all:
            return _left_out(trained, inputs, batch, wish)
        found: tuple[Tensor | None, ...] = torch.autograd.grad(
            score.value, ear.vectors, allow_unused=True
        )
    pairs = [
        (x.detach()[0].float(), g[0].float())
        for x, g in zip(ear.vectors, found, strict=True)
        if g is not None
    ]
    if not pairs:
        raise TrainingError(nothing_counts())
    if wish.overlay == "product":
        values = torch.stack([(x * g).sum(-1) for x, g in pairs]).sum(0)
    else:
        values = torch.cat([g for _x, g in pairs], -1).norm(dim=-1)
    return _relevance(wish.overlay, name, values, score)


def _left_out(trained: Trained, inputs: Inputs, batch: Sequence[Tensor], wish: Wish) -> Relevance:
    name = trained.first
    place = trained.network.inputs.index(name)
    values, score = without_each(trained, inputs[name], batch, place, wish.target)
    values = values if wish.overlay == "product" else values.abs()
    return replace(_relevance(wish.overlay, name, values, score), is_left_out=True)


def _of_values(trained: Trained, inputs: Inputs, batch: Sequence[Tensor], wish: Wish) -> Relevance:
    name = trained.first
    place = trained.network.inputs.index(name)
    x = batch[place].detach().clone().requires_grad_()
    given = [x if number == place else other for number, other in enumerate(batch)]
    with _gradients(trained):
        score = _asked(trained, inputs, given, _Watching(lambda spot: False, starts=True), wish)
        (gradient,) = torch.autograd.grad(score.value, x, allow_unused=True)
    if gradient is None:
        raise TrainingError(_("The answer does not depend on the input."))
    one, slope = x.detach()[0].float(), gradient[0].float()
    if wish.overlay == "product":
        values = one * slope
        values = values.sum(0) if values.ndim > 2 else values
    else:
        values = slope.abs()
        values = values.amax(0) if values.ndim > 2 else values
    return _relevance(wish.overlay, name, values, score)


def _asked(
    trained: Trained, inputs: Inputs, batch: Sequence[Tensor], ear: "_Watching", wish: Wish
) -> Score:
    with trained.machine.autocast():
        outputs = heard(trained.network, ear)(*batch)
    return score_of(trained, outputs, inputs[trained.first], wish.target)


def _relevance(
    overlay: Overlay, name: str, values: Tensor, score: Score, raised: Tensor | None = None
) -> Relevance:
    own = values.cpu().numpy()
    return Relevance(
        overlay,
        name,
        own,
        own if raised is None else raised.cpu().numpy(),
        score.target,
        score.label,
        float(score.value.detach()),
    )


def _raised(found: Tensor, size: Sequence[int]) -> Tensor:
    mode = {1: "linear", 2: "bilinear", 3: "trilinear"}[found.ndim]
    return functional.interpolate(found[None, None], tuple(size), mode=mode)[0, 0]


def _is_meant(spot: Spot, wish: Wish) -> bool:
    copies = tuple(wish.copy_of(depth) for depth in range(len(spot.copies)))
    return spot.path == wish.path and spot.copies == copies


class _Watching:
    """Lets gradients begin at one layer, or where ids become vectors: nothing before is kept."""

    def __init__(
        self,
        meant: Callable[[Spot], bool],
        output: int = 0,
        *,
        starts: bool = False,
        lookups_of: Tensor | None = None,
    ) -> None:
        self._meant, self._output, self._ids = meant, output, lookups_of
        self._begun = starts
        self.leaf: Tensor | None = None
        self.vectors: list[Tensor] = []
        self._other_ids: list[Tensor] = []
        """What layers made of the ids, as those of pairs."""
        self._is_elsewhere = False

    @property
    def sees_all(self) -> bool:
        """Whether all that ids become are the vectors at hand."""
        return bool(self.vectors) and not self._is_elsewhere

    def __call__(self, spot: Spot, call: Callable[..., Any], inputs: tuple[Tensor, ...]) -> Any:
        """Call the layer, with gradients only from where they are wanted."""
        if self._ids is not None and inputs and _same(inputs[0], self._ids):
            return self._looked_up(call, inputs)
        with torch.set_grad_enabled(self._begun):
            result = call(*inputs)
        if any(one is x for one in self._other_ids for x in inputs):
            self._follow(result)
        if self.leaf is None and self._meant(spot):
            return self._rooted(result)
        return result

    def _rooted(self, result: Any) -> Any:
        several = isinstance(result, tuple)
        at_most = min(self._output, len(result) - 1) if several else 0
        found = result[at_most] if several else result
        if not found.is_floating_point():
            self.leaf = found
            return result
        self._begun = True
        self.leaf = root = found.detach().requires_grad_()
        if not several:
            return root
        return tuple(root if at == at_most else one for at, one in enumerate(result))

    def _looked_up(self, call: Callable[..., Any], inputs: tuple[Tensor, ...]) -> Any:
        if isinstance(getattr(call, "__self__", None), Network | Copies):
            return call(*inputs)  # its own layers were heard by themselves
        module = (getattr(call, "args", ()) or (None,))[-1]
        if isinstance(module, nn.EmbeddingBag):
            with torch.no_grad():
                rows = functional.embedding(inputs[0], module.weight)
            self.vectors.append(rows.requires_grad_())
            self._begun = True
            return _bagged(module, inputs[0], rows)
        with torch.set_grad_enabled(self._begun):
            result = call(*inputs)
        ids = inputs[0]
        fits = isinstance(result, Tensor) and result.is_floating_point()
        if not fits:
            self._follow(result)
        if not fits or result.shape[:-1] != ids.shape:
            return result
        self._begun = True
        self.vectors.append(result.detach().requires_grad_())
        return self.vectors[-1]

    def _follow(self, result: Any) -> None:
        """Note what becomes of ids: others, or numbers that depend on them."""
        if isinstance(result, Tensor) and not result.is_floating_point():
            if self._ids is not None and not _same(result, self._ids):
                self._other_ids.append(result)
        else:
            self._is_elsewhere = True


def _same(x: Tensor, ids: Tensor) -> bool:
    """Whether these are the ids that came in, maybe handed on by other layers."""
    return x.dtype == ids.dtype and x.shape == ids.shape and torch.equal(x, ids)


def _bagged(module: nn.EmbeddingBag, ids: Tensor, rows: Tensor) -> Tensor:
    """Return what torch's EmbeddingBag makes of the vectors of each id."""
    padding = module.padding_idx
    counts = torch.ones_like(ids, dtype=torch.bool) if padding is None else ids != padding
    known = counts[..., None]
    if module.mode == "max":
        found = rows.masked_fill(~known, -torch.inf).amax(1)
        return found.masked_fill(~known.any(1), 0.0)
    total = (rows * known).sum(1)
    return total if module.mode == "sum" else total / known.sum(1).clamp_min(1)


@contextmanager
def _gradients(trained: Trained) -> Iterator[None]:
    """Let gradients flow where the kernels of GPUs want recurrent layers to be training."""
    modules = _recurrent(trained.network) if trained.machine.device.type == "cuda" else []
    before = [(module, module.training, module.dropout) for module in modules]
    try:
        for module in modules:
            module.training, module.dropout = True, 0.0
        with torch.enable_grad():
            yield
    finally:
        for module, training, dropout in before:
            module.training, module.dropout = training, dropout


def _recurrent(network: Network) -> list[nn.RNNBase]:
    return [module for module in network.modules() if isinstance(module, nn.RNNBase)]
