"""Which encoding a text file is in, judged by its bytes."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from studio.datasets.naming import shown
from studio.datasets.packing import packing_of
from studio.datasets.places import require_file, unreadable
from studio.errors import FileError
from studio.fields import choice
from studio.wording import _

ENCODINGS = ("found", "utf-8", "utf-16", "latin-1", "windows-1252", "gb18030", "big5", "shift_jis")
"""What can be asked for; the first lets the bytes decide."""
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_HEAD = 4096
_MOST_LINE = 2**20
_MOST_SAMPLE = 2**22
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\v\f\r\x1a\x1b"))
_MOST_CONTROLS = 0.05
"""From this share of control characters on, a file is no text with a few slips in it."""
_HIGH = re.compile(rb"[\x80-\xff]+")
_INSIDE = re.compile(rb"[A-Za-z][\x80-\xff]+(?=[a-z])")
"""Bytes beyond ASCII in the middle of a word of Latin letters."""
_FOUR = re.compile(rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]")
"""A rare character of GB 18030, every second byte of which is a digit."""
_KANA = re.compile(rb"\x82[\x9f-\xf1]|\x83[\x40-\x96]")
_NOT_WINDOWS = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")


def encoding_setting() -> Any:
    """Declare which encoding a file is in."""
    return choice(
        default="found",
        options=ENCODINGS,
        hint="How characters were written as bytes; found looks at the bytes.",
        label="Encoding",
    )


def encoding_of(path: Path, most: int | None = None) -> str:
    """Return the name of the encoding, judged by `most` bytes at the start, or by all of them.

    Raises FileError for a file that cannot be read, or that holds no text.

    A mark at the start decides; then zeros that lie on every second place (UTF-16); then whether
    most lines beyond ASCII are UTF-8, else GB 18030, else a Western one, in which all bytes mean
    something.
    """
    require_file(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
            stream.seek(0)
            if marked := _marked(head):
                return marked
            _require_text(path, head)
            return _of_lines(list(_foreign(stream, most)))
    except OSError as error:
        raise unreadable(path, error) from error


def encoding_of_bytes(content: bytes) -> str:
    """Return the encoding of a whole small file."""
    if content.isascii() and b"\0" not in content[:_HEAD]:
        return "utf-8"
    return _marked(content[:_HEAD]) or _of_lines(
        [line for line in content.split(b"\n") if not line.isascii()]
    )


def _marked(head: bytes) -> str:
    for mark, name in _MARKS:
        if head.startswith(mark):
            return name
    even, odd = head[::2].count(0), head[1::2].count(0)
    if max(even, odd) * 20 > len(head) and min(even, odd) == 0:
        return "utf-16-le" if odd else "utf-16-be"
    return ""


def _require_text(path: Path, head: bytes) -> None:
    """Raise FileError for a file that begins with bytes of which no text is full."""
    controls = len(head) - len(head.translate(None, _CONTROLS))
    if controls > _MOST_CONTROLS * len(head) or packing_of(path):
        raise FileError(
            _("{path} holds no text.").format(path=shown(str(path))),
            _("Choose a file that a text editor can show."),
        )


def _foreign(stream: BinaryIO, most: int | None) -> Iterator[bytes]:
    """Yield the lines that are not ASCII, some megabytes of them at most."""
    room = _MOST_SAMPLE
    while (
        room > 0
        and (most is None or stream.tell() < most)
        and (line := stream.readline(_MOST_LINE))
    ):
        if not line.isascii():
            room -= len(line)
            yield line


def _of_lines(lines: list[bytes]) -> str:
    broken = [line for line in lines if not _decodes(line, "utf-8")]
    if len(broken) * 2 <= len(lines) and not (len(broken) * 20 > len(lines) and _are_paired(lines)):
        return "utf-8"
    sample = b"\n".join(broken)
    if _has_kana(sample) and sum(_decodes(line, "shift_jis") for line in broken) * 20 >= 19 * len(
        broken
    ):
        return "shift_jis"
    if _is_paired(sample) and sum(_decodes(line, "gb18030") for line in broken) * 20 >= 19 * len(
        broken
    ):
        return "gb18030"
    return "latin-1" if _NOT_WINDOWS.search(sample) else "windows-1252"


def _decodes(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError as error:
        return error.end == len(line) and len(line) == _MOST_LINE  # cut in a character by us
    return True


def _are_paired(lines: list[bytes]) -> bool:
    """Return whether every line can be Chinese, though single characters may pass for UTF-8."""
    return _is_paired(b"\n".join(lines)) and all(_decodes(line, "gb18030") for line in lines)


def _has_kana(sample: bytes) -> bool:
    """Return whether many characters are those that Shift JIS has for the syllables of Japanese."""
    return len(_KANA.findall(sample)) * 6 > sum(map(len, _HIGH.findall(sample)))


def _is_paired(sample: bytes) -> bool:
    """Return whether bytes beyond ASCII come in pairs, as those of Chinese characters do."""
    sample = _FOUR.sub(b"\x81\x81\x81\x81", sample)
    runs = [len(run) for run in _HIGH.findall(sample)]
    if len(_INSIDE.findall(sample)) * 2 > len(runs):  # größe, not 大小
        return False
    return sum(run for run in runs if run % 2 == 0) >= 0.7 * sum(runs)
