"""How records are framed in the files TensorBoard reads: lengths and masked CRC-32C sums.

Source: "TFRecord and tf.train.Example" of the TensorFlow guide; CRC-32C: RFC 3720, section 12.1.
"""

import struct

_REVERSED_POLYNOMIAL = 0x82F63B78
_MASK = 0xA282EAD8


def _table() -> tuple[int, ...]:
    sums = []
    for byte in range(256):
        value = byte
        for _bit in range(8):
            value = value >> 1 ^ (_REVERSED_POLYNOMIAL if value & 1 else 0)
        sums.append(value)
    return tuple(sums)


_SUMS = _table()


def crc32c(content: bytes) -> int:
    """Return the Castagnoli sum of some bytes."""
    sums, value = _SUMS, 0xFFFFFFFF
    for byte in content:
        value = sums[(value ^ byte) & 0xFF] ^ value >> 8
    return value ^ 0xFFFFFFFF


def masked(value: int) -> int:
    """Return a sum as it is stored: rotated right by 15 bits, plus a constant, modulo 2³²."""
    return ((value >> 15 | value << 17) + _MASK) & 0xFFFFFFFF


def record(content: bytes) -> bytes:
    """Return one record: uint64 length, its sum, the content, its sum; little-endian."""
    length = struct.pack("<Q", len(content))
    return b"".join(
        (
            length,
            struct.pack("<I", masked(crc32c(length))),
            content,
            struct.pack("<I", masked(crc32c(content))),
        )
    )
