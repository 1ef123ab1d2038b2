"""What a WAV file holds, read without believing the sizes it names.

Format: RIFF, Microsoft and IBM 1991; WAVE_FORMAT_EXTENSIBLE, Microsoft 2001. Samples are PCM of 8,
16, 24 or 32 bits, or floats of 32 or 64; RIFX has the greatest byte of each number first.
"""

import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.datasets.naming import shown
from studio.datasets.places import require_file, unreadable
from studio.errors import FileError
from studio.wording import _, byte_size

MOST_BYTES = 64 * 2**20
MOST_RATE = 768_000
MOST_CHANNELS = 64
_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_MOST_CHUNKS = 1000
_HEAD = 1 << 16
_STREAMED = 0xFFFFFFFF
"""The length of samples whose number was not known when the head was written."""

Floats = npt.NDArray[np.float32]


class SoundError(FileError):
    """A file is no sound that can be used; `kind` says why, as in `Problem.kind`."""

    def __init__(self, kind: str, problem: str, remedy: str = "") -> None:
        super().__init__(problem, remedy)
        self.kind = kind


@dataclass(frozen=True)
class Sound:
    """A sound with one channel."""

    rate: int
    """Samples in a second."""
    waves: Floats
    """[samples] from -1 to 1."""
    channels: int = 1
    """How many channels there were; the sound is their mean."""
    is_cut: bool = False
    """Whether the file ends before its header says."""


@dataclass(frozen=True)
class _Form:
    code: int
    channels: int
    rate: int
    bits: int
    order: str
    """Of the bytes of a number: < for the least first, > for the greatest."""


def is_wave(start: bytes) -> bool:
    """Return whether a file that starts with these 12 bytes says it is WAV."""
    return start[:4] in {b"RIFF", b"RIFX"} and start[8:12] == b"WAVE"


def read_sound(path: Path) -> Sound:
    """Return a WAV file as one channel; raises SoundError for what is none or cannot be used."""
    require_file(path)
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise SoundError(
                "too_large",
                _("{path} has {size}; at most {most} are read.").format(
                    path=shown(str(path)), size=byte_size(size), most=byte_size(MOST_BYTES)
                ),
                _("Cut it into shorter sounds."),
            )
        content = path.read_bytes()
    except OSError as error:
        raise SoundError("unreadable", unreadable(path, error).problem) from error
    return _sound(path, content)


def peeked(path: Path) -> tuple[int, int]:
    """Return the rate of a sound and how many samples it has, from its head alone.

    Raises SoundError for what is no sound.
    """
    require_file(path)
    try:
        with path.open("rb") as stream:
            head = stream.read(_HEAD)
        size = path.stat().st_size
    except OSError as error:
        raise SoundError("unreadable", unreadable(path, error).problem) from error
    form, start, length = _parts(path, head)
    return form.rate, max(0, min(length, size - start)) // (form.channels * form.bits // 8)


def _sound(path: Path, content: bytes) -> Sound:
    form, start, length = _parts(path, content)
    body = content[start : start + length]
    return _decoded(path, form, body, is_cut=len(body) < length != _STREAMED)


def _parts(path: Path, content: bytes) -> tuple[_Form, int, int]:
    """Return the format, where the samples begin, and how many bytes they are said to have."""
    if not is_wave(content[:12]):
        raise _broken(path, "not_a_sound", _("it does not begin as a WAV file"))
    form: _Form | None = None
    order = ">" if content[:4] == b"RIFX" else "<"
    place = 12
    for _number in range(_MOST_CHUNKS):
        if place + 8 > len(content):
            break
        name = content[place : place + 4]
        length = struct.unpack_from(f"{order}I", content, place + 4)[0]
        if name == b"fmt ":
            form = _form(path, content[place + 8 : place + 8 + length], order)
        elif name == b"data" and form is not None:
            return form, place + 8, length
        elif name == b"data":
            raise _broken(path, "damaged", _("its samples come before their format"))
        place += 8 + length + length % 2
    raise _broken(path, "damaged", _("it has no samples"))


def _form(path: Path, body: bytes, order: str) -> _Form:
    if len(body) < 16:
        raise _broken(path, "damaged", _("its format is cut short"))
    code, channels, rate, _bytes, block, bits = struct.unpack_from(f"{order}HHIIHH", body)
    if code == _EXTENSIBLE and len(body) >= 26:
        code = struct.unpack_from(f"{order}H", body, 24)[0]
    known = {_PCM: (8, 16, 24, 32), _FLOAT: (32, 64)}
    if bits not in known.get(code, ()):
        raise _broken(
            path,
            "unknown_coding",
            _("its coding {code} with {bits} bits is not known").format(code=code, bits=bits),
        )
    fits = 1 <= channels <= MOST_CHANNELS and 1 <= rate <= MOST_RATE
    if not fits or block != channels * bits // 8:
        raise _broken(
            path,
            "damaged",
            _("it says {channels} channels of {bits} bits at {rate} Hz, {block} B each").format(
                channels=channels, bits=bits, rate=rate, block=block
            ),
        )
    return _Form(code, channels, rate, bits, order)


def _decoded(path: Path, form: _Form, body: bytes, *, is_cut: bool) -> Sound:
    whole = len(body) // (form.channels * form.bits // 8)
    if not whole:
        raise _broken(path, "damaged", _("it has no samples"))
    values = _values(form, body[: whole * form.channels * form.bits // 8])
    with np.errstate(over="ignore", invalid="ignore"):
        waves = values.reshape(whole, form.channels).mean(axis=1, dtype=np.float32)
    if not np.isfinite(waves).all():
        raise _broken(path, "not_finite", _("some of its samples are no finite numbers"))
    return Sound(form.rate, waves, form.channels, is_cut)


def _values(form: _Form, body: bytes) -> Floats:
    """Return interleaved samples from -1 to 1; 8 bits have no sign, 24 no type of their own."""
    if form.code == _FLOAT:
        with np.errstate(over="ignore", invalid="ignore"):
            return np.frombuffer(body, f"{form.order}f{form.bits // 8}").astype(np.float32)
    if form.bits == 8:
        return np.asarray(np.frombuffer(body, np.uint8) / np.float32(128) - 1, dtype=np.float32)
    if form.bits == 24:
        wide = np.zeros((len(body) // 3, 4), dtype=np.uint8)
        least_first = np.frombuffer(body, np.uint8).reshape(-1, 3)
        wide[:, 1:] = least_first if form.order == "<" else least_first[:, ::-1]
        return np.asarray(wide.view("<i4")[:, 0] / np.float32(2**31), dtype=np.float32)
    whole = np.frombuffer(body, f"{form.order}i{form.bits // 8}").astype(np.float32)
    return np.asarray(whole / np.float32(2 ** (form.bits - 1)), dtype=np.float32)


def _broken(path: Path, kind: str, reason: str) -> SoundError:
    return SoundError(
        kind,
        _("{path} is no usable sound: {reason}.").format(path=shown(str(path)), reason=reason),
        _("Save it as WAV with 16 bits."),
    )
