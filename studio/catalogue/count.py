"""How a number remembers the formula it came from."""


class Count(int):
    """A whole number that can say how it was computed: `32 × 1 × 3 × 3 + 32`."""

    formula: str

    def __new__(cls, value: int, formula: str = "") -> "Count":
        """Make a count; without a formula it explains itself by its value."""
        self = super().__new__(cls, value)
        self.formula = formula or f"{value:,}"
        return self

    def __add__(self, other: int) -> "Count":
        if not other:
            return self
        if not self:
            return other if isinstance(other, Count) else Count(other)
        text = other.formula if isinstance(other, Count) else f"{other:,}"
        return Count(int(self) + int(other), f"{self.formula} + {text}")


def times(*factors: int) -> Count:
    """Return the product of `factors`, which remembers them; a sum among them is bracketed."""
    value = 1
    for factor in factors:
        value *= int(factor)
    return Count(value, " × ".join(map(_factor, factors)))


def _factor(factor: int) -> str:
    formula = getattr(factor, "formula", f"{factor:,}")
    return f"({formula})" if " + " in formula else formula
