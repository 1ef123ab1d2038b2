"""Layers that look at tokens beside each other before any of them has a vector."""

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape
from studio.fields import flag, integer


@layer("token_ngrams", group="Embedding", title="Token N-grams", aliases=("ngrams", "bigrams"))
class TokenNgrams(Layer):
    """Puts ids of neighboring tokens taken together behind those of the tokens themselves.

    So a bag of words tells “not good” from “good”. Each run of tokens has an id by a hash, some
    share one (Joulin et al. 2017, “Bag of Tricks for Efficient Text Classification”); runs that
    padding is in have id 0.
    """

    longest: int = integer(
        default=2,
        low=1,
        high=16,
        hint="Runs of up to so many tokens; 2 takes pairs, 1 only the tokens themselves.",
    )
    vocabulary: int = integer(
        default=20_000, high=100_000_000, hint="How many different tokens there are."
    )
    buckets: int = integer(
        default=100_000,
        high=100_000_000,
        hint="How many ids there are for runs, behind those of tokens; more of them share fewer.",
    )
    once: bool = flag(
        default=False,
        hint="Keep what comes again in a text only once; the order of the ids is lost then.",
    )

    def shape(self, x: Shape) -> Shape:
        (steps,) = x.ids().axes("steps")
        return Shape(steps * self.longest, dtype="int64")

    def recipe(self, x: Shape) -> Call:
        return Call.to("studio.TokenNgrams", **self.values())

    def caption(self) -> str:
        return f"1–{self.longest} · {self.buckets}"
