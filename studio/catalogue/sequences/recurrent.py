"""Layers that read a sequence step by step and carry a state along.

Sequences are steps × features (torch's `batch_first=True`). Parameter names and shapes as in the
“Variables” of torch.nn.RNN, GRU and LSTM: two bias vectors per level and direction.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import ClassVar

from studio.catalogue.count import Count, times
from studio.catalogue.keeping import Autocast, Work
from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import choice, flag, integer, number
from studio.wording import _


class Recurrent(Layer):
    """What recurrent layers have in common.

    Further wires bring the state to start from: numbers, or levels and directions × numbers. An
    LSTM has two, the hidden state and the cell. With `padding_idx`, the last wire brings the ids of
    the steps.
    """

    keeps = "nothing"
    autocast: ClassVar[Autocast] = "low"
    inputs = (1, 3)
    gates: ClassVar[int]
    held: ClassVar[int]
    """How many states' worth of numbers each step holds for the backward pass."""
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

    return_state: bool = flag(
        default=False,
        hint="Also hand on the state at the end, from which another layer can start.",
    )
    bias_vectors: int = integer(
        default=2,
        high=2,
        hint="Two offsets for each number, as in PyTorch, or one, as in the LSTM of Keras.",
    )

    padding_idx: int | None = integer(
        default=None,
        low=0,
        high=100_000_000,
        optional=True,
        label="Padding id",
        hint="The id that only fills up: such steps are passed over. One more wire brings the ids.",
    )

    @property
    def state_size(self) -> int:
        """How many numbers one direction says at each step."""
        return self.hidden_size

    def _states(self) -> tuple[int, ...]:
        """Return how many numbers each state has at one level and direction."""
        return (self.hidden_size,)

    def shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """Return the shape of the answer and, if asked for, of each state at the end."""
        x, *states = inputs
        steps, _features = x.floats().axes("steps features")
        if self.padding_idx is not None:
            states = self._without_ids(steps, states)
        self._require_start(states)
        width = self.state_size * (1 + self.bidirectional)
        answer = Shape(width) if self.output == "last" else Shape(steps, width)
        return (answer, *self._ends()) if self.return_state else (answer,)

    def shape(self, *inputs: Shape) -> Shape:
        return self.shapes(*inputs)[0]

    def _ends(self) -> tuple[Shape, ...]:
        rows = self.num_layers * (1 + self.bidirectional)
        return tuple(Shape(size) if rows == 1 else Shape(rows, size) for size in self._states())

    @staticmethod
    def _without_ids(steps: int, further: Sequence[Shape]) -> list[Shape]:
        """Return the further wires but the last; raises ShapeError unless that brings the ids."""
        if not further:
            raise ShapeError(
                _("It is told which id only fills up, but no wire brings the ids."),
                _("Wire the ids that the steps were made of, or clear the padding id."),
            )
        if further[-1].ids().axes("steps") != (steps,):
            raise ShapeError(
                _("{steps} steps arrive, but {ids} ids.").format(steps=steps, ids=further[-1][0]),
                _("Bring the ids that the steps were made of."),
            )
        return list(further[:-1])

    def _require_start(self, states: Sequence[Shape]) -> None:
        expected = self._ends()
        if len(states) not in {0, len(expected)}:
            raise ShapeError(
                _("It starts from {expected} states, but {received} came in.").format(
                    expected=len(expected), received=len(states)
                ),
                _("Wire every state of the layer before it, or none."),
            )
        for state, end in zip(states, expected, strict=False):
            if tuple(state.floats()) not in {tuple(end), (1, *end)[-2:]}:
                raise ShapeError(
                    _(
                        "The state to start from has {received} numbers instead of {expected}."
                    ).format(received=state, expected=end),
                    _("Take it from a layer with as many levels, directions and hidden numbers."),
                )

    def _levels(self, x: Shape) -> Iterator[tuple[str, int]]:
        """Yield the end of the parameter names and the inputs of each level and direction."""
        inside = self.state_size * (1 + self.bidirectional)
        for level in range(self.num_layers):
            for way in ("", "_reverse")[: 1 + self.bidirectional]:
                yield f"l{level}{way}", inside if level else x[-1]

    def weights(self, x: Shape, *_states: Shape) -> Mapping[str, Shape]:
        rows = self.gates * self.hidden_size
        found = {}
        for end, inputs in self._levels(x):
            found[f"weight_ih_{end}"] = Shape(rows, inputs)
            found[f"weight_hh_{end}"] = Shape(rows, self.state_size)
            for side in ("ih", "hh")[: self.bias_vectors * self.bias]:
                found[f"bias_{side}_{end}"] = Shape(rows)
        return found

    def work(self, x: Shape, *_states: Shape) -> Work:
        """Each level copies what it reads and holds the parts of every step."""
        size = self.hidden_size
        levels = [inputs for _end, inputs in self._levels(x)]
        # half of the parts stay float32 in every precision
        full = len(levels) * self.held * size // 2
        return Work(
            kept=x[0] * (sum(levels) + len(levels) * self.held * size - full),
            full=x[0] * full,
            forward=x[0] * self.gates * size,
            backward=-x.size if self.held > 1 else 0,
        )

    def multiply_adds(self, x: Shape, *_states: Shape) -> Count:
        matrices = (shape for shape in self.weights(x).values() if len(shape) == 2)
        return times(x[0], sum((times(*shape) for shape in matrices), Count(0)))

    def depth(self, *_learned: bool) -> int:
        return self.num_layers

    def recipe(self, x: Shape, *further: Shape) -> Call:
        padded = self.padding_idx is not None
        if len(further) - padded not in {0, len(self._states())}:
            raise ValueError(f"{len(further) - padded} states to start from")
        left_out = {"output", "bias_vectors"}
        left_out |= set() if padded else {"return_state", "padding_idx"}
        settings = {name: value for name, value in self.values().items() if name not in left_out}
        # torch warns about dropout that has nothing to act on
        settings["dropout"] = self.dropout if self.num_layers > 1 else 0.0
        last = "last_both" if self.bidirectional else "last"
        via = last if self.output == "last" else "sequence"
        return Call.to(
            self._module(),
            "padded_" * padded + via + "_and_state" * self.return_state,
            input_size=x[-1],
            batch_first=True,
            **settings,
        )

    def _module(self) -> str:
        single, name = self.bias and self.bias_vectors == 1, type(self).__name__
        if self.padding_idx is not None:
            return f"studio.Padded{'OneBias' * single}{name}"
        return f"{'studio' if single else 'nn'}.{name}"

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
    held = 1
    nonlinearity: str = choice(
        default="tanh", options=("tanh", "relu"), hint="The function each new state goes through."
    )


@layer("gru", group="Recurrent", title="GRU")
class GRU(Recurrent):
    """Reads step by step with two gates that choose what to forget: light, and remembers longer."""

    autocast = "full on processors"
    gates = 3
    held = 5

    def work(self, x: Shape, *_states: Shape) -> Work:
        """Return what our own code for processors holds, float32 in every precision."""
        levels = [inputs for _end, inputs in self._levels(x)]
        size = self.hidden_size
        return Work(
            full=x[0] * (sum(levels) + len(levels) * self.held * size),
            backward=x[0] * ((self.gates + 1) * size + max(levels)),
        )


@layer("lstm", group="Recurrent", title="LSTM")
class LSTM(Recurrent):
    """Reads step by step with three gates and a cell that keeps what matters for long."""

    inputs = (1, 4)
    gates = 4
    held = 15
    proj_size: int = integer(
        default=0,
        low=0,
        high=1_000_000,
        hint="Shrink the state to this many numbers after each step; 0 leaves it as it is.",
    )

    def work(self, x: Shape, *_states: Shape) -> Work:
        """Return what oneDNN holds, which computes it on processors; fitted to its workspace."""
        size, steps = self.hidden_size, x[0]
        levels = [max(inputs, size) for _end, inputs in self._levels(x)]
        kept = sum(93 * size // 10 + 6 * widest for widest in levels)
        kept += x[-1] * (1 + self.bidirectional) + size * (len(levels) - 1 - self.bidirectional)
        kept += self.state_size * (1 + self.bidirectional) * (self.output == "last")
        scratch = 44 * steps * size // 10
        return Work(kept=steps * kept, forward=scratch, backward=scratch)

    @property
    def state_size(self) -> int:
        return self.proj_size or self.hidden_size

    def _states(self) -> tuple[int, ...]:
        return (self.state_size, self.hidden_size)

    def shapes(self, *inputs: Shape) -> tuple[Shape, ...]:
        """Return the shape of the answer and, if asked for, of hidden state and cell at the end."""
        if self.proj_size >= self.hidden_size:
            raise ShapeError(
                _("Projection {proj} must be smaller than the hidden size {hidden}.").format(
                    proj=self.proj_size, hidden=self.hidden_size
                ),
                _("Choose a smaller projection; 0 leaves the state as it is."),
            )
        return super().shapes(*inputs)

    def multiply_adds(self, x: Shape, *_further: Shape) -> Count:
        """One more feature comes in where cells have to go past padding, see `PaddedLSTM`."""
        marked = self.padding_idx is not None and self.return_state
        rows = self.num_layers * (1 + self.bidirectional) * self.gates * self.hidden_size
        return super().multiply_adds(x) + times(x[0], rows * marked)

    def weights(self, x: Shape, *_states: Shape) -> Mapping[str, Shape]:
        found = dict(super().weights(x))
        if not self.proj_size:
            return found
        ordered: dict[str, Shape] = {}
        for end, _inputs in self._levels(x):
            ordered |= {name: shape for name, shape in found.items() if name.endswith(f"_{end}")}
            ordered[f"weight_hr_{end}"] = Shape(self.proj_size, self.hidden_size)
        return ordered
