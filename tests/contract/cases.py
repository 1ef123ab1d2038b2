"""Settings and inputs that fit each other, for layers whose wires depend on their settings."""

from collections.abc import Mapping

import torch
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from torch import nn

from studio.catalogue import Layer, Shape
from studio.catalogue.windows.folding import Fold
from tests.contract import drawing
from tests.contract.sequences import SEQUENCES

Case = tuple[Layer, tuple[Shape, ...]]
FEW = st.integers(1, 5)


@st.composite
def _fold(draw: DrawFn) -> Case:
    layer = draw(drawing.layers(Fold))
    height, width = draw(st.integers(2, 9)), draw(st.integers(2, 9))
    layer = layer.changed(output_size=(height, width))
    settings = {name: value for name, value in layer.values().items() if name != "output_size"}
    try:
        columns = nn.Unfold(**settings)(torch.empty(1, draw(FEW), height, width, device="meta"))
    except RuntimeError:
        return layer, (Shape(8, 9),)
    return layer, (Shape(*columns.shape[1:]),)


CASES: Mapping[str, SearchStrategy[Case]] = {**SEQUENCES, "fold": _fold()}
"""By key, whole cases that are drawn beside those of `tests.contract.drawing`."""
