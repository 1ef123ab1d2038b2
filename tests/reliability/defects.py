"""Data with one planted fault each, and where it has to be found."""

import gzip
import io
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from tests.unit.datasets.cifar.cifar_files import binary, cifar10, noise
from tests.unit.datasets.idx_files import idx, small_mnist
from tests.unit.datasets.pictures import picture_folders
from tests.unit.datasets.sounds import sound_files


@dataclass(frozen=True)
class Defect:
    """A fault that is put into whole data."""

    name: str
    source: str
    plant: Callable[[Path], Any]
    """Given the folder with the whole data, or the file of them."""
    place: str
    """What has to be named: a file, a row, a class or a column."""
    settings: Mapping[str, Any] = field(default_factory=dict)


def whole(source: str, root: Path) -> Path:
    """Write small data without a fault; return their folder or file."""
    return _WHOLE[source](root)


def _pictures(root: Path) -> Path:
    return picture_folders.class_folders(root, each=12)


def _sounds(root: Path) -> Path:
    return sound_files.class_folders(root, each=12)


def _table(root: Path) -> Path:
    random = np.random.default_rng(0)
    rows = [
        f"{random.normal():.3f},{random.normal():.3f},{('red', 'blue')[n % 2]},{n % 5 % 2}"
        for n in range(60)
    ]
    path = root / "table.csv"
    path.write_text("size,weight,color,label\n" + "\n".join(rows) + "\n")
    return path


def _texts(root: Path) -> Path:
    path = root / "texts.tsv"
    rows = [f"naïve text {n} says {'good' if n % 2 else 'bad'} things\t{n % 2}" for n in range(60)]
    path.write_text("sentence\tlabel\n" + "\n".join(rows) + "\n")
    return path


def _text_folders(root: Path) -> Path:
    for name in ("good", "bad"):
        (root / name).mkdir(parents=True)
        for n in range(12):
            (root / name / f"{n}.txt").write_text(f"this is the {name} text number {n} of them")
    return root


def _arrays(root: Path) -> Path:
    random = np.random.default_rng(0)
    np.savez(root / "set.npz", x=random.random((40, 3)), y=np.arange(40) % 2)
    return root / "set.npz"


def _cifar(root: Path) -> Path:
    cifar10(root, "binary", each=20)
    return root


_WHOLE: dict[str, Callable[[Path], Path]] = {
    "pictures": _pictures,
    "sounds": _sounds,
    "table": _table,
    "texts": _texts,
    "text folders": _text_folders,
    "npz": _arrays,
    "idx": lambda root: small_mnist(root, zipped=False),
    "cifar10": _cifar,
}


def _written(name: str, content: bytes) -> Callable[[Path], Any]:
    def plant(root: Path) -> None:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content)

    return plant


def _told(_number: int, row: str) -> str:
    """Return what says the same as the last cell of a row."""
    return "ab"[int(row[-1])]


def _link(name: str, target: str) -> Callable[[Path], Any]:
    return lambda root: (root / name).symlink_to(target)


def _cut(name: str, size: int) -> Callable[[Path], Any]:
    return lambda root: (root / name).write_bytes((root / name).read_bytes()[:size])


def _image(name: str, image: Image.Image, kind: str) -> Callable[[Path], Any]:
    stream = io.BytesIO()
    image.save(stream, kind)
    return _written(name, stream.getvalue())


def _line(number: int, text: str) -> Callable[[Path], Any]:
    """Put `text` in place of a line, counted from 1."""

    def plant(path: Path) -> None:
        lines = path.read_text().splitlines()
        lines[number - 1] = text
        path.write_text("\n".join(lines) + "\n")

    return plant


def _column(name: str, value: Callable[[int, str], str]) -> Callable[[Path], Any]:
    """Append a column; `value` is given the number of the row and what the row says."""

    def plant(path: Path) -> None:
        head, *rows = path.read_text().splitlines()
        more = [f"{row},{value(number, row)}" for number, row in enumerate(rows)]
        path.write_text("\n".join([f"{head},{name}", *more]) + "\n")

    return plant


def _bytes_at_line(number: int, content: bytes) -> Callable[[Path], Any]:
    def plant(path: Path) -> None:
        lines = path.read_bytes().splitlines()
        lines[number - 1] = content
        path.write_bytes(b"\n".join(lines) + b"\n")

    return plant


def _saved(**arrays: Any) -> Callable[[Path], Any]:
    return lambda path: np.savez(path, **arrays)


def _open_quote(path: Path) -> None:
    """Put all words in quotes, and leave one of them open."""
    path.write_text(path.read_text().replace("red", '"red"').replace("blue", '"blue"'))
    _line(16, '1,2,"red,1')(path)


def _nth(path: Path, number: int) -> str:
    return path.read_text().splitlines()[number - 1]


def _swapped(path: Path, number: int) -> None:
    """Say in the line after `number` the same, of the other class."""
    text, label = _nth(path, number).split("\t")
    _line(number + 1, f"{text}\t{1 - int(label)}")(path)


def _doubled_member(path: Path) -> None:
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("bomb.npy", bytes(200 * 2**20), zipfile.ZIP_DEFLATED)


def _with_nan() -> Callable[[Path], Any]:
    values = np.random.default_rng(0).random((40, 3))
    values[6, 1] = np.nan
    return _saved(x=values, y=np.arange(40) % 2)


_wav = sound_files.wav(sound_files.tone(440))
_odd = _wav[:20] + b"\x55" + _wav[21:]
_photo = picture_folders.picture(77)
_gray = _photo.convert("L")
_labels = "train-labels-idx1-ubyte"
_images = "train-images-idx3-ubyte"

DEFECTS = (
    Defect("empty file", "pictures", _written("cat/0.png", b""), "cat/0.png"),
    Defect("picture of four bytes", "pictures", _cut("cat/1.png", 4), "cat/1.png"),
    Defect("half a picture", "pictures", _cut("dog/2.png", 200), "dog/2.png"),
    Defect("text for a picture", "pictures", _written("dog/3.png", b"Hello" * 9), "dog/3.png"),
    Defect("GIF among PNG", "pictures", _image("cat/4.png", _photo, "GIF"), "cat/4.png"),
    Defect("gray picture", "pictures", _image("cat/5.png", _gray, "PNG"), "cat/5.png"),
    Defect(
        "picture without a picture in it",
        "pictures",
        _image("dog/6.png", Image.new("RGB", (12, 10), "red"), "PNG"),
        "dog/6.png",
    ),
    Defect(
        "huge picture",
        "pictures",
        _image("dog/7.png", Image.new("1", (10_000, 6000)), "PNG"),
        "dog/7.png",
    ),
    Defect(
        "same picture in two classes",
        "pictures",
        lambda root: (root / "dog/8.png").write_bytes((root / "cat/8.png").read_bytes()),
        "dog/8.png",
    ),
    Defect("empty class", "pictures", lambda root: (root / "bird").mkdir(), "bird"),
    Defect("class of one", "pictures", _image("bird/0.png", _photo, "PNG"), "bird"),
    Defect("link to nothing", "pictures", _link("cat/x.png", "y"), "cat/x.png"),
    Defect("pipe", "pictures", lambda root: os.mkfifo(root / "cat/pipe.png"), "cat/pipe.png"),
    Defect("link out", "pictures", _link("cat/l.png", "/dev/zero"), "cat/l.png"),
    Defect("note beside pictures", "pictures", _written("cat/a.txt", b"Notes\n"), "cat/a.txt"),
    Defect("empty sound", "sounds", _written("high/0.wav", b""), "high/0.wav"),
    Defect("sound cut in its header", "sounds", _cut("high/1.wav", 30), "high/1.wav"),
    Defect("sound cut short", "sounds", _cut("low/2.wav", 1000), "low/2.wav"),
    Defect(
        "silence",
        "sounds",
        _written("low/3.wav", sound_files.wav(np.zeros(1600))),
        "low/3.wav",
    ),
    Defect(
        "another rate",
        "sounds",
        _written("low/4.wav", sound_files.wav(sound_files.tone(300, rate=16_000), 16_000)),
        "low/4.wav",
    ),
    Defect("unknown coding", "sounds", _written("low/5.wav", _odd), "low/5"),
    Defect("ragged row", "table", _line(8, "1,2,red"), "row 8"),
    Defect("word among numbers", "table", _line(9, "big,2,red,1"), "row 9"),
    Defect("endless number", "table", _line(10, "1e999,2,red,1"), "row 10"),
    Defect("missing number", "table", _line(11, ",2,red,1"), "row 11"),
    Defect("missing answer", "table", _line(12, "1,2,red,"), "row 12"),
    Defect("label out of range", "table", _line(13, "1,2,red,77"), "row 13"),
    Defect("decimal comma", "table", _line(14, '"1,5",2,red,1'), "row 14"),
    Defect("zero byte", "table", _bytes_at_line(15, b"1,2\0,red,1"), "row 15"),
    Defect("open quote", "table", _open_quote, "row 16"),
    Defect("row given twice", "table", lambda path: _line(18, _nth(path, 17))(path), "row 18"),
    Defect("constant column", "table", _column("unit", lambda n, row: "kg"), "unit"),
    Defect(
        "column that tells", "table", _column("told", lambda n, row: "ab"[int(row[-1])]), "told"
    ),
    Defect("leading zeros", "table", _column("zip", lambda n, row: f"0{n % 7}123"), "zip"),
    Defect("not UTF-8", "texts", _bytes_at_line(20, b"a \xff\xfe\xff review of it\t1"), "row 20"),
    Defect("empty text", "texts", _line(21, "\t1"), "row 21"),
    Defect("text without class", "texts", _line(22, "a text of no class\t"), "row 22"),
    Defect("text in two classes", "texts", lambda path: _swapped(path, 23), "row 24"),
    Defect("empty text file", "text folders", _written("good/3.txt", b""), "good/3.txt"),
    Defect(
        "text said twice",
        "text folders",
        lambda root: (root / "bad/5.txt").write_bytes((root / "bad/4.txt").read_bytes()),
        "bad/5.txt",
    ),
    Defect("value that is no number", "npz", _with_nan(), "row 7"),
    Defect("array of objects", "npz", _saved(x=np.array([{}] * 4), y=np.arange(4)), "set.npz"),
    Defect("unequal numbers", "npz", _saved(x=np.ones((5, 3)), y=np.arange(4)), "“x”"),
    Defect("bomb in a ZIP", "npz", _doubled_member, "set.npz"),
    Defect("half an NPZ", "npz", lambda path: path.write_bytes(path.read_bytes()[:300]), "set.npz"),
    Defect("IDX cut short", "idx", _cut(_images, 500), _images),
    Defect("IDX lies", "idx", _written(_images, b"\0\0\x08\x03" + b"\xff" * 12), _images),
    Defect("too few labels", "idx", _written(_labels, idx(np.zeros(9, np.uint8))), _labels),
    Defect("gzip bomb", "idx", _written(_images, gzip.compress(bytes(10**7))), _images),
    Defect("CIFAR cut short", "cifar10", _cut("data_batch_2.bin", 5000), "data_batch_2.bin"),
    Defect(
        "label that does not exist",
        "cifar10",
        _written("data_batch_3.bin", binary(noise(20, 3), [n % 11 for n in range(20)])),
        "data_batch_3.bin",
    ),
    Defect("batch missing", "cifar10", lambda root: (root / "data_batch_5.bin").unlink(), "4 / 5"),
)
