"""Names that strangers chose are shown written out, and never lead out of the folder."""

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from studio.datasets import Npz, Pictures, Sounds, Texts
from studio.datasets.dataset import Dataset
from studio.datasets.inspecting import inspect, inspection_json
from studio.datasets.source import Source
from tests.unit.datasets.pictures.picture_folders import picture
from tests.unit.datasets.sounds.sound_files import tone, wav

_UNSEEN = "\n\r\t\x07\x08\x1b\x7f\x85\u00a0\u00ad\u200b\u200e\u200f\u2028\u202e\u2066\ufeff\ue000"
_WORDS = (
    *("CON", "nul", "COM1", "aux.txt", "-rf", "--help", "~", "~root", "$HOME", "$(touch x)"),
    *("`id`", "%s%n", "{name}", "{0}", "C:", "C:\\x", "..\\..\\x", "\\\\host\\x", "...", ". ."),
    *("<img src=http:x>", "<b>a", "a;b", "a|b", "a&b", "'; DROP", '"', "=1+1", "@x", "+1", "*?"),
    *(" ", "  x ", "e\u0301", "\u00e9", "x" * 255, "字" * 85, "\U0001f600", "\ufb00", "ß", "İ"),
)
NAMES = (*(f"a{sign}b" for sign in _UNSEEN), *_WORDS, os.fsdecode(b"a\xffb"), "a\x1b[31mb")
_ENTRIES = ("../../secret.png", "/etc/passwd", "..\\..\\secret.png", "file:///etc/passwd", "~/x")


def _pictures(root: Path) -> Source:
    for number, folder in enumerate(_folders(root)):
        for one in range(3):
            picture(3 * number + one).save(folder / f"{one}.png")
    return Pictures(folder=str(root), height=8, width=8)


def _sounds(root: Path) -> Source:
    for number, folder in enumerate(_folders(root)):
        for one in range(3):
            (folder / f"{one}.wav").write_bytes(wav(tone(200 + 40 * number + 7 * one, 0.01)))
    return Sounds(folder=str(root))


def _texts(root: Path) -> Source:
    for number, folder in enumerate(_folders(root)):
        for one in range(3):
            (folder / f"{one}.txt").write_text(f"the text {number} {one} of this folder")
    return Texts(path=str(root))


def _arrays(root: Path) -> Source:
    np.save(root / "x.npy", np.random.default_rng(0).random((40, 3)))
    np.save(root / "y.npy", np.arange(40) % 2)
    for name in NAMES:
        if len(os.fsencode(name)) < 250 and "\\" not in name:
            np.save(root / f"{name}.npy", np.zeros(3))
    return Npz(path=str(root), inputs="x", targets="y")


def _table(root: Path) -> Source:
    rows = [f"{number}.png,{'ab'[number % 2]}" for number in range(20)]
    for number in range(20):
        picture(number).save(root / f"{number}.png")
    rows += [f"{entry},a" for entry in _ENTRIES]
    (root / "labels.csv").write_text("\n".join(["file,label", *rows]))
    return Pictures(folder=str(root), height=8, width=8)


def _folders(root: Path) -> Iterator[Path]:
    for name in NAMES:
        folder = root / name
        folder.mkdir()
        yield folder


CONTAINERS: dict[str, Callable[[Path], Source]] = {
    "pictures": _pictures,
    "sounds": _sounds,
    "texts": _texts,
    "arrays": _arrays,
    "table of pictures": _table,
}


@pytest.mark.parametrize("container", CONTAINERS)
def test_hostile_names_are_shown_written_out_and_lead_nowhere(container, tmp_path):
    root = tmp_path / "deep" / "data"
    root.mkdir(parents=True)
    picture(999).save(tmp_path / "secret.png")
    source = CONTAINERS[container](root)
    os.mkfifo(root / "pipe.png")
    (root / "out").symlink_to(tmp_path)
    (root / "zero.wav").symlink_to("/dev/zero")
    before = _tree(tmp_path)
    found = inspect(source)
    assert _tree(tmp_path) == before
    said = [*_said(found.dataset), str(inspection_json(found))]
    assert [word for word in said if not word.isprintable()] == []
    assert not [word for word in found.dataset.origins if "secret" in word]


def _said(dataset: Dataset) -> Iterator[str]:
    """Everything that is shown of the data."""
    yield from (dataset.name, dataset.target_name, *dataset.classes, *dataset.origins)
    yield from (*dataset.notes, *dataset.columns)
    for problem in dataset.problems:
        yield from (problem.sentence, problem.remedy, *problem.places)


def _tree(root: Path) -> dict[str, str]:
    """Return what lies in a folder, and what each file says."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        if path.is_file() and not path.is_symlink()
        else "other"
        for path in sorted(root.rglob("*"))
    }


def test_there_are_sixty_names():
    assert len(set(NAMES)) >= 60
