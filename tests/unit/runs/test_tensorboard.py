"""Event files for TensorBoard, parsed back by a reader of the published format."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.runs.exporting.summaries import scalar_event
from studio.runs.exporting.tensorboard import write_events
from studio.runs.exporting.tfrecord import crc32c, masked, record
from studio.runs.history import History
from tests.unit.runs.events import ended, epoch, started, step
from tests.unit.runs.test_store import INFO

BEGIN = 1767323045.0  # 2026-01-02T03:04:05 UTC
HISTORY = History().extend(
    [
        started(),
        step(5, 2.0),
        step(
            10,
            gradient_norms={"conv2d_1": 0.5, "linear_1": 3.0},
            update_ratios={"conv2d_1": 0.001},
        ),
        epoch(1),
        ended(),
    ]
)


@dataclass
class Read:
    seconds: float = 0.0
    step: int = 0
    version: bytes = b""
    scalars: dict[str, float] = field(default_factory=dict)


def slow_sum(content: bytes) -> int:
    """CRC-32C by long division, most significant bit first: another way than the one tested."""
    value = 0xFFFFFFFF
    for byte in content:
        value ^= int(f"{byte:08b}"[::-1], 2) << 24
        for _bit in range(8):
            value = (value << 1 ^ 0x1EDC6F41 if value & 0x80000000 else value << 1) & 0xFFFFFFFF
    return int(f"{value ^ 0xFFFFFFFF:032b}"[::-1], 2)


def mask_of(value: int) -> int:
    return ((value >> 15 | (value & 0x7FFF) << 17) + 0xA282EAD8) % 2**32


def records(content: bytes) -> Iterator[bytes]:
    place = 0
    while place < len(content):
        (size,) = struct.unpack_from("<Q", content, place)
        assert struct.unpack_from("<I", content, place + 8)[0] == mask_of(
            slow_sum(content[place : place + 8])
        )
        body = content[place + 12 : place + 12 + size]
        assert len(body) == size
        assert struct.unpack_from("<I", content, place + 12 + size)[0] == mask_of(slow_sum(body))
        yield body
        place += 16 + size


def fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    place = 0

    def varint() -> int:
        nonlocal place
        value = shift = 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value

    while place < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
            continue
        size = {1: 8, 5: 4}.get(key & 7) or varint()
        yield key >> 3, message[place : place + size]
        place += size
    assert place == len(message)


def parsed(message: bytes) -> Read:
    found = Read()
    for number, value in fields(message):
        if number == 1:
            assert isinstance(value, bytes)
            (found.seconds,) = struct.unpack("<d", value)
        elif number == 2:
            assert isinstance(value, int)
            found.step = value
        elif number == 3:
            assert isinstance(value, bytes)
            found.version = value
        else:
            assert number == 5
            assert isinstance(value, bytes)
            for inner, one in fields(value):
                assert inner == 1
                assert isinstance(one, bytes)
                parts = dict(fields(one))
                assert parts.keys() == {1, 2}
                tag, number_32 = parts[1], parts[2]
                assert isinstance(tag, bytes)
                assert isinstance(number_32, bytes)
                found.scalars[tag.decode()] = struct.unpack("<f", number_32)[0]
    return found


def test_sums_are_those_of_the_standard() -> None:
    assert crc32c(b"123456789") == 0xE3069283
    assert crc32c(bytes(32)) == 0x8A9136AA  # RFC 3720, appendix B.4
    assert crc32c(b"\xff" * 32) == 0x62A8AB43
    assert crc32c(bytes(range(32))) == 0x46DD794E


@given(st.binary(max_size=64))
def test_a_record_is_framed_as_published(content: bytes) -> None:
    assert masked(crc32c(content)) == mask_of(slow_sum(content))
    assert list(records(record(content) * 2)) == [content, content]


@given(
    st.floats(0, 4e9),
    st.integers(0, 2**62),
    st.dictionaries(st.text(max_size=300), st.floats(width=32), max_size=4),
)
def test_an_event_is_parsed_back_as_it_was(
    seconds: float, at: int, scalars: dict[str, float]
) -> None:
    found = parsed(scalar_event(seconds, at, scalars))

    assert (found.seconds, found.step) == (seconds, at)
    assert repr(found.scalars) == repr(
        {name.encode(errors="replace").decode(): value for name, value in scalars.items()}
    )


def test_a_number_beyond_float32_is_infinite() -> None:
    assert parsed(scalar_event(0.0, 1, {"a": 1e300, "b": -1e300})).scalars == {
        "a": float("inf"),
        "b": float("-inf"),
    }


def test_a_run_becomes_a_file_of_events_with_all_its_numbers(tmp_path: Path) -> None:
    path = write_events(tmp_path, INFO, HISTORY)

    assert path == tmp_path / "events.out.tfevents.1767323045.layerwise"
    first, *events = map(parsed, records(path.read_bytes()))
    assert (first.version, first.seconds) == (b"brain.Event:2", BEGIN)
    assert [event.step for event in events] == [5, 10, 10, 10, 100]
    assert events[0].seconds == BEGIN + 2.5
    assert events[0].scalars == {
        "loss/step": 2.0,
        "loss/smoothed": 2.0,
        "learning_rate": pytest.approx(0.1),
        "samples_per_second": 640.0,
        "epoch": 0.5,
    }
    assert events[2].scalars == {
        "gradient_norm/conv2d_1": 0.5,
        "gradient_norm/linear_1": 3.0,
        "update_ratio/conv2d_1": pytest.approx(0.001),
    }
    assert events[3].scalars["accuracy/validation"] == pytest.approx(0.7)
    assert events[3].scalars["loss/train"] == 0.5
    assert events[4].scalars == {"accuracy/test": 0.75}


def test_writing_a_run_again_replaces_its_file_by_the_same_bytes(tmp_path: Path) -> None:
    before = write_events(tmp_path, INFO, HISTORY).read_bytes()

    path = write_events(tmp_path, INFO, HISTORY)

    assert [one.name for one in tmp_path.iterdir()] == [path.name]
    assert path.read_bytes() == before


def test_tensorboard_itself_reads_the_file(tmp_path: Path) -> None:
    reader = pytest.importorskip("tensorboard.backend.event_processing.event_accumulator")
    write_events(tmp_path, INFO, HISTORY)

    found = reader.EventAccumulator(str(tmp_path))
    found.Reload()

    assert "accuracy/validation" in found.Tags()["scalars"]
    assert [(e.step, e.value) for e in found.Scalars("loss/step")] == [(5, 2.0), (10, 1.0)]
