"""CIFAR files for tests, byte by byte as the published ones are laid out."""

import struct
from pathlib import Path

import numpy as np


def word(text: str) -> bytes:
    """A string as Python 2 wrote it."""
    raw = text.encode("latin-1")
    return b"U" + bytes([len(raw)]) + raw


def long_word(raw: bytes) -> bytes:
    return b"T" + struct.pack("<i", len(raw)) + raw


def whole(number: int) -> bytes:
    if number < 256:
        return b"K" + bytes([number])
    return b"M" + struct.pack("<H", number) if number < 65536 else b"J" + struct.pack("<i", number)


def listed(items: list[bytes]) -> bytes:
    return b"](" + b"".join(items) + b"e"


def array(pixels: np.ndarray) -> bytes:
    """An array of bytes as numpy 1 and Python 2 wrote it."""
    make = b"cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85U\x01b\x87R"
    axes = whole(pixels.shape[0]) + whole(pixels.shape[1]) + b"\x86"
    kind = b"cnumpy\ndtype\nq\nU\x02u1K\x00K\x01\x87Rq\x0b"
    kind += b"(K\x03U\x01|NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"
    return make + b"(K\x01" + axes + kind + b"\x89" + long_word(pixels.tobytes()) + b"tb"


def python_batch(pixels: np.ndarray, labels: dict[str, list[int]]) -> bytes:
    """A batch as published: protocol 2, strings of bytes."""
    names = [word(f"picture_{n}.png") for n in range(len(pixels))]
    entries = word("batch_label") + b"q\x02" + word("training batch 1 of 5") + b"q\x03"
    for key, values in labels.items():
        entries += word(key) + listed([whole(value) for value in values])
    entries += word("data") + array(pixels) + word("filenames") + listed(names)
    return b"\x80\x02}q\x01(" + entries + b"u."


def python_meta(key: str, names: list[str]) -> bytes:
    count = word("num_cases_per_batch") + whole(10_000)
    return b"\x80\x02}q\x01(" + count + word(key) + listed([word(n) for n in names]) + b"u."


def binary(pixels: np.ndarray, *labels: list[int]) -> bytes:
    columns = [np.array(one, dtype=np.uint8)[:, None] for one in labels]
    return np.concatenate([*columns, pixels], axis=1).tobytes()


def noise(count: int, seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, 3072), dtype=np.uint8)


def cifar10(folder: Path, form: str, each: int = 20) -> np.ndarray:
    """Write five batches and a test batch, and return all pixels in order."""
    folder.mkdir(parents=True, exist_ok=True)
    parts = []
    for number in range(6):
        pixels, labels = noise(each, number), [n % 10 for n in range(each)]
        name = f"data_batch_{number + 1}" if number < 5 else "test_batch"
        if form == "binary":
            (folder / f"{name}.bin").write_bytes(binary(pixels, labels))
        else:
            (folder / name).write_bytes(python_batch(pixels, {"labels": labels}))
        parts.append(pixels)
    return np.concatenate(parts).reshape(-1, 3, 32, 32)
