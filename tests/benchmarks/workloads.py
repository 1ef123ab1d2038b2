"""The four workloads on which training is timed: network, data and the loop written by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional
from torch.utils.data import Dataset as TorchDataset

from studio.datasets.dataset import Dataset
from studio.graph.model import Graph
from tests.unit.analysis.networks import Spec, block, graph

CONTEXT, WIDTH, HEADS, LETTERS = 128, 128, 4, 65
WORDS, STEPS, HIDDEN = 10_000, 100, 128


@dataclass(frozen=True)
class Workload:
    """What is trained, on what, and what a person would write for it."""

    graph: Callable[[], Graph]
    module: Callable[[], nn.Module]
    data: Callable[[int], Dataset]
    samples: Callable[[Dataset], TorchDataset[Any]]
    batch: int
    steps: int
    """Steps of one epoch, so that it takes about half a second."""


class Rows(TorchDataset[Any]):
    """Samples as they are, tables normalized once."""

    def __init__(self, data: Dataset) -> None:
        self._x, self._y = torch.from_numpy(data.inputs), torch.from_numpy(data.targets)
        if self._x.is_floating_point():
            self._x = (self._x - self._x.mean(0)) / self._x.std(0)

    def __len__(self) -> int:
        return len(self._x)

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        return self._x[index], self._y[index]


class Pictures(TorchDataset[Any]):
    """Normalizes each picture when it is asked for, as PyTorch's tutorials do.

    They read MNIST as Pillow pictures, turn each into a tensor between 0 and 1 and normalize it
    (`datasets.MNIST`, `ToTensor`, `Normalize`); this is the same work without torchvision.
    """

    def __init__(self, data: Dataset) -> None:
        self._inputs, self._targets = data.inputs[:, 0], data.targets

    def __len__(self) -> int:
        return len(self._inputs)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        picture = np.array(Image.fromarray(self._inputs[index]), copy=True)
        channels = torch.from_numpy(picture)[:, :, None].permute(2, 0, 1).contiguous()
        x = channels.to(torch.float32).div(255).clone()
        mean, std = torch.as_tensor([0.1307]), torch.as_tensor([0.3081])
        if (std == 0).any():
            raise ValueError
        x = x.sub_(mean[:, None, None]).div_(std[:, None, None])
        return x, int(self._targets[index])


class _Block(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.first, self.second = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.look, self.out = nn.Linear(WIDTH, 3 * WIDTH), nn.Linear(WIDTH, WIDTH)
        self.up, self.down = nn.Linear(WIDTH, 4 * WIDTH), nn.Linear(4 * WIDTH, WIDTH)

    def forward(self, x: Tensor) -> Tensor:
        samples, steps, _width = x.shape
        apart = self.look(self.first(x)).view(samples, steps, 3, HEADS, WIDTH // HEADS)
        query, key, value = apart.permute(2, 0, 3, 1, 4)
        found = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = x + self.out(found.transpose(1, 2).reshape(samples, steps, WIDTH))
        answer: Tensor = x + self.down(functional.gelu(self.up(self.second(x))))
        return answer


class _Gpt(nn.Module):
    def __init__(self, blocks: int = 4) -> None:
        super().__init__()
        self.letters, self.places = nn.Embedding(LETTERS, WIDTH), nn.Embedding(CONTEXT, WIDTH)
        self.blocks = nn.Sequential(*[_Block() for _block in range(blocks)])
        self.norm, self.head = nn.LayerNorm(WIDTH), nn.Linear(WIDTH, LETTERS)

    def forward(self, x: Tensor) -> Tensor:
        seen = self.blocks(self.letters(x) + self.places.weight[: x.shape[1]])
        answer: Tensor = self.head(self.norm(seen)[:, -1])
        return answer


class _Gru(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(WORDS, 64)
        self.reader = nn.GRU(64, HIDDEN, batch_first=True)
        self.head = nn.Linear(HIDDEN, 4)

    def forward(self, x: Tensor) -> Tensor:
        _every, last = self.reader(self.words(x))
        answer: Tensor = self.head(last[-1])
        return answer


def _cnn_module() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 32, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(5408, 10)
    )


def _mlp_module() -> nn.Module:
    return nn.Sequential(
        nn.Linear(30, 64), nn.ReLU(), nn.Linear(64, 32), nn.ReLU(), nn.Linear(32, 2)
    )


def _linear(features: int, **settings: Any) -> Spec:
    return {"type": "linear", "out_features": features, **settings}


def _cnn() -> Graph:
    return graph(
        x={"type": "input", "shape": [1, 28, 28]},
        c={"type": "conv2d", "out_channels": 32, "kernel_size": 3}, r="relu",
        p={"type": "max_pool2d", "kernel_size": 2}, f="flatten", l=_linear(10), y="output",
    )  # fmt: skip


def _mlp() -> Graph:
    return graph(
        x={"type": "input", "shape": [30]},
        a=_linear(64), ra="relu", b=_linear(32), rb="relu", c=_linear(2), y="output",
    )  # fmt: skip


def gpt_block(**settings: Any) -> Spec:
    """Return one block of the transformer as node JSON."""
    inside: dict[str, str | Spec] = {
        "x": {"type": "input", "shape": [CONTEXT, WIDTH]},
        "n1": "layer_norm",
        "look": {"type": "attention", "num_heads": HEADS, "causal": True},
        "s1": {"type": "add", "from": ["x", "look"]},
        "n2": "layer_norm", "up": _linear(4 * WIDTH), "g": "gelu", "down": _linear(WIDTH),
        "s2": {"type": "add", "from": ["s1", "down"]},
        "y": "output",
    }  # fmt: skip
    return block(inside, **settings)


def _gpt() -> Graph:
    return graph(
        x={"type": "input", "shape": [CONTEXT], "dtype": "int64"},
        e={"type": "embedding", "num_embeddings": LETTERS, "embedding_dim": WIDTH},
        p="position_embedding", body=gpt_block(repeat=4), n="layer_norm",
        last={"type": "select", "dim": 1, "index": -1}, l=_linear(LETTERS), y="output",
    )  # fmt: skip


def _gru() -> Graph:
    return graph(
        x={"type": "input", "shape": [STEPS], "dtype": "int64"},
        e={"type": "embedding", "num_embeddings": WORDS, "embedding_dim": 64},
        g={"type": "gru", "hidden_size": HIDDEN, "output": "last"}, l=_linear(4), y="output",
    )  # fmt: skip


def made_up(*shape: int, kind: str, classes: int, samples: int) -> Dataset:
    """Return random samples of a shape: pixels, values, or ids below `kind`."""
    random = np.random.default_rng(0)
    size = (samples, *shape)
    if kind == "pixels":
        inputs: Any = random.integers(0, 256, size, dtype=np.uint8)
    elif kind == "values":
        inputs = random.standard_normal(size).astype(np.float32)
    else:
        inputs = random.integers(0, int(kind), size)
    targets = random.integers(0, classes, samples)
    return Dataset("made up", inputs, targets, classes=tuple(map(str, range(classes))))


WORKLOADS: Mapping[str, Workload] = {
    "cnn": Workload(
        _cnn, _cnn_module,
        lambda n: made_up(1, 28, 28, kind="pixels", classes=10, samples=n), Pictures, 128, 60,
    ),
    "mlp": Workload(
        _mlp, _mlp_module,
        lambda n: made_up(30, kind="values", classes=2, samples=n), Rows, 64, 1000,
    ),
    "gpt": Workload(
        _gpt, _Gpt,
        lambda n: made_up(CONTEXT, kind="65", classes=LETTERS, samples=n), Rows, 16, 8,
    ),
    "gru": Workload(
        _gru, _Gru,
        lambda n: made_up(STEPS, kind="10000", classes=4, samples=n), Rows, 64, 12,
    ),
}  # fmt: skip
