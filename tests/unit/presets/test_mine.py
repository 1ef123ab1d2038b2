"""Blocks that people keep for later."""

import pytest

from studio.errors import FileError
from studio.graph.block import Block
from studio.presets import mine
from tests.toys.graphs import network

BODY = network("input 8 → linear 8 → relu → output")


def test_a_kept_block_comes_back_as_it_was():
    block = Block(graph=BODY, repeat=4, ramps={}, shared=True)

    kept = mine.keep(" Thinking twice ", block)

    assert [one.name for one in mine.kept()] == ["Thinking twice"]
    assert mine.load(kept.path) == block


def test_a_name_is_used_once_and_can_be_forgotten():
    mine.keep("A", Block(graph=BODY))
    mine.keep("A", Block(graph=BODY, repeat=2))
    assert mine.load(mine.kept()[0].path).repeat == 2
    mine.forget("A")
    assert mine.kept() == ()
    mine.forget("A")


@pytest.mark.parametrize("name", ["", "  ", "a/b", "..", ".hidden", "a" * 81, "a\nb", "c:d"])
def test_a_name_that_cannot_be_a_file_is_refused(name):
    with pytest.raises(FileError, match="cannot be kept"):
        mine.keep(name, Block(graph=BODY))
    assert mine.kept() == ()


def test_a_file_without_a_block_is_refused_with_its_name(tmp_path):
    path = tmp_path / "x.block"
    path.write_text('{"layerwise": 1, "graph": {}}')
    with pytest.raises(FileError, match=r"x\.block holds no block"):
        mine.load(path)
