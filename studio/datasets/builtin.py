"""The data sets that come with scikit-learn: small, real, and there without a download."""

import importlib
from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from studio.catalogue.shape import Shape
from studio.datasets.dataset import Array, Dataset, Facts
from studio.datasets.finite import require_finite
from studio.datasets.source import SOURCES, Source
from studio.datasets.watching import Watch
from studio.wording import _, marked


def _bundled(loader: str, **options: Any) -> Any:
    """Call a scikit-learn loader; the library is imported here because that takes a second."""
    return getattr(importlib.import_module("sklearn.datasets"), loader)(**options)


@SOURCES.file("digits")
class Digits(Source):
    """1,797 handwritten digits as pictures of 8 × 8 pixels, from 43 people."""

    title = marked("Digits 8 × 8")
    light_on_dark = True

    def facts(self) -> Facts:
        """Return what is known before reading, at once."""
        return Facts(Shape(1, 8, 8), 1797, tuple("0123456789"))

    def load(self, learned: Mapping[str, Any] | None = None, watch: Watch | None = None) -> Dataset:
        """Read the pictures; their 17 gray levels are spread over 0 to 255."""
        bunch = _bundled("load_digits")
        pixels = np.rint(np.asarray(bunch.images) * (255 / 16)).astype(np.uint8)
        return Dataset(
            name=_(self.title),
            inputs=pixels[:, np.newaxis],
            targets=np.asarray(bunch.target, dtype=np.int64),
            classes=self.facts().classes,
            target_name="digit",
            about=_(self.about()),
        )


class Table(Source):
    """A bundled table of measurements."""

    loader: ClassVar[str] = ""
    samples: ClassVar[int] = 0
    columns: ClassVar[tuple[str, ...]] = ()
    classes: ClassVar[tuple[str, ...]] = ()
    target_name: ClassVar[str] = "class"
    options: ClassVar[dict[str, Any]] = {}

    def facts(self) -> Facts:
        """Return what is known before reading, at once."""
        sample = Shape(len(self.columns))
        return Facts(sample, self.samples, self.classes, columns=self.columns)

    def load(self, learned: Mapping[str, Any] | None = None, watch: Watch | None = None) -> Dataset:
        """Read the table; raises DataError for a cell that is not a finite number."""
        bunch = _bundled(self.loader, **self.options)
        inputs = np.asarray(bunch.data, dtype=np.float32)
        require_finite(inputs, self.columns)
        return Dataset(
            name=_(self.title),
            inputs=inputs,
            targets=self._answers(np.asarray(bunch.target)),
            classes=self.classes,
            columns=self.columns,
            target_name=self.target_name,
            about=_(self.about()),
        )

    def _answers(self, target: Array) -> Array:
        if self.classes:
            return target.astype(np.int64)
        numbers = target.astype(np.float32)[:, np.newaxis]
        require_finite(numbers, (self.target_name,))
        return numbers


@SOURCES.file("iris")
class Iris(Table):
    """150 iris flowers of three species, told apart by four lengths (Fisher 1936)."""

    title = marked("Iris")
    loader = "load_iris"
    samples = 150
    columns = ("sepal length (cm)", "sepal width (cm)", "petal length (cm)", "petal width (cm)")
    classes = ("setosa", "versicolor", "virginica")
    target_name = "species"


@SOURCES.file("wine")
class Wine(Table):
    """178 wines of three growers, told apart by 13 chemical measurements."""

    title = marked("Wine")
    loader = "load_wine"
    samples = 178
    columns = (
        *("alcohol", "malic_acid", "ash", "alcalinity_of_ash", "magnesium", "total_phenols"),
        *("flavanoids", "nonflavanoid_phenols", "proanthocyanins", "color_intensity", "hue"),
        *("od280/od315_of_diluted_wines", "proline"),
    )
    classes = ("class_0", "class_1", "class_2")
    target_name = "grower"


_NUCLEUS = (
    *("radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity"),
    *("concave points", "symmetry", "fractal dimension"),
)


@SOURCES.file("breast_cancer")
class BreastCancer(Table):
    """569 biopsies, malignant or benign, described by 30 measurements of cell nuclei."""

    title = marked("Breast cancer")
    loader = "load_breast_cancer"
    samples = 569
    columns = (
        *(f"mean {what}" for what in _NUCLEUS),
        *(f"{what} error" for what in _NUCLEUS),
        *(f"worst {what}" for what in _NUCLEUS),
    )
    classes = ("malignant", "benign")
    target_name = "diagnosis"


@SOURCES.file("diabetes")
class Diabetes(Table):
    """442 patients: ten measurements predict how diabetes progressed after a year."""

    title = marked("Diabetes")
    loader = "load_diabetes"
    samples = 442
    columns = ("age", "sex", "bmi", "bp", "s1", "s2", "s3", "s4", "s5", "s6")
    target_name = "progression"
    options: ClassVar[dict[str, Any]] = {"scaled": False}  # units that people can type in
