"""Layers that learn what a step means by where it stands, or by the part of a text it is in."""

from collections.abc import Mapping

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, flag, integer, number
from studio.wording import _


def _std() -> float:
    return number(  # type: ignore[no-any-return]
        default=0.02, low=0.0, high=1_000.0, hint="How far the numbers spread before training."
    )


@layer("class_token", group="Embedding", title="Class Token", aliases=("cls",))
class ClassToken(Layer):
    """Puts learned steps in front of a sequence, in which the answer is gathered."""

    keeps = "nothing"
    count: int = integer(default=1, high=100_000, hint="How many learned steps are put in front.")
    std: float = _std()

    def shape(self, x: Shape) -> Shape:
        steps, width = x.floats().axes("steps features")
        return Shape(steps + self.count, width)

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        return {"weight": Shape(1, self.count, x[-1])}

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.ClassToken", width=x[-1], **self.values())

    def caption(self) -> str:
        return f"+{self.count}"


@layer("position_embedding", group="Embedding", title="Position Embedding", aliases=("positions",))
class PositionEmbedding(Layer):
    """Adds a learned vector for each place of a sequence, so that the order of steps counts."""

    keeps = "nothing"
    max_length: int = integer(
        default=512,
        high=100_000_000,
        hint="Longest sequence there is a vector for each place of, class tokens included.",
    )
    class_tokens: int = integer(
        default=0,
        low=0,
        high=100_000,
        hint="How many learned steps this layer puts in front of the sequence first.",
    )
    offset: int = integer(
        default=0,
        low=0,
        high=1_000_000,
        hint="Rows of the table before that of the first place; BART and OPT have 2.",
    )
    add: bool = flag(
        default=True, hint="Add the vectors to the steps, instead of handing them on alone."
    )
    init: str = choice(
        default="normal",
        options=("normal", "zeros", "sinusoids"),
        hint="What training starts from; sinusoids are those of Whisper, usually frozen.",
    )
    std: float = _std()
    stored_ids: bool = flag(
        default=False,
        hint="Keep the numbers of the places in the file of the weights too, as BERT and CLIP do.",
    )

    def shape(self, x: Shape) -> Shape:
        steps, width = x.floats().axes("steps features")
        length = steps + self.class_tokens
        if length > self.max_length:
            raise ShapeError(
                _("{steps} steps arrive, but there are positions for {count}.").format(
                    steps=length, count=self.max_length
                ),
                _("Choose a larger maximum length, or shorten the sequence."),
            )
        if self.class_tokens and not self.add:
            raise ShapeError(
                _("{count} class tokens have no place in the positions alone.").format(
                    count=self.class_tokens
                ),
                _("Let the positions be added, or put a Class Token before this layer."),
            )
        return Shape(length, width)

    def reads(self) -> bool:
        return self.add

    @property
    def _rows(self) -> int:
        return self.max_length + self.offset

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        found = {"weight": Shape(self._rows, x[-1])}
        return found | (
            {"class_token": Shape(1, self.class_tokens, x[-1])} if self.class_tokens else {}
        )

    def buffers(self, x: Shape) -> Mapping[str, Shape]:
        return {"position_ids": Shape(1, self._rows, dtype="int64")} if self.stored_ids else {}

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.PositionEmbedding", width=x[-1], **self.values())

    def caption(self) -> str:
        return f"{self.max_length}" + (f" · +{self.class_tokens}" if self.class_tokens else "")


@layer("segment_embedding", group="Embedding", title="Segment Embedding", aliases=("token_type",))
class SegmentEmbedding(Layer):
    """Adds a learned vector that tells to which part of a text a step belongs.

    A second wire may bring the number of the part for each step; without it all are in part 0.
    """

    keeps = "nothing"
    inputs = (1, 2)
    num_embeddings: int = integer(
        default=2, high=100_000_000, hint="How many parts there are, such as question and answer."
    )
    std: float = _std()
    stored_ids: int | None = integer(
        default=None,
        high=100_000_000,
        optional=True,
        hint="How many zeros are kept in the file of the weights, as BERT does. Empty: none.",
    )

    def shape(self, *inputs: Shape) -> Shape:
        steps, width = inputs[0].floats().axes("steps features")
        if len(inputs) > 1 and inputs[1].ids().axes("steps") != (steps,):
            raise ShapeError(
                _("{steps} steps arrive, but {ids} ids.").format(steps=steps, ids=inputs[1][0]),
                _("Bring one id for each step."),
            )
        if self.stored_ids is not None and steps > self.stored_ids:
            raise ShapeError(
                _("{steps} steps arrive, but {count} ids are stored.").format(
                    steps=steps, count=self.stored_ids
                ),
                _("Store more ids, or shorten the sequence."),
            )
        return Shape(steps, width)

    def weights(self, *inputs: Shape) -> Mapping[str, Shape]:
        return {"weight": Shape(self.num_embeddings, inputs[0][-1])}

    def buffers(self, *_inputs: Shape) -> Mapping[str, Shape]:
        if self.stored_ids is None:
            return {}
        return {"token_type_ids": Shape(1, self.stored_ids, dtype="int64")}

    def recipe(self, *inputs: Shape) -> Call:
        return Call.to("studio.SegmentEmbedding", width=inputs[0][-1], **self.values())

    def caption(self) -> str:
        return f"{self.num_embeddings}"
