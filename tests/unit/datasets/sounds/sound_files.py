"""Small WAV files for tests, byte by byte."""

import struct
from pathlib import Path

import numpy as np


def tone(pitch: float, seconds: float = 0.2, rate: int = 8000, loud: float = 0.5) -> np.ndarray:
    return loud * np.sin(2 * np.pi * pitch * np.arange(round(seconds * rate)) / rate)


def wav(
    waves: np.ndarray,
    rate: int = 8000,
    bits: int = 16,
    *,
    code: int = 1,
    extensible: bool = False,
    order: str = "<",
) -> bytes:
    """Return waves [samples] or [samples, channels] from -1 to 1 as a WAV file.

    With the order >, the greatest byte of each number comes first, as in RIFX.
    """
    channels = 1 if waves.ndim == 1 else waves.shape[1]
    body = _coded(waves, bits, code)
    if order == ">":
        body = np.frombuffer(body, np.uint8).reshape(-1, bits // 8)[:, ::-1].tobytes()
    block = channels * bits // 8
    said = 0xFFFE if extensible else code
    form = struct.pack(f"{order}HHIIHH", said, channels, rate, rate * block, block, bits)
    if extensible:
        form += struct.pack(f"{order}HHIH", 22, bits, 0, code) + bytes(14)
    named = ((b"fmt ", form), (b"LIST", b"odd"), (b"data", body))
    chunks = b"".join(chunk(name, content, order) for name, content in named)
    start = b"RIFF" if order == "<" else b"RIFX"
    return start + struct.pack(f"{order}I", 4 + len(chunks)) + b"WAVE" + chunks


def chunk(name: bytes, content: bytes, order: str = "<") -> bytes:
    return name + struct.pack(f"{order}I", len(content)) + content + bytes(len(content) % 2)


def _coded(waves: np.ndarray, bits: int, code: int) -> bytes:
    if code == 3:
        return bytes(waves.astype(f"<f{bits // 8}").tobytes())
    if bits == 8:
        return bytes((np.rint(waves * 127) + 128).astype(np.uint8).tobytes())
    whole = np.rint(waves * (2 ** (bits - 1) - 1)).astype("<i4")
    if bits == 24:
        return bytes(whole.reshape(-1, 1).view(np.uint8)[:, :3].tobytes())
    return bytes(whole.astype(f"<i{bits // 8}").tobytes())


def saved(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def class_folders(root: Path, classes: tuple[str, ...] = ("high", "low"), each: int = 6) -> Path:
    for number, name in enumerate(classes):
        for index in range(each):
            saved(root / name / f"{index}.wav", wav(tone(300 * (number + 1) + 7 * index)))
    return root
