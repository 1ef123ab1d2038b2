"""Layers that turn ids into vectors."""

from collections.abc import Mapping
from typing import Any

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, flag, integer, number
from studio.wording import _


def _std() -> Any:
    return number(
        default=1.0,
        low=0.0,
        high=1_000.0,
        hint="How far vectors spread before training; of ids never met, only that noise remains.",
    )


@layer("embedding", group="Embedding", title="Embedding", aliases=("embed",))
class Embedding(Layer):
    """Looks up a learned vector for each id: words or categories become numbers.

    torch's `sparse` is left out: most optimizers refuse sparse gradients.
    """

    num_embeddings: int = integer(
        default=1000, high=100_000_000, hint="How many different ids there are: 0 up to one less."
    )
    embedding_dim: int = integer(
        default=64, high=1_000_000, hint="How many numbers describe one id."
    )
    padding_idx: int | None = integer(
        default=None,
        low=0,
        high=100_000_000,
        optional=True,
        hint="The id that only fills up short sentences: its vector stays zero. Empty: none.",
    )
    max_norm: float | None = number(
        default=None,
        low=1e-6,
        high=1e6,
        optional=True,
        hint="Longest vector allowed; longer ones are shortened when they are read. Empty: any.",
    )
    norm_type: float = number(
        default=2.0, low=0.1, high=100.0, hint="How length is measured for it; 2 is the usual way."
    )
    scale_grad_by_freq: bool = flag(
        default=False, hint="Let an id that is frequent in the batch learn more slowly."
    )
    std: float = _std()

    def shape(self, x: Shape) -> Shape:
        _check_padding(self.padding_idx, self.num_embeddings)
        return Shape(*x.ids(), self.embedding_dim)

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        return {"weight": Shape(self.num_embeddings, self.embedding_dim)}

    def recipe(self, x: Shape) -> Call:
        settings = {name: value for name, value in self.values().items() if name != "std"}
        if self.std == 1.0:  # as torch has it
            return Call.to("nn.Embedding", **settings)
        return Call.to("studio.Embedding", **self.values())

    def caption(self) -> str:
        return f"{self.num_embeddings} → {self.embedding_dim}"


@layer("embedding_bag", group="Embedding", title="Embedding Bag")
class EmbeddingBag(Layer):
    """Looks up a learned vector for each id and keeps their mean, sum or largest values.

    sqrtn is named as in TensorFlow: sums of independent numbers grow like the root of how many.
    """

    num_embeddings: int = integer(
        default=1000, high=100_000_000, hint="How many different ids there are: 0 up to one less."
    )
    embedding_dim: int = integer(
        default=64, high=1_000_000, hint="How many numbers describe one id."
    )
    mode: str = choice(
        default="mean",
        options=("mean", "sum", "max", "sqrtn"),
        hint="What is kept of all the vectors; sqrtn is the sum divided by the root of how many.",
    )
    padding_idx: int | None = integer(
        default=None,
        low=0,
        high=100_000_000,
        optional=True,
        hint="The id that only fills up short texts and does not count. Empty: none.",
    )
    std: float = _std()

    def shape(self, x: Shape) -> Shape:
        x.ids().axes("steps")
        _check_padding(self.padding_idx, self.num_embeddings)
        return Shape(self.embedding_dim)

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        return {"weight": Shape(self.num_embeddings, self.embedding_dim)}

    def recipe(self, x: Shape) -> Call:
        settings = {name: value for name, value in self.values().items() if name != "std"}
        if self.std == 1.0 and self.mode != "sqrtn":  # as torch has them
            return Call.to("nn.EmbeddingBag", **settings)
        return Call.to("studio.EmbeddingBag", **self.values())

    def caption(self) -> str:
        return f"{self.num_embeddings} → {self.embedding_dim} · {self.mode}"


@layer("lookup", group="Embedding", title="Look Up")
class Lookup(Layer):
    """Looks up a row for each id in a table that comes by wire, so that layers can share it.

    The first wire brings ids, the second the table, usually from a Parameter.
    """

    inputs = (2, 2)

    def shape(self, ids: Shape, table: Shape) -> Shape:
        _rows, width = table.floats().axes("steps features")
        return Shape(*ids.ids(), width)

    def recipe(self, ids: Shape, table: Shape) -> Call:
        return Call.to("studio.Lookup")


def _check_padding(padding: int | None, count: int) -> None:
    if padding is not None and padding >= count:
        raise ShapeError(
            _("The padding id {padding} is not among the {count} ids from 0.").format(
                padding=padding, count=count
            ),
            _("Choose a smaller padding id or more embeddings."),
        )
