"""The bundled data sets are what their declarations say."""

import numpy as np
import pytest

from studio.datasets import SOURCES, builtin
from studio.datasets.source import Source

BUNDLED = [cls for cls in SOURCES if cls.__module__ == builtin.__name__]


@pytest.mark.parametrize("cls", BUNDLED, ids=lambda cls: cls.key)
def test_what_is_declared_is_what_is_loaded(cls: type[Source]) -> None:
    facts, dataset = cls().facts(), cls().load()

    assert dataset.sample == facts.sample
    assert len(dataset) == facts.samples
    assert dataset.classes == facts.classes
    assert dataset.columns == facts.columns
    assert len(dataset.targets) == len(dataset.inputs)


@pytest.mark.parametrize("cls", BUNDLED, ids=lambda cls: cls.key)
def test_names_are_those_of_scikit_learn(cls: type[Source]) -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    bunch = getattr(datasets, f"load_{cls.key}")()
    facts = cls().facts()

    if facts.columns:
        assert facts.columns == tuple(map(str, bunch.feature_names))
    if facts.classes:
        assert facts.classes == tuple(map(str, bunch.target_names))


def test_types_are_those_a_network_needs() -> None:
    digits, iris, diabetes = (SOURCES[key]().load() for key in ("digits", "iris", "diabetes"))

    assert digits.inputs.dtype == np.uint8
    assert digits.inputs.max() == 255
    assert digits.is_picture
    assert iris.inputs.dtype == np.float32
    assert iris.targets.dtype == np.int64
    assert diabetes.targets.dtype == np.float32
    assert diabetes.targets.shape == (442, 1)


def test_every_source_has_a_title_and_a_sentence() -> None:
    for cls in SOURCES:
        assert cls.title
        assert cls.about().endswith(".")
        assert all(setting.hint for setting in cls.declared.values())
