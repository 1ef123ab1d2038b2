"""What the axes of an array of samples are: pictures, rows of a table, sequences or ids."""

import numpy as np

from studio.datasets.dataset import Array
from studio.errors import DataError
from studio.wording import _

LAYOUTS = ("auto", "picture", "table", "sequence", "ids")
_CHANNELS = (1, 3, 4)
_LEAST_BYTES, _LEAST_SIDE = 4, 8


def shaped(values: Array, layout: str) -> Array:
    """Return samples as a network takes them: uint8 pictures, float32, or int64 ids.

    Pictures become [samples, channels, height, width] wherever their channels were. Raises
    DataError for axes that do not fit the layout.
    """
    if layout == "picture" or (layout == "auto" and _are_pictures(values)):
        return _pictures(values)
    if layout == "ids":
        if values.dtype.kind not in "iu" or values.ndim != 2 or (values < 0).any():
            raise _unfit(values, layout)
        return values.astype(np.int64)
    if values.ndim == 1:
        values = values[:, np.newaxis]
    if layout == "table" and values.ndim > 2:
        values = values.reshape(len(values), -1)
    if layout == "sequence" and values.ndim == 2:
        values = values[:, np.newaxis]
    return _floats(values)


def _are_pictures(values: Array) -> bool:
    """Return whether samples are pictures: of bytes, or as high as wide, as series hardly are."""
    if values.ndim != 3:
        return values.ndim == 4
    height, width = values.shape[1:]
    if values.dtype == np.uint8:
        return bool(min(height, width) >= _LEAST_BYTES)
    return bool(height == width >= _LEAST_SIDE)


def _pictures(values: Array) -> Array:
    if values.ndim == 3:
        values = values[:, np.newaxis]
    if values.ndim != 4:
        raise _unfit(values, "picture")
    if values.shape[3] in _CHANNELS and values.shape[1] not in _CHANNELS:
        values = np.moveaxis(values, 3, 1)
    if values.dtype == np.uint8:
        return np.ascontiguousarray(values)
    return _floats(values)


def _floats(values: Array) -> Array:
    with np.errstate(over="ignore"):  # what grows too large is told as not finite
        return np.ascontiguousarray(values, dtype=np.float32)


def _unfit(values: Array, layout: str) -> DataError:
    return DataError(
        _("An array of {type} with axes {axes} cannot be read as “{layout}”.").format(
            type=values.dtype.name, axes=" × ".join(map(str, values.shape)), layout=layout
        ),
        _("Choose another layout."),
    )
