"""How scalars are spelled as `tensorboard.Event` messages in the wire format of protocol buffers.

Field numbers are those of the published event.proto and summary.proto: Event has wall_time = 1,
step = 2, file_version = 3 and summary = 5; Summary has value = 1, whose tag = 1 and
simple_value = 2.
"""

import struct
from collections.abc import Mapping

_VARINT, _DOUBLE, _BYTES, _FLOAT = 0, 1, 2, 5
"""The kinds of fields in the wire format."""
_ALL_BITS = 2**64 - 1


def version_event(seconds: float) -> bytes:
    """Return the event that a file begins with; `seconds` since 1970."""
    return _seconds(seconds) + _bytes(3, b"brain.Event:2")


def scalar_event(seconds: float, step: int, scalars: Mapping[str, float]) -> bytes:
    """Return an event that gives numbers, float32, by their tags at a step."""
    values = b"".join(
        _bytes(1, _bytes(1, tag.encode(errors="replace")) + _key(2, _FLOAT) + _float(value))
        for tag, value in scalars.items()
    )
    return _seconds(seconds) + _key(2, _VARINT) + _varint(step & _ALL_BITS) + _bytes(5, values)


def _seconds(value: float) -> bytes:
    return _key(1, _DOUBLE) + struct.pack("<d", value)


def _float(value: float) -> bytes:
    try:
        return struct.pack("<f", value)
    except OverflowError:  # beyond float32
        return struct.pack("<f", float("inf") if value > 0 else float("-inf"))


def _bytes(field: int, content: bytes) -> bytes:
    return _key(field, _BYTES) + _varint(len(content)) + content


def _key(field: int, kind: int) -> bytes:
    return _varint(field << 3 | kind)


def _varint(value: int) -> bytes:
    """Return an unsigned number seven bits at a time, the lowest first."""
    found = bytearray()
    while value > 0x7F:
        found.append(value & 0x7F | 0x80)
        value >>= 7
    found.append(value)
    return bytes(found)
