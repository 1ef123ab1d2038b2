"""Which matrices surround an attention, how they are named, and what they cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.catalogue.attention.wires import Wires
from studio.catalogue.count import Count, times
from studio.catalogue.shape import Shape


@dataclass(frozen=True)
class Projections:
    """Matrices from what arrives to queries, keys and values of all heads, and from there out.

    Named as in torch.nn.MultiheadAttention when `packed`, else as layers of their own: “q_proj”,
    “k_proj”, “v_proj”; the way out is “out_proj” in both.
    """

    wires: Wires
    heads: int
    kv_heads: int
    head_dim: int
    out: int
    packed: bool
    bias: bool
    key_bias: bool
    out_bias: bool

    @property
    def inner(self) -> int:
        """How many features all heads have together."""
        return self.heads * self.head_dim

    @property
    def sides(self) -> Mapping[str, tuple[int, int]]:
        """Features that come out of, and that go into, each of the three projections."""
        kv = self.kv_heads * self.head_dim
        return {
            "q": (self.inner, self.wires.query[-1]),
            "k": (kv, self.wires.key[-1]),
            "v": (kv, self.wires.value[-1]),
        }

    @property
    def is_plain(self) -> bool:
        """Whether torch's own module has these very matrices."""
        plain = self.kv_heads == self.heads and self.inner == self.out == self.wires.query[-1]
        offsets = self.out_bias == self.bias and (self.key_bias or not self.bias)
        return plain and self.packed and offsets

    def inward(self) -> dict[str, Shape]:
        """Return the parameters before the scores, by name."""
        return self._packed() if self.packed else self._separate()

    def outward(self) -> dict[str, Shape]:
        """Return the parameters after the scores, by name."""
        found = {"out_proj.weight": Shape(self.out, self.inner)}
        return found | ({"out_proj.bias": Shape(self.out)} if self.out_bias else {})

    def multiply_adds(self) -> Count:
        """Return what the matrices cost; scores are not among them."""
        steps, seen = self.wires.steps, self.wires.seen
        key, value = times(seen, *self.sides["k"]), times(seen, *self.sides["v"])
        if self.out == self.wires.query[-1]:
            return times(2, steps, self.inner, self.out) + key + value
        query = times(steps, *self.sides["q"])
        return query + key + value + times(steps, self.inner, self.out)

    def _packed(self) -> dict[str, Shape]:
        rows = sum(out for out, _width in self.sides.values())
        widths = {width for _out, width in self.sides.values()}
        if len(widths) == 1:
            found = {"in_proj_weight": Shape(rows, *widths)}
        else:
            found = {f"{name}_proj_weight": Shape(*side) for name, side in self.sides.items()}
        return found | ({"in_proj_bias": Shape(rows)} if self.bias else {})

    def _separate(self) -> dict[str, Shape]:
        found = {}
        for name, side in self.sides.items():
            found[f"{name}_proj.weight"] = Shape(*side)
            if self.bias and (self.key_bias or name != "k"):
                found[f"{name}_proj.bias"] = Shape(side[0])
        return found
