"""A pickle of one layout is read, every other refused, and nothing in it is ever called."""

import pickle
import random
import time
from pathlib import Path

import numpy as np
import pytest

from studio.datasets.cifar.batches import read_batch
from studio.errors import FileError
from tests.unit.datasets.cifar.cifar_files import array, noise, python_batch, word


def written(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "data_batch_1"
    path.write_bytes(content)
    return path


def test_our_copy_of_the_layout_is_what_unpickling_gives(tmp_path: Path) -> None:
    content = python_batch(noise(3, 0), {"labels": [1, 300, 70_000]})
    expected = pickle.loads(content, encoding="latin1")

    found = read_batch(written(tmp_path, content))

    assert found.keys() == expected.keys()
    np.testing.assert_array_equal(found["data"], expected["data"])
    assert found["labels"] == expected["labels"] == [1, 300, 70_000]
    assert found["filenames"] == expected["filenames"]


@pytest.mark.parametrize("protocol", [2, 3, 4])
def test_batches_written_anew_by_newer_pythons_are_read_too(tmp_path: Path, protocol: int) -> None:
    value = {b"data": noise(4, 1), b"labels": [1, 2, 3, 4], b"filenames": [b"a", b"b"]}
    found = read_batch(written(tmp_path, pickle.dumps(value, protocol)))

    np.testing.assert_array_equal(found["data"], value[b"data"])
    assert found["labels"] == [1, 2, 3, 4]
    assert found["filenames"] == ["a", "b"]


def test_what_a_pickle_wants_called_is_named_and_not_called(tmp_path: Path) -> None:
    sign = tmp_path / "called"
    evil = b"\x80\x02cos\nsystem\nq\x01" + word(f"touch {sign}") + b"\x85R."

    with pytest.raises(FileError, match=r"mentions os system.*Nothing in it was executed"):
        read_batch(written(tmp_path, evil))
    assert not sign.exists()


@pytest.mark.parametrize("protocol", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("value", [print, Path("x"), {1, 2}, {"a": object}, 2**80, 1.5, [1], "x"])
def test_every_other_pickle_is_refused(tmp_path: Path, protocol: int, value: object) -> None:
    with pytest.raises(FileError, match="is no CIFAR batch"):
        read_batch(written(tmp_path, pickle.dumps(value, protocol)))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"U\x02u1", b"U\x02f8"),
        (b"M\x00\x0c\x86", b"M\x01\x0c\x86"),
        (b"numpy\nndarray", b"numpy\nload"),
        (b"T\x00\x24\x00\x00", b"T\xff\xff\xff\x7f"),
    ],
)
def test_a_layout_that_lies_is_refused(tmp_path: Path, old: bytes, new: bytes) -> None:
    content = python_batch(noise(3, 0), {"labels": [1, 2, 3]})
    assert old in content

    with pytest.raises(FileError, match="is no CIFAR batch"):
        read_batch(written(tmp_path, content.replace(old, new, 1)))


def test_laughs_by_the_billion_take_no_memory(tmp_path: Path) -> None:
    steps = b"\x80\x02]q\x00K\x01a"
    for level in range(1, 60):
        steps += (
            b"](" + b"h" + bytes([level - 1]) + b"h" + bytes([level - 1]) + b"eq" + bytes([level])
        )
    content = b"\x80\x02}q\xff(" + word("labels") + b"](" + steps[2:] + b"eu."
    begun = time.monotonic()
    assert len(read_batch(written(tmp_path, content))["labels"]) == 60
    assert time.monotonic() - begun < 1


def test_mutants_are_read_or_refused_but_never_break_out(tmp_path: Path) -> None:
    content = python_batch(noise(1, 0), {"labels": [1]})
    head = content.index(b"T\x00\x0c") + 5
    chance = random.Random(7)
    refused = 0
    for _turn in range(1500):
        mutant = bytearray(content)
        for _change in range(chance.randint(1, 4)):
            place = chance.choice(
                [chance.randrange(head), chance.randrange(head + 3072, len(content))]
            )
            mutant[place] = chance.randrange(256)
        cut = (
            bytes(mutant[: chance.randrange(len(mutant))])
            if chance.random() < 0.1
            else bytes(mutant)
        )
        try:
            read_batch(written(tmp_path, cut))
        except FileError:
            refused += 1
    assert 500 < refused < 1500


def test_an_array_alone_is_no_batch(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="holds no dictionary"):
        read_batch(written(tmp_path, b"\x80\x02" + array(noise(1, 0)) + b"."))
