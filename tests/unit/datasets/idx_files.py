"""Small IDX files for tests: written here from scratch, byte by byte."""

import gzip
import struct
from pathlib import Path

import numpy as np

NAMES = (
    "train-images-idx3-ubyte",
    "train-labels-idx1-ubyte",
    "t10k-images-idx3-ubyte",
    "t10k-labels-idx1-ubyte",
)


def idx(values: np.ndarray) -> bytes:
    codes = {"uint8": 0x08, "int16": 0x0B, "float32": 0x0D}
    head = struct.pack(">HBB", 0, codes[values.dtype.name], values.ndim)
    axes = struct.pack(f">{values.ndim}I", *values.shape)
    return head + axes + values.astype(values.dtype.newbyteorder(">")).tobytes()


def small_mnist(folder: Path, *, train: int = 60, test: int = 20, zipped: bool = True) -> Path:
    """Write four files of 4 × 4 pictures whose brightness grows with the label."""
    folder.mkdir(parents=True, exist_ok=True)
    random = np.random.default_rng(1)
    for prefix, count in (("train", train), ("t10k", test)):
        labels = (np.arange(count) % 10).astype(np.uint8)
        images = random.integers(0, 9, (count, 4, 4), dtype=np.uint8)
        images += (labels * 24)[:, None, None].astype(np.uint8)
        for name, values in (("images-idx3", images), ("labels-idx1", labels)):
            write(folder, f"{prefix}-{name}-ubyte", idx(values), zipped=zipped)
    return folder


def write(folder: Path, name: str, content: bytes, *, zipped: bool) -> Path:
    path = folder / (f"{name}.gz" if zipped else name)
    path.write_bytes(gzip.compress(content) if zipped else content)
    return path
