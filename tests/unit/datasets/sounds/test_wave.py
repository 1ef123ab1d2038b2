"""WAV files of every coding give the same waves; those that lie are refused or cut."""

import random
import struct
from pathlib import Path

import numpy as np
import pytest

from studio.datasets.sounds.wave import SoundError, peeked, read_sound
from tests.unit.datasets.sounds.sound_files import chunk, saved, tone, wav


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("extensible", [True, False])
@pytest.mark.parametrize(
    ("bits", "code", "near"),
    [(8, 1, 1e-2), (16, 1, 1e-4), (24, 1, 1e-6), (32, 1, 1e-6), (32, 3, 1e-6), (64, 3, 1e-6)],
)
def test_every_coding_gives_the_same_waves(
    tmp_path: Path, order: str, extensible: bool, bits: int, code: int, near: float
) -> None:
    waves = tone(440)
    content = wav(waves, 11025, bits, code=code, extensible=extensible, order=order)
    path = saved(tmp_path / "a.wav", content)

    sound = read_sound(path)

    np.testing.assert_allclose(sound.waves, waves, atol=near)
    assert sound.waves.dtype == np.float32
    assert sound.rate == 11025
    assert not sound.is_cut
    assert peeked(path) == (11025, len(waves))


def test_channels_become_their_mean(tmp_path: Path) -> None:
    both = np.stack([tone(440), np.zeros(1600)], axis=1)
    sound = read_sound(saved(tmp_path / "a.wav", wav(both)))

    assert sound.channels == 2
    np.testing.assert_allclose(sound.waves, tone(440) / 2, atol=1e-4)


def test_what_lies_about_its_length_is_cut_where_it_ends(tmp_path: Path) -> None:
    content = bytearray(wav(tone(440)))
    place = content.index(b"data") + 4
    struct.pack_into("<I", content, place, 0xFFFFFFFE)
    path = saved(tmp_path / "a.wav", bytes(content))

    assert read_sound(path).is_cut
    assert len(read_sound(path).waves) == 1600
    assert peeked(path) == (8000, 1600)


def test_what_was_written_to_a_pipe_is_whole(tmp_path: Path) -> None:
    content = bytearray(wav(tone(440)))
    for place in (4, content.index(b"data") + 4):
        struct.pack_into("<I", content, place, 0xFFFFFFFF)
    path = saved(tmp_path / "a.wav", bytes(content))

    assert not read_sound(path).is_cut
    assert len(read_sound(path).waves) == 1600


def broken(**fields: int) -> bytes:
    said = {"code": 1, "channels": 1, "rate": 8000, "block": 2, "bits": 16} | fields
    form = struct.pack(
        "<HHIIHH", said["code"], said["channels"], said["rate"], 0, said["block"], said["bits"]
    )
    return b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", form) + chunk(b"data", bytes(8))


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", "not_a_sound"),
        (b"RIFF\0\0\0\0WAVE", "damaged"),
        (b"RIFF\0\0\0\0AVI ", "not_a_sound"),
        (b"RIFF\0\0\0\0WAVE" + chunk(b"data", bytes(8)), "damaged"),
        (b"RIFF\0\0\0\0WAVE" + chunk(b"fmt ", bytes(4)), "damaged"),
        (b"RIFF\0\0\0\0WAVE" + bytes(4000), "damaged"),
        (broken(channels=0), "damaged"),
        (broken(channels=65535, block=65534), "damaged"),
        (broken(rate=0), "damaged"),
        (broken(block=0), "damaged"),
        (broken(bits=12), "unknown_coding"),
        (broken(code=85), "unknown_coding"),
        (wav(np.zeros(0)), "damaged"),
        (wav(np.array([np.nan, 0.0]), bits=32, code=3), "not_finite"),
    ],
)
def test_what_is_no_sound_is_refused(tmp_path: Path, content: bytes, kind: str) -> None:
    path = saved(tmp_path / "a.wav", content)

    with pytest.raises(SoundError, match=r"a\.wav is no usable sound") as refusal:
        read_sound(path)
    assert refusal.value.kind == kind


def test_mutants_are_read_or_refused(tmp_path: Path) -> None:
    chance = random.Random(5)
    refused = 0
    for turn in range(3000):
        bits, code = chance.choice([(8, 1), (16, 1), (24, 1), (32, 3), (64, 3)])
        mutant = bytearray(wav(tone(440, 0.005), bits=bits, code=code, extensible=turn % 2 == 0))
        for _change in range(chance.randint(1, 6)):
            mutant[chance.randrange(70)] = chance.randrange(256)
        path = saved(tmp_path / "m.wav", bytes(mutant[: chance.randrange(20, len(mutant))]))
        try:
            assert np.isfinite(read_sound(path).waves).all()
        except SoundError:
            refused += 1
    assert 500 < refused < 3000
