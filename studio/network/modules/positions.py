"""Modules that learn a vector for each place or part of a sequence."""

import torch
from torch import Tensor, nn
from torch.nn import functional

from studio.network.modules.registry import own
from studio.network.modules.waves import sinusoids


def _normal(std: float, *axes: int) -> nn.Parameter:
    weight = nn.Parameter(torch.empty(axes))
    nn.init.normal_(weight, std=std)
    return weight


def _in_front(token: Tensor, x: Tensor) -> Tensor:
    return torch.cat([token.expand(x.shape[0], -1, -1), x], dim=1)


def _check_axes(x: Tensor) -> None:
    if x.ndim != 3:
        raise RuntimeError(f"samples × steps × features are needed, not {tuple(x.shape)}")


@own
class ClassToken(nn.Module):
    """Learned steps in front of each sequence."""

    def __init__(self, width: int, count: int, std: float) -> None:
        super().__init__()
        self.weight = _normal(std, 1, count, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return (samples, count + steps, width) of (samples, steps, width)."""
        return _in_front(self.weight, x)


@own
class PositionEmbedding(nn.Module):
    """A learned row for each place, after `offset` others; also owns tokens put in front."""

    def __init__(  # noqa: PLR0913
        self,
        *,
        width: int,
        max_length: int,
        class_tokens: int,
        offset: int,
        add: bool,
        init: str,
        std: float,
        stored_ids: bool,
    ) -> None:
        super().__init__()
        if class_tokens and not add:
            raise ValueError("class tokens have no place in the positions alone")
        self.offset, self.add = offset, add
        rows = max_length + offset
        self.weight = _normal(std, rows, width)
        if class_tokens:
            self.class_token = _normal(std, 1, class_tokens, width)
        if init == "zeros":
            nn.init.zeros_(self.weight)
        if init == "sinusoids":
            with torch.no_grad():
                self.weight.copy_(sinusoids(torch.arange(rows), width, "halves"))
        if stored_ids:
            self.register_buffer("position_ids", torch.arange(rows)[None], persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """Return (samples, steps, width) with its positions, or (1, steps, width) of them alone.

        Raises IndexError if the table is shorter than the sequence, RuntimeError for other axes.
        """
        _check_axes(x)
        if "class_token" in self._parameters:
            x = _in_front(self.class_token, x)
        steps, rows = x.shape[1], self.weight.shape[0] - self.offset
        if steps > rows:
            raise IndexError(f"{steps} steps, but positions for {rows}")
        found = self.weight[self.offset : self.offset + steps]
        return x + found if self.add else found[None]


@own
class SegmentEmbedding(nn.Module):
    """A learned row for each part of a text, added to the steps that lie in it."""

    token_type_ids: Tensor

    def __init__(
        self, *, width: int, num_embeddings: int, std: float, stored_ids: int | None
    ) -> None:
        super().__init__()
        self.weight = _normal(std, num_embeddings, width)
        self.stored = stored_ids
        if stored_ids is not None:
            zeros = torch.zeros(1, stored_ids, dtype=torch.int64)
            self.register_buffer("token_type_ids", zeros, persistent=False)

    def forward(self, x: Tensor, ids: Tensor | None = None) -> Tensor:
        """Return `x` (samples, steps, width) plus the rows of `ids` (samples, steps), or of part 0.

        Raises IndexError where there are fewer stored ids than steps, RuntimeError where there are
        not as many ids as steps.
        """
        _check_axes(x)
        if self.stored is not None and x.shape[1] > self.stored:
            raise IndexError(f"{x.shape[1]} steps, but {self.stored} stored ids")
        if ids is None:
            return x + self.weight[0]
        if x.shape[1] != ids.shape[1]:
            raise RuntimeError(f"{x.shape[1]} steps, but {ids.shape[1]} ids")
        return x + functional.embedding(ids, self.weight)
