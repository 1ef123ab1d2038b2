"""Where the real data sets lie that tests look at, if they are there."""

import os
import zipfile
from pathlib import Path

import pytest

DATA = Path(os.environ.get("LAYERWISE_TEST_DATA", Path(__file__).parents[4] / "shared" / "data"))


def unpacked(name: str, folder: Path) -> Path:
    """Unpack one of the zips, or skip the test where it is absent."""
    packed = DATA / f"{name}.zip"
    if not packed.is_file():
        pytest.skip(f"no {packed}")
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(folder)
    return folder
