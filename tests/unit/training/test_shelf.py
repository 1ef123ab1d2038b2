"""A checkpoint that is not what was written is never used; the newest whole one stands in."""

import json
import random
from pathlib import Path

import pytest
import torch

from studio.errors import FileError
from studio.training.checkpoints.checkpoint import Checkpoint, DamageError, load
from studio.training.checkpoints.shelf import newest
from tests.unit.training.toys import made, mlp, rows, running

FLIPS = 3000


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("kept")
    start = None
    for epochs in (2, 3, 4):
        list(running(made(mlp(hidden=4)), rows(), folder=folder, epochs=epochs, start=start))
        start = load(folder, "last")
    return folder


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    for path in kept.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    return tmp_path


def tensors_of(folder: Path, name: str) -> Path:
    return folder / str(json.loads((folder / f"{name}.json").read_text())["file"])


def flip(path: Path, place: int) -> None:
    content = bytearray(path.read_bytes())
    content[place // 8] ^= 1 << place % 8
    path.write_bytes(content)


def same(one: Checkpoint, other: Checkpoint) -> bool:
    mine, its = ({**c.weights, **c.optimizer, **c.state} for c in (one, other))
    facts = ("plan", "step", "epoch", "position", "frozen", "rate_scale", "scaling", "facts")
    return (
        mine.keys() == its.keys()
        and all(torch.equal(tensor, its[name]) for name, tensor in mine.items())
        and all(getattr(one, fact) == getattr(other, fact) for fact in facts)
    )


def test_every_flipped_bit_is_seen_or_changes_nothing(folder: Path) -> None:
    whole, chance = load(folder, "last"), random.Random(0)
    harmless = 0
    for path in (folder / "last.json", tensors_of(folder, "last")):
        content = path.read_bytes()
        for place in chance.sample(range(len(content) * 8), FLIPS):
            flip(path, place)
            try:
                assert same(load(folder, "last"), whole), (path, place)
                harmless += 1
            except DamageError:
                pass
            path.write_bytes(content)
    assert harmless < FLIPS / 10  # blanks, and the name of the checksum itself


@pytest.mark.parametrize("what", ["bit", "cut", "gone", "manifest", "torn"])
def test_the_newest_whole_one_stands_in_for_a_damaged_last(folder: Path, what: str) -> None:
    (folder / "best.json").unlink()
    manifest, tensors = folder / "last.json", tensors_of(folder, "last")
    if what == "bit":
        flip(tensors, 8 * (tensors.stat().st_size - 1))
    elif what == "cut":
        tensors.write_bytes(tensors.read_bytes()[:-100])
    elif what == "gone":
        tensors.unlink()
    elif what == "manifest":
        manifest.write_text(manifest.read_text().replace('"rate_scale": 1.0', '"rate_scale": 9.0'))
    else:
        manifest.write_bytes(manifest.read_bytes()[:200])
    files = {path.name for path in folder.iterdir()}

    found, remark = newest(folder)

    assert found.step == 12
    assert "damaged" in remark
    assert "step 12" in remark
    assert remark.count("\n") == 0
    assert not manifest.exists()
    assert (folder / "last.json.bad").exists()
    left = {path.name.removesuffix(".bad") for path in folder.iterdir()}
    assert left == files  # nothing was deleted
    assert newest(folder)[0].step == 12


def test_tensors_that_a_whole_checkpoint_shares_stay_where_they_are(folder: Path) -> None:
    shared = json.loads((folder / "last.json").read_text())
    (folder / "best.json").write_text(json.dumps(shared))
    (folder / "last.json").write_text("{")

    found, _remark = newest(folder)

    assert found.step == 16
    assert load(folder, "best").step == 16


def test_without_a_whole_one_everything_stays_and_the_last_is_to_blame(folder: Path) -> None:
    for manifest in folder.glob("*.json"):
        manifest.write_text("{}")
    files = {path.name for path in folder.iterdir()}
    with pytest.raises(DamageError, match=r"last\.json is not a checkpoint"):
        newest(folder)
    assert {path.name for path in folder.iterdir()} == files


def test_an_older_whole_run_says_nothing(folder: Path) -> None:
    found, remark = newest(folder)
    assert (found.step, remark) == (16, "")
    values = json.loads((folder / "last.json").read_text())
    del values["check"]  # as earlier versions wrote it
    (folder / "last.json").write_text(json.dumps(values))
    assert newest(folder)[0].step == 16


def test_a_folder_without_checkpoints_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="Cannot read"):
        newest(tmp_path)
