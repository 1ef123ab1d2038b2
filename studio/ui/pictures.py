"""How one sample is shown: its picture, and its answer in words."""

import numpy as np
import numpy.typing as npt
from PySide6.QtGui import QImage

from studio.datasets.dataset import Array, Dataset
from studio.wording import _, measured

_FEW = 12
"""Answers of one sample that are named, where its places have one each."""


def picture(sample: Array, *, rises: bool = False) -> QImage:
    """Return one sample [channels, height, width] as an image, grey or in color.

    `rises` puts the first row at the foot, as for the low pitches of a spectrogram.
    """
    pixels = sample if sample.dtype == np.uint8 else _stretched(sample)
    pixels = pixels[:, ::-1] if rises else pixels
    if pixels.shape[0] >= 3:
        data = np.ascontiguousarray(np.moveaxis(pixels[:3], 0, -1))
        kind = QImage.Format.Format_RGB888
    else:
        data = np.ascontiguousarray(pixels[0])
        kind = QImage.Format.Format_Grayscale8
    height, width = data.shape[:2]
    return QImage(data.tobytes(), width, height, data.strides[0], kind).copy()


def _stretched(sample: Array) -> npt.NDArray[np.uint8]:
    values = sample.astype(np.float64)
    low, high = float(values.min()), float(values.max())
    return ((values - low) * (255 / (high - low or 1.0))).astype(np.uint8)


def answer_of(dataset: Dataset) -> str:
    """Return what the answers are called; the columns of a table keep the name they have."""
    return dataset.target_name if dataset.columns else _(dataset.target_name.capitalize())


def label_of(dataset: Dataset | None, index: int) -> str:
    """Return the answer of one sample for people: its class, or its numbers."""
    if dataset is None:
        return ""
    target = dataset.targets[index]
    if dataset.classes:
        places = np.atleast_1d(target)[:_FEW].tolist()
        return " · ".join(dataset.classes[number] for number in places if number >= 0)
    return ", ".join(measured(float(value)) for value in np.atleast_1d(target))
