"""Layers that read a sequence step by step and carry a state along.

Sequences are steps × features (torch's `batch_first=True`). Parameter names and shapes as in the
“Variables” of torch.nn.RNN, GRU and LSTM: two bias vectors per level and direction.
"""

from collections.abc import Iterator, Mapping
from typing import ClassVar

from studio.catalogue.count import Count, times
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, flag, integer, number
from studio.wording import _


class Recurrent(Layer):
    """What recurrent layers have in common."""

    gates: ClassVar[int]
    hidden_size: int = integer(
        default=64, high=1_000_000, hint="How many numbers the state has: how much it can remember."
    )
    num_layers: int = integer(
        default=1, high=100, hint="How many levels are stacked; each reads what the one below says."
    )
    bias: bool = flag(default=True, hint="Learn offsets.")
    dropout: float = number(
        default=0.0,
        low=0.0,
        high=1.0,
        hint="Share of values silenced between stacked levels while training; one level has none.",
    )
    bidirectional: bool = flag(
        default=False, hint="Read from both ends; twice as many numbers come out."
    )
    output: str = choice(
        default="sequence",
        options=("sequence", "last"),
        hint="sequence: the state after every step; last: only the final one, for one answer.",
    )

    @property
    def state_size(self) -> int:
        """How many numbers one direction says at each step."""
        return self.hidden_size

    def shape(self, x: Shape) -> Shape:
        steps, _features = x.floats().axes("steps features")
        width = self.state_size * (1 + self.bidirectional)
        return Shape(width) if self.output == "last" else Shape(steps, width)

    def _levels(self, x: Shape) -> Iterator[tuple[str, int]]:
        """Yield the end of the parameter names and the inputs of each level and direction."""
        inside = self.state_size * (1 + self.bidirectional)
        for level in range(self.num_layers):
            for way in ("", "_reverse")[: 1 + self.bidirectional]:
                yield f"l{level}{way}", inside if level else x[-1]

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        rows = self.gates * self.hidden_size
        found = {}
        for end, inputs in self._levels(x):
            found[f"weight_ih_{end}"] = Shape(rows, inputs)
            found[f"weight_hh_{end}"] = Shape(rows, self.state_size)
            if self.bias:
                found |= {f"bias_ih_{end}": Shape(rows), f"bias_hh_{end}": Shape(rows)}
        return found

    def multiply_adds(self, x: Shape) -> Count:
        matrices = (shape for shape in self.weights(x).values() if len(shape) == 2)
        return times(x[0], sum((times(*shape) for shape in matrices), Count(0)))

    def depth(self, *_learned: bool) -> int:
        return self.num_layers

    def recipe(self, x: Shape) -> Call:
        settings = {name: value for name, value in self.values().items() if name != "output"}
        # torch warns about dropout that has nothing to act on
        settings["dropout"] = self.dropout if self.num_layers > 1 else 0.0
        last = "last_both" if self.bidirectional else "last"
        via = last if self.output == "last" else "sequence"
        target = f"nn.{type(self).__name__}"
        return Call.to(target, via, input_size=x[-1], batch_first=True, **settings)

    def caption(self) -> str:
        parts = (
            f"→ {self.hidden_size}",
            f"×{self.num_layers}" if self.num_layers > 1 else "",
            "⇄" if self.bidirectional else "",
            _("last") if self.output == "last" else "",
        )
        return " · ".join(part for part in parts if part)


@layer("rnn", group="Recurrent", title="RNN")
class RNN(Recurrent):
    """Mixes each step into a state with one matrix: the simplest one, short of memory."""

    gates = 1
    nonlinearity: str = choice(
        default="tanh", options=("tanh", "relu"), hint="The function each new state goes through."
    )


@layer("gru", group="Recurrent", title="GRU")
class GRU(Recurrent):
    """Reads step by step with two gates that choose what to forget: light, and remembers longer."""

    gates = 3


@layer("lstm", group="Recurrent", title="LSTM")
class LSTM(Recurrent):
    """Reads step by step with three gates and a cell that keeps what matters for long."""

    gates = 4
    proj_size: int = integer(
        default=0,
        low=0,
        high=1_000_000,
        hint="Shrink the state to this many numbers after each step; 0 leaves it as it is.",
    )

    @property
    def state_size(self) -> int:
        return self.proj_size or self.hidden_size

    def shape(self, x: Shape) -> Shape:
        if self.proj_size >= self.hidden_size:
            raise ShapeError(
                _("Projection {proj} must be smaller than the hidden size {hidden}.").format(
                    proj=self.proj_size, hidden=self.hidden_size
                ),
                _("Choose a smaller projection; 0 leaves the state as it is."),
            )
        return super().shape(x)

    def weights(self, x: Shape) -> Mapping[str, Shape]:
        found = dict(super().weights(x))
        if not self.proj_size:
            return found
        ordered: dict[str, Shape] = {}
        for end, _inputs in self._levels(x):
            ordered |= {name: shape for name, shape in found.items() if name.endswith(f"_{end}")}
            ordered[f"weight_hr_{end}"] = Shape(self.proj_size, self.hidden_size)
        return ordered
