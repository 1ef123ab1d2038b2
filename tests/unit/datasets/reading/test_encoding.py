"""Which encoding a file is in is seen from its bytes."""

from pathlib import Path

import pytest

from studio.datasets.reading.encoding import encoding_of
from studio.datasets.reading.grid import Reading, opened, read_grid

CHINESE = (
    "标签\t文本\n" + "好\t这家店的菜很好吃，送餐也快。\n坏\t等了两个小时才到，菜都凉了。\n" * 20
)
GERMAN = "name,größe\nMüller,3\nGroß,4\nWeiß,5\nKönig,6\n" * 5


@pytest.mark.parametrize(
    ("text", "encoding", "found"),
    [
        (CHINESE, "utf-8", "utf-8"),
        (CHINESE, "utf-8-sig", "utf-8-sig"),
        (CHINESE, "gb18030", "gb18030"),
        (CHINESE, "utf-16", "utf-16"),
        (GERMAN, "utf-8", "utf-8"),
        (GERMAN, "latin-1", "windows-1252"),
        (GERMAN, "utf-16-le", "utf-16-le"),
        (GERMAN, "utf-16-be", "utf-16-be"),
        ("a,b\n1,2\n", "ascii", "utf-8"),
        ("gr\u00f6\u00dfe,a\n1,2\n", "latin-1", "windows-1252"),
    ],
)
def test_the_bytes_tell_the_encoding(tmp_path: Path, text: str, encoding: str, found: str) -> None:
    path = tmp_path / "any.name"
    path.write_bytes(text.encode(encoding))

    assert encoding_of(path) == found
    with opened(path) as stream:
        assert stream.read() == text


def test_a_few_broken_bytes_do_not_make_utf8_something_else(tmp_path: Path) -> None:
    lines = [line.encode() for line in CHINESE.splitlines()]
    lines[5] = lines[5][:-1]
    path = tmp_path / "broken.tsv"
    path.write_bytes(b"\n".join(lines) + b"\n")

    grid = read_grid(path, Reading())

    assert encoding_of(path) == "utf-8"
    assert [problem.kind for problem in grid.problems] == ["encoding"]
    assert grid.problems[0].places == ("row 6",)
