"""Layers that only hold a place."""

from studio.catalogue.layer import Call, Layer, layer
from studio.catalogue.shape import Shape


@layer("identity", group="Structure", title="Identity", aliases=("pass",))
class Identity(Layer):
    """Hands on what it receives: a place to plug something in later."""

    keeps = "nothing"
    passes = "view"

    def shape(self, x: Shape) -> Shape:
        return x

    def recipe(self, x: Shape) -> Call:
        return Call.to("nn.Identity")
