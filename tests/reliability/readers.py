"""The readers of single files by kind: small whole files of that kind, and what reads one."""

import gzip
import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from studio.catalogue.shape import Shape
from studio.datasets import Cifar10, Corpus, Pairs, Pictures, Series, Table, Texts
from studio.datasets.arrays.numpy_files import heads, values_of
from studio.datasets.cifar.batches import read_batch
from studio.datasets.cifar.forms import read_part
from studio.datasets.idx import read_header, read_idx
from studio.datasets.inspecting import recognized
from studio.datasets.pictures.reading import read_picture
from studio.datasets.sounds.wave import peeked, read_sound
from tests.unit.datasets.cifar.cifar_files import binary, noise, python_batch, python_meta
from tests.unit.datasets.idx_files import idx
from tests.unit.datasets.pictures.picture_folders import class_folders, picture
from tests.unit.datasets.sounds.sound_files import tone, wav


@dataclass(frozen=True)
class Reader:
    """What reads one kind of file."""

    seeds: Callable[[], list[bytes]]
    read: Callable[[Path], Any]
    """Given the path of a file, or of the folder around it where `beside` fills one."""
    file: str = "mutant"
    beside: Callable[[Path], Any] = lambda folder: None
    """Puts what does not change beside the file, once."""


def _pictures() -> list[bytes]:
    return list(_saved())


def _saved() -> Iterator[bytes]:
    photo = picture(1, (20, 14))
    gray = photo.convert("L")
    deep = Image.fromarray(np.arange(280, dtype=np.uint16).reshape(14, 20) * 200)
    turned = Image.Exif()
    turned[0x0112] = 6
    for format_ in ("PNG", "BMP", "GIF", "TIFF", "WEBP", "PPM"):
        yield _bytes(photo, format_)
    yield from (_bytes(gray, "PNG"), _bytes(gray, "PPM"), _bytes(deep, "PNG"), _bytes(deep, "TIFF"))
    yield from (_bytes(photo.convert("RGBA"), "PNG"), _bytes(photo.convert("P"), "PNG"))
    yield from (_bytes(photo.convert("1"), "TIFF"), _bytes(photo.convert("CMYK"), "JPEG"))
    yield _bytes(photo, "TIFF", compression="tiff_lzw")
    yield _bytes(photo, "JPEG", exif=turned.tobytes())
    yield _bytes(photo, "JPEG", progressive=True)
    yield _bytes(photo, "GIF", save_all=True, append_images=[photo.rotate(90)])


def _bytes(image: Image.Image, format_: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, format_, **options)
    return stream.getvalue()


def _idx() -> list[bytes]:
    random = np.random.default_rng(0)
    plain = [
        idx(random.integers(0, 255, (3, 4, 4), dtype=np.uint8)),
        idx(np.arange(9, dtype=np.uint8)),
        idx(random.random((2, 5)).astype(np.float32)),
    ]
    return plain + [gzip.compress(one, mtime=0) for one in plain]


def _numpy() -> list[bytes]:
    random = np.random.default_rng(0)
    arrays: dict[str, Any] = {
        "x": random.random((6, 3)),
        "y": np.arange(6),
        "names": np.array(["a", "bc"] * 3),
    }
    found = []
    for save in (np.savez, np.savez_compressed):
        stream = io.BytesIO()
        save(stream, **arrays)
        found.append(stream.getvalue())
    for values in (arrays["x"], np.asfortranarray(arrays["x"]), np.zeros((2, 0), np.uint8)):
        stream = io.BytesIO()
        np.save(stream, values)
        found.append(stream.getvalue())
    return found


def _sounds() -> list[bytes]:
    waves, twofold = tone(440, 0.01), np.stack([tone(440, 0.01), tone(220, 0.01)], axis=1)
    coded = [wav(waves, bits=bits) for bits in (8, 16, 24, 32)]
    return [
        *coded,
        wav(twofold, bits=16),
        wav(waves, bits=32, code=3),
        wav(waves, bits=64, code=3),
        wav(twofold, bits=24, extensible=True),
    ]


def _table() -> list[bytes]:
    kinds = ("small", "large", "")
    rows = [
        f"{n},{n * 1.5},{kinds[n % 3]},2024-01-{n % 28 + 1:02},{'yes' if n % 2 else 'no'}"
        for n in range(24)
    ]
    whole = "id,size,kind,day,bought\n" + "\n".join(rows) + "\n"
    text = "id,size,kind,day,bought\n" + "\n".join(rows[:12]) + "\n"
    quoted = text.replace("small", '"sm, all"')
    swapped = text.replace(",", ";").replace(".", ",").replace("kind", "größe")
    return [
        *(whole.encode(), text.encode(), quoted.encode(), text.replace(",", "\t").encode("utf-16")),
        *(swapped.encode("latin-1"), text.replace("large", "大").encode("gb18030")),
        *(text.encode("utf-8-sig").replace(b"\n", b"\r\n"), text.replace(",", "|").encode()),
        *(f"# measured twice\n\n{text}".encode(), text.replace(",", "  ").encode()),
        *_objects([line.split(",") for line in text.splitlines()]),
    ]


def _objects(rows: list[list[str]]) -> Iterator[bytes]:
    """Yield rows below names as JSON: one object a line, and a list on several lines."""
    found = [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]
    yield "\n".join(map(json.dumps, found)).encode()
    yield json.dumps(found, indent=1).encode()


def _texts() -> list[bytes]:
    words = ["a good film", "a bad film", "the worst of all", "the best, by far", "not so bad"]
    rows = [f"{words[n % 5]} {n}\t{n % 2}" for n in range(16)]
    chinese = [f"{'好' if n % 2 else '差'}的电影{n}\t{n % 2}" for n in range(16)]
    first = "\n".join(["sentence\tlabel", *rows])
    comma = "\n".join(["text,label", *(f'"{words[n % 5]}, {n}",{n % 2}' for n in range(16))])
    return [
        *(first.encode(), comma.encode(), "\n".join(chinese).encode()),
        *_objects([["text", "label"], *(row.split("\t") for row in rows)]),
        "\n".join(f"__label__{row[-1]} {row[:-2]}" for row in rows).encode(),
        "\n".join(f"{row[-1]} {row[:-2]}" for row in (*rows, *rows)).encode(),
        *("\n".join(chinese).encode("gb18030"), first.encode("utf-16"), "\n".join(rows).encode()),
    ]


def _pairs() -> list[bytes]:
    rows = [f"I see {n} cats.\t我看见{n}只猫。\tCC-BY {n}" for n in range(16)]
    text = "\n".join(rows)
    return [text.encode(), text.encode("utf-16"), text.replace("\t", ",").encode()]


def _long_text() -> list[bytes]:
    text = "".join(f"Line {n} says, in short: nothing new.\n" for n in range(24))
    return [text.encode(), text.encode("utf-16-le"), text.replace("new", "neü").encode("latin-1")]


def _series() -> list[bytes]:
    rows = [f"2024-{n // 28 + 1:02}-{n % 28 + 1:02},{n * 0.5},{n % 7}" for n in range(32)]
    text = "day,level,flow\n" + "\n".join(rows)
    return [text.encode(), text.replace(",", ";").replace(".", ",").encode()]


def _labels() -> list[bytes]:
    rows = [f"{name}/{n}.png,{name}" for name in ("cat", "dog") for n in range(3)]
    text = "file,label\n" + "\n".join(rows)
    return [text.encode(), text.replace(",", "\t").encode(), text.encode("utf-16")]


def _batches() -> list[bytes]:
    pixels = noise(2, 0)
    newer = python_batch(pixels, {"fine_labels": [3, 4], "coarse_labels": [1, 2]})
    return [python_batch(pixels, {"labels": [1, 2]}), newer, python_meta("label_names", ["a", "b"])]


def _workbook() -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("xl/workbook.xml", "<workbook/>")
    return stream.getvalue()


def _all_kinds() -> list[bytes]:
    kinds = (_pictures, _idx, _numpy, _sounds, _table, _texts, _pairs, _batches, _long_text)
    return [*(seed for kind in kinds for seed in kind()), _workbook()]


def _read_sound(path: Path) -> Any:
    return peeked(path), read_sound(path)


READERS = {
    "picture": Reader(_pictures, lambda path: read_picture(path, Shape(3, 16, 16))),
    "cifar_bytes": Reader(
        lambda: [binary(noise(2, 0), [1, 2])], lambda path: read_part(path, Cifar10().layout)
    ),
    "cifar_python": Reader(_batches, read_batch),
    "idx": Reader(_idx, lambda path: (read_header(path), read_idx(path))),
    "numpy": Reader(_numpy, lambda path: [values_of(head, None) for head in heads(path)]),
    "sound": Reader(_sounds, _read_sound),
    "table": Reader(_table, lambda path: Table(file=str(path)).load()),
    "series": Reader(_series, lambda path: Series(file=str(path), window=5).load()),
    "texts": Reader(_texts, lambda path: Texts(path=str(path)).load()),
    "pairs": Reader(_pairs, lambda path: Pairs(file=str(path)).load()),
    "corpus": Reader(_long_text, lambda path: Corpus(file=str(path), window=8).load()),
    "labels": Reader(
        _labels,
        lambda path: Pictures(folder=str(path.parent), height=8, width=8).load(),
        "labels.csv",
        lambda folder: class_folders(folder, each=3),
    ),
    "recognizing": Reader(_all_kinds, recognized),
}
"""By the word of the command line."""
