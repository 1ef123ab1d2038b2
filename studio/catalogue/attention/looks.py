"""What attention holds in memory while a network trains: scores, or only what the fused one needs.

torch's fused product keeps query, key, value, answer and one number for each step and head. It does
neither dropout (on processors) nor learned numbers on the scores; then whole maps of steps × steps
are kept. The shares of what comes and goes were fitted to measured steps.
"""

from dataclasses import dataclass, replace

from studio.catalogue.keeping import Work


@dataclass(frozen=True)
class Look:
    """The sizes of one product of queries, keys and values, for one sample."""

    heads: int
    steps: int
    seen: int
    size: int
    """Features of one head."""
    kv_heads: int
    dropout: bool = False
    learned_bias: bool = False
    """Whether numbers that train are added to the scores."""

    @property
    def fused(self) -> bool:
        """Whether the scores of all steps never lie in memory together."""
        return not (self.dropout or self.learned_bias)

    @property
    def answer(self) -> int:
        """Numbers that come out."""
        return self.heads * self.steps * self.size

    @property
    def keys(self) -> int:
        """Numbers in all keys once every head has its own."""
        return self.heads * self.seen * self.size

    @property
    def scores(self) -> int:
        """Numbers in one map of how well each step meets each other."""
        return self.heads * self.steps * self.seen

    def bare(self) -> Work:
        """Return what is held beside query, key, value and answer."""
        shared = 2 * self.keys if self.kv_heads != self.heads else 0
        scaled = 0 if self.fused else self.answer + self.keys
        return self.holding(shared + scaled, 0, 0)

    def classic(self, read: int, *, own: bool) -> Work:
        """Return what torch's module holds, which copies the `read` numbers that come in.

        Our own code for steps that attend to themselves copies none.

        `own` says that steps attend to themselves, in one projection for all three.
        """
        rows = 2 * self.answer + 2 * self.seen * self.size * self.kv_heads
        if own and self.fused and self.seen == self.steps:
            # gradients of all that is kept, but for the room of those that come and leave
            back = rows - 2 * self.answer
            return replace(self._widened(self.holding(rows, 0, back)), inputs=True)
        scaled = 0 if self.fused else self.answer + self.keys
        return self.holding(read + rows + scaled, 0, (5 if own else 2) * self.answer)

    def _widened(self, work: Work) -> Work:
        """Return the work of our own product, which is done in float32 on processors."""
        widened = self.answer + 2 * self.keys
        return replace(work, widened=widened, doubled=self.answer)

    def projected(self, read: int, *, turned: bool, normed: bool) -> Work:
        """Return what the studio's module holds, the `read` numbers that come in included.

        `turned` and `normed` say what is done to queries and keys before they meet.
        """
        pair = self.answer + self.seen * self.size * self.kv_heads
        rows = read + 2 * self.answer + 2 * self.keys
        before = pair + self.seen * self.size * self.kv_heads
        forward = before if turned else 0
        if not self.fused:
            forward = pair + self.scores
        return self._widened(self.holding(rows + 5 * pair // 2 * normed, forward, 3 * self.answer))

    def holding(self, kept: int, forward: int, backward: int) -> Work:
        """Return `kept` numbers and the scores, where these are kept."""
        if self.fused:
            return Work(kept=kept, full=self.heads * self.steps, forward=forward, backward=backward)
        return Work(
            kept=kept,
            full=self.scores * (1 + self.dropout),  # computed in float32 in every precision
            mask=self.scores * self.dropout,
            forward=forward,
            backward=self.scores * 4 // 5,
        )
