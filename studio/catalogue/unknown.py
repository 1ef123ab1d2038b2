"""A layer this version does not know; it keeps what the file said."""

from collections.abc import Mapping
from typing import Any

from studio.catalogue.layer import CATALOGUE, Layer
from studio.catalogue.shape import Shape
from studio.errors import ShapeError
from studio.fields import nearest, opaque
from studio.wording import _


class Unknown(Layer):
    """A layer type that this version does not know; its settings are kept as they are."""

    inputs = (0, None)
    title = "Unknown"
    type: str = opaque(default="")
    settings: Mapping[str, Any] = opaque(default={})

    def shape(self, *_inputs: Shape) -> Shape:
        known = [cls.key for cls in CATALOGUE]
        raise ShapeError(
            _("This version knows no layer called {type}.").format(type=self.type),
            nearest(self.type, known) or _("Replace it, or open the project with a newer version."),
        )
