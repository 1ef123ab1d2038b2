"""Small files of every kind that is read, and what becomes of them by accident or by malice."""

import random
import struct

_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**63 - 1)
_TEXTS = (
    *(b'"', b"\t", b",", b";", b"\n", b"\r", b"\r\n", b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xff"),
    *(
        b"1e999",
        b"nan",
        b"-",
        b"NA",
        b"0x10",
        b"1_0",
        b"2024-02-30",
        b"99999-01-01",
        b"''",
        b"\x1a",
    ),
    *("标签".encode(), b"\xed\xa0\x80", b"\xe2\x80\xae", b"\xf4\x90\x80\x80", b" " * 70, b'""""'),
)

_MOST_ADDED = 4096
"""Bytes that one repetition adds at most: of long files, fewer are tried in the same time."""


def mutated(seeds: list[bytes], chance: random.Random) -> bytes:
    """Return one of the seeds after one to four changes."""
    content = bytearray(chance.choice(seeds))
    for _time in range(chance.choice((1, 1, 1, 2, 4))):
        change = chance.choice(_CHANGES)
        content = bytearray(change(content, seeds, chance)) if content else content
    return bytes(content)


def _flipped(content: bytearray, _seeds: list[bytes], chance: random.Random) -> bytes:
    for _time in range(chance.randint(1, 8)):
        content[_place(content, chance)] ^= 1 << chance.randrange(8)
    return bytes(content)


def _cut(content: bytearray, _seeds: list[bytes], chance: random.Random) -> bytes:
    return bytes(content[: chance.randrange(len(content))])


def _spliced(content: bytearray, seeds: list[bytes], chance: random.Random) -> bytes:
    other = chance.choice(seeds)
    start = chance.randrange(len(other))
    return bytes(content[: chance.randrange(len(content))]) + other[start:]


def _lying(content: bytearray, _seeds: list[bytes], chance: random.Random) -> bytes:
    width, code = chance.choice(((1, "B"), (2, "H"), (4, "I"), (8, "Q")))
    value = chance.choice((*_EXTREMES, len(content), len(content) + 1)) % (1 << 8 * width)
    place = _place(content, chance)
    content[place : place + width] = struct.pack(chance.choice("<>") + code, value)
    return bytes(content)


def _repeated(content: bytearray, _seeds: list[bytes], chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    piece = content[start : start + chance.choice((1, 4, 16, 64, 512))]
    times = min(chance.choice((2, 3, 17, 200)), max(2, _MOST_ADDED // max(1, len(piece))))
    return bytes(content[:start] + piece * times + content[start:])


def _without(content: bytearray, _seeds: list[bytes], chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    return bytes(content[:start] + content[start + chance.choice((1, 2, 4, 16, 100)) :])


def _with_text(content: bytearray, _seeds: list[bytes], chance: random.Random) -> bytes:
    start = chance.randrange(len(content))
    return bytes(content[:start]) + chance.choice(_TEXTS) + bytes(content[start:])


def _place(content: bytearray, chance: random.Random) -> int:
    """Return a place, every other time one near the beginning, where headers are."""
    return chance.randrange(min(len(content), chance.choice((64, len(content)))))


_CHANGES = (_flipped, _cut, _spliced, _lying, _repeated, _without, _with_text)
